"""When custody began or ended was recorded wrongly: two people correct it, and every limit that runs from it follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.actions import start
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import due_at
from cases.consents.codes import Said
from cases.corrections.actions import CUSTODY, draft_correction
from cases.corrections.models import CustodyCorrection
from cases.corrections.queries import decision_named
from cases.custody.actions import Opinion, draft_end
from cases.custody.codes import Consent, Heard
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.prints.actions import print_sheet
from cases.prints.queries import papers
from cases.records.models import Case
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.raw import known_row, refusal
from tests.requesting import requested
from tests.unit.cases.continuing.test_continuing import begun, settle
from tests.unit.cases.continuing.test_continuing import draft as to_continue
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said
from tests.unit.cases.custody.test_consent import answered
from tests.unit.cases.stays.test_places import approve as approve_move
from tests.unit.cases.stays.test_places import draft as a_move

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHY = "保護所の日誌による（架空）"
"""How the right moment is known."""


def fresh(cast: Cast, row: CustodyDecision) -> CustodyDecision:
    with acting_as(cast.caseworker):
        return CustodyDecision.objects.select_related("case__office", "start").get(pk=row.pk)


def drafted(
    cast: Cast, row: CustodyDecision, at: datetime, by: str = "caseworker", **more: Any
) -> CustodyCorrection:
    with acting_as(cast.positions[by]):
        case = Case.objects.select_related("office", "child").get(pk=row.case_id)
        decision = decision_named(case, row.pk)
        assert decision is not None
        return draft_correction(case, decision, at, WHY, by=cast.positions[by], **more)


def approved(
    cast: Cast, row: CustodyCorrection, verdict: Verdict = Verdict.APPROVE, by: str = "director"
) -> CustodyCorrection:
    with acting_as(cast.positions[by]):
        found = CustodyCorrection.objects.select_related("case__office", "decision").get(pk=row.pk)
        return CUSTODY.decide(found, verdict, by=cast.positions[by], note=WHY)


def corrected(cast: Cast, row: CustodyDecision, at: datetime, **more: Any) -> CustodyDecision:
    approved(cast, drafted(cast, row, at, **more))
    return fresh(cast, row)


def limits(cast: Cast, row: CustodyDecision, kind: ClockKind) -> list[Clock]:
    """Those of a kind that have been replaced by none, the latest start last."""
    with acting_as(cast.caseworker):
        rows = Clock.objects.filter(case=row.case_id, kind=kind, replaced_by=None)
        return list(rows.select_related("replaces", "case__office").order_by("started_at"))


@contextmanager
def refused(code: str, sentence: str) -> Iterator[None]:
    """What is done within is refused at this field, in a sentence that holds this."""
    with override("en"), pytest.raises(Refused) as caught:
        yield
    with override("en"):
        assert (caught.value.code, sentence in str(caught.value.reason)) == (code, True)


def oral(cast: Cast, days: float, **more: Any) -> CustodyDecision:
    """Custody that began so many days ago by an oral decision, and is confirmed."""
    at = timezone.now() - days * DAY
    return decide(cast, a_draft(cast, **{**said(), "effective_at": at, "said_at": at, **more}))


@pytest.mark.parametrize("days", [-2, 1])
def test_every_limit_that_runs_from_the_start_is_counted_anew(cast: Cast, days: int) -> None:
    """Seven days for the request and two months for custody (児童福祉法33条3項・12項), earlier and later."""
    row = oral(cast, 3)
    before = {kind: limits(cast, row, kind) for kind in (ClockKind.WARRANT, ClockKind.CUSTODY_END)}
    at = row.effective_at + days * DAY
    draft = drafted(cast, row, at, said_at=min(at, row.effective_at))
    assert limits(cast, row, ClockKind.WARRANT) == before[ClockKind.WARRANT]  # a draft changes nothing
    approved(cast, draft)
    now = fresh(cast, row)
    assert (now.effective_at, now.decided_for) == (at, row.effective_at)
    for kind, was in before.items():
        (limit,) = limits(cast, row, kind)
        assert (limit.started_at, limit.due_at) == (at, due_at(kind, at, limit.case.office))
        assert (limit.replaces, limit.state) == (was[0], ClockState.RUNNING)
    with as_owner():
        told = Notice.objects.using("owner").filter(kind=NoticeKind.CLOCK_CORRECTED)
        assert {one.position.role for one in told.select_related("position")} == {
            "caseworker", "supervisor", "director",
        }  # fmt: skip


def test_a_second_correction_starts_from_the_first_and_the_first_decision_stays_readable(cast: Cast) -> None:
    row = oral(cast, 3)
    once = corrected(cast, row, row.effective_at + HOUR)
    twice = corrected(cast, once, row.effective_at + 2 * HOUR)
    assert (twice.decided_for, twice.effective_at) == (row.effective_at, row.effective_at + 2 * HOUR)
    with acting_as(cast.caseworker):
        held = CustodyCorrection.objects.order_by("drafted_at").values_list("held_at", flat=True)
        assert list(held) == [row.effective_at, row.effective_at + HOUR]


def test_a_request_that_was_in_time_was_late_by_the_right_moment(cast: Cast) -> None:
    """Handed in on the third day by what was written, on the ninth by what is true (児童福祉法33条3項)."""
    row = oral(cast, 2)
    requested(cast, row)
    (kept,) = limits(cast, row, ClockKind.WARRANT)
    at = row.effective_at - 6 * DAY
    corrected(cast, row, at, said_at=at)
    (now,) = limits(cast, row, ClockKind.WARRANT)
    assert (now.met_at, now.met_by_id, now.replaces) == (kept.met_at, kept.met_by_id, kept)
    assert now.met_at is not None
    assert now.due_at < now.met_at
    client = signed_in(cast.caseworker)
    with override("ja"):
        assert text_of(client.get(reverse("case", args=[row.case_id]))).count("訂正前の期限") == 2


def test_the_hearing_that_is_owed_moves_with_the_start(cast: Cast) -> None:
    """Promptly after the decision (児童福祉法33条の3の3): the hours are counted from when it took effect."""
    facts = {**said(), "opinion": Opinion(Heard.AFTER, why="睡眠中（架空）")}
    row = decide(cast, a_draft(cast, **facts))
    with acting_as(cast.caseworker):
        before = Duty.objects.get(case=row.case_id, kind="custody_hearing", done_at=None)
    at = row.effective_at - 5 * HOUR
    corrected(cast, row, at, said_at=at)
    with acting_as(cast.caseworker):
        after = Duty.objects.get(case=row.case_id, kind="custody_hearing", done_at=None)
        assert (after.pk, before.due_at - after.due_at) == (before.pk, 5 * HOUR)


def test_an_oral_start_that_waits_is_confirmed_by_the_morning_after_it_was_said(cast: Cast) -> None:
    row = a_draft(cast, **said())
    at = row.effective_at - 2 * DAY
    now = corrected(cast, row, at, said_at=at - HOUR)
    assert now.decided_at is None
    assert row.confirm_by is not None
    assert now.confirm_by is not None
    assert now.confirm_by <= row.confirm_by - DAY
    assert decide(cast, now).effective_at == at


def test_consent_withdrawn_within_the_right_seven_days_starts_the_limit(cast: Cast) -> None:
    """By the wrong start the withdrawal came on the ninth day, by the right one on the fifth (児童福祉法33条3項)."""
    row = oral(cast, 9, consent=Consent.CONSENTS)
    answered(cast, row, Said.OBJECTS)
    assert limits(cast, row, ClockKind.WARRANT) == []
    at = row.effective_at + 5 * DAY
    corrected(cast, row, at)
    (limit,) = limits(cast, row, ClockKind.WARRANT)
    assert limit.started_at == at


def ended(cast: Cast, row: CustodyDecision, at: datetime) -> CustodyDecision:
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=row.case_id)
        draft = draft_end(case, end_facts(effective_at=at), by=cast.caseworker)
    return decide(cast, draft)


def test_an_end_is_corrected_and_the_warrant_that_was_needed_after_all_is_asked_for(cast: Cast) -> None:
    """Over within seven days needs no warrant; in truth it was over on the ninth (児童福祉法33条3項)."""
    row = oral(cast, 10)
    end = ended(cast, row, row.effective_at + 2 * DAY)
    (limit,) = limits(cast, row, ClockKind.WARRANT)
    assert limit.state is ClockState.ENDED
    at = row.effective_at + 9 * DAY
    corrected(cast, end, at)
    assert fresh(cast, row).ended_at == at
    (again,) = limits(cast, row, ClockKind.WARRANT)
    assert (again.state, again.replaces, again.due_at) == (ClockState.RUNNING, limit, limit.due_at)
    (term,) = limits(cast, row, ClockKind.CUSTODY_END)
    assert term.met_at == at
    corrected(cast, end, row.effective_at + 3 * DAY)
    (over,) = limits(cast, row, ClockKind.WARRANT)
    assert (over.pk, over.state) == (again.pk, ClockState.ENDED)


def test_a_start_after_which_custody_was_over_in_time_ends_the_limit(cast: Cast) -> None:
    row = oral(cast, 12)
    ended(cast, row, row.effective_at + 9 * DAY)
    (limit,) = limits(cast, row, ClockKind.WARRANT)
    assert limit.is_overdue
    corrected(cast, row, row.effective_at + 5 * DAY)
    (now,) = limits(cast, row, ClockKind.WARRANT)
    assert now.state is ClockState.ENDED


def test_what_contradicts_is_named(cast: Cast) -> None:
    row = oral(cast, 3)
    with refused("corrected_at", "future"):
        drafted(cast, row, timezone.now() + HOUR)
    with refused("corrected_at", "already"):
        drafted(cast, row, row.effective_at)
    with refused("said_at", "Correct when it was said"):
        drafted(cast, row, row.effective_at - DAY)
    move = approve_move(cast, a_move(cast, row.case))
    with refused("corrected_at", "change of place"):
        drafted(cast, row, move.moved_at + timedelta(seconds=1))
    end = ended(cast, row, timezone.now())
    with refused("corrected_at", "change of place"):
        drafted(cast, end, move.moved_at)
    with refused("corrected_at", "start of this custody"):
        drafted(cast, end, row.effective_at)
    with refused("corrected_at", "end of this custody"):
        drafted(cast, row, timezone.now())


def test_two_custodies_of_one_child_stay_apart(cast: Cast) -> None:
    first = oral(cast, 9)
    end = ended(cast, first, first.effective_at + 2 * DAY)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=first.case_id)
    at = timezone.now() - 3 * DAY
    second = decide(cast, a_draft(cast, case, **{**said(), "effective_at": at, "said_at": at}))
    with refused("corrected_at", "do not overlap"):
        drafted(cast, end, at + HOUR)
    with refused("corrected_at", "do not overlap"):
        drafted(cast, second, first.effective_at + HOUR, said_at=first.effective_at)
    corrected(cast, end, at)
    assert fresh(cast, first).ended_at == at


def test_continued_custody_is_corrected_within_its_day_only(cast: Cast) -> None:
    """The terms after the first were decided with their days (児童福祉法33条13項)."""
    row = begun(cast)
    settle(cast, to_continue(cast, row))
    with refused("corrected_at", "continued"):
        drafted(cast, row, row.effective_at + DAY)
    assert corrected(cast, row, row.effective_at + HOUR).effective_at == row.effective_at + HOUR


def test_a_draft_that_is_returned_changes_nothing(cast: Cast) -> None:
    row = oral(cast, 3)
    before = limits(cast, row, ClockKind.WARRANT)
    approved(cast, drafted(cast, row, row.effective_at + HOUR), Verdict.RETURN)
    assert limits(cast, row, ClockKind.WARRANT) == before
    assert fresh(cast, row).decided_for is None


@pytest.mark.parametrize("by", ["caseworker", "supervisor", "stranger_director"])
def test_not_decided_by(cast: Cast, by: str) -> None:
    row = drafted(cast, oral(cast, 3), timezone.now() - DAY)
    with pytest.raises((Refused, CustodyCorrection.DoesNotExist)):
        approved(cast, row, by=by)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_custodydecision SET effective_at = effective_at - interval '1 day'",
        "UPDATE cases_custodydecision SET decided_for = now()",
        "UPDATE cases_custodycorrection SET corrected_at = corrected_at - interval '1 day'",
        "UPDATE cases_custodycorrection SET held_at = held_at - interval '1 day'",
    ],
)
@pytest.mark.parametrize("by", ["caseworker", "director"])
def test_raw_sql_corrects_nothing(cast: Cast, change: str, by: str) -> None:
    row = oral(cast, 3)
    drafted(cast, row, row.effective_at + HOUR)
    with acting_as(cast.positions[by]), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change)
    assert fresh(cast, row).effective_at == row.effective_at


def test_raw_sql_calls_the_correction_of_what_waits_in_vain(cast: Cast) -> None:
    row = oral(cast, 3)
    draft = drafted(cast, row, row.effective_at + HOUR)
    with acting_as(cast.director), connection.cursor() as cursor:
        cursor.execute("SELECT wall.correct_custody(%s)", [draft.pk])
        assert cursor.fetchall() == []
    approved(cast, draft)
    with acting_as(cast.director), connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.correct_custody(%s)", [draft.pk]
        )  # of another transaction, or done already
        assert cursor.fetchall() == []


def test_the_database_names_the_moment_that_held_and_refuses_what_contradicts(cast: Cast) -> None:
    row = oral(cast, 3)
    other = in_custody(cast)
    with acting_as(cast.caseworker):
        for decision, at in ((other, timezone.now() - DAY), (row, timezone.now() + DAY)):
            bad = CustodyCorrection(case_id=row.case_id, decision=decision, held_at=timezone.now())
            bad.corrected_at, bad.reason = at, WHY
            bad.draft_as(cast.caseworker, timezone.now())
            with pytest.raises(IntegrityError, match=r"contradicts|violates not-null"), transaction.atomic():
                bad.save(force_insert=True)


def test_the_pages_say_what_was_corrected_and_which_papers_bear_the_old_date(cast: Cast) -> None:
    row = oral(cast, 3)
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office", "child").get(pk=row.case_id)
        print_sheet(case, papers()["custody_form"], str(row.pk), by=cast.caseworker)
    client = signed_in(cast.caseworker)
    page = reverse("case_custody", args=[row.case_id])
    with override("ja"):
        assert "訂正前の日時" not in text_of(client.get(page))
    at = row.effective_at - HOUR
    url = f"{reverse('custody_correction', args=[row.case_id])}?of={row.pk}"
    shown = client.get(url)
    assert shown.status_code == 200
    corrected(cast, row, at, said_at=at)
    with override("ja"):
        text = text_of(client.get(page))
    assert "訂正前の日時が記載されています" in text
    assert "当初の決定による開始日時" in text


def test_no_other_limit_is_written_beside_a_correction(cast: Cast) -> None:
    row = oral(cast, 3)
    with acting_as(cast.caseworker):
        now = timezone.now()
        seen = start(row.case, ClockKind.SAFETY, started_at=now - HOUR, due_at=now + HOUR, by=cast.caseworker)
    draft = drafted(cast, row, row.effective_at + HOUR, said_at=row.effective_at)
    director = cast.positions["director"]
    with acting_as(director), transaction.atomic():
        found = CustodyCorrection.objects.select_related("case__office", "decision").get(pk=draft.pk)
        CUSTODY.decide(found, Verdict.APPROVE, by=director)
        instead = known_row("cases_clock", seen.pk) | {"met_at": timezone.now()}
        assert refusal("cases_clock", instead, replaces_id=seen.pk) == (
            "23514",
            "a clock starts with what has come, and runs before it is met",
        )
