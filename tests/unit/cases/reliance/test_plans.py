"""The institution of a running placement writes the plan on its own page, the center accepts it or asks back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.duties.models import Duty
from cases.guidelines.codes import GoalState
from cases.guidelines.queries import Result
from cases.placement.codes import DecisionKind
from cases.records.actions import update_child
from cases.records.models import Case, Person
from cases.reliance import actions
from cases.reliance.codes import PlanState
from cases.reliance.forms import AskForm
from cases.reliance.models import RelianceDraft, RelianceFile, ReliancePlan, RelianceTold
from cases.reliance.panel import here, steps
from cases.reliance.queries import draft_of, in_force, institutions, results_in, versions_at
from cases.reliance.rules import check_aim
from cases.reliance.tasks import warn
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible, Scope, current
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner, as_role
from tests.unit.cases.placement.placed import (
    arrives,
    decided,
    draft_change,
    draft_end,
    explains,
    fresh,
    says,
    settle,
)
from tests.unit.cases.reliance.planned import (
    TOLD,
    aims,
    answered,
    asked,
    drafted,
    facts,
    seen_there,
    sent,
    today,
)


def states(cast: Cast, file: RelianceFile) -> list[PlanState]:
    with acting_as(cast.caseworker):
        return [one.state for one in versions_at(RelianceFile.objects.get(pk=file.pk))]


def test_the_plan_is_written_sent_and_accepted(cast: Cast) -> None:
    """児童福祉施設の設備及び運営に関する基準45条の2: the head of the institution has a plan made for each child."""
    file = asked(cast)
    there = cast.positions["institution"]
    with acting_as(there):
        assert Notice.objects.filter(position=there, kind="reliance_asked").exists()
        (line,) = [line for _one, line in here(there)]
        assert line.fresh
        assert "髙橋" in str(line.text)
    plan = sent(cast, file)
    assert states(cast, file) == [PlanState.WAITING]
    with acting_as(cast.caseworker):
        assert Notice.objects.filter(position=cast.caseworker, kind="reliance_sent").exists()
        (step,) = steps(fresh(Case.objects.get(pk=file.case_id)), cast.caseworker)
        assert step.pressing
        assert not step.reason
        assert reveal(ReliancePlan.objects.get(), "child_wish") == "「ともだちと同じ学校に行きたい」"
    answered(cast, plan)
    assert states(cast, file) == [PlanState.IN_FORCE]
    with acting_as(there):
        assert Notice.objects.filter(position=there, kind="reliance_accepted").exists()
        assert in_force(versions_at(seen_there(cast, file))) is not None


def test_what_is_owed_begins_with_asking_and_goes_on_with_each_review(cast: Cast) -> None:
    """The first plan within the months of the office, then the review on its day; done by accepting, by nothing else."""
    file = asked(cast)
    with acting_as(cast.caseworker):
        first = Duty.objects.get(kind="reliance_first")
        assert first.owner_id == cast.caseworker.pk
        assert timezone.localdate(first.due_at) <= today() + timedelta(days=93)
        with pytest.raises(DatabaseError), transaction.atomic():
            Duty.objects.filter(pk=first.pk).update(done_at=clock.now(), done_by=cast.caseworker)
    plan = answered(cast, sent(cast, file))
    with acting_as(cast.caseworker):
        assert Duty.objects.get(kind="reliance_first").done_at is not None
        review = Duty.objects.get(kind="reliance_review")
        assert (review.cause, timezone.localdate(review.due_at)) == (plan.pk, plan.review_on)
    again = (Result(GoalState.REACHED, "眠れている"), Result(GoalState.NOT_YET))
    answered(cast, sent(cast, file, results=again))
    assert states(cast, file) == [PlanState.IN_FORCE, PlanState.REPLACED]
    with acting_as(cast.caseworker):
        assert Duty.objects.get(pk=review.pk).done_at is not None
        assert Duty.objects.filter(kind="reliance_review", done_at=None).count() == 1
        assert results_in(versions_at(file)[0].row)[0].words == "眠れている"


def test_asked_back_it_is_written_anew(cast: Cast) -> None:
    file = asked(cast)
    plan = sent(cast, file)
    with pytest.raises(Refused):
        answered(cast, plan, accepted=False)
    answered(cast, plan, accepted=False, reason="家庭の目標を具体的に")
    there = cast.positions["institution"]
    with acting_as(there):
        assert reveal(ReliancePlan.objects.get(), "reason") == "家庭の目標を具体的に"
        assert [line.pressing for _one, line in here(there)] == [True]
    with pytest.raises(Refused) as refused:
        answered(cast, plan)
    assert refused.value.code == "answered"
    second = sent(cast, file)
    assert second.version == 2
    assert states(cast, file) == [PlanState.WAITING, PlanState.RETURNED]
    with acting_as(cast.caseworker):
        assert Duty.objects.get(kind="reliance_first").done_at is None, (
            "asking back does nothing of what is owed"
        )


def test_a_plan_is_sent_only_after_the_child_was_told(cast: Cast) -> None:
    file = asked(cast)
    drafted(cast, file, explained=False)
    there = cast.positions["institution"]
    with acting_as(there), pytest.raises(Refused) as refused:
        actions.send_plan(seen_there(cast, file), by=there)
    assert refused.value.code == "told"
    drafted(cast, file, saves=1)
    with acting_as(there):
        actions.send_plan(seen_there(cast, file), by=there)


def test_of_two_who_write_the_draft_the_second_reads_first(cast: Cast) -> None:
    file = asked(cast)
    drafted(cast, file)
    with pytest.raises(Refused) as refused:
        drafted(cast, file)
    assert refused.value.code == "stale"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"review_on": timedelta(days=400)}, "review_on"),
        ({"review_on": timedelta(0)}, "review_on"),
        ({"aims": []}, "goals"),
        ({"texts": {"told_on": timedelta(days=1)}}, "told_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, wrong: dict[str, Any], code: str) -> None:
    file = asked(cast)
    if isinstance(wrong.get("review_on"), timedelta):
        wrong = {"review_on": today() + wrong["review_on"]}
    if "texts" in wrong:
        wrong = {"texts": {"told_on": today() + wrong["texts"]["told_on"]}}
    with pytest.raises(Refused) as refused:
        drafted(cast, file, **wrong)
    assert refused.value.code == code


def test_nobody_is_asked_without_a_placement_and_nobody_twice(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused) as refused:
        actions.ask_for_plan(fresh(case), cast.positions["institution"].office, TOLD, by=cast.caseworker)
    assert refused.value.code == "not_placed"
    file = asked(cast)
    with pytest.raises(Refused) as refused:
        asked(cast, file.case)
    assert refused.value.code == "asked"


def test_only_the_institution_that_the_decision_names_is_told_who_the_child_is(cast: Cast) -> None:
    row = decided(cast)
    with acting_as(cast.caseworker):
        with pytest.raises(Refused) as refused:
            actions.ask_for_plan(fresh(row.case), cast.offices["home2"], TOLD, by=cast.caseworker)
        assert refused.value.code == "institution"
        assert not RelianceFile.objects.exists()
        case = fresh(row.case)
        typed = TOLD | {"institution": str(cast.offices["home2"].pk)}
        form = AskForm(typed, case=case, institutions=institutions())
        assert form.errors.keys() == {"institution"}
    elsewhere = decided(cast, place="架空の里親宅")  # it names none that works with this system
    with acting_as(cast.caseworker):
        actions.ask_for_plan(fresh(elsewhere.case), cast.offices["home2"], TOLD, by=cast.caseworker)


def test_a_review_that_the_center_now_wants_sooner_is_said_before_it_is_sent(cast: Cast) -> None:
    file, there = asked(cast), cast.positions["institution"]
    drafted(cast, file)
    with as_owner():
        Office.objects.using("owner").filter(pk=cast.offices["kita"].pk).update(reliance_months=3)
    with acting_as(there), pytest.raises(Refused) as refused:
        actions.send_plan(seen_there(cast, file), by=there)
    assert refused.value.code == "review_on"


def test_a_withheld_address_is_told_to_no_institution(cast: Cast) -> None:
    row = decided(cast)
    with acting_as(cast.caseworker):
        update_child(fresh(row.case), replace(CHILD, address_withheld=True), by=cast.caseworker)
        told = TOLD | {"care": f"住所は{CHILD.address}"}
        with pytest.raises(Refused) as refused:
            actions.ask_for_plan(
                fresh(row.case), cast.positions["institution"].office, told, by=cast.caseworker
            )
    assert refused.value.code == "care"


def test_the_center_reads_no_draft_and_the_institution_nothing_of_the_case(cast: Cast) -> None:
    """Walls alone: the draft and its key are the institution's; the case, its child and its key are the center's."""
    file = asked(cast)
    drafted(cast, file)
    for name in ("caseworker", "director", "supervisor", "institution2", "school"):
        with acting_as(cast.positions[name]):
            assert not RelianceDraft.objects.exists(), name
            assert draft_of(file) is None
            with pytest.raises(KeyNotVisible):
                current().key(Scope("reliancedraft", file.pk))
    with acting_as(cast.positions["institution"]):
        assert RelianceDraft.objects.count() == 1
        assert not Case.objects.exists()
        with pytest.raises(KeyNotVisible):
            current().key(Scope("case", file.case_id))
    for name in ("institution2", "school", "stranger"):
        if name not in cast.positions:
            continue
        with acting_as(cast.positions[name]):
            assert not RelianceFile.objects.exists(), name
            assert not RelianceTold.objects.exists(), name
            with pytest.raises(KeyNotVisible):
                current().key(Scope("reliance", file.pk))


def test_raw_sql_goes_past_no_rule(cast: Cast) -> None:
    """The institution answers no plan and writes in no other's file; the center sends none; nothing is answered twice."""
    file = asked(cast)
    plan = sent(cast, file)
    with acting_as(cast.positions["institution"]):
        changed = {"accepted": True, "answered_by": cast.positions["institution"], "answered_at": clock.now()}
        assert ReliancePlan.objects.filter(pk=plan.pk).update(**changed) == 0
        with pytest.raises(IntegrityError), transaction.atomic():
            RelianceDraft.objects.filter(file=file.pk).update(saves=9)
    own = ReliancePlan(case_id=file.case_id, file=file, version=2, review_on=today() + timedelta(days=9))
    own.sent_by, own.sent_at = cast.caseworker, clock.now()
    with acting_as(cast.caseworker):
        for name in ("child_wish", "needs", "policy", "goals", "for_child", "made_by"):
            setattr(own, name, "架空")
        with pytest.raises(DatabaseError), transaction.atomic():
            own.save(force_insert=True)
    answered(cast, plan)
    with acting_as(cast.caseworker), pytest.raises(IntegrityError), transaction.atomic():
        ReliancePlan.objects.filter(pk=plan.pk).update(accepted=False)


def _mother(cast: Cast, file: RelianceFile) -> Person:
    with acting_as(cast.caseworker):
        return Person.objects.filter(case=file.case_id).earliest("written_at")


def test_with_the_placement_ends_the_plan_and_what_was_owed(cast: Cast) -> None:
    file = asked(cast)
    answered(cast, sent(cast, file))
    mother = _mother(cast, file)
    explains(cast, file.case, mother)
    settle(cast, draft_end(cast, file.case))
    with acting_as(cast.caseworker):
        assert RelianceFile.objects.get().ended_at is not None
        assert not Duty.objects.filter(kind__startswith="reliance", done_at=None).exists()
    assert states(cast, file) == [PlanState.OVER]
    there = cast.positions["institution"]
    with acting_as(there):
        seen = seen_there(cast, file)
        with pytest.raises(Refused):
            actions.save_draft(seen, facts(), saves=0, by=there)
        assert here(there) == []
    with as_owner():
        gone = timezone.now() - timedelta(days=31)
        RelianceFile.objects.using("owner").filter(pk=file.pk).update(ended_at=gone)
    with acting_as(there):
        assert not RelianceFile.objects.exists(), "it is read there for thirty days"


def test_a_child_that_moves_is_planned_for_elsewhere(cast: Cast) -> None:
    file = asked(cast)
    case = file.case
    says(cast, case, _mother(cast, file), Said.CONSENTS)
    change = settle(cast, draft_change(cast, case))
    assert change.kind == DecisionKind.CHANGE
    with acting_as(cast.caseworker):
        assert RelianceFile.objects.get().ended_at is None, "the child is still there"
    arrives(cast, change)
    with acting_as(cast.caseworker):
        assert RelianceFile.objects.get().ended_at is not None
        (step,) = steps(fresh(case), cast.caseworker)
        assert not step.reason
    asked(cast, case)


@pytest.mark.parametrize(("months", "told"), [(3, 0), (1, 1)])
def test_it_is_told_before_it_is_due(cast: Cast, months: int, told: int) -> None:
    """From thirty days before, once each, to the institution and to whoever is in charge."""
    with as_owner():
        Office.objects.using("owner").filter(pk=cast.offices["kita"].pk).update(
            reliance_first_months=months, reliance_warn_days=31
        )
    asked(cast)
    for _run in range(2):
        with as_role("worker"):
            assert warn() == told
    for position, kind in (
        (cast.positions["institution"], "reliance_soon"),
        (cast.caseworker, "clock_soon"),
    ):
        with acting_as(position):
            assert Notice.objects.filter(position=position, kind=kind).count() == told


def test_the_center_ends_it(cast: Cast) -> None:
    file = asked(cast)
    with acting_as(cast.caseworker):
        row = RelianceFile.objects.get(pk=file.pk)
        row.case = fresh(file.case)
        actions.end_file(row, by=cast.caseworker)
        assert RelianceFile.objects.get().ended_at is not None
        again = RelianceFile.objects.get(pk=file.pk)
        again.case = fresh(file.case)
        with pytest.raises(Refused):
            actions.end_file(again, by=cast.caseworker)


def test_a_goal_lies_ahead_and_a_short_one_near() -> None:
    for late in (today() - timedelta(days=1), today() + timedelta(days=120)):
        with pytest.raises(Refused):
            check_aim(aims(until=late)[0], today())
