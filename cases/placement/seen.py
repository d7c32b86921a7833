"""What is owed while a child is placed: to see it there, to review the placement, and to tell others when it ends.

No law sets the days of a visit: they are the office's. A visit is done by recording it, by nothing else.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused, reason_against
from cases.clocks.rules import end_of, last_day
from cases.duties.actions import fulfil_duty, leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.duties.models import Duty
from cases.duties.rules import check_may_fulfil
from cases.placement.codes import DecisionKind, PlacementState
from cases.placement.models import PlacementArrival, PlacementDecision, PlacementVisit
from cases.placement.queries import awaited, standing
from cases.placement.rules import day_of
from cases.records.actions import locked
from cases.records.codes import Answer, Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.records.rules import check_may_edit
from face.lines import Line
from security.walls import clock


def _visit(case: UUID, cause: UUID) -> Line | None:
    url = reverse("placement_visit", args=[case])
    came = PlacementArrival.objects.filter(case=case, pk=cause).first()
    if came is not None:
        return Line(url, gettext("The child came to where it is placed"), at=came.arrived_at)
    seen = PlacementVisit.objects.filter(case=case, pk=cause).first()
    return Line(url, gettext("The child was seen where it is placed"), at=seen.recorded_at) if seen else None


def _decision(case: UUID, cause: UUID) -> Line | None:
    row = PlacementDecision.objects.filter(case=case, pk=cause).first()
    return (
        Line(reverse("case_custody", args=[case]), row.get_kind_display(), at=row.decided_at) if row else None
    )


VISIT = DutyKind(
    code="placement_visit",
    label=_("see the child where it is placed"),
    days=lambda office: office.placed_visit_months * 30,
    after=_visit,
    by_act=True,
)
REVIEW = DutyKind(
    code="placement_review",
    label=_("review the placement"),
    days=lambda _office: 90,
    after=_decision,
    of_plan=True,
)
"""Each decision names the day on which it is reviewed; that day is the duty's limit."""
TOLD = DutyKind(
    code="placement_end_told",
    label=_("tell the police or the municipality that the placement ends"),
    days=lambda _office: 1,
    after=_decision,
)


def _owner(case: Case, otherwise: UUID) -> UUID:
    return next(iter(positions_of_case(case.pk, Relation.LEAD)), otherwise)


def leave_visit(case: Case, cause: UUID, since: datetime, by: Position) -> None:
    """Whoever is in charge sees the child within the months of the office. One visit is owed at a time."""
    if Duty.objects.filter(case=case, kind=VISIT.code, done_at=None).exists():
        return
    due = end_of(last_day(day_of(since), case.office.placed_visit_months))
    leave_duty(case, VISIT, cause=cause, owner=_owner(case, by.pk), due_at=due)


def leave_review(row: PlacementDecision, by: Position) -> None:
    """The review that a decision names takes the place of the one before."""
    if row.review_on is None:
        return
    _drop(row.case, REVIEW, gettext("Decided anew."), by)
    leave_duty(
        row.case,
        REVIEW,
        cause=row.pk,
        owner=_owner(row.case, row.drafted_by_id),
        due_at=end_of(row.review_on),
    )


def leave_told(row: PlacementDecision) -> None:
    """Others are to be told of the end."""
    if row.to_tell is not None:
        leave_duty(row.case, TOLD, cause=row.pk, owner=_owner(row.case, row.drafted_by_id))


def end_owed(case: Case, by: Position) -> None:
    """With the placement ends what was owed while it went on."""
    with override("ja"):
        note = gettext("The placement has ended.")
    for duty in Duty.objects.filter(case=case, kind=VISIT.code, done_at=None):
        settle_duties(case.pk, duty.cause, VISIT, note=note, by=by)
    _drop(case, REVIEW, note, by)


def _drop(case: Case, kind: DutyKind, note: str, by: Position) -> None:
    for duty in Duty.objects.filter(case=case, kind=kind.code, done_at=None):
        if not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=note, by=by)


def check_may_visit(case: Case, by: Position) -> None:
    """Those who work on the case write that the child was seen where it is placed."""
    check_may_edit(case, by)
    ends = awaited(case)
    until_the_end = ends is not None and ends.kind == DecisionKind.END
    if standing(case).reached not in (PlacementState.PLACED, PlacementState.SUSPENDED) and not until_the_end:
        raise Refused("not_placed", _("The child has not come to a placement yet."))


def check_seen(case: Case, seen_at: datetime, now: datetime) -> None:
    """The child was seen, after it came."""
    if seen_at > now:
        raise Refused("seen_at", _("“When the child was seen” lies in the future."))
    came = standing(case).arrival
    if came is not None and seen_at < came.arrived_at:
        raise Refused("seen_at", _("“When the child was seen” lies before “When the child came”."))


@transaction.atomic
def record_visit(case: Case, *, seen_at: datetime, alone: Answer, words: str, by: Position) -> PlacementVisit:
    """Write that the child was seen where it is placed; the next visit is then owed. Raises Refused."""
    now = clock.now()
    locked(Case.objects.filter(pk=case.pk))
    check_may_visit(case, by)
    check_seen(case, seen_at, now)
    owed = Duty.objects.filter(case=case, kind=VISIT.code, done_at=None).first()
    row = PlacementVisit(case=case, follows=owed.cause if owed else None, recorded_by=by, recorded_at=now)
    row.seen_at, row.alone, row.words = seen_at, alone, words
    row.save(force_insert=True)
    if owed is not None:
        with override("ja"):
            note = gettext("The child was seen, as recorded.")
        settle_duties(case.pk, owed.cause, VISIT, note=note, by=by)
    leave_visit(case, row.pk, seen_at, by)
    return row
