"""A demo child in custody: two sessions of its play therapy, and the next one on the list of the psychologist's day."""

from datetime import timedelta

from django.utils.timezone import localtime

from agencies.staff.models import Position
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import running_of
from cases.records.codes import Answer
from cases.records.models import Case
from cases.sessions.actions import plan_sessions, record_session
from cases.sessions.codes import Attendance, Rating
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

NUMBERS = (Rating.N5, Rating.N7)
"""What the child gives each session that was held."""


def met(t: Telling) -> None:
    """Where a plan of help runs: two sessions that were held, and one more in the hours to come."""
    with at(t.later(OFFICE, hours=1), t.lead):
        case = Case.objects.select_related("office", "child").get(pk=t.case.pk)
        plan = next(iter(running_of(case, clock.now())), None)
    if plan is None or plan.provider is None:
        return
    for number in NUMBERS:
        with at(t.later(OFFICE, days=2), plan.provider):
            _held(t, plan, plan.provider, number)
    with at(t.later(OFFICE, minutes=5), plan.provider):
        case = Case.objects.select_related("office", "child").get(pk=t.case.pk)
        hours = 1 + t.number % 4  # the children come one after the other
        ahead = localtime(t.limit + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
        plan_sessions(
            case, plan.course, [OFFICE.after(ahead)], place=texts()["session"]["place"], by=plan.provider
        )


def _held(t: Telling, plan: CounselingPlan, by: Position, number: Rating) -> None:
    words = texts()["session"]
    case = Case.objects.select_related("office", "child").get(pk=t.case.pk)
    (row,) = plan_sessions(case, plan.course, [clock.now()], place=words["place"], by=by)
    written = {
        "attendance": Attendance.HELD,
        "held_at": clock.now(),
        "place": words["place"],
        "present": words["present"],
        "summary": words["summary"],
        "danger": Answer.NO,
        "rating": number,
    }
    record_session(row, written, apart=words["note"], by=by)
