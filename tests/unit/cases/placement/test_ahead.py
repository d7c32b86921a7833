"""A suspension or an end that was decided before its day: until the child has come elsewhere it is shown where it is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.placement import panel, rules
from cases.placement.codes import CourtAct, PlacementState
from cases.placement.models import PlacementDecision
from cases.placement.queries import awaited, came_last
from cases.records.codes import StayKind
from tests.cast import Cast, as_owner
from tests.unit.cases.placement.placed import (
    TODAY,
    arrives,
    by_court,
    decided,
    draft,
    draft_change,
    draft_end,
    draft_resumption,
    draft_suspension,
    explains,
    fresh,
    parent_of,
    placed,
    says,
    settle,
    steps_court,
)
from tests.unit.cases.placement.test_placement import DAY, chips, state_of, stay_of, step_urls
from tests.unit.cases.placement.test_seen import open_duties, sees

THERE = (StayKind.INSTITUTION, "青空学園")
SOON = 5 * DAY


def day_came(*rows: PlacementDecision) -> None:
    """As though they had been decided so many days ago, of the present day."""
    with as_owner():
        for row in rows:
            decided_at = row.decided_at
            assert decided_at is not None
            of_row = PlacementDecision.objects.using("owner").filter(pk=row.pk)
            of_row.update(
                effective_on=TODAY(), drafted_at=row.drafted_at - SOON, decided_at=decided_at - SOON
            )


def ended_ahead(cast: Cast, row: PlacementDecision, on: date) -> PlacementDecision:
    explains(cast, row.case, parent_of(cast, row.case))
    return settle(cast, draft_end(cast, row.case, effective_on=on))


def test_until_the_end_the_child_stays_and_is_to_be_seen_there(cast: Cast) -> None:
    """児童福祉法33条の4."""
    row = placed(cast)
    end = ended_ahead(cast, row, TODAY() + SOON)
    assert (state_of(cast, row), stay_of(cast, row)) == (PlacementState.ENDED, THERE)
    assert len(chips(cast, row)) == 1
    assert reverse("placement_arrival", args=[row.case_id]) in step_urls(cast, row)
    assert len(open_duties(cast, "placement_visit")) == 1
    sees(cast, row)
    assert len(open_duties(cast, "placement_visit")) == 1
    with acting_as(cast.caseworker):
        assert "移った" in str(rules.what_goes_on(fresh(row.case), timezone.now()))
    with pytest.raises(Refused, match="arrived_at"):
        arrives(cast, end)


def test_the_next_placement_begins_after_the_end_of_the_one_before(cast: Cast) -> None:
    """An end that lies ahead is not overtaken; the database refuses it, too."""
    row = placed(cast)
    ended_ahead(cast, row, TODAY() + SOON)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    with pytest.raises(Refused) as refusal:
        draft(cast, row.case, effective_on=TODAY() + 4 * DAY)
    assert refusal.value.code == "effective_on"
    after = draft(cast, row.case, effective_on=TODAY() + SOON, review_on=TODAY() + 90 * DAY)
    assert settle(cast, after).approved


def test_once_the_child_has_come_home_nothing_is_owed_any_more(cast: Cast) -> None:
    row = placed(cast)
    end = ended_ahead(cast, row, TODAY() + SOON)
    with as_owner():
        PlacementDecision.objects.using("owner").filter(pk=row.pk).update(
            drafted_at=timezone.now() - 8 * DAY, decided_at=timezone.now() - 8 * DAY
        )
    day_came(end)
    arrives(cast, end)
    assert stay_of(cast, row) == (StayKind.HOME, "母宅")
    assert (chips(cast, row), open_duties(cast, "placement_visit")) == ([], [])
    assert reverse("placement_arrival", args=[row.case_id]) not in step_urls(cast, row)
    with acting_as(cast.caseworker):
        assert rules.what_goes_on(fresh(row.case), timezone.now()) == ""
    with pytest.raises(Refused, match="not_placed"):
        arrives(cast, end)


def test_of_its_own_day_the_end_moves_the_child_at_once(cast: Cast) -> None:
    row = placed(cast)
    ended_ahead(cast, row, TODAY())
    assert stay_of(cast, row) == (StayKind.HOME, "母宅")
    with acting_as(cast.caseworker):
        assert awaited(fresh(row.case)) is None


def test_a_suspension_and_its_end_ahead_move_the_child_once_it_came(cast: Cast) -> None:
    row = placed(cast)
    away = settle(cast, draft_suspension(cast, row.case, effective_on=TODAY() + SOON))
    assert (state_of(cast, row), stay_of(cast, row)) == (PlacementState.SUSPENDED, THERE)
    with as_owner():
        PlacementDecision.objects.using("owner").filter(pk=row.pk).update(
            drafted_at=timezone.now() - 8 * DAY, decided_at=timezone.now() - 8 * DAY
        )
    day_came(away)
    arrives(cast, away)
    assert stay_of(cast, row) == (StayKind.HOSPITAL, "港病院")
    settle(cast, draft_resumption(cast, row.case, effective_on=TODAY() + SOON))
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.PLACED,
        (StayKind.HOSPITAL, "港病院"),
    )
    assert reverse("placement_arrival", args=[row.case_id]) in step_urls(cast, row)


def test_no_end_ahead_outlasts_the_courts_term_unless_its_renewal_was_asked_for(cast: Cast) -> None:
    """児童福祉法28条2項, 3項."""
    until = TODAY() + 30 * DAY
    row = by_court(cast, until=until)
    arrives(cast, row)
    explains(cast, row.case, parent_of(cast, row.case))
    with pytest.raises(Refused) as refusal:
        draft_end(cast, row.case, effective_on=until + DAY)
    assert refusal.value.code == "effective_on"
    assert draft_end(cast, row.case, effective_on=until).effective_on == until


def test_while_the_renewal_is_pending_the_end_may_lie_after_the_term(cast: Cast) -> None:
    """児童福祉法28条3項."""
    until = TODAY() + 30 * DAY
    row = by_court(cast, until=until)
    arrives(cast, row)
    steps_court(cast, row.case, CourtAct.RENEWAL_ASKED)
    explains(cast, row.case, parent_of(cast, row.case))
    late = until + timedelta(days=1)
    assert draft_end(cast, row.case, effective_on=late).effective_on == late


def test_the_page_offers_to_write_that_the_child_came(cast: Cast) -> None:
    row = placed(cast)
    ended_ahead(cast, row, TODAY() + SOON)
    with acting_as(cast.caseworker):
        made = panel.panel(fresh(row.case), cast.caseworker)
    assert made.context["arrives"]


def came_yesterday(cast: Cast) -> PlacementDecision:
    """The placement began the day before yesterday, and the child came yesterday."""
    row = decided(cast, effective_on=TODAY() - 2 * DAY)
    arrives(cast, row, arrived_at=timezone.now() - DAY)
    return row


@pytest.mark.parametrize("again", [draft_change, draft_suspension])
def test_nothing_takes_effect_before_the_child_came(cast: Cast, again: Callable[..., object]) -> None:
    row = came_yesterday(cast)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    with pytest.raises(Refused) as refusal:
        again(cast, row.case, effective_on=TODAY() - 2 * DAY)
    assert refusal.value.code == "effective_on"


def test_the_child_comes_to_the_next_place_after_it_came_to_the_one_before(cast: Cast) -> None:
    row = came_yesterday(cast)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    change = settle(cast, draft_change(cast, row.case, effective_on=TODAY() - DAY))
    with acting_as(cast.caseworker):
        came = came_last(fresh(row.case))
    assert came is not None
    with pytest.raises(Refused) as refusal:
        arrives(cast, change, arrived_at=came - timedelta(seconds=1))
    assert refusal.value.code == "arrived_at"
    arrives(cast, change)


@pytest.mark.parametrize("again", [draft_suspension, draft_resumption])
def test_each_review_lies_after_the_first_day(cast: Cast, again: Callable[..., PlacementDecision]) -> None:
    row = placed(cast)
    if again is draft_resumption:
        settle(cast, draft_suspension(cast, row.case))
    with pytest.raises(Refused) as refusal:
        again(cast, row.case, review_on=TODAY())
    assert refusal.value.code == "review_on"
