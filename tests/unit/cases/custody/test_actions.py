"""Custody is drafted by one and decided by another; clock, place and notices follow."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.custody import actions
from cases.custody.actions import END, START, EndFacts, Opinion, StartFacts
from cases.custody.codes import CUSTODY_START, Consent, DecisionKind, Ground, Heard, Place
from cases.custody.hearing import record_opinion
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State, Verdict
from cases.records.codes import StayKind
from cases.records.models import Case
from security.encryption.fields import reveal, value_of
from security.encryption.typed import AsKept
from tests.cast import Cast, a_case, as_owner, delegated, waiting_for
from tests.requesting import requested
from tests.rights import every_column

SIGN = "UPDATE cases_custodydecision SET decided_at = now(), approved = true, decided_by_id = %s, decided_person_id = %s"
ENDS = "UPDATE cases_custodydecision s SET ended_at = e.effective_at FROM cases_custodydecision e WHERE e.start_id = s.id"
HEARD = Opinion(Heard.BEFORE, "「家に帰りたくない」")


SAID = timezone.now() - timedelta(hours=1)
"""When an oral decision was spoken, long enough ago for a slow run of the tests."""


def start_facts(**more: Any) -> StartFacts:
    now = timezone.now() - timedelta(minutes=5)
    facts = StartFacts(
        effective_at=now,
        grounds=(Ground.ABUSE, Ground.ASKS),
        place_kind=Place.FACILITY,
        place="北一時保護施設",
        place_withheld=True,
        consent=Consent.OBJECTS,
        expected_until=timezone.localdate() + timedelta(days=30),
        reason="在宅では安全を確保できない",
        opinion=HEARD,
    )
    return replace(facts, **more)


def a_draft(cast: Cast, case: Case | None = None, *, by: str = "caseworker", **more: Any) -> CustodyDecision:
    case = case or a_case(cast)
    with acting_as(cast.positions[by]):
        return actions.draft_start(case, start_facts(**more), by=cast.positions[by])


def decide(
    cast: Cast, row: CustodyDecision, name: str = "director", verdict: Verdict = Verdict.APPROVE, **more: Any
) -> CustodyDecision:
    kind = START if row.kind == DecisionKind.START else END
    with acting_as(cast.positions[name]):
        return kind.decide(row, verdict, by=cast.positions[name], **more)


def in_custody(cast: Cast, **more: Any) -> CustodyDecision:
    return decide(cast, a_draft(cast, **more))


def end_facts(**more: Any) -> EndFacts:
    facts = EndFacts(
        timezone.now(),
        "家庭で安全が確保された",
        StayKind.HOME,
        "祖母宅",
        Opinion(Heard.BEFORE, "「うれしい」"),
    )
    return replace(facts, **more)


def test_approved_by_the_director(cast: Cast) -> None:
    draft = a_draft(cast)
    with acting_as(cast.director):
        assert Notice.objects.filter(kind=NoticeKind.DECISION_WAITING, position=cast.director).count() == 1
        assert waiting_for(START, cast.director) == [draft]
    decide(cast, draft)
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.select_related("case").get()
        assert (row.state, row.decided_person) == (State.APPROVED, cast.director.staff)
        assert [reveal(row, "reason"), reveal(row, "opinion"), value_of(row.grounds)] == [
            "在宅では安全を確保できない", HEARD.opinion, [Ground.ABUSE, Ground.ASKS],
        ]  # fmt: skip
        assert reveal(row.case, "place_of_stay") == StayKind.CUSTODY_FACILITY
        assert reveal(row.case, "place_detail") == ""  # withheld: it stays in the custody record
        limit = Clock.objects.get(kind=ClockKind.WARRANT)
        assert limit.started_at == row.effective_at
        assert Notice.objects.filter(kind=NoticeKind.DECISION_APPROVED, position=cast.caseworker).count() == 1


@pytest.mark.parametrize(
    ("consent", "clocks"),
    [(Consent.CONSENTS, 0), (Consent.NOBODY, 0), (Consent.OBJECTS, 1), (Consent.NOT_ASKED, 1)],
)
def test_the_warrant_limit_runs_where_it_is_needed(cast: Cast, consent: str, clocks: int) -> None:
    """Consent exempts from the warrant (児童福祉法33条3項)."""
    in_custody(cast, consent=consent)
    with acting_as(cast.caseworker):
        assert Clock.objects.filter(kind=ClockKind.WARRANT).count() == clocks


def test_codes_of_an_older_version_take_effect_on_the_safe_side(cast: Cast) -> None:
    in_custody(cast, consent=AsKept("asked twice"), place_kind=AsKept("hotel"))
    with acting_as(cast.caseworker):
        assert Clock.objects.filter(kind=ClockKind.WARRANT).count() == 1
        assert reveal(Case.objects.get(), "place_of_stay") == StayKind.UNKNOWN


def test_decided_for_a_coming_day(cast: Cast) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    start = in_custody(cast, effective_at=tomorrow)
    with acting_as(cast.caseworker):
        limit = Clock.objects.get(kind=ClockKind.WARRANT)
        assert limit.started_at == tomorrow
    requested(cast, start)
    with acting_as(cast.caseworker):
        assert Clock.objects.get(kind=ClockKind.WARRANT).met_at is not None


@pytest.mark.parametrize(
    "name", ["caseworker", "supervisor", "stranger_director", "stranger", "police", "duty"]
)
def test_not_decided_by(cast: Cast, name: str) -> None:
    draft = a_draft(cast)
    with pytest.raises(Refused):
        decide(cast, draft, name)


def test_one_person_in_two_positions_is_one_person(cast: Cast) -> None:
    case = a_case(cast, lead="two_positions")
    draft = a_draft(cast, case, by="two_positions")
    with acting_as(cast.positions["two_positions/director"]):
        assert waiting_for(START, cast.positions["two_positions/director"]) == []
    with pytest.raises(Refused, match="own_draft"):
        decide(cast, draft, "two_positions/director")
    with (
        acting_as(cast.positions["two_positions/director"]),
        pytest.raises(IntegrityError, match="custody_takes_two"),
        transaction.atomic(),
    ):
        connection.cursor().execute(SIGN, [cast.director.pk, cast.director.staff_id])


def test_a_delegate_decides_and_no_other_position(cast: Cast) -> None:
    draft = a_draft(cast)
    delegated(cast, cast.supervisor, CUSTODY_START)
    with acting_as(cast.supervisor):
        assert waiting_for(START, cast.supervisor) == [draft]
    assert decide(cast, draft, "supervisor").state is State.APPROVED
    with acting_as(cast.caseworker):
        ending = actions.draft_end(draft.case, end_facts(), by=cast.caseworker)
    with pytest.raises(Refused, match="not_decider"):
        decide(cast, ending, "supervisor")


def test_raw_sql_cannot_sign_for_another_person(cast: Cast) -> None:
    a_draft(cast)
    with acting_as(cast.supervisor), pytest.raises(IntegrityError, match="decide"), transaction.atomic():
        connection.cursor().execute(SIGN, [cast.director.pk, cast.director.staff_id])


def test_raw_sql_signs_for_no_other_day(cast: Cast) -> None:
    draft, began = a_draft(cast), timezone.now()
    with acting_as(cast.director):
        sign = SIGN.replace("decided_at = now()", "decided_at = '2020-01-01'")
        connection.cursor().execute(sign, [cast.director.pk, cast.director.staff_id])
        signed = CustodyDecision.objects.get(pk=draft.pk)
    assert signed.decided_at is not None
    assert signed.decided_at > began
    assert began - timedelta(minutes=5) < signed.drafted_at < began
    with (
        every_column("cases_custodydecision"),
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE cases_custodydecision SET drafted_at = '2020-01-01'")


@pytest.mark.parametrize(
    "change",
    [
        "effective_at = now()",
        "reason = reason || 'x'",
        "is_oral = true, confirm_by = now()",
        "ended_at = now()",
        "kind = 'end', start_id = id",
        "drafted_by_id = decided_by_id",
    ],
)
def test_a_draft_cannot_be_changed_by_raw_sql(cast: Cast, change: str) -> None:
    in_custody(cast)
    with (
        every_column("cases_custodydecision"),
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        transaction.atomic(),
    ):
        connection.cursor().execute(f"UPDATE cases_custodydecision SET {change}")


def test_drafted_and_decided_at_once_is_refused(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.director):
        now = timezone.now()
        row = CustodyDecision(case=case, kind="start", effective_at=now, reason="", heard="")
        row.draft_as(cast.caseworker, now)
        row.decide_as(cast.director, now, approved=True)
        with pytest.raises(IntegrityError, match="drafted"), transaction.atomic():
            row.save(force_insert=True)


def test_returned_with_a_note_and_drafted_anew(cast: Cast) -> None:
    draft = a_draft(cast)
    with pytest.raises(Refused, match="note"):
        decide(cast, draft, verdict=Verdict.RETURN)
    decide(cast, draft, verdict=Verdict.RETURN, note="号の選択を見直すこと")
    with acting_as(cast.caseworker):
        returned = CustodyDecision.objects.get()
        assert (returned.state, reveal(returned, "note")) == (State.RETURNED, "号の選択を見直すこと")
        assert not Clock.objects.exists()
        again = actions.draft_start(draft.case, start_facts(), by=cast.caseworker, earlier=returned)
        with pytest.raises(Refused, match="drafted"):
            actions.draft_start(draft.case, start_facts(), by=cast.caseworker)
    assert decide(cast, again).state is State.APPROVED
    with pytest.raises(Refused, match="decided"):
        decide(cast, again)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("expected_until", {"expected_until": timezone.localdate() + timedelta(days=70)}),
        ("effective_at expected_until", {"expected_until": date(2020, 1, 1)}),
        ("opinion", {"opinion": Opinion(Heard.BEFORE)}),
        ("opinion", {"opinion": Opinion(Heard.BEFORE, " 　\n")}),
        ("heard_why", {"opinion": Opinion(Heard.AFTER)}),
        ("heard_why", {"opinion": Opinion(Heard.AFTER, why="　 ")}),
        ("oral", {"is_oral": True}),
        ("oral", {"is_oral": True, "said_by": " ", "said_at": SAID}),
        (
            "effective_at said_at",
            {"is_oral": True, "said_by": "所長", "said_at": SAID, "effective_at": SAID - timedelta(hours=1)},
        ),
    ],
)
def test_not_drafted(cast: Cast, code: str, more: dict[str, Any]) -> None:
    """Not longer than two months (児童福祉法33条3項), nor before the child was heard, or why not (児童福祉法33条の3の3)."""
    with pytest.raises(Refused, match=code):
        a_draft(cast, **more)


@pytest.mark.parametrize("name", ["director", "duty", "colleague", "stranger", "police"])
def test_only_the_team_that_drafts(cast: Cast, name: str) -> None:
    case = a_case(cast)
    with pytest.raises(Refused):
        a_draft(cast, case, by=name)


def said(minutes_ago: int = 10) -> dict[str, Any]:
    return {
        "is_oral": True,
        "said_by": "所長 職員",
        "said_at": timezone.now() - timedelta(minutes=minutes_ago),
    }


def test_an_oral_decision_is_in_effect_and_confirmed(cast: Cast) -> None:
    urgent = a_draft(cast, **said(), opinion=Opinion(Heard.AFTER, why="深夜で眠っていた"))
    other = a_draft(cast)
    with acting_as(cast.caseworker):
        assert Clock.objects.filter(case=urgent.case).exists()
        assert reveal(Case.objects.get(pk=urgent.case_id), "place_of_stay") == StayKind.CUSTODY_FACILITY
    with acting_as(cast.director):
        assert waiting_for(START, cast.director) == [urgent, other]
        assert urgent.confirm_by is not None
    decide(cast, urgent)
    with acting_as(cast.caseworker):
        assert Clock.objects.filter(case=urgent.case, kind=ClockKind.WARRANT).count() == 1
        record_opinion(urgent, "「学校に行きたい」", by=cast.caseworker)
        with pytest.raises(Refused, match="heard"):
            record_opinion(urgent, "べつの言葉", by=cast.caseworker)


@pytest.mark.parametrize(("began", "running"), [(True, 1), (False, 0)])
def test_a_returned_oral_decision_keeps_its_limit_unless_custody_never_began(
    cast: Cast, began: bool, running: int
) -> None:
    decide(cast, a_draft(cast, **said()), verdict=Verdict.RETURN, note="確認できない", began=began)
    with acting_as(cast.caseworker):
        assert Clock.objects.running().filter(kind=ClockKind.WARRANT).count() == running


def test_custody_ends_after_it_began(cast: Cast) -> None:
    start = in_custody(cast)
    facts = end_facts(effective_at=start.effective_at - timedelta(seconds=1))
    with acting_as(cast.caseworker), pytest.raises(Refused, match="effective_at"):
        actions.draft_end(start.case, facts, by=cast.caseworker)


def test_the_end_is_decided_too(cast: Cast) -> None:
    start = in_custody(cast)
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="in_custody"):
            actions.draft_start(start.case, start_facts(), by=cast.caseworker)
        ending = actions.draft_end(start.case, end_facts(), by=cast.caseworker)
        with pytest.raises(Refused, match="drafted"):
            actions.draft_end(start.case, end_facts(), by=cast.caseworker)
    decide(cast, ending)
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.select_related("case").get(pk=start.pk)
        assert (row.state, row.ended_at) == (State.ENDED, ending.effective_at)
        assert [reveal(row.case, "place_of_stay"), reveal(row.case, "place_detail")] == [
            StayKind.HOME,
            "祖母宅",
        ]
        assert not Clock.objects.running().exists()  # over within seven days
        with pytest.raises(Refused, match="not_in_custody"):
            actions.draft_end(start.case, end_facts(), by=cast.caseworker)


def test_what_ended_an_earlier_limit_ends_no_later_one(cast: Cast) -> None:
    """A child taken into custody again: the seven days run anew, whatever became of the first custody."""
    case = in_custody(cast).case
    with acting_as(cast.caseworker):
        ending = actions.draft_end(case, end_facts(), by=cast.caseworker)
    decide(cast, ending)
    in_custody(cast, case=case, effective_at=timezone.now())
    with acting_as(cast.caseworker), transaction.atomic():
        limit = Clock.objects.running().get(kind=ClockKind.WARRANT)
        with pytest.raises(IntegrityError, match="reason is still there"), transaction.atomic():
            connection.cursor().execute("SELECT wall.end_clock(%s)", [limit.pk])


def test_an_end_after_the_limit_leaves_it_overdue(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=10)
    start = in_custody(cast, **{**said(), "said_at": long_ago, "effective_at": long_ago})
    with acting_as(cast.caseworker):
        ending = actions.draft_end(start.case, end_facts(), by=cast.caseworker)
    decide(cast, ending)
    with acting_as(cast.caseworker):
        assert Clock.objects.running().get(kind=ClockKind.WARRANT).is_overdue


def test_raw_sql_ends_nothing_that_was_not_decided(cast: Cast) -> None:
    start = in_custody(cast)
    with acting_as(cast.caseworker):
        actions.draft_end(start.case, end_facts(), by=cast.caseworker)
    with (
        every_column("cases_custodydecision"),
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        transaction.atomic(),
    ):
        connection.cursor().execute(ENDS)


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy", "duty"])
def test_nobody_else_reads_it(cast: Cast, name: str) -> None:
    in_custody(cast)
    with acting_as(cast.positions[name]):
        assert not CustodyDecision.objects.exists()


def test_a_blocked_director_decides_nothing(cast: Cast) -> None:
    draft = a_draft(cast)
    with as_owner(), connection.cursor():
        from django.db import connections

        connections["owner"].cursor().execute(
            "INSERT INTO cases_block (id, case_id, staff_id, blocked_by_id, created_at) "
            "VALUES (gen_random_uuid(), %s, %s, %s, now())",
            [draft.case_id, cast.director.staff_id, cast.caseworker.pk],
        )
    with pytest.raises(Refused):
        decide(cast, draft)
