"""Every kind of decision is changed and taken back by its drafter, and returned or refused with a reason; the database
sees to it."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Act
from agencies.staff.rules import Refused
from cases.closing.actions import CLOSING, draft_closing
from cases.conferences.actions import ITEM, draft_minutes
from cases.conferences.queries import items_of
from cases.custody.actions import END, START, draft_end, draft_start
from cases.decisions.actions import Decision, declared, named
from cases.decisions.codes import BADGES, LEADS_TO, MOVES, State, Verdict
from cases.decisions.models import CaseAct
from cases.decisions.queries import CAME_BACK, came_back_to
from cases.decisions.rules import check_move
from cases.intake.codes import ReceiptKind
from cases.interviews.actions import SECOND, draft_second
from cases.interviews.codes import InterviewKind
from cases.receipts.actions import OUTCOME, draft_outcome
from cases.receipts.queries import receipts_of
from cases.receipts.received import CORRECTION, draft_correction
from cases.records.codes import Urgency
from cases.track.actions import CHANGE, draft_change
from referrals.consent.actions import EXCEPTION, request_exception
from referrals.consent.codes import Ground
from referrals.disclosures.actions import REPORT, draft_report, edit_draft
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import PackageItem
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case, waiting_for
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.cases.closing.test_closing import TEXTS, a_closing
from tests.unit.cases.conferences.test_conferences import before, minutes
from tests.unit.cases.conferences.test_conferences import draft as drafted_minutes
from tests.unit.cases.custody.test_actions import a_draft, end_facts, in_custody, said, start_facts
from tests.unit.cases.decisions.further import FURTHER
from tests.unit.cases.interviews.test_interviews import REASONS, record
from tests.unit.cases.receipts.test_receipts import ADVISED, a_receipt
from tests.unit.cases.receipts.test_receipts import drafted as drafted_outcome
from tests.unit.referrals import steps

Drafting = Callable[[Cast], CaseAct]


def a_start(cast: Cast) -> CaseAct:
    return a_draft(cast)


def an_end(cast: Cast) -> CaseAct:
    start = in_custody(cast)
    with acting_as(cast.caseworker):
        return draft_end(start.case, end_facts(), by=cast.caseworker)


def changed(cast: Cast, kind: Decision[Any], row: Any, by: str = "caseworker") -> Any:
    """The draft written anew by ``by``, with another reason."""
    who, reason = cast.positions[by], "書き直した理由（架空）"
    with acting_as(who):
        if kind is EXCEPTION:
            return request_exception(
                row.case, **ASKED, reason=reason, recipient=row.recipient, by=who, earlier=row
            )
        if kind is REPORT and row.state is State.WAITING:
            texts = dict.fromkeys(row.items, reason)
            return edit_draft(row, texts=texts, urgency=Urgency.A, due_at=row.due_at, by=who)
        if kind is REPORT:
            told = {"texts": dict.fromkeys(row.items, reason), "urgency": Urgency.A, "due_at": row.due_at}
            paper_kind = PaperKind(row.paper_kind)
            return draft_report(
                row.case, recipient=row.recipient, paper_kind=paper_kind, by=who, earlier=row, **told
            )
        if kind is START:
            return draft_start(row.case, start_facts(reason=reason), by=who, earlier=row)
        if kind is END:
            return draft_end(row.case, end_facts(reason=reason), by=who, earlier=row)
        return _changed_again(kind, row, reason, who)


def _changed_again(kind: Decision[Any], row: Any, reason: str, who: Position) -> Any:
    if kind is OUTCOME:
        facts = replace(ADVISED, reason=reason)
        return draft_outcome(row.case, receipts_of(row.case)[0], facts, by=who, earlier=row)
    if kind is CHANGE:
        return draft_change(row.case, reason, by=who, earlier=row)
    if kind is CORRECTION:
        receipt = receipts_of(row.case)[0]
        return draft_correction(row.case, receipt, row.corrected_at, reason, by=who, earlier=row)
    if kind is SECOND:
        return draft_second(row.case, replace(REASONS, harm=reason), by=who, earlier=row)
    return _changed_there(kind, row, reason, who)


def _changed_there(kind: Decision[Any], row: Any, reason: str, who: Position) -> Any:
    if kind is ITEM:
        said = minutes(reasons=reason)
        return draft_minutes(row.case, items_of(row.case)[0], said, by=who, earlier=row)
    if kind.act.value in FURTHER:
        return FURTHER[kind.act.value][2](row, reason, who)
    return draft_closing(row.case, **{**TEXTS, "reason": reason}, by=who, earlier=row)


def an_exception(cast: Cast) -> CaseAct:
    return steps.excepted(cast, a_case(cast), approve=False)


def a_report(cast: Cast) -> CaseAct:
    case = a_case(cast)
    steps.confirmed(cast, case)
    return steps.drafted(cast, case)


def an_outcome(cast: Cast) -> CaseAct:
    return drafted_outcome(cast, a_receipt(cast, ReceiptKind.CONSULTATION))


def a_change(cast: Cast) -> CaseAct:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        return draft_change(case, "理由（架空）", by=cast.caseworker)


def a_correction(cast: Cast) -> CaseAct:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.caseworker):
        receipt = receipts_of(case)[0]
        came_at = receipt.received_at - timedelta(minutes=5)
        return draft_correction(case, receipt, came_at, "電話受付簿で確認（架空）", by=cast.caseworker)


def a_second(cast: Cast) -> CaseAct:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    with acting_as(cast.caseworker):
        return draft_second(case, REASONS, by=cast.caseworker)


def an_item(cast: Cast) -> CaseAct:
    """Of a conference that the director chaired: where another did, its signature comes first (test_chair)."""
    return drafted_minutes(cast, before(cast, chair="director"))


ASKED: dict[str, Any] = {"ground": Ground.DANGER, "items": steps.ITEMS, "condition": ""}
KINDS: dict[str, tuple[Decision[Any], Drafting]] = {
    "custody_start": (START, a_start),
    "custody_end": (END, an_end),
    "closing": (CLOSING, a_closing),
    "exception": (EXCEPTION, an_exception),
    "police_report": (REPORT, a_report),
    "receipt_outcome": (OUTCOME, an_outcome),
    "track_change": (CHANGE, a_change),
    "received_correction": (CORRECTION, a_correction),
    "second_interview": (SECOND, a_second),
    "conference_item": (ITEM, an_item),
    **{act: (kind, draft) for act, (kind, draft, _anew) in FURTHER.items()},
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Decision[Any]:
    return KINDS[request.param][0]


@pytest.fixture
def row(cast: Cast, kind: Decision[Any]) -> CaseAct:
    return KINDS[kind.act.value][1](cast)


def decided(cast: Cast, kind: Decision[Any], row: CaseAct, verdict: Verdict, note: str = "理由") -> Any:
    with acting_as(cast.director):
        return kind.decide(row, verdict, by=cast.director, note=note)


WORD = {
    "second_interview": "harm",
    "conference_item": "reasons",
    "acceptance": "decision",
    "judgement": "view",
    "counseling_plan": "needs",
    "guideline": "support_why",
    "guideline_review": "assessment",
    "counseling_end": "report",
}
"""Where the reason of a draft is not called so."""


def written(kind: Decision[Any], row: CaseAct) -> str | None:
    """What the drafter wrote, as it is stored now."""
    if kind is REPORT:
        return reveal(PackageItem.objects.filter(disclosure_id=row.pk).latest("item"), "content")
    return reveal(kind.model.objects.get(pk=row.pk), WORD.get(kind.act.value, "reason"))


def sql(kind: Decision[Any], change: str) -> None:
    """The change as raw SQL. A report keeps its texts in its package: there it is the urgency that is written over."""
    if kind is REPORT:
        change = change.replace("reason = reason || 'x'", "urgency = 'C'")
    word = WORD.get(kind.act.value, "reason")
    change = change.replace("reason = reason ||", f"{word} = {word} ||")
    with transaction.atomic():
        connection.cursor().execute(
            f"UPDATE {kind.model._meta.db_table} SET {change} WHERE decided_at IS NULL"
        )


def test_every_declared_kind_is_tried_here() -> None:
    of_police = {"support_designation", "support_release"}  # tests/unit/cases/support/test_plan.py
    assert {kind.act.value for kind in declared()} == set(KINDS) | of_police
    with pytest.raises(KeyError):
        named("something else")
    with pytest.raises(ValueError, match="two acts"):
        Act("closing", "")


def test_the_drafter_changes_it_while_it_waits(cast: Cast, kind: Decision[Any], row: CaseAct) -> None:
    again = changed(cast, kind, row)
    read, now = row.version, again.version
    assert (again.pk, again.state) == (row.pk, State.WAITING)
    assert now > read
    with pytest.raises(Refused, match="stale"):  # another page, opened before that change
        changed(cast, kind, row)
    told = cast.supervisor if kind.act.by_line else cast.director
    with acting_as(told):
        notice = Notice.objects.get(kind=NoticeKind.DECISION_WAITING, position=told, path=kind.url(row))
        assert notice.count == 2
    with acting_as(cast.director):
        assert written(kind, row) == "書き直した理由（架空）"
        with pytest.raises(Refused, match="stale"):
            kind.decide(row, Verdict.APPROVE, by=cast.director, version=read)
        kind.decide(row, Verdict.APPROVE, by=cast.director, version=now)
    with pytest.raises(Refused, match=r"decided|in_custody|closed|not_returned|one_open_report|no_item"):
        changed(cast, kind, again)


def test_the_drafter_takes_it_back(cast: Cast, kind: Decision[Any], row: CaseAct) -> None:
    with acting_as(cast.caseworker):
        assert kind.take_back(row, by=cast.caseworker).state is State.TAKEN_BACK
        with pytest.raises(Refused, match="closed"):
            kind.take_back(row, by=cast.caseworker)
    with acting_as(cast.director):
        assert waiting_for(kind, cast.director) == []
        fresh = kind.model.objects.get(pk=row.pk)
        assert fresh.taken_back_at is not None
    with pytest.raises(Refused, match="closed"):
        decided(cast, kind, row, Verdict.APPROVE)
    again = KINDS[kind.act.value][0].begin
    with acting_as(cast.caseworker):
        assert (
            again(row.case, cast.caseworker, clock.now()).pk != row.pk
        )  # nothing waits: another can be drafted


TOLD = {
    Verdict.RETURN: NoticeKind.DECISION_RETURNED,
    Verdict.REFUSE: NoticeKind.DECISION_REFUSED,
}


@pytest.mark.parametrize("verdict", [*TOLD])
def test_not_approved_with_a_reason(cast: Cast, kind: Decision[Any], row: CaseAct, verdict: Verdict) -> None:
    with pytest.raises(Refused, match="note"):
        decided(cast, kind, row, verdict, note=" ")
    after = decided(cast, kind, row, verdict)
    assert after.state is LEADS_TO[verdict]
    with acting_as(cast.caseworker):
        assert list(came_back_to(kind, cast.caseworker)) == [row]
        told = Notice.objects.filter(position=cast.caseworker, path=kind.url(row))
        assert {one.kind for one in told if one.kind.startswith("decision_")} == {TOLD[verdict]}
    home = signed_in(cast.caseworker).get("/").content.decode()
    assert kind.url(row) in home
    if verdict is Verdict.REFUSE:
        with pytest.raises(Refused, match="no_item" if kind is ITEM else "not_returned"):
            changed(cast, kind, after)
        return
    again = changed(cast, kind, after)
    assert (again.replaces, again == row) == (row, False)
    with acting_as(cast.caseworker):
        assert not came_back_to(kind, cast.caseworker).exists()


def test_what_one_drafted_waits_for_another_director(cast: Cast) -> None:
    """One person may hold two positions, and still decides nothing of their own."""
    by = cast.positions["two_positions"]
    case = a_case(cast, lead="two_positions")
    with acting_as(by):
        row = draft_start(case, start_facts(), by=by)
    for director, waits in ((cast.positions["two_positions/director"], []), (cast.director, [row])):
        with acting_as(director):
            assert waiting_for(START, director) == waits


def test_what_came_back_long_ago_is_not_on_the_page_any_more(
    cast: Cast, kind: Decision[Any], row: CaseAct
) -> None:
    decided(cast, kind, row, Verdict.RETURN)
    with acting_as(cast.caseworker), clock.moved_to(clock.now() + CAME_BACK):
        assert not came_back_to(kind, cast.caseworker).exists()


def test_only_the_drafter_changes_a_draft_or_takes_it_back(
    cast: Cast, kind: Decision[Any], row: CaseAct
) -> None:
    for name in ("supervisor", "director"):
        by = cast.positions[name]
        with pytest.raises(Refused, match="not_drafter"):
            changed(cast, kind, row, name)
        with acting_as(by):
            with pytest.raises(Refused, match="not_drafter"):
                kind.take_back(row, by=by)
            for change in ("reason = reason || 'x'", "taken_back_at = now()"):
                with pytest.raises(DatabaseError, match="only its drafter"):
                    sql(kind, change)


def test_raw_sql_of_the_decider_changes_no_draft(cast: Cast, kind: Decision[Any], row: CaseAct) -> None:
    for change in (
        "decided_at = now(), approved = true, reason = reason || 'x'",
        "refused = true",
        "taken_back_at = now(), decided_at = now(), approved = true",
        "version = 7",
    ):
        with every_column(kind.model._meta.db_table), acting_as(cast.director), pytest.raises(DatabaseError):
            sql(kind, change)


def test_raw_sql_drafts_nothing_that_has_been_decided(cast: Cast, kind: Decision[Any], row: CaseAct) -> None:
    table = kind.model._meta.db_table
    copy = (
        f"INSERT INTO {table} SELECT r.* FROM {table} t,"
        f" jsonb_populate_record(NULL::{table}, to_jsonb(t) || %s::jsonb) r WHERE t.id = %s"
    )
    for already in ({"refused": True}, {"note": "x"}, {"taken_back_at": "2026-04-01"}):
        another = json.dumps(already | {"id": str(uuid.uuid4())})
        with acting_as(cast.caseworker), pytest.raises(DatabaseError, match="has not been decided"):
            connection.cursor().execute(copy, [another, row.pk])


@pytest.mark.parametrize("verdict", list(Verdict))
def test_raw_sql_changes_no_decision(cast: Cast, kind: Decision[Any], row: CaseAct, verdict: Verdict) -> None:
    decided(cast, kind, row, verdict)
    table = kind.model._meta.db_table
    for who in (cast.caseworker, cast.director):
        for change in (
            "approved = NOT approved",
            "note = 'x'",
            "refused = NOT refused",
            "taken_back_at = now()",
        ):
            with acting_as(who), pytest.raises(DatabaseError), transaction.atomic():
                connection.cursor().execute(f"UPDATE {table} SET {change} WHERE id = %s", [row.pk])


def test_what_was_taken_back_is_not_decided_by_raw_sql(cast: Cast, kind: Decision[Any], row: CaseAct) -> None:
    with acting_as(cast.caseworker):
        kind.take_back(row, by=cast.caseworker)
    with acting_as(cast.director), pytest.raises(DatabaseError, match=r"final|stays|cannot be changed"):
        sql(kind, "decided_at = now(), approved = true")


def test_an_oral_decision_is_neither_changed_nor_taken_back(cast: Cast) -> None:
    row = a_draft(cast, **said())
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="oral"):
            draft_start(row.case, start_facts(), by=cast.caseworker, earlier=row)
        with pytest.raises(Refused, match="oral"):
            START.take_back(row, by=cast.caseworker)
        for change in ("reason = reason || 'x'", "taken_back_at = now()"):
            with pytest.raises(DatabaseError, match=r"stays|cannot be changed"):
                sql(START, change)


def test_the_table_of_moves_is_obeyed() -> None:
    assert set(MOVES) == set(BADGES) == set(State)
    for state, following in MOVES.items():
        row, now = _in_state(state), start_facts().effective_at
        assert row.state_at(now) is state
        for to in State:
            if to in following:
                check_move(row, to, now)
            else:
                with pytest.raises(Refused):
                    check_move(row, to, now)


def _in_state(state: State) -> CaseAct:
    now = start_facts().effective_at
    row = START.model(effective_at=now)
    if state is State.TAKEN_BACK:
        row.taken_back_at = now
    elif state is not State.WAITING:
        row.decided_at, row.approved = now, state in (State.APPROVED, State.ENDED)
        row.refused = state is State.REFUSED
        row.ended_at = now if state is State.ENDED else None
    return row


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_offers_each_reader_what_is_theirs(
    cast: Cast, kind: Decision[Any], row: CaseAct, language: str
) -> None:
    headers = {"accept-language": language}
    path, back = kind.url(row), reverse("decision_take_back", args=[row.case_id, kind.act.value, row.pk])
    drafter, director = signed_in(cast.caseworker, headers=headers), signed_in(cast.director, headers=headers)
    page = drafter.get(path).content.decode()
    form = f"{reverse(kind.form_url, args=[row.case_id])}?from={row.pk}"
    assert f"{form}&amp;version={row.version}" in page
    opened = drafter.get(f"{form}&version={row.version}", follow=True)
    assert 'class="form-card"' in opened.content.decode(), "the form that changes it"
    assert drafter.get(f"{form}&version=9{'9' * 5000}", follow=True).status_code == 200
    assert back in page
    assert 'value="approve"' not in page
    page = director.get(path).content.decode()
    assert back not in page
    assert all(f'value="{verdict}"' in page for verdict in Verdict)
    assert (
        director.post(path, {"verdict": "refuse", "version": str(row.version), "note": " "})
        .context["form"]["note"]
        .errors
    )
    assert director.post(path, {"verdict": "x", "version": str(row.version)}).context["form"].errors
    assert director.post(back).status_code in (302, 403, 404)
    assert drafter.post(back).status_code == 302
    stale = director.post(path, {"verdict": "approve", "version": str(row.version)})
    assert stale.context["form"].non_field_errors()
    with acting_as(cast.director):
        assert kind.model.objects.get(pk=row.pk).state is State.TAKEN_BACK


def test_addresses_of_other_kinds_and_cases_do_not_exist(cast: Cast) -> None:
    row, other = a_closing(cast), a_case(cast)
    client = signed_in(cast.director)
    for case, act, pk in (
        (other.pk, "closing", row.pk),
        (row.case_id, "custody_start", row.pk),
        (row.case_id, "nonsense", row.pk),
        (row.case_id, "closing", row.case_id),
    ):
        assert client.get(reverse("decision", args=[case, act, pk])).status_code == 404
