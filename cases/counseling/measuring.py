"""Writing down what was measured at one point of a help, and putting it right."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.actions import held
from cases.counseling.codes import Occasion
from cases.counseling.models import CounselingPlan, PlanMeasure
from cases.counseling.queries import measured_on
from cases.records.rules import check_may_edit, check_not_there
from cases.scores.queries import Result, kept
from security.walls import clock


def check_may_measure(plan: CounselingPlan, by: Position) -> None:
    """Those who work on the case write down what was measured on an approved plan; after its end too, for the follow-up."""
    check_may_edit(plan.case, by)
    if not plan.approved:
        raise Refused("plan", _("This plan has not been approved."))
    if plan.superseded_at is not None:
        raise Refused("plan", _("This plan has been amended. Open the one that took its place."))


def check_occasion(plan: CounselingPlan, occasion: Occasion, *, corrects: bool = False) -> None:
    """After the end of the help there is the follow-up, and none before; what was measured before is corrected after it too.

    Raises Refused naming the field.
    """
    if plan.ended_at is None and occasion is Occasion.FOLLOW_UP:
        raise Refused("occasion", _("The help has not ended. The follow-up is after its end."))
    if not corrects and plan.ended_at is not None and occasion is not Occasion.FOLLOW_UP:
        raise Refused("occasion", _("The help has ended. What is measured now is the follow-up."))


def check_tests(tests: Collection[Result], today: date) -> None:
    """Something was measured, and not on a day to come. Raises Refused naming the field."""
    if not tests:
        raise Refused("instrument_1", _("Write at least one test."))
    for n, one in enumerate(tests, 1):
        if one.on > today:
            raise Refused(f"on_{n}", _("This day lies in the future."))


def check_replaces(plan: CounselingPlan, which: PlanMeasure, why: str) -> None:
    """What is corrected is of this help and was not corrected before, and it is said why. Raises Refused."""
    if which.pk not in {row.pk for row in measured_on(plan)}:
        raise Refused("replaces", _("These scores have been corrected already. Open the plan again."))
    if not why.strip():
        raise Refused("replaced_why", _("Write why the scores are corrected."))


@transaction.atomic
def record_measure(
    plan: CounselingPlan,
    occasion: Occasion,
    tests: Collection[Result],
    *,
    by: Position,
    replaces: PlanMeasure | None = None,
    why: str = "",
) -> PlanMeasure:
    """Write down the scores of one point of a help. ``replaces``: those that were written wrongly, and ``why`` it is corrected.
    Raises Refused, with the name of the field that is wrong."""
    row = held(plan)
    check_may_measure(row, by)
    check_tests(tests, clock.today())
    check_occasion(row, occasion, corrects=replaces is not None)
    if replaces is not None:
        check_replaces(row, replaces, why)
    measure = PlanMeasure(case=row.case, plan=row, replaces=replaces, recorded_by=by, recorded_at=clock.now())
    measure.occasion, measure.tests, measure.replaced_why = occasion, kept(tests) or "", why or None
    same = PlanMeasure.objects.filter(plan=row, replaces=replaces)
    check_not_there(measure, same, PlanMeasure.FACTS)
    measure.save(force_insert=True)
    return measure
