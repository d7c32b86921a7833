"""A case is closed by a draft and a decision, when nothing of it goes on; a closed case is read and not written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Delegation
from agencies.staff.rules import Refused
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import clocks_of, running_of
from cases.closing import actions, codes
from cases.closing.actions import CLOSING
from cases.closing.codes import ClosingReason
from cases.closing.models import ClosingDecision
from cases.custody.actions import Opinion, draft_end
from cases.custody.codes import Consent, Heard
from cases.decisions.codes import State, Verdict
from cases.decisions.pages import waits_for
from cases.decisions.queries import came_back_to
from cases.records import actions as records
from cases.records.codes import Stage
from cases.records.models import Block, Case, Grant
from cases.records.rules import check_may_edit
from referrals.consent import actions as consent
from referrals.disclosures import actions as disclosures
from referrals.disclosures.models import Disclosure
from referrals.police import actions as police
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, delegated, waiting_for
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.cases.custody import test_actions as custody
from tests.unit.referrals import steps

SIGN = "UPDATE cases_closingdecision SET decided_at = now(), approved = true"
CLOSE = """
INSERT INTO cases_stagemove (id, case_id, from_stage, to_stage, moved_by_id, moved_at, effective_on)
SELECT gen_random_uuid(), id, stage, 'closed', wall.my_position(), now(), wall.today() FROM cases_case
"""
TEXTS: dict[str, Any] = {
    "kind": ClosingReason.FINISHED,
    "reason": "支援を終えた（架空）",
    "child_told": "「もう大丈夫」",
}


def a_closing(cast: Cast, case: Case | None = None, *, by: str = "caseworker") -> ClosingDecision:
    case = case or a_case(cast)
    with acting_as(cast.positions[by]):
        return actions.draft_closing(Case.objects.get(pk=case.pk), **TEXTS, by=cast.positions[by])


def test_the_drafter_is_told_by_whose_decision_it_waits(cast: Cast) -> None:
    row = a_closing(cast)
    told = waits_for(CLOSING, cast.caseworker)
    with acting_as(cast.caseworker):
        both = f"{cast.director.staff.name}所長、{cast.positions['two_positions/director'].staff.name}所長"
        assert told(row) == f"起案しました。{both}のいずれかの決裁を待っています。"
    delegated(cast, cast.supervisor, codes.CLOSING)
    with acting_as(cast.caseworker), override("en"):
        assert f'<span lang="ja">{cast.supervisor.staff.name}</span>.' in told(row)
    for name in ("director", "two_positions/director"):
        with as_owner():
            Block.objects.using("owner").create(
                case_id=row.case_id,
                staff_id=cast.positions[name].staff_id,
                blocked_by=cast.supervisor,
                created_at=clock.now(),
            )
    with acting_as(cast.caseworker):
        assert told(row) == f"起案しました。{cast.supervisor.staff.name}の決裁を待っています。"
    with as_owner():
        Delegation.objects.using("owner").all().delete()
    with acting_as(cast.caseworker):
        assert told(row) == "起案しました。決裁できる人がいません。SVに連絡してください。"


def decide(
    cast: Cast, row: ClosingDecision, name: str = "director", verdict: Verdict = Verdict.APPROVE, **more: Any
) -> ClosingDecision:
    with acting_as(cast.positions[name]):
        return CLOSING.decide(row, verdict, by=cast.positions[name], **more)


def closed(cast: Cast, case: Case | None = None) -> Case:
    return decide(cast, a_closing(cast, case)).case


def test_approved_by_the_director(cast: Cast) -> None:
    row = a_closing(cast)
    with acting_as(cast.director):
        assert Notice.objects.filter(kind=NoticeKind.DECISION_WAITING, position=cast.director).count() == 1
        assert waiting_for(CLOSING, cast.director) == [row]
    decide(cast, row)
    with acting_as(cast.director):
        assert not waiting_for(CLOSING, cast.director)
    with acting_as(cast.caseworker):
        row = ClosingDecision.objects.select_related("case").get()
        assert (row.state, row.decided_person) == (State.APPROVED, cast.director.staff)
        assert (row.case.stage, row.case.closed_at) == (Stage.CLOSED, row.decided_at)
        assert [reveal(row, name) for name in TEXTS] == list(TEXTS.values())
        assert Notice.objects.filter(kind=NoticeKind.DECISION_APPROVED, position=cast.caseworker).count() == 1
        with pytest.raises(Refused, match="closed"):
            check_may_edit(row.case, cast.caseworker)


@pytest.mark.parametrize(
    "name", ["caseworker", "supervisor", "stranger_director", "stranger", "police", "duty"]
)
def test_not_decided_by(cast: Cast, name: str) -> None:
    row = a_closing(cast)
    with pytest.raises(Refused):
        decide(cast, row, name)


@pytest.mark.parametrize("name", ["director", "duty", "colleague", "stranger", "police"])
def test_not_drafted_by(cast: Cast, name: str) -> None:
    case = a_case(cast)
    with acting_as(cast.positions[name]), pytest.raises(Refused):
        actions.draft_closing(case, **TEXTS, by=cast.positions[name])


def test_one_person_in_two_positions_is_one_person(cast: Cast) -> None:
    row = a_closing(cast, a_case(cast, lead="two_positions"), by="two_positions")
    other = cast.positions["two_positions/director"]
    with acting_as(other):
        assert not waiting_for(CLOSING, other)
    with pytest.raises(Refused, match="own_draft"):
        decide(cast, row, "two_positions/director")
    with (
        acting_as(other),
        pytest.raises(IntegrityError, match="closing_takes_two"),
        transaction.atomic(),
    ):
        connection.cursor().execute(SIGN)


def test_recorded_by_mistake_needs_no_look_at_the_child(cast: Cast) -> None:
    """Nothing else is closed while the limit runs; the decision ends it, and no draft does."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        clocks.start(case, ClockKind.SAFETY, started_at=clock.now(), by=cast.caseworker)
        for kind in ClosingReason:
            if kind is not ClosingReason.MISTAKE:
                with pytest.raises(Refused, match="clock"):
                    actions.draft_closing(case, **{**TEXTS, "kind": kind}, by=cast.caseworker)
        row = actions.draft_closing(case, **{**TEXTS, "kind": ClosingReason.MISTAKE}, by=cast.caseworker)
        assert running_of(case, ClockKind.SAFETY) is not None
    assert decide(cast, row).case.stage == Stage.CLOSED
    with acting_as(cast.caseworker):
        (limit,) = clocks_of(case)
        assert limit.state == "ended"


@pytest.mark.parametrize(("ends_in", "may"), [(0, True), (-1, False)])
def test_a_delegate_decides_until_the_last_day(cast: Cast, ends_in: int, may: bool) -> None:
    row, day = a_closing(cast), clock.today()
    days = {"starts_on": day - timedelta(days=3), "ends_on": day + timedelta(days=ends_in)}
    delegated(cast, cast.supervisor, codes.CLOSING, **days)
    with acting_as(cast.supervisor):
        assert waiting_for(CLOSING, cast.supervisor) == ([row] if may else [])
    if may:
        assert decide(cast, row, "supervisor").case.stage == Stage.CLOSED
        return
    with pytest.raises(Refused, match="not_decider"):
        decide(cast, row, "supervisor")
    with acting_as(cast.supervisor), pytest.raises(IntegrityError, match="decide"), transaction.atomic():
        connection.cursor().execute(SIGN)


def test_returned_with_a_note_and_drafted_anew(cast: Cast) -> None:
    row = a_closing(cast)
    with pytest.raises(Refused, match="drafted"):
        a_closing(cast, row.case)
    with pytest.raises(Refused, match="note"):
        decide(cast, row, verdict=Verdict.RETURN)
    decide(cast, row, verdict=Verdict.RETURN, note="見守りの分担を書くこと")
    with acting_as(cast.caseworker):
        assert Case.objects.get().stage == Stage.RECEPTION
        assert list(came_back_to(CLOSING, cast.caseworker)) == [row]
    with pytest.raises(Refused, match="decided"):
        decide(cast, row)
    again = a_closing(cast, row.case)
    with acting_as(cast.caseworker):
        assert not came_back_to(CLOSING, cast.caseworker).exists()
    assert decide(cast, again).case.stage == Stage.CLOSED
    with pytest.raises(Refused, match="closed"):
        a_closing(cast, row.case)


# --- What has to be finished first -------------------------------------------------------------------------------------


def _custody(cast: Cast, case: Case) -> None:
    custody.decide(cast, custody.a_draft(cast, case, consent=Consent.CONSENTS))


def _custody_drafted(cast: Cast, case: Case) -> None:
    custody.a_draft(cast, case)


def _unheard(cast: Cast, case: Case) -> None:
    """Custody decided orally and ended, of which the child has still to be heard on the end."""
    _custody(cast, case)
    with acting_as(cast.caseworker):
        end = custody.end_facts(opinion=Opinion(Heard.AFTER, why="眠っていた"))
        row = draft_end(case, end, by=cast.caseworker)
    custody.decide(cast, row)


def _clock(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        clocks.start(case, ClockKind.WARRANT, started_at=clock.now(), by=cast.caseworker)


def _report_drafted(cast: Cast, case: Case) -> None:
    steps.confirmed(cast, case)
    steps.drafted(cast, case)


def _report_sent(cast: Cast, case: Case) -> None:
    steps.confirmed(cast, case)
    steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))


def _exception_asked(cast: Cast, case: Case) -> None:
    steps.excepted(cast, case, approve=False)


def _duty(cast: Cast, case: Case) -> None:
    steps.excepted(cast, case)


GOES_ON: dict[str, tuple[Callable[[Cast, Case], None], str]] = {
    "custody": (_custody, "open"),
    "a draft on custody": (_custody_drafted, "open"),
    "a child to be heard": (_unheard, "open"),
    "a time limit": (_clock, "clock"),
    "a report drafted": (_report_drafted, "open"),
    "a report sent": (_report_sent, "open"),
    "an exception asked for": (_exception_asked, "open"),
    "a duty": (_duty, "open"),
}


@pytest.mark.parametrize("what", GOES_ON)
def test_open_work_prevents_the_closing(cast: Cast, what: str) -> None:
    begin, code = GOES_ON[what]
    waiting = a_closing(cast)  # drafted before it began: it is not approved then, and can still be returned
    begin(cast, waiting.case)
    with pytest.raises(Refused, match=code):
        decide(cast, waiting)
    page = signed_in(cast.director).get(CLOSING.url(waiting))
    assert str(page.context["not_approve"]) in page.content.decode()
    assert not page.context["not_decide"]
    decide(cast, waiting, verdict=Verdict.RETURN, note="先に処理すること")
    with pytest.raises(Refused, match=code):
        a_closing(cast, waiting.case)
    grey = signed_in(cast.caseworker).get(f"/cases/{waiting.case_id}/manage/").content.decode()
    assert str(page.context["not_approve"]) in grey
    assert f"/cases/{waiting.case_id}/closing/new/" not in grey


def test_the_way_out_of_a_report_and_a_duty(cast: Cast) -> None:
    case = a_case(cast)
    _report_sent(cast, case)
    with acting_as(cast.caseworker):
        disclosures.close_report(Disclosure.objects.get(), by=cast.caseworker)
    assert closed(cast, case).stage == Stage.CLOSED


# --- The database by itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_raw_sql_closes_nothing(cast: Cast, name: str) -> None:
    a_closing(cast)
    with (
        acting_as(cast.positions[name]),
        pytest.raises(IntegrityError, match="by a decision"),
        transaction.atomic(),
    ):
        connection.cursor().execute(CLOSE)


def test_raw_sql_cannot_sign_for_another_person(cast: Cast) -> None:
    a_closing(cast)
    with acting_as(cast.supervisor), pytest.raises(IntegrityError, match="decide"), transaction.atomic():
        connection.cursor().execute(f"{SIGN}, decided_by_id = %s", [cast.director.pk])


def test_an_approval_is_not_kept_for_later(cast: Cast) -> None:
    a_closing(cast)
    with acting_as(cast.director):
        connection.cursor().execute(SIGN)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="by a decision"),
        transaction.atomic(),
    ):
        connection.cursor().execute(CLOSE)


@pytest.mark.parametrize("what", ["custody", "a time limit"])
def test_raw_sql_of_the_decider_closes_nothing_that_goes_on(cast: Cast, what: str) -> None:
    row = a_closing(cast)
    GOES_ON[what][0](cast, row.case)
    with acting_as(cast.director):
        connection.cursor().execute(SIGN)
        with pytest.raises(IntegrityError, match="by a decision"), transaction.atomic():
            connection.cursor().execute(CLOSE)


@pytest.mark.parametrize("change", ["stage = 'support'", "closed_at = NULL", "closed_at = '2020-01-01'"])
def test_raw_sql_opens_nothing_again(cast: Cast, change: str) -> None:
    closed(cast)
    with (
        every_column("cases_case"),
        acting_as(cast.director),
        pytest.raises(IntegrityError, match="cannot be opened again"),
        transaction.atomic(),
    ):
        connection.cursor().execute(f"UPDATE cases_case SET {change}")


@pytest.mark.parametrize(
    "change", ["reason = reason || 'x'", "kind = reason", "note = reason", "approved = NULL"]
)
def test_a_draft_cannot_be_changed_by_raw_sql(cast: Cast, change: str) -> None:
    closed(cast)
    with (
        every_column("cases_closingdecision"),
        acting_as(cast.director),
        pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        transaction.atomic(),
    ):
        connection.cursor().execute(f"UPDATE cases_closingdecision SET {change}")


def test_nothing_grave_begins_on_a_closed_case_where_the_page_is_stale(cast: Cast) -> None:
    stale = a_case(cast)
    steps.confirmed(cast, stale)
    closed(cast, stale)
    assert stale.stage != Stage.CLOSED
    begins = (_custody_drafted, _clock, _exception_asked, _report_only)
    for begin in begins:
        with pytest.raises(IntegrityError, match="case is closed"):
            begin(cast, stale)


def _report_only(cast: Cast, case: Case) -> None:
    steps.drafted(cast, case)


# --- Afterwards --------------------------------------------------------------------------------------------------------


def test_a_withdrawal_works_on_a_closed_case(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    closed(cast, case)
    worker = signed_in(cast.caseworker)
    path = reverse("intention_withdraw", args=[case.pk, intention.pk])
    assert path in worker.get(f"/cases/{case.pk}/wishes/").content.decode()
    assert worker.post(path).status_code == 302
    with acting_as(cast.caseworker):
        consent.explain_withdrawal(intention, reason="やめたい（架空）", by=cast.caseworker)
        intention.refresh_from_db()
        assert intention.withdrawn_at is not None
        assert reveal(intention, "withdrawal_reason") == "やめたい（架空）"


def test_a_look_on_a_closed_case_is_reviewed_and_a_contact_recorded(cast: Cast) -> None:
    case = closed(cast)
    with acting_as(cast.duty):
        grant = records.break_glass(case.pk, "夜間の電話（架空）", by=cast.duty)
    address = reverse("glass_review", args=[case.pk, grant.pk])
    review = signed_in(cast.supervisor).post(address, {"finding": "proper"})
    assert review.status_code == 302
    with acting_as(cast.supervisor):
        assert Grant.objects.get(pk=grant.pk).reviewed_at is not None
    with acting_as(cast.caseworker):
        texts = {"happened_at": clock.now().isoformat(), "who": "当直", "basis": "emergency", "said": "架空"}
        assert police.record_contact(case, texts, by=cast.caseworker).case_id == case.pk


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_the_team_reads_it_and_its_access_log(cast: Cast, name: str) -> None:
    case = closed(cast)
    client = signed_in(cast.positions[name])
    page = client.get(f"/cases/{case.pk}/manage/").content.decode()
    assert TEXTS["reason"] in page
    assert f"/cases/{case.pk}/closing/new/" not in page
    for path in ("looks/", "changes/", "progress/"):
        assert client.get(f"/cases/{case.pk}/{path}").status_code == 200, path
    assert case.number in client.get("/cases/?state=closed").content.decode()
    assert case.number not in client.get("/cases/").content.decode()


# --- The pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_drafted_returned_and_approved_on_the_pages(cast: Cast, language: str) -> None:
    case, headers = a_case(cast), {"accept-language": language}
    worker, director = signed_in(cast.caseworker, headers=headers), signed_in(cast.director, headers=headers)
    path = f"/cases/{case.pk}/closing/new/"
    assert path in worker.get(f"/cases/{case.pk}/manage/").content.decode()
    assert worker.post(path, {"kind": "finished"}).context["form"].errors
    assert worker.post(path, TEXTS)["Location"] == f"/cases/{case.pk}/manage/#closing"
    with acting_as(cast.caseworker):
        row = ClosingDecision.objects.get()
    two_tabs = f"{path}?from={row.pk}&version={row.version}"
    assert worker.post(two_tabs, {**TEXTS, "child_told": "「またね」"}).status_code == 302
    older = worker.post(two_tabs, {**TEXTS, "child_told": "「元気でね」"})
    assert older.context["form"].non_field_errors()
    assert "「元気でね」" in older.content.decode()
    assert worker.post(f"{path}?from={row.pk}&version={row.version + 1}", TEXTS).status_code == 302
    decision, read = CLOSING.url(row), str(row.version + 2)
    assert decision in director.get("/").content.decode()
    assert TEXTS["reason"] in director.get(decision).content.decode()
    own = worker.post(decision, {"verdict": "approve", "version": read, "note": ""})
    assert own.context["form"].non_field_errors()
    assert director.post(decision, {"verdict": "return", "version": read, "note": ""}).status_code == 200
    assert (
        director.post(decision, {"verdict": "return", "version": read, "note": "見守りの分担"}).status_code
        == 302
    )
    assert decision in worker.get("/").content.decode()
    assert f"{path}?from={row.pk}" in worker.get(decision).content.decode()
    again = worker.get(f"{path}?from={row.pk}")
    assert "見守りの分担" in again.content.decode()
    assert again.context["form"]["reason"].value() == TEXTS["reason"]
    assert worker.post(path, TEXTS).status_code == 302
    with acting_as(cast.caseworker):
        row = ClosingDecision.objects.get(decided_at=None)
    assert (
        director.post(CLOSING.url(row), {"verdict": "approve", "version": "1", "note": ""}).status_code == 302
    )
    with acting_as(cast.caseworker):
        assert Case.objects.get().stage == Stage.CLOSED
    assert worker.post(path, TEXTS).context["form"].non_field_errors()
    assert signed_in(cast.stranger).get(decision).status_code == 404


def test_a_decision_of_another_case_is_not_here(cast: Cast) -> None:
    row, other = a_closing(cast), a_case(cast)
    assert (
        signed_in(cast.director).get(CLOSING.url(row).replace(str(row.case_id), str(other.pk))).status_code
        == 404
    )
