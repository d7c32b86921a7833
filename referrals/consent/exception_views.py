"""Pages of exceptions to the child's intention: asking, deciding, and the duties that follow."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.directory.models import OfficeKind
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.pages import earlier_draft, why_not_draft
from cases.records.actions import birth_date_of
from cases.records.codes import Level
from cases.records.pages import case_form, case_or_404, case_to_change
from referrals.consent import actions, rules
from referrals.consent.forms import DutyForm, ExceptionForm, typed_before
from referrals.consent.models import ExceptionDuty
from referrals.consent.queries import askable_items, duties_open_for, intentions_of, labels_of
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def exception_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask for an exception, with a typed ground and a written reason."""
    case = case_to_change(request, case_id, "intention")
    earlier = earlier_draft(request, actions.EXCEPTION, case)
    initial = typed_before(earlier) if earlier else {}
    form = ExceptionForm(posted(request), case=case, items=askable_items(OfficeKind.POLICE), initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: actions.request_exception(case, by=request.by, earlier=earlier, **form.facts()),
        done=_("The exception has been asked for. Another person decides it."),
        template="referrals/consent/exception_new.html",
        born=birth_date_of(case.child),
        formed=rules.is_formed(case),
        answers=intentions_of(case),
        refused=labels_of(sorted(rules.refused_items(case))),
        earlier=earlier,
        reason=why_not_draft(request, actions.EXCEPTION, case, earlier),
    )


@page(Permission.WORK_ON_CASES)
def duties(request: StaffRequest) -> HttpResponse:
    """The duties after exceptions that wait for this position or on its cases, with owner and due date."""
    rows = duties_open_for(request.by)
    for duty in rows:
        request.event.note_shown(duty.case_id, "duties")
    return render(request, "referrals/consent/duties.html", {"rows": rows, "now": clock.now()})


@form_page(Permission.WORK_ON_CASES)
def duty(request: StaffRequest, case_id: UUID, duty_id: UUID) -> HttpResponse:
    """Write how a duty was done."""
    case = case_or_404(request, case_id, "duties")
    rows = ExceptionDuty.objects.select_related(
        "exception", "exception__recipient", "owner__staff", "done_by__staff", "case"
    )
    row = rows.filter(case=case, pk=duty_id).first()
    if row is None:
        raise Http404
    form = DutyForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.fulfil_duty(row, note=form.cleaned_data["note"], by=request.by),
        done=_("The duty has been marked as done."),
        template="referrals/consent/duty.html",
        row=row,
        reason=reason_against(rules.check_may_fulfil, row, request.by),
        owner_left=not row.owner.is_current,
        not_take_over=reason_against(rules.check_may_take_over, row, request.by),
    )


@action(Permission.REVIEW_LINE)
def duty_take_over(request: StaffRequest, case_id: UUID, duty_id: UUID) -> HttpResponse:
    """Make a colleague's duty one's own."""
    case = case_or_404(request, case_id, "duties", level=Level.MANAGE)
    row = ExceptionDuty.objects.filter(case=case, pk=duty_id).first()
    if row is None:
        raise Http404
    return button_answer(
        request,
        lambda: actions.take_over_duty(row, by=request.by),
        done=_("The duty is yours now."),
        to=("duty", case.pk, row.pk),
    )
