"""The family court approves a placement and its renewal, each for two years at most (児童福祉法28条)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, last_day
from cases.consents.codes import Said
from cases.placement.codes import Basis, CourtAct, PlacementKind, PlacementState
from cases.placement.models import PlacementDecision
from cases.placement.rules import begin_of
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.placement.placed import (
    HOME,
    TODAY,
    a_parent,
    by_court,
    decided,
    draft,
    draft_renewal,
    says,
    settle,
    steps_court,
)
from tests.unit.cases.placement.test_placement import DAY, chips, state_of, step_urls
from tests.unit.referrals.pages import in_english


def term(cast: Cast, row: PlacementDecision) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.running().get(case=row.case_id, kind=ClockKind.PLACEMENT_TERM)


def test_by_the_court_against_the_will_and_for_two_years_at_most(cast: Cast) -> None:
    """児童福祉法28条1項, 2項."""
    row = by_court(cast)
    limit = term(cast, row)
    assert limit.started_at == begin_of(row.effective_on)
    assert limit.due_at.astimezone(JAPAN).date() == last_day(TODAY(), 24)
    assert len(chips(cast, row)) == 1


def test_the_courts_own_day_is_stricter(cast: Cast) -> None:
    until = TODAY() + timedelta(days=200)
    assert term(cast, by_court(cast, until=until)).due_at.astimezone(JAPAN).date() == until


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 4, 1), date(2028, 3, 31)),
        (date(2028, 2, 29), date(2030, 2, 28)),
        (date(2026, 3, 1), date(2028, 2, 29)),
    ],
)
def test_two_years_are_counted_as_in_the_database(cast: Cast, first: date, last: date) -> None:
    assert last_day(first, 24) == last
    with as_owner(), connections["owner"].cursor() as owner:
        owner.execute("SELECT wall.two_years_over(%s)", [datetime.combine(first, time(9), JAPAN)])
        (over,) = owner.fetchone()
    assert over.astimezone(JAPAN) == begin_of(last + DAY)


@pytest.mark.parametrize("step", [None, CourtAct.PETITION, CourtAct.REJECTED])
def test_without_the_approval_nothing_is_decided(cast: Cast, step: CourtAct | None) -> None:
    case = a_case(cast)
    says(cast, case, a_parent(cast, case), Said.OBJECTS)
    if step is not None:
        steps_court(cast, case, CourtAct.PETITION)
    if step is CourtAct.REJECTED:
        steps_court(cast, case, CourtAct.REJECTED)
    waiting = draft(cast, case, basis=Basis.COURT)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)


def test_the_court_approves_kinds(cast: Cast) -> None:
    case = a_case(cast)
    steps_court(cast, case, CourtAct.PETITION)
    steps_court(cast, case, CourtAct.GRANTED, kinds=[PlacementKind.FOSTER])
    waiting = draft(cast, case, basis=Basis.COURT)
    with pytest.raises(Refused, match="place_kind"):
        settle(cast, waiting)


@pytest.mark.parametrize(
    ("step", "more", "field"),
    [
        (CourtAct.GRANTED, {"kinds": []}, "kinds"),
        (CourtAct.REJECTED, {"kinds": [HOME]}, "kinds"),
        (CourtAct.GRANTED, {"kinds": [PlacementKind.INDEPENDENT]}, "kinds"),
        (CourtAct.REJECTED, {"until_day": TODAY() + DAY}, "until_day"),
        (CourtAct.GRANTED, {"until_day": TODAY()}, "until_day"),
        (CourtAct.GRANTED, {"on": TODAY() + DAY}, "step_on"),
        (CourtAct.GRANTED, {"on": TODAY() - timedelta(days=30)}, "step_on"),
        (CourtAct.RENEWAL_GRANTED, {}, "step"),
        (CourtAct.PETITION, {}, "there"),
    ],
)
def test_impossible_steps_name_their_field(
    cast: Cast, step: CourtAct, more: dict[str, Any], field: str
) -> None:
    case = a_case(cast)
    steps_court(cast, case, CourtAct.PETITION, TODAY() - timedelta(days=10 if field != "there" else 0))
    with pytest.raises(Refused) as refusal:
        steps_court(cast, case, step, more.pop("on", None), **more)
    assert refusal.value.code == field


def test_nobody_is_placed_before_the_court_approved(cast: Cast) -> None:
    case = a_case(cast)
    steps_court(cast, case, CourtAct.PETITION)
    steps_court(cast, case, CourtAct.GRANTED)
    waiting = draft(cast, case, basis=Basis.COURT, effective_on=TODAY() - DAY)
    with pytest.raises(Refused, match="effective_on"):
        settle(cast, waiting)


def test_a_term_is_renewed_from_its_end(cast: Cast) -> None:
    """児童福祉法28条2項: renewed with the court's approval, for two years again."""
    row = by_court(cast, TODAY() - timedelta(days=700))
    former = term(cast, row)
    assert reverse("placement_court", args=[row.case_id]) in step_urls(cast, row)
    waiting = draft_renewal(cast, row.case)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)
    steps_court(cast, row.case, CourtAct.RENEWAL_ASKED)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)
    steps_court(cast, row.case, CourtAct.RENEWAL_GRANTED)
    assert reverse("placement_renew", args=[row.case_id]) in step_urls(cast, row)
    renewed = settle(cast, waiting)
    again = term(cast, row)
    assert again.started_at == former.due_at + timedelta(microseconds=1) == begin_of(renewed.effective_on)
    assert again.due_at.astimezone(JAPAN).date() == last_day(renewed.effective_on, 24)
    with acting_as(cast.caseworker):
        assert Clock.objects.get(pk=former.pk).state is ClockState.MET
    assert state_of(cast, row) is PlacementState.DECIDED


def test_a_term_that_has_passed_stands_at_the_head(cast: Cast) -> None:
    """児童福祉法28条3項: while the renewal is pending the placement goes on."""
    row = by_court(cast, TODAY() - timedelta(days=800))
    page = in_english(signed_in(cast.caseworker))
    address = reverse("case", args=[row.case_id])
    assert "The court&#x27;s term of the placement has passed" in page.get(address).content.decode()
    steps_court(cast, row.case, CourtAct.RENEWAL_ASKED)
    assert "the renewal is pending" in page.get(address).content.decode()


def test_without_a_term_nothing_is_renewed(cast: Cast) -> None:
    with pytest.raises(Refused, match="no_term"):
        draft_renewal(cast, decided(cast).case)
