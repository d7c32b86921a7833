"""What somebody has to do until a day that no law sets: who does it, who may not, and what becomes of it when its owner leaves.

The exception to the child's intention leaves two; a room of the test's own leaves one too.
"""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.closing import rules as closing
from cases.closing.codes import ClosingReason
from cases.duties import actions
from cases.duties.codes import DutyKind, choices
from cases.duties.models import Duty
from cases.duties.queries import duties_after, duties_open_for, open_duties_of
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case, Grant
from desk.audit.labels import value_label
from face.lines import Line
from referrals.consent.codes import DutyCode
from security import rooms
from security.rooms import Room
from security.signin import parked
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

DONE = "UPDATE cases_duty SET done_at = now(), note = 'x' WHERE id = %s"
TAKEN = "UPDATE cases_duty SET owner_id = %s WHERE id = %s"
CALL = DutyKind(
    code="call_back",
    label="call back",
    days=lambda _office: 3,
    after=lambda case, cause: Line(f"/{case}/{cause}/", "a call"),
)


@pytest.fixture
def own_kind(monkeypatch: pytest.MonkeyPatch) -> DutyKind:
    """A kind that a new room declares, which no other wing knows."""
    monkeypatch.setitem(rooms._rooms, "tests.calls", Room(duties=(CALL,)))
    return CALL


def after_exception(cast: Cast) -> tuple[Case, dict[str, Duty]]:
    """An approved exception's two duties, by their kind."""
    case = a_case(cast)
    cause = steps.excepted(cast, case).pk
    with acting_as(cast.director):
        return case, {row.kind: row for row in duties_after(case.pk, cause)}


def a_call(cast: Cast, *, owner: str = "supervisor", barred: tuple[uuid.UUID, ...] = ()) -> Duty:
    """The test room's duty, left by the caseworker."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        return actions.leave_duty(
            case, CALL, cause=uuid.uuid4(), owner=cast.positions[owner].pk, barred=barred
        )


def leave(position: Position) -> None:
    """The position ended yesterday."""
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )


# --- Who does it -------------------------------------------------------------------------------------------------------


def test_the_review_is_another_persons(cast: Cast) -> None:
    _case, found = after_exception(cast)
    review = found[DutyCode.REVIEW]
    assert review.owner_id == cast.supervisor.pk
    assert set(review.barred) == {cast.caseworker.staff_id, cast.director.staff_id}
    for name in ("caseworker", "director"):
        with pytest.raises(Refused) as caught, acting_as(cast.positions[name]):
            actions.fulfil_duty(review, note="自分で", by=cast.positions[name])
        assert caught.value.code == "barred"
        with pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(cast.positions[name], DONE, [review.pk])


def test_the_duty_of_a_person_who_left_is_shown_and_taken_over(cast: Cast) -> None:
    case, found = after_exception(cast)
    explain = found[DutyCode.EXPLAIN]
    leave(cast.caseworker)
    with acting_as(cast.supervisor), CaptureQueriesContext(connection) as asked:
        first, second = duties_open_for(cast.supervisor)
        assert duties_open_for(cast.supervisor, 1) == [first]
        assert duties_open_for(cast.supervisor, within=(first.due_at, second.due_at)) == [first]
    assert len(asked) == 3
    boss = pages.in_english(signed_in(cast.supervisor))
    for address in ("/duties/", f"/cases/{case.pk}/duties/{explain.pk}/"):
        assert "Has left this position" in boss.get(address).content.decode()
    assert boss.post(f"/cases/{case.pk}/duties/{explain.pk}/take-over/").status_code == 302
    with acting_as(cast.supervisor):
        assert Duty.objects.get(pk=explain.pk).owner_id == cast.supervisor.pk
        actions.fulfil_duty(explain, note="所で説明した", by=cast.supervisor)
        assert [row.kind for row in duties_open_for(cast.supervisor)] == [DutyCode.REVIEW]


def test_who_takes_no_duty_over(cast: Cast) -> None:
    _case, found = after_exception(cast)
    for name, kind, code in (
        ("caseworker", DutyCode.REVIEW, "role"),
        ("director", DutyCode.REVIEW, "barred"),
        ("supervisor", DutyCode.REVIEW, "own_duty"),
    ):
        with pytest.raises(Refused) as caught, acting_as(cast.positions[name]):
            actions.take_over_duty(found[kind], by=cast.positions[name])
        assert caught.value.code == code
    explain = found[DutyCode.EXPLAIN].pk
    for actor, owner in ((cast.supervisor, cast.colleague), (cast.director, cast.supervisor)):
        with pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(actor, TAKEN, [owner.pk, explain])
    assert raw(cast.director, TAKEN, [cast.director.pk, explain]) == 1


# --- The database by itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", ["now(), %(who)s", "now(), NULL", "NULL, %(who)s"])
def test_no_duty_begins_as_done_by_a_colleague(cast: Cast, done: str) -> None:
    after_exception(cast)
    copy = (
        "INSERT INTO cases_duty (id, case_id, cause, kind, owner_id, barred, due_at, done_at, done_by_id) SELECT"
        f" gen_random_uuid(), case_id, cause, kind, owner_id, barred, due_at, {done} FROM cases_duty LIMIT 1"
    )
    with pytest.raises(IntegrityError, match="has not been done"):
        raw(cast.caseworker, copy.replace("%(who)s", f"'{cast.supervisor.pk}'::uuid"))


def test_who_is_barred_neither_does_it_nor_takes_it_over_nor_gets_it(cast: Cast, own_kind: DutyKind) -> None:
    duty = a_call(cast, barred=(cast.director.staff_id,))
    for statement in (DONE, f"UPDATE cases_duty SET owner_id = '{cast.director.pk}' WHERE id = %s"):
        with pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(cast.director, statement, [duty.pk])
    for actor in (cast.director, cast.supervisor):
        with every_column("cases_duty"), pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(actor, "UPDATE cases_duty SET barred = '{}' WHERE id = %s", [duty.pk])
    with pytest.raises(IntegrityError, match="is barred from it"):
        a_call(cast, owner="director", barred=(cast.director.staff_id,))
    assert raw(cast.supervisor, DONE, [duty.pk]) == 1


def test_a_duty_is_done_by_its_owner_or_the_line_and_once(cast: Cast, own_kind: DutyKind) -> None:
    duty = a_call(cast)
    with acting_as(cast.supervisor):
        add_to_team(duty.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.supervisor)
    with pytest.raises(Refused) as caught, acting_as(cast.colleague):
        actions.fulfil_duty(duty, note="代わりに", by=cast.colleague)
    assert caught.value.code == "owner"
    with pytest.raises(IntegrityError, match="by its owner or a supervisor"):
        raw(cast.colleague, DONE, [duty.pk])
    for change in (
        "due_at = now() + interval '1 year'",
        "kind = 'explain_exception'",
        "cause = gen_random_uuid()",
    ):
        with every_column("cases_duty"), pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(cast.supervisor, f"UPDATE cases_duty SET {change} WHERE id = %s", [duty.pk])
    done_as = f"UPDATE cases_duty SET done_at = '2020-01-01', done_by_id = '{cast.caseworker.pk}', note = 'x' WHERE id = %s"
    assert raw(cast.director, done_as, [duty.pk]) == 1
    with acting_as(cast.director):
        row = Duty.objects.get(pk=duty.pk)
        assert row.done_by_id == cast.director.pk
        assert row.done_at is not None
        assert row.done_at.year > 2020
    with pytest.raises(IntegrityError, match="a duty is changed only by"):
        raw(cast.supervisor, DONE, [duty.pk])


# --- Kinds -------------------------------------------------------------------------------------------------------------


def test_a_new_room_leaves_a_duty_and_touches_no_other_wing(cast: Cast, own_kind: DutyKind) -> None:
    duty = a_call(cast)
    with acting_as(cast.supervisor):
        assert open_duties_of(duty.case) == duties_open_for(cast.supervisor) == [duty]
        (told,) = Notice.objects.filter(kind=NoticeKind.DUTY_OPEN)
        assert (told.position_id, told.path) == (
            cast.supervisor.pk,
            reverse("duty", args=[duty.case_id, duty.pk]),
        )
        with pytest.raises(Refused, match="open"):
            closing.check_finished(duty.case, ClosingReason.MISTAKE, clock.now())
    boss = pages.in_english(signed_in(cast.supervisor))
    # On the case's page it is a next step and stands in its card.
    times = {reverse("home"): 1, reverse("case", args=[duty.case_id]): 2, "/duties/": 1}
    for address, links in times.items():
        shown = boss.get(address).content.decode()
        assert shown.count(told.path) == links, address
        assert "call back" in shown
    page = boss.get(told.path).content.decode()
    assert f'<a href="/{duty.case_id}/{duty.cause}/">a call</a>' in page
    assert boss.post(told.path, {"note": "折り返した（架空）"}).status_code == 302
    assert "折り返した（架空）" in boss.get(told.path).content.decode()
    with acting_as(cast.supervisor):
        assert not duties_open_for(cast.supervisor)
        closing.check_finished(duty.case, ClosingReason.MISTAKE, clock.now())


def test_a_kind_that_no_room_declares_raises(cast: Cast) -> None:
    with pytest.raises(KeyError, match="call_back"):
        a_call(cast)


def test_the_kind_of_a_room_that_is_gone_is_shown_as_its_code(
    cast: Cast, own_kind: DutyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = a_call(cast)
    monkeypatch.delitem(rooms._rooms, "tests.calls")
    client = signed_in(cast.supervisor)
    for address in (
        reverse("home"),
        reverse("case", args=[duty.case_id]),
        "/duties/",
        f"/cases/{duty.case_id}/duties/{duty.pk}/",
    ):
        assert CALL.code in client.get(address).content.decode()
    assert value_label(Duty, "kind", CALL.code) == CALL.code


def test_the_access_log_says_what_a_duty_is_and_who_is_barred(cast: Cast) -> None:
    with acting_as(cast.privacy), translation.override("en"):
        assert value_label(Duty, "kind", DutyCode.REVIEW.value) == "review the exception"
        people = [str(cast.positions[name].staff_id) for name in ("caseworker", "director")]
        assert value_label(Duty, "barred", people) == "職員 caseworker, 職員 director"


def test_no_two_rooms_declare_the_same_kind() -> None:
    codes = [code for code, _label in choices()]
    assert len(codes) == len(set(codes)) >= len(DutyCode)
    assert set(DutyCode.values) <= set(codes)


def test_what_was_typed_is_kept_where_the_access_has_ended_meanwhile(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.PARKED_DIR = tmp_path
    case, duties = after_exception(cast)
    row, client = next(iter(duties.values())), signed_in(cast.caseworker)
    with as_owner():
        Grant.objects.using("owner").filter(content_object=case).update(ended_at=clock.now())
    path = reverse("duty", args=[case.pk, row.pk])
    assert client.post(path, {"note": "こう説明した（架空）"}).status_code == 404
    (kept,) = parked.forms_of(cast.caseworker.staff_id)
    assert kept.fields == [("note", "こう説明した（架空）")]
