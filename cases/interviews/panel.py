"""The register and the joint plans on the page of the progress record, the count at the head of the case, and the timeline."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.intake.queries import notifications_of
from cases.intake.rules import was_asked
from cases.interviews import rules
from cases.interviews.codes import SECOND_INTERVIEW, TOLD, VIEW_DAYS
from cases.interviews.models import Interview, JointEvent, JointPlan, SecondInterview
from cases.interviews.queries import (
    all_interviews_of,
    all_plans_of,
    events_of,
    interviews_of,
    latest_interviews,
    latest_plans,
    live_plan_of,
    plans_of,
    second_rows,
    seconds_of,
)
from cases.records.codes import CasePage
from cases.records.models import Case
from cases.records.pages import section_url
from cases.records.panel import Moment, Panel, Part, Span
from cases.records.rules import check_may_edit
from face.lines import Chip, Line, Step
from face.wareki import format_datetime
from security.encryption.fields import words_of
from security.rooms import why_untold
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """The count at the head of every page, the draft that came back, and the plan of a joint interview."""
    return [latest_interviews(case), second_rows(case), latest_plans(case)]


def panel(case: Case, by: Position) -> Panel:
    """Who asked and when, without any word of the child; the buttons that record one and ask for a second. Where whoever notified
    had asked the child, the words of that stand with the receipt."""
    now = clock.now()
    context = {
        "receipt": section_url(case, "intake") if any(map(was_asked, notifications_of(case))) else "",
        "interviews": interviews_of(case),
        "seconds": seconds_of(case),
        "why_not": reason_against(rules.check_may_record, case, by),
        "why_not_again": reason_against(rules.check_may_ask_again, case, by, now),
    }
    return Panel("interviews", "cases/interviews/panel.html", context)


def times_asked(case: Case) -> int:
    """How often the child was asked about the facts."""
    return sum(row.asked for row in interviews_of(case))


def cautions(case: Case, by: Position) -> list[Chip]:
    """How often the child was asked, from the first time on: whoever is about to ask sees it before."""
    times = times_asked(case)
    if not times:
        return []
    # The questions of a notification and of the child's intention are counted apart (referrals/consent/panel.py).
    text = ngettext("Asked %(n)d time (interviews)", "Asked %(n)d times (interviews)", times) % {"n": times}
    return [Chip(text, _colour(times))]


def _colour(times: int) -> str:
    return "danger" if times > 1 else "warning"


def steps(case: Case, by: Position) -> list[Step]:
    """A draft that came back, and what comes next of the plan of a joint interview."""
    return [*steps_after_return(SECOND_INTERVIEW, seconds_of(case), by), *_steps_of_plan(case, by)]


def _steps_of_plan(case: Case, by: Position) -> list[Step]:
    plan, now = live_plan_of(case), clock.now()
    if plan is None:
        return []
    if plan.is_open:
        url = reverse("joint_plan", args=[case.pk, plan.pk])
        reason = reason_against(rules.check_may_write, plan, by)
        return [Step(_("Agree on the joint interview"), url, reason=reason)]
    if plan.police is not None and why_untold(case, plan.police, TOLD, now):
        # The child withdrew, or its answer ran out, after the plan was agreed with the police.
        reason = reason_against(check_may_edit, case, by)
        url = reverse("joint_step", args=[case.pk, plan.pk])
        return [
            Step(
                _("End the joint interview with the police, or ask the child again"),
                url,
                pressing=True,
                reason=reason,
            )
        ]
    return [
        Step(
            _("Record the joint interview"),
            reverse("interview_new", args=[case.pk]),
            due=plan.planned_for,
            pressing=plan.planned_for is not None and plan.planned_for <= now,
            reason=reason_against(rules.check_may_record, case, by),
        )
    ]


def joint_panel(case: Case, by: Position) -> Panel:
    """The plans of joint interviews: their state and time, nothing that is to be asked."""
    context = {
        "plans": plans_of(case),
        "why_not": reason_against(rules.check_may_propose, case, by),
    }
    return Panel("joint", "cases/interviews/joint_panel.html", context)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """When the child spoke and to whom; no word of the child stands on the timeline."""
    rows = all_interviews_of(case).filter(corrected_by=None)
    return [
        Part(span.of(rows, "began_at", "recorded_by"), _held),
        Part(span.of(all_plans_of(case), "proposed_at", "proposed_by"), _proposed),
        Part(span.of(events_of(case), "written_at", "written_by"), _told),
    ]


def _held(row: Interview) -> Moment:
    text = _("%(office)s, %(who)s") % {"office": words_of(row.office), "who": words_of(row.interviewer)}
    return Moment(row.began_at, words_of(row.kind), text, by=row.recorded_by.staff, row=row.pk)


def _proposed(row: JointPlan) -> Moment:
    return Moment(row.proposed_at, _("Joint interview: proposed"), by=row.proposed_by.staff, row=row.pk)


def _told(row: JointEvent) -> Moment:
    heading = _("Joint interview: %(state)s") % {"state": row.get_step_display()}
    when = format_datetime(row.planned_for, style="short") + "\n" if row.planned_for else ""
    return Moment(row.written_at, heading, when + words_of(row.words), by=row.written_by.staff, row=row.pk)


def _plan(case: UUID, cause: UUID) -> Line | None:
    """The plan that a duty follows from."""
    row = JointPlan.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = reverse("joint_plan", args=[case, cause])
    return Line(url, gettext_lazy("plan of a joint interview"), at=row.proposed_at)


def days_of(hours: int) -> int:
    """The whole days of a duty that is due after so many hours; its moment is its own."""
    return max(1, hours // 24)


ANSWER = DutyKind(
    code="joint_answer",
    label=gettext_lazy("joint interview: answer to and from the prosecutor's desk"),
    days=lambda office: days_of(office.joint_answer_hours),
    after=_plan,
)
HOLD = DutyKind(
    code="joint_hold",
    label=gettext_lazy("joint interview: hold it"),
    days=lambda office: office.joint_hold_days,
    after=_plan,
)
"""What a proposal leaves to do; no law sets the hours and the days: they are the office's."""


def _interview(case: UUID, cause: UUID) -> Line | None:
    """The disclosure that a duty follows from."""
    row = Interview.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(
        reverse("interview", args=[case, cause]), gettext_lazy("what the child told"), at=row.began_at
    )


CONTACT = DutyKind(
    code="joint_contact",
    label=gettext_lazy("first disclosure: first contact with the prosecutor's desk on a joint interview"),
    days=lambda office: days_of(office.joint_answer_hours),
    after=_interview,
)
"""What the first disclosure of a child leaves to do, where no joint interview was proposed; the hours are the office's."""


def _second(case: UUID, cause: UUID) -> Line | None:
    """The decision of which another office is told."""
    row = SecondInterview.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = reverse(CasePage.PROGRESS, args=[case], fragment="interviews")
    return Line(url, gettext_lazy("second interview about the facts"), at=row.drafted_at)


SEND_VIEW = DutyKind(
    code="second_view",
    label=gettext_lazy("second interview: tell the office that asked for it what the center thinks"),
    days=lambda _office: VIEW_DAYS,
    after=_second,
)
"""What a decision on another office's request leaves to do: whether the child is asked again, and why. No word of the child."""


def moments(case: Case, by: Position) -> list[Moment]:
    """The decisions that the child be asked again."""
    return [one for row in seconds_of(case) for one in moments_of_act(row, SECOND_INTERVIEW.label)]
