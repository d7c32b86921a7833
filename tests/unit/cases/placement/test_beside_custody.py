"""Custody that begins while a placement goes on: neither ends the other, and the child is shown where it is (児童福祉法33条)."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.consents.codes import Said
from cases.custody import actions as custody
from cases.custody import panel as custody_panel
from cases.custody.codes import Consent, Place
from cases.custody.models import CustodyDecision
from cases.custody.queries import lasting
from cases.placement import panel, rules
from cases.placement.codes import PlacementState
from cases.placement.models import PlacementArrival, PlacementDecision
from cases.placement.queries import standing
from cases.records.codes import StayKind
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody
from tests.unit.cases.placement.placed import (
    arrives,
    by_court,
    draft_change,
    draft_end,
    explains,
    fresh,
    parent_of,
    placed,
    says,
    settle,
)
from tests.unit.cases.placement.test_placement import state_of, stay_of, step_urls
from tests.unit.cases.placement.test_seen import open_duties

HOSPITAL: dict[str, Any] = {"place_kind": Place.HOSPITAL, "place": "港病院", "place_withheld": False}


def taken(cast: Cast, row: PlacementDecision, **more: Any) -> CustodyDecision:
    with acting_as(cast.caseworker):
        case = fresh(row.case)
    return in_custody(cast, case=case, **{"consent": Consent.CONSENTS, **HOSPITAL, **more})


def released(cast: Cast, row: PlacementDecision, stays: StayKind, place: str) -> CustodyDecision:
    with acting_as(cast.caseworker):
        facts = end_facts(stay_after=stays, place=place)
        return decide(cast, custody.draft_end(fresh(row.case), facts, by=cast.caseworker))


def limits(cast: Cast, row: PlacementDecision) -> list[str]:
    with acting_as(cast.caseworker):
        return sorted(Clock.objects.running().filter(case=row.case_id).values_list("kind", flat=True))


def test_in_a_hospital_the_placement_goes_on_and_the_child_is_shown_there(cast: Cast) -> None:
    row = placed(cast)
    taken(cast, row)
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.PLACED,
        (StayKind.HOSPITAL, "港病院"),
    )
    with acting_as(cast.caseworker):
        case = fresh(row.case)
        lines = [*custody_panel.what_holds(case, cast.caseworker), *panel.what_holds(case, cast.caseworker)]
        assert len(lines) == 2
        assert str(rules.what_goes_on(case, row.drafted_at))
    assert ClockKind.CUSTODY_END in limits(cast, row)
    assert len(open_duties(cast, "placement_visit")) == 1
    assert reverse("placement_arrival", args=[row.case_id]) not in step_urls(cast, row)
    page = signed_in(cast.caseworker).get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert "港病院" in page
    assert "青空学園" in page


def test_released_the_child_is_again_where_it_is_placed_and_comes_there_no_second_time(cast: Cast) -> None:
    row = placed(cast)
    taken(cast, row)
    released(cast, row, StayKind.INSTITUTION, "青空学園")
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.PLACED,
        (StayKind.INSTITUTION, "青空学園"),
    )
    assert ClockKind.CUSTODY_END not in limits(cast, row)
    assert reverse("placement_arrival", args=[row.case_id]) not in step_urls(cast, row)
    with pytest.raises(Refused, match="arrived"):
        arrives(cast, row)
    with acting_as(cast.caseworker):
        assert PlacementArrival.objects.count() == 1
    assert len(open_duties(cast, "placement_visit")) == 1


def test_the_courts_term_runs_on_in_custody(cast: Cast) -> None:
    """児童福祉法28条2項."""
    row = by_court(cast)
    arrives(cast, row)
    taken(cast, row)
    assert ClockKind.PLACEMENT_TERM in limits(cast, row)
    released(cast, row, StayKind.INSTITUTION, "青空学園")
    assert limits(cast, row) == [ClockKind.PLACEMENT_TERM]


def test_changed_in_custody_the_child_comes_there_after_its_end(cast: Cast) -> None:
    row = placed(cast)
    taken(cast, row)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    change = settle(cast, draft_change(cast, row.case))
    assert stay_of(cast, row) == (StayKind.HOSPITAL, "港病院")
    with pytest.raises(Refused, match="arrived_at"):
        arrives(cast, change)
    released(cast, row, StayKind.INSTITUTION, "青空学園")
    arrives(cast, change)
    assert stay_of(cast, row) == (StayKind.INSTITUTION, "若草ホーム")


def test_ended_in_custody_the_placement_ends_and_custody_does_not(cast: Cast) -> None:
    """児童福祉法33条の4: the end of each is decided for itself."""
    row = placed(cast)
    taken(cast, row)
    explains(cast, row.case, parent_of(cast, row.case))
    settle(cast, draft_end(cast, row.case))
    assert (state_of(cast, row), stay_of(cast, row)) == (PlacementState.ENDED, (StayKind.HOSPITAL, "港病院"))
    with acting_as(cast.caseworker):
        assert lasting(fresh(row.case)) is not None
        assert not standing(fresh(row.case)).lasts
    released(cast, row, StayKind.HOME, "母宅")
    assert stay_of(cast, row) == (StayKind.HOME, "母宅")
