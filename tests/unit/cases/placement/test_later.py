"""A placement is changed, suspended, resumed and ended, each by a decision of its own (児童福祉法27条, 33条の4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.consents.codes import Said
from cases.custody.codes import Consent
from cases.decisions.codes import State
from cases.placement.codes import Basis, CourtAct, EndTo, Explained, PlacementKind, PlacementState
from cases.placement.models import PlacementDecision
from cases.placement.queries import standing
from cases.records.codes import StayKind
from tests.cast import Cast, a_case
from tests.rights import every_column
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.placement.placed import (
    TODAY,
    a_parent,
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
    heard,
    parent_of,
    placed,
    says,
    settle,
    steps_court,
)
from tests.unit.cases.placement.test_placement import DAY, state_of, stay_of, step_urls

FOSTER = PlacementKind.FOSTER


def test_a_change_is_neither_an_end_nor_a_new_start(cast: Cast) -> None:
    row = placed(cast)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS, FOSTER)
    change = settle(cast, draft_change(cast, row.case, place_kind=FOSTER, place="架空里親"))
    assert change.start_id == row.pk
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.PLACED,
        (StayKind.INSTITUTION, "青空学園"),
    )
    arrives(cast, change)
    assert stay_of(cast, row) == (StayKind.FOSTER, "架空里親")
    with acting_as(cast.caseworker):
        found = standing(fresh(row.case))
        assert (found.start, found.where) == (row, change)


def test_a_change_takes_consent_of_its_own(cast: Cast) -> None:
    """児童福祉法27条4項: what was said to the placement was said to that one."""
    row = placed(cast)
    with pytest.raises(Refused, match="consent"):
        draft_change(cast, row.case)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    with pytest.raises(Refused, match="place"):
        draft_change(cast, row.case, place="青空 学園")
    assert settle(cast, draft_change(cast, row.case)).approved


def test_a_change_to_the_courts_ground_starts_its_term_and_back_ends_it(cast: Cast) -> None:
    row = placed(cast)
    mother = parent_of(cast, row.case)
    says(cast, row.case, mother, Said.WITHDRAWN)
    steps_court(cast, row.case, CourtAct.PETITION)
    steps_court(cast, row.case, CourtAct.GRANTED)
    settle(cast, draft_change(cast, row.case, place="青空学園", basis=Basis.COURT))
    with acting_as(cast.caseworker):
        assert Clock.objects.running().filter(kind="placement_term").count() == 1
    says(cast, row.case, mother, Said.CONSENTS)
    settle(cast, draft_change(cast, row.case))
    with acting_as(cast.caseworker):
        assert not Clock.objects.running().filter(kind="placement_term").exists()


def test_suspended_and_resumed_the_child_comes_back(cast: Cast) -> None:
    row = placed(cast)
    settle(cast, draft_suspension(cast, row.case))
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.SUSPENDED,
        (StayKind.HOSPITAL, "港病院"),
    )
    with pytest.raises(Refused, match="suspended"):
        draft_change(cast, row.case)
    settle(cast, draft_resumption(cast, row.case))
    assert (state_of(cast, row), stay_of(cast, row)) == (
        PlacementState.PLACED,
        (StayKind.INSTITUTION, "青空学園"),
    )


def test_in_custody_the_place_of_stay_follows_custody(cast: Cast) -> None:
    row = placed(cast)
    with acting_as(cast.caseworker):
        case = fresh(row.case)
    in_custody(cast, case=case, consent=Consent.CONSENTS)
    settle(cast, draft_suspension(cast, row.case))
    assert stay_of(cast, row)[0] is StayKind.CUSTODY_FACILITY


def test_the_end_is_explained_to_each_before_and_each_is_heard(cast: Cast) -> None:
    """児童福祉法33条の4."""
    row = placed(cast)
    mother, father = parent_of(cast, row.case), a_parent(cast, row.case, "架空父")
    explains(cast, row.case, mother)
    with pytest.raises(Refused, match="explained"):
        draft_end(cast, row.case)
    explains(cast, row.case, father, Explained.NOT_REACHED)
    waiting = draft_end(cast, row.case)
    late = a_parent(cast, row.case, "架空養父")
    with pytest.raises(Refused, match="explained"):
        settle(cast, waiting)
    explains(cast, row.case, late, Explained.ASKED_FOR_IT)
    assert settle(cast, waiting).state is State.APPROVED
    assert (state_of(cast, row), stay_of(cast, row)) == (PlacementState.ENDED, (StayKind.HOME, "母宅"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"guidance_effect": " "}, "guidance_effect"),
        ({"home_trial": ""}, "home_trial"),
        ({"effective_on": TODAY() - DAY}, "effective_on"),
        ({"effective_on": TODAY() + timedelta(days=400)}, "effective_on"),
    ],
)
def test_impossible_ends_name_their_field(cast: Cast, more: dict[str, Any], field: str) -> None:
    """児童虐待防止法13条: the effect of the guidance is weighed."""
    row = placed(cast)
    explains(cast, row.case, parent_of(cast, row.case))
    with pytest.raises(Refused) as refusal:
        draft_end(cast, row.case, **more)
    assert refusal.value.code == field


def test_not_home_no_trial_at_home(cast: Cast) -> None:
    row = placed(cast)
    explains(cast, row.case, parent_of(cast, row.case))
    assert settle(cast, draft_end(cast, row.case, end_to=EndTo.INDEPENDENT, home_trial="")).approved


def test_a_suspension_ends_after_it_begins(cast: Cast) -> None:
    with pytest.raises(Refused, match="expected_until"):
        draft_suspension(cast, placed(cast).case, expected_until=TODAY())


def test_explained_is_what_has_happened(cast: Cast) -> None:
    row = placed(cast)
    mother = parent_of(cast, row.case)
    with pytest.raises(Refused, match="explained_at"):
        explains(cast, row.case, mother, explained_at=timezone.now() + DAY)
    with pytest.raises(Refused, match="not_placed"):
        explains(cast, a_case(cast), mother)
    at = timezone.now()
    explains(cast, row.case, mother, explained_at=at)
    with pytest.raises(Refused, match="there"):
        explains(cast, row.case, mother, explained_at=at)


def test_the_courts_term_ends_with_the_placement_and_its_approval_serves_no_other(cast: Cast) -> None:
    row = by_court(cast)
    arrives(cast, row)
    explains(cast, row.case, parent_of(cast, row.case))
    settle(cast, draft_end(cast, row.case))
    with acting_as(cast.caseworker):
        assert not Clock.objects.running().filter(kind="placement_term").exists()
    waiting = draft(cast, row.case, basis=Basis.COURT)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)


def test_after_the_end_another_placement_takes_answers_of_its_own(cast: Cast) -> None:
    row = placed(cast)
    mother = parent_of(cast, row.case)
    explains(cast, row.case, mother)
    settle(cast, draft_end(cast, row.case))
    with pytest.raises(Refused, match="consent"):
        draft(cast, row.case)
    says(cast, row.case, mother, Said.CONSENTS)
    again = settle(cast, draft(cast, row.case))
    assert state_of(cast, again) is PlacementState.DECIDED


def test_a_decision_that_never_came_about_is_ended(cast: Cast) -> None:
    row = decided(cast)
    with pytest.raises(Refused, match="not_placed"):
        draft_suspension(cast, row.case)
    explains(cast, row.case, parent_of(cast, row.case))
    assert settle(cast, draft_end(cast, row.case)).approved
    assert step_urls(cast, row) == []


def test_raw_sql_resumes_nothing_that_is_not_suspended(cast: Cast) -> None:
    row = placed(cast)
    hearing = heard(cast, row.case)
    copy = (
        "INSERT INTO cases_placementdecision SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(),"
        " 'kind', %s::text, 'start_id', p.id, 'hearing_id', %s::text, 'approved', NULL, 'decided_at', NULL,"
        " 'decided_by_id', NULL, 'decided_person_id', NULL, 'note', NULL))).* FROM cases_placementdecision p WHERE p.id = %s"
    )
    sign = (
        "UPDATE cases_placementdecision SET decided_at = now(), approved = true, decided_by_id = %s, decided_person_id = %s"
        " WHERE approved IS NULL"
    )
    with every_column("cases_placementdecision"):
        with acting_as(cast.caseworker):
            connection.cursor().execute(copy, ["resume", str(hearing.pk), row.pk])
        with acting_as(cast.director), pytest.raises(IntegrityError) as wall, transaction.atomic():
            connection.cursor().execute(sign, [cast.director.pk, cast.director.staff_id])
    assert wall.value.__cause__.diag.constraint_name == "placement_follows"  # type: ignore[union-attr]  # psycopg's
    with acting_as(cast.caseworker):
        assert PlacementDecision.objects.filter(approved=True).count() == 1
