"""Recording what goes to a welfare office; reading it, and recording what was decided."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.records.codes import Level
from cases.records.pages import case_form, case_to_change
from cases.welfare import actions, rules
from cases.welfare.forms import DecisionForm, ReferralForm
from cases.welfare.panel import state_of
from cases.welfare.queries import all_referrals_of, decision_on


@form_page(Permission.WORK_ON_CASES)
def welfare_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Record that the case, or a question on it, went to a welfare office."""
    case = case_to_change(request, case_id, "welfare")
    form = ReferralForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.refer(case, **form.facts(), by=request.by),
        section="welfare",
        done=_("It has been recorded. What the welfare office decides is owed."),
        heading=_("Record what goes to the welfare office"),
        not_to_tell=shown_not_to_tell(request, case),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def welfare_referral(request: StaffRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """Read what went to a welfare office; record its decision."""
    case = case_to_change(request, case_id, "welfare", level=Level.VIEW)
    row = get_object_or_404(all_referrals_of(case), pk=referral_id)
    row.case = case
    if (decision := decision_on(row)) is not None:
        decision.case = case
    label, badge = state_of(decision)
    form = DecisionForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_decision(row, **form.facts(), by=request.by),
        section="welfare",
        done=_("The decision of the welfare office was recorded."),
        template="cases/welfare/referral.html",
        row=row,
        decision=decision,
        row_state=label,
        row_badge=badge,
        why_not=reason_against(rules.check_may_decide, row, request.by),
    )
