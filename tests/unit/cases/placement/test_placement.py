"""A placement rests on consent of each, or the court, and a hearing of the child; it takes two people (児童福祉法27条, 28条)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.closing.actions import draft_closing
from cases.closing.codes import ClosingReason
from cases.conferences.codes import Opposed
from cases.consents.codes import Said
from cases.custody import actions as custody
from cases.custody.codes import Consent
from cases.decisions.codes import State, Verdict
from cases.placement import actions, panel
from cases.placement.actions import START
from cases.placement.codes import Basis, CourtAct, PlacementKind, PlacementState
from cases.placement.models import PlacementArrival, PlacementDecision, PlacementHearing
from cases.placement.queries import standing
from cases.records.codes import StayKind
from cases.records.models import Person
from security.encryption.fields import reveal, value_of
from tests.between import just_before
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody
from tests.unit.cases.placement.placed import (
    TODAY,
    a_parent,
    arrives,
    by_court,
    consented,
    decided,
    draft,
    draft_renewal,
    facts,
    fresh,
    heard,
    says,
    settle,
    steps_court,
)

DAY = timedelta(days=1)


def state_of(cast: Cast, row: PlacementDecision) -> PlacementState:
    with acting_as(cast.caseworker):
        return standing(fresh(row.case)).reached


def stay_of(cast: Cast, row: PlacementDecision) -> tuple[Any, str | None]:
    with acting_as(cast.caseworker):
        case = fresh(row.case)
        return value_of(case.place_of_stay), reveal(case, "place_detail")


def chips(cast: Cast, row: PlacementDecision) -> list[str]:
    with acting_as(cast.caseworker):
        return [str(chip.text) for chip in panel.cautions(fresh(row.case), cast.caseworker)]


def step_urls(cast: Cast, row: PlacementDecision) -> list[str]:
    with acting_as(cast.caseworker):
        return [step.url for step in panel.steps(fresh(row.case), cast.caseworker)]


def test_the_kinds_are_those_that_the_director_decides() -> None:
    """児童福祉法27条1項3号 and 33条の6; a mother and child living support facility is the welfare office's (児童福祉法23条)."""
    assert set(PlacementKind.values) == {
        *("infant", "childrens_home", "psych", "self_reliance", "disability"),
        *("foster", "foster_special", "foster_kin", "foster_adoptive", "family_home", "independent"),
    }


def test_decided_by_two_and_placed_once_the_child_has_come(cast: Cast) -> None:
    row = decided(cast)
    assert row.state is State.APPROVED
    assert state_of(cast, row) is PlacementState.DECIDED
    assert stay_of(cast, row)[0] is StayKind.HOME
    assert reverse("placement_arrival", args=[row.case_id]) in step_urls(cast, row)
    arrives(cast, row, words="福祉司二名と（架空）")
    assert state_of(cast, row) is PlacementState.PLACED
    assert stay_of(cast, row) == (StayKind.INSTITUTION, "青空学園")
    with pytest.raises(Refused, match="arrived"):
        arrives(cast, row)


def test_a_withheld_place_stays_in_the_decision(cast: Cast) -> None:
    row = decided(cast, place_withheld=True, place="秘密の家")
    arrives(cast, row)
    assert stay_of(cast, row) == (StayKind.INSTITUTION, "")
    assert len(chips(cast, row)) == 1
    page = signed_in(cast.caseworker).get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert "秘密の家" not in page
    url = reverse("decision", args=[row.case_id, "placement", row.pk])
    assert "秘密の家" in signed_in(cast.caseworker).get(url).content.decode()


def test_no_placement_without_hearing_the_child_before(cast: Cast) -> None:
    """児童福祉法33条の3の3."""
    case = consented(cast)
    with pytest.raises(Refused, match="hearing"), acting_as(cast.caseworker):
        actions.draft_placement(fresh(case), facts(None), by=cast.caseworker)
    other = heard(cast, a_case(cast))
    with pytest.raises(Refused, match="hearing"):
        draft(cast, case, other)
    with pytest.raises(Refused, match="heard_at"):
        heard(cast, case, heard_at=timezone.now() + DAY)


def test_each_decision_has_a_hearing_of_its_own(cast: Cast) -> None:
    first = by_court(cast, TODAY() - timedelta(days=700))
    steps_court(cast, first.case, CourtAct.RENEWAL_ASKED)
    steps_court(cast, first.case, CourtAct.RENEWAL_GRANTED)
    with acting_as(cast.caseworker):
        used = PlacementHearing.objects.get(pk=first.hearing_id)
    with pytest.raises(Refused, match="hearing"):
        draft_renewal(cast, first.case, hearing=used)


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        (Said.CONSENTS, True),
        (Said.OBJECTS, False),
        (Said.NOT_ASKED, False),
        (Said.NOT_REACHED, True),
    ],
)
def test_never_against_the_will_without_the_court(cast: Cast, said: Said, allowed: bool) -> None:
    """児童福祉法27条4項."""
    case = a_case(cast)
    mother, father = a_parent(cast, case), a_parent(cast, case, "架空父")
    says(cast, case, mother, Said.CONSENTS)
    with pytest.raises(Refused, match="consent"):  # the father was not asked yet
        draft(cast, case)
    says(cast, case, father, said)
    waiting = draft(cast, case)
    if allowed:
        assert settle(cast, waiting).approved
    else:
        with pytest.raises(Refused, match="consent"):
            settle(cast, waiting)
        assert settle(cast, waiting, Verdict.RETURN).state is State.RETURNED


def test_an_office_may_take_who_is_not_reached_to_the_court(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(unreached_to_court=True)
    case = a_case(cast)
    says(cast, case, a_parent(cast, case), Said.NOT_REACHED)
    waiting = draft(cast, case)
    with pytest.raises(Refused, match="consent"):
        settle(cast, waiting)


def test_an_answer_counts_for_its_kind_alone_and_the_latest_counts(cast: Cast) -> None:
    case = a_case(cast)
    mother = a_parent(cast, case)
    says(cast, case, mother, Said.CONSENTS, PlacementKind.FOSTER)
    with pytest.raises(Refused, match="consent"):
        draft(cast, case)
    says(cast, case, mother, Said.CONSENTS)
    waiting = draft(cast, case)
    says(cast, case, mother, Said.WITHDRAWN)
    with pytest.raises(Refused, match="consent"):
        settle(cast, waiting)
    says(cast, case, mother, Said.CONSENTS)
    assert settle(cast, waiting).approved


def test_where_nobody_has_parental_authority_that_is_said(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused, match="consent"):
        draft(cast, case)
    says(cast, case, None, Said.NOBODY)
    assert settle(cast, draft(cast, case)).approved
    mother = a_parent(cast, a_case(cast))
    with pytest.raises(Refused, match="nobody"):
        says(cast, mother.case, None, Said.NOBODY)


def test_nobody_withdraws_what_was_not_given(cast: Cast) -> None:
    case = a_case(cast)
    mother = a_parent(cast, case)
    with pytest.raises(Refused, match="withdrawn"):
        says(cast, case, mother, Said.WITHDRAWN)
    with pytest.raises(Refused, match="person"):
        says(cast, a_case(cast), mother, Said.CONSENTS)
    with pytest.raises(Refused, match="answered_at"):
        says(cast, case, mother, Said.CONSENTS, answered_at=timezone.now() + DAY)
    with pytest.raises(Refused, match="tries"):
        says(cast, case, mother, Said.NOT_REACHED, tries="")


def test_consent_that_is_taken_back_stands_at_the_head(cast: Cast) -> None:
    row = decided(cast)
    assert chips(cast, row) == []
    with acting_as(cast.caseworker):
        mother = Person.objects.get(case=row.case)
    says(cast, row.case, mother, Said.WITHDRAWN)
    assert len(chips(cast, row)) == 1
    assert reverse("placement_court", args=[row.case_id]) in step_urls(cast, row)


def test_independent_living_is_on_application_and_asks_nobody_else(cast: Cast) -> None:
    """児童福祉法33条の6."""
    case = a_case(cast)
    says(cast, case, a_parent(cast, case), Said.OBJECTS, PlacementKind.INDEPENDENT)
    own: dict[str, Any] = {"place_kind": PlacementKind.INDEPENDENT, "basis": Basis.APPLICATION}
    row = draft(cast, case, applied_on=TODAY(), **own)
    assert settle(cast, row).approved


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place_kind": PlacementKind.INDEPENDENT}, "basis"),
        ({"basis": Basis.APPLICATION}, "basis"),
        ({"applied_on": TODAY()}, "applied_on"),
        ({"place_kind": PlacementKind.INDEPENDENT, "basis": Basis.APPLICATION}, "applied_on"),
        (
            {
                "place_kind": PlacementKind.INDEPENDENT,
                "basis": Basis.APPLICATION,
                "applied_on": TODAY() + DAY,
            },
            "applied_on",
        ),
        ({"effective_on": TODAY() - timedelta(days=9000), "review_on": TODAY()}, "effective_on"),
        ({"review_on": TODAY()}, "review_on"),
        ({"review_on": TODAY() + timedelta(days=400)}, "review_on"),
        (
            {"effective_on": TODAY() + timedelta(days=400), "review_on": TODAY() + timedelta(days=500)},
            "effective_on",
        ),
    ],
)
def test_impossible_facts_name_their_field(cast: Cast, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        draft(cast, consented(cast), **more)
    assert refusal.value.code == field


def test_against_an_opinion_the_council_is_heard(cast: Cast) -> None:
    """児童福祉法27条6項."""
    with pytest.raises(Refused) as refusal:
        draft(cast, consented(cast), opposed=[Opposed.CHILD])
    assert refusal.value.code == "item"


def test_one_placement_at_a_time(cast: Cast) -> None:
    row = decided(cast)
    with pytest.raises(Refused, match="placed"):
        draft(cast, row.case)


def test_of_two_directors_one_decides(cast: Cast) -> None:
    waiting = draft(cast, consented(cast))
    other = cast.positions["two_positions/director"]

    def first() -> None:
        with acting_as(other):
            START.decide(PlacementDecision.objects.get(pk=waiting.pk), Verdict.APPROVE, by=other)

    with (
        acting_as(cast.director),
        just_before('SELECT "cases_placementdecision"', first),
        pytest.raises(Refused, match="decided"),
    ):
        START.decide(waiting, Verdict.APPROVE, by=cast.director)


@pytest.mark.parametrize(
    "name", ["caseworker", "supervisor", "colleague", "stranger_director", "police", "duty"]
)
def test_not_decided_by(cast: Cast, name: str) -> None:
    waiting = draft(cast, consented(cast))
    with pytest.raises(Refused):
        settle(cast, waiting, by=name)


# --- Custody ends by its own decision --------------------------------------------------------------------------------------


def test_custody_lasts_until_its_own_end_and_the_child_comes_after_it(cast: Cast) -> None:
    """児童福祉法33条1項, 2項: custody lasts until the measure is taken."""
    start = in_custody(cast, consent=Consent.CONSENTS)
    says(cast, start.case, a_parent(cast, start.case), Said.CONSENTS)
    row = settle(cast, draft(cast, start.case))
    assert reverse("custody_end", args=[row.case_id]) in step_urls(cast, row)
    with pytest.raises(Refused) as refusal:
        arrives(cast, row)
    assert (refusal.value.code, stay_of(cast, row)[0]) == ("arrived_at", StayKind.CUSTODY_FACILITY)
    with acting_as(cast.caseworker):
        ends = end_facts(stay_after=StayKind.INSTITUTION, place="青空学園")
        end = custody.draft_end(fresh(row.case), ends, by=cast.caseworker)
    decide(cast, end)
    with pytest.raises(Refused, match="arrived_at"):
        arrives(cast, row, arrived_at=end.effective_at - timedelta(seconds=1))
    with acting_as(cast.caseworker), pytest.raises(IntegrityError) as wall, transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO cases_placementarrival (id, case_id, decision_id, arrived_at, recorded_by_id, recorded_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, now())",
            [row.case_id, row.pk, end.effective_at - timedelta(seconds=1), cast.caseworker.pk],
        )
    assert wall.value.__cause__.diag.constraint_name == "arrives_placed"  # type: ignore[union-attr]  # psycopg's
    arrives(cast, row)
    assert stay_of(cast, row) == (StayKind.INSTITUTION, "青空学園")


def test_nobody_arrives_before_the_first_day(cast: Cast) -> None:
    row = decided(cast, effective_on=TODAY() + DAY)
    with pytest.raises(Refused) as refusal:
        arrives(cast, row)
    assert refusal.value.code == "arrived_at"


# --- The database -----------------------------------------------------------------------------------------------------------


def term(cast: Cast, row: PlacementDecision) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.running().get(case=row.case_id, kind=ClockKind.PLACEMENT_TERM)


def refused_by(statement: str, *values: Any) -> str:
    with pytest.raises(Error) as refusal, transaction.atomic():
        connection.cursor().execute(statement, values)
    return str(refusal.value.__cause__.diag.constraint_name or refusal.value)  # type: ignore[union-attr]  # psycopg's


def test_raw_sql_starts_no_term_and_meets_none(cast: Cast) -> None:
    row = by_court(cast)
    with acting_as(cast.caseworker):
        insert = (
            "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)"
            " SELECT gen_random_uuid(), case_id, kind, started_at - interval '1 day', due_at - interval '2 days' FROM cases_clock"
            " WHERE kind = 'placement_term'"
        )
        assert refused_by(insert) == "placement_term"
        assert refused_by(insert.replace("due_at - interval '2 days'", "due_at + interval '1 day'")) in (
            "placement_term",
            "clock_within_law",
        )
        meets = "UPDATE cases_clock SET met_at = now(), met_by_id = %s WHERE kind = 'placement_term'"
        assert refused_by(meets, cast.caseworker.pk) == "placement_term"
        assert refused_by("SELECT wall.end_clock(id) FROM cases_clock WHERE kind = 'placement_term'") == (
            "clock_ends_by_act"
        )
    assert term(cast, row).met_at is None


def test_raw_sql_approves_no_second_placement_and_borrows_no_hearing(cast: Cast) -> None:
    row = decided(cast)
    with acting_as(cast.caseworker):
        fresh_hearing = PlacementHearing.objects.get(pk=row.hearing_id)
    second = heard(cast, row.case)
    other = heard(cast, a_case(cast))
    copy = (
        "INSERT INTO cases_placementdecision SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(),"
        " 'hearing_id', %s::text, 'approved', NULL, 'decided_at', NULL, 'decided_by_id', NULL, 'decided_person_id', NULL,"
        " 'note', NULL))).* FROM cases_placementdecision p WHERE p.id = %s"
    )
    sign = (
        "UPDATE cases_placementdecision SET decided_at = now(), approved = true, decided_by_id = %s, decided_person_id = %s"
        " WHERE approved IS NULL"
    )
    with every_column("cases_placementdecision"):
        with acting_as(cast.caseworker):
            assert refused_by(copy, str(other.pk), row.pk) == "placement_of_case"
            connection.cursor().execute(copy, [str(second.pk), row.pk])
        with acting_as(cast.director):
            assert refused_by(sign, cast.director.pk, cast.director.staff_id) == "placement_follows"
    assert fresh_hearing.pk == row.hearing_id


@pytest.mark.parametrize("table", ["hearing", "answer", "court", "arrival"])
def test_what_was_written_never_changes(cast: Cast, table: str) -> None:
    row = by_court(cast)
    arrives(cast, row)
    with acting_as(cast.caseworker):
        for statement in (
            f"UPDATE cases_placement{table} SET recorded_at = now()",
            f"DELETE FROM cases_placement{table}",
        ):
            with pytest.raises(Error, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
        assert PlacementArrival.objects.count() == 1


def test_a_case_with_a_placed_child_is_not_closed(cast: Cast) -> None:
    row = decided(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused):
        draft_closing(
            fresh(row.case), kind=ClosingReason.FINISHED, reason="架空", child_told="架空", by=cast.caseworker
        )
