"""Recording an interview, planning a joint one, and deciding that a child may be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position, Staff
from agencies.training.queries import trained_in
from cases.decisions.actions import Decision
from cases.decisions.codes import State
from cases.duties.actions import leave_duty
from cases.interviews import codes, plans, rules
from cases.interviews.codes import JOINT, VERBATIM, Asker, InterviewKind, PlanState
from cases.interviews.models import Interview, JointPlan, SecondInterview
from cases.interviews.panel import CONTACT, SEND_VIEW
from cases.interviews.queries import (
    agreed_plan_of,
    all_interviews_of,
    all_plans_of,
    allowed_at,
    on_facts_of,
)
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.consequences import Consequences
from security.encryption.fields import reveal, value_of
from security.walls import clock


@transaction.atomic
def record_interview(
    case: Case,
    *,
    began_at: datetime,
    ended_at: datetime | None,
    texts: Mapping[str, Any],
    by: Position,
    corrects: Interview | None = None,
    of_center: Staff | None = None,
) -> Interview:
    """Write how the child came to speak: ``texts`` are the columns of ``Interview.TEXTS``. Raises Refused.

    ``of_center``: the person of the center who asked; what the register of training says of that day is kept with it. The
    approved decision is used up by the next interview on the facts. One that was held without is written all the same, with
    its reasons, and the supervisor is told: what happened to a child is not hidden.
    """
    now = clock.now()
    rules.check_may_record(case, by)
    locked(Case.objects.filter(pk=case.pk))  # two interviews at once: the second one sees the first
    if corrects is not None:
        rules.check_is_latest(corrects)
    rules.check_times(began_at, ended_at, now)
    rules.check_texts(texts["kind"], texts)
    kind, questions = InterviewKind(texts["kind"]), texts["questions"] or ""
    row = Interview(case=case, began_at=began_at, ended_at=ended_at, recorded_by=by, recorded_at=now)
    row.corrects = corrects
    row.plan = _plan_of(row, kind)
    row.asked = rules.is_asked(kind, questions, corrects)
    row.on_facts = rules.is_on_facts(kind, questions, corrects)
    if row.on_facts:
        rules.check_asked_again(case, texts, now, corrects)
        _justify(row, corrects, now)
    for name in Interview.TEXTS:
        setattr(row, name, texts.get(name) or None)
    is_first = kind in VERBATIM and not all_interviews_of(case).exists() and not all_plans_of(case).exists()
    row.training = _training_of(of_center, localdate(began_at), corrects)
    row.save(force_insert=True)
    if is_first:
        _owe_contact(row, by)
    if row.unallowed and (corrects is None or not corrects.unallowed):
        _tell_line(row, NoticeKind.ASKED_AGAIN)
    if kind in JOINT and row.plan is None and (corrects is None or value_of(corrects.kind) not in JOINT):
        _tell_line(row, NoticeKind.JOINT_UNPLANNED)
    if row.plan is not None and row.plan.state != PlanState.HELD:
        plans.hold(row.plan, by=by)
    return row


def _owe_contact(row: Interview, by: Position) -> None:
    """The first disclosure: within the hours that the office sets the prosecutor's desk is spoken to, before anybody else asks
    the child. They count from when the child told it; where that was longer ago, from now on."""
    within = timedelta(hours=row.case.office.joint_answer_hours)
    due = row.began_at + within
    owner = next(iter(positions_of_case(row.case_id, Relation.LEAD)), by.pk)
    due_at = due if due > row.recorded_at else row.recorded_at + within
    leave_duty(row.case, CONTACT, cause=row.pk, owner=owner, due_at=due_at)


def _training_of(of_center: Staff | None, day: date, corrects: Interview | None) -> str | None:
    """What the register says of this person on that day, in the language of the place; a correction that names nobody keeps what
    was kept. None of an interviewer from outside."""
    if of_center is None:
        return reveal(corrects, "training") if corrects is not None else None
    held = trained_in(of_center.pk, day)
    with override(settings.LANGUAGE_CODE):
        if held is None:
            return gettext("%(name)s: no valid training in the register") % {"name": of_center.name}
        course = f"{held.get_course_display()} {held.certificate_no}".rstrip()
        return gettext("%(name)s: %(course)s") % {"name": of_center.name, "course": course}


def _tell_line(row: Interview, kind: NoticeKind) -> None:
    url = reverse("interview", args=[row.case_id, row.pk])
    told = positions_of_case(row.case_id, Relation.LINE)
    tell(told, kind, row.case.number, url, cause=f"{row.pk}:{kind.value}")


def _plan_of(row: Interview, kind: InterviewKind) -> JointPlan | None:
    """The plan on which a joint interview was held; a correction keeps that of the corrected row."""
    if kind not in JOINT:
        return None
    corrected = row.corrects
    return corrected.plan if corrected is not None and corrected.plan_id else agreed_plan_of(row.case)


def _justify(row: Interview, corrects: Interview | None, now: datetime) -> None:
    """What allows a further interview on the facts; a correction rests on what the corrected row rests on."""
    if corrects is not None and corrects.on_facts:
        row.unallowed = corrects.unallowed
    elif on_facts_of(row.case, corrects):
        row.allowed_by = allowed_at(row.case, now)
        row.unallowed = row.allowed_by is None


@dataclass(frozen=True)
class Reasons:
    """The four reasons for asking a child again."""

    cannot_serve: str
    wanted_by: str
    only_child: str
    harm: str
    asker: Asker = Asker.CENTER
    their_reason: str = ""


@transaction.atomic
def draft_second(
    case: Case, reasons: Reasons, *, by: Position, earlier: SecondInterview | None = None
) -> SecondInterview:
    """Draft that the child be asked about the facts again. The supervisor or the director decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    row = SECOND.begin(case, by, clock.now(), earlier)
    rules.check_request(reasons.asker, reasons.their_reason)
    row.asker, row.their_reason = reasons.asker, reasons.their_reason
    row.cannot_serve, row.wanted_by = reasons.cannot_serve, reasons.wanted_by
    row.only_child, row.harm = reasons.only_child, reasons.harm
    return SECOND.submit(row, by)


def _locked(rows: QuerySet[SecondInterview]) -> SecondInterview:
    """The case is locked before it is looked at: an interview that is recorded at the same time waits."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _owe_view(row: SecondInterview, _by: Position) -> None:
    """The interview itself is recorded when it was held. Whoever drafted it owes the office that asked the center's view."""
    if value_of(row.asker) not in (None, Asker.CENTER):
        leave_duty(row.case, SEND_VIEW, cause=row.pk, owner=row.drafted_by_id)


def _not_approved(row: SecondInterview, by: Position) -> None:
    """A refusal is the center's view, too; what was returned or taken back goes on."""
    if row.state is State.REFUSED:
        _owe_view(row, by)


SECOND = Decision(
    act=codes.SECOND_INTERVIEW,
    model=SecondInterview,
    check_may_draft=rules.check_may_ask_again,
    content=("cannot_serve", "wanted_by", "only_child", "harm", "asker", "their_reason"),
    form_url="second_interview",
    template="cases/interviews/second.html",
    context=lambda row, _by: {"d": row, "earlier": on_facts_of(row.case)},
    panels=lambda _row: ("interviews",),
    consequences=Consequences(
        _("One further interview on the facts may be held. The child is asked again."),
        _(
            "The person who drafted it is told, and owes an office outside that asked for it the center's view."
        ),
        _("It is used up by the next interview on the facts that is recorded."),
    ),
    lock=_locked,
    still_holds=rules.check_still_holds,
    effect=_owe_view,
    not_approved=_not_approved,
)
