"""A placed child is seen within the months of the office, the placement reviewed, and the eighteenth birthday is said before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN, last_day
from cases.decisions.codes import State
from cases.duties.models import Duty
from cases.placement import seen
from cases.placement.ages import adult_on, months_before
from cases.placement.codes import Basis, PlacementKind, ToTell
from cases.placement.models import PlacementVisit
from cases.records.actions import update_child
from cases.records.codes import Answer
from tests.cast import CHILD, Cast, a_case
from tests.unit.cases.placement.placed import (
    TODAY,
    decided,
    draft,
    draft_end,
    explains,
    fresh,
    parent_of,
    placed,
    settle,
)
from tests.unit.cases.placement.test_placement import DAY, chips


def open_duties(cast: Cast, kind: str) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=kind, done_at=None))


def sees(cast: Cast, row: Any, **more: Any) -> PlacementVisit:
    facts = {"seen_at": timezone.now(), "alone": Answer.YES, "words": "落ち着いている（架空）", **more}
    with acting_as(cast.caseworker):
        return seen.record_visit(fresh(row.case), by=cast.caseworker, **facts)


def test_each_visit_leaves_the_next(cast: Cast) -> None:
    row = placed(cast)
    (first,) = open_duties(cast, "placement_visit")
    assert first.due_at.astimezone(JAPAN).date() == last_day(TODAY(), 3)
    visit = sees(cast, row)
    (following,) = open_duties(cast, "placement_visit")
    assert (visit.follows, following.cause) == (first.cause, visit.pk)


def test_a_visit_is_done_by_recording_it_alone(cast: Cast) -> None:
    placed(cast)
    (duty,) = open_duties(cast, "placement_visit")
    with acting_as(cast.caseworker), pytest.raises(IntegrityError) as wall, transaction.atomic():
        connection.cursor().execute(
            "UPDATE cases_duty SET done_at = now(), done_by_id = %s, note = NULL WHERE id = %s",
            [cast.caseworker.pk, duty.pk],
        )
    assert wall.value.__cause__.diag.constraint_name == "duty_by_act"  # type: ignore[union-attr]  # psycopg's


def test_seen_after_the_child_came_and_not_in_the_future(cast: Cast) -> None:
    row = placed(cast)
    for at in (timezone.now() + DAY, timezone.now() - DAY):
        with pytest.raises(Refused, match="seen_at"):
            sees(cast, row, seen_at=at)
    with pytest.raises(Refused, match="not_placed"):
        sees(cast, decided(cast))


def test_with_the_end_nothing_is_owed_but_telling_others(cast: Cast) -> None:
    row = placed(cast)
    assert len(open_duties(cast, "placement_review")) == 1
    explains(cast, row.case, parent_of(cast, row.case))
    settle(cast, draft_end(cast, row.case, to_tell=[ToTell.POLICE, ToTell.MUNICIPALITY]))
    assert [len(open_duties(cast, f"placement_{one}")) for one in ("visit", "review", "end_told")] == [
        0,
        0,
        1,
    ]


def born(cast: Cast, row: Any, day: date) -> None:
    facts = CHILD.__class__(**{**CHILD.__dict__, "birth_date": day})
    with acting_as(cast.caseworker):
        update_child(fresh(row.case), facts, by=cast.caseworker)


def test_the_eighteenth_birthday_is_said_a_year_before_and_after_it(cast: Cast) -> None:
    """児童福祉法31条."""
    row = placed(cast)
    assert chips(cast, row) == []
    today = TODAY()
    soon = today + timedelta(days=200)
    born(cast, row, date(soon.year - 18, soon.month, min(soon.day, 28)))
    assert len(chips(cast, row)) == 1
    born(cast, row, date(today.year - 19, today.month, min(today.day, 28)))
    assert len(chips(cast, row)) == 1


def test_nobody_is_placed_after_the_eighteenth_birthday_but_on_application(cast: Cast) -> None:
    """児童福祉法4条, 33条の6."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        found = fresh(case)
    born(cast, type("Row", (), {"case": found})(), date(TODAY().year - 19, 1, 1))
    with pytest.raises(Refused, match="effective_on"):
        draft(cast, case)
    own: dict[str, Any] = {"place_kind": PlacementKind.INDEPENDENT, "basis": Basis.APPLICATION}
    assert draft(cast, case, applied_on=TODAY(), **own).state is State.WAITING


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 12, date(2026, 1, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
)
def test_months_before_a_day(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_who_was_born_on_29_february_grows_up_the_day_before(cast: Cast) -> None:
    row = decided(cast)
    born(cast, row, date(2012, 2, 29))
    with acting_as(cast.caseworker):
        assert adult_on(fresh(row.case)) == date(2030, 2, 28)
