"""Pages of the plan of a joint interview: proposing it, reading it, writing it, and what became of it."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.interviews import plans, rules
from cases.interviews.codes import FIXED
from cases.interviews.models import JointPlan
from cases.interviews.papers import INSIDE, LONG, interviewer_in_words
from cases.interviews.plan_forms import (
    JointChangeForm,
    JointPlanForm,
    JointStepForm,
    steps_by_hand,
    typed_before,
)
from cases.interviews.queries import all_plans_of, events_of
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from cases.records.rules import check_may_edit
from security.encryption.fields import reveal
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def joint_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Propose a joint interview."""
    case = case_to_change(request, case_id, "joint")
    form = JointPlanForm(posted(request), case=case)
    return case_form(
        request,
        case,
        form,
        lambda: plans.propose_plan(case, form.facts(), by=request.by),
        section="joint",
        done=_("The joint interview has been proposed. The person in charge answers within a day."),
        heading=_("Propose a joint interview"),
        intro=_("As early as possible, one session, one interviewer. What is not settled yet stays empty."),
        label=_("Propose it"),
        reason=reason_against(rules.check_may_propose, case, request.by),
    )


@page(Permission.WORK_ON_CASES)
def joint_plan(request: StaffRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
    """One plan, and what became of it."""
    case = case_or_404(request, case_id, "joint")
    plan = _of(case, plan_id)
    context = {
        "case": case,
        "plan": plan,
        "interviewer": interviewer_in_words(plan),
        "texts": _settled(plan, LONG),
        "inside": _settled(plan, INSIDE),
        "unsettled": _(", ").join(
            str(label) for name, label in {**LONG, **INSIDE}.items() if not reveal(plan, name)
        ),
        "events": events_of(case).filter(plan=plan),
        "not_write": reason_against(rules.check_may_write, plan, request.by),
        "not_step": reason_against(check_may_edit, case, request.by),
        "goes_on": bool(steps_by_hand(plan)),
        "is_fixed": plan.known_state in FIXED,
        "not_police": reason_against(rules.check_gate, case, plan.police, clock.now()),
    }
    return render(request, "cases/interviews/joint_plan.html", context)


def _settled(plan: JointPlan, names: Mapping[str, str | Promise]) -> list[tuple[str, str]]:
    """The labels with the texts of what is written of a plan."""
    found = [(str(label), reveal(plan, name) or "") for name, label in names.items()]
    return [(label, text) for label, text in found if text]


@form_page(Permission.WORK_ON_CASES)
def joint_change(request: StaffRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
    """Write a plan while it is conferred on, and that it was agreed."""
    case = case_to_change(request, case_id, "joint")
    plan = _of(case, plan_id)
    form = JointChangeForm(posted(request), plan=plan, initial=typed_before(plan))
    return case_form(
        request,
        case,
        form,
        lambda: plans.write_plan(
            plan,
            form.facts(),
            by=request.by,
            agreed=form.cleaned_data.get("agreed", ""),
            version=form.cleaned_data["version"],
        ),
        section="joint",
        done=_("The plan has been saved."),
        heading=_("Write the plan of the joint interview"),
        intro=reason_against(rules.check_gate, case, plan.police, clock.now()) or "",
        reason=reason_against(rules.check_may_write, plan, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def joint_step(request: StaffRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
    """Write what became of a plan."""
    case = case_to_change(request, case_id, "joint")
    plan = _of(case, plan_id)
    form = JointStepForm(posted(request), plan=plan)
    return case_form(
        request,
        case,
        form,
        lambda: plans.take_step(
            plan,
            form.cleaned_data["step"],
            form.cleaned_data["words"],
            by=request.by,
            planned_for=form.cleaned_data.get("planned_for"),
        ),
        section="joint",
        done=_("The plan has been saved."),
        heading=_("Write what became of the joint interview"),
        reason=reason_against(check_may_edit, case, request.by),
    )


def _of(case: Case, plan_id: UUID) -> JointPlan:
    plan = get_object_or_404(all_plans_of(case), pk=plan_id)
    plan.case = case
    return plan
