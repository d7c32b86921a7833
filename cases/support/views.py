"""Receiving a juvenile victim, and notifying the child guidance center."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.intake.codes import RECEIPT_OF, ReceiptKind
from cases.intake.forms import PoliceFilingForm
from cases.intake.rules import police_forms
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from cases.records.queries import everybody_around
from cases.support import actions, rules
from cases.support.forms import (
    DesignationForm,
    ReceptionForm,
    ReleaseForm,
    ReviewForm,
    SupporterForm,
    SupporterReportForm,
    designed_before,
    released_before,
)
from cases.support.models import Supporter, SupportReception
from cases.support.notice import filled_in
from cases.support.queries import is_support, reception_of
from security.walls import clock


@form_page(Permission.KEEP_SUPPORT)
def support_new(request: StaffRequest) -> HttpResponse:
    """Receive a juvenile victim: the support case is open at once."""
    form = ReceptionForm(posted(request), initial={"happened_at": clock.now()})
    text = _("The support case was opened as %(number)s.")
    return form_answer(
        request,
        form,
        lambda: actions.receive(form.child(), form.facts(), by=request.by),
        done=lambda case: text % {"number": case.number},
        to=_onward,
        template="cases/support/receive.html",
        at="support",
    )


def _onward(case: Case) -> HttpResponse:
    """To the notification where it is owed, with everything filled in; else to the case."""
    row = reception_of(case)
    name = "support_notify" if row is not None and rules.is_owed(row) else "case"
    return redirect(name, case.pk)


@page(Permission.KEEP_SUPPORT)
def support(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """To what the case says of the support: where a duty leads."""
    case, _row = _support_or_404(request, support_id, Level.VIEW)
    return redirect(section_url(case, "support"))


@form_page(Permission.KEEP_SUPPORT)
def support_notify(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """Notify the child guidance center with what is written already: one tap, or after a change."""
    case, row = _support_or_404(request, support_id, Level.MANAGE)
    form = PoliceFilingForm(
        posted(request),
        offices=Office.objects.filter(kind=OfficeKind.CGC, active=True),
        initial=filled_in(case, row),
        sends=[form for form in police_forms(request.by) if RECEIPT_OF.get(form) is ReceiptKind.NOTIFICATION],
    )
    text = _("The notification was sent. Its reference is %(reference)s.")
    return case_form(
        request,
        case,
        form,
        lambda: actions.notify_center(
            case,
            form.office(),
            form.child(),
            form.told(),
            grounds=form.ticked(),
            about=form.about_filer(),
            police=form.police(),
            by=request.by,
        ),
        section="support",
        done=lambda made: text % {"reference": made.reference},
        heading=_("Notify the child guidance center"),
        intro=_(
            "Filled in with what is written in the support case. The center sees what is sent here, and nothing else of"
            " the case."
        ),
        label=_("Send the notification"),
        reason=reason_against(rules.check_may_notify, case, request.by, clock.today()),
    )


def _support_or_404(
    request: StaffRequest, case_id: UUID, level: Level = Level.EDIT
) -> tuple[Case, SupportReception]:
    """A support case with its reception, for whoever holds ``level``; any other case is missing here."""
    case = case_to_change(request, case_id, "support", level=level)
    row = reception_of(case) if is_support(case) else None
    if row is None:
        raise Http404
    return case, row


@form_page(Permission.KEEP_SUPPORT)
def support_designate(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """Draft the designation of continuing support; a returned draft comes filled in."""
    case, _row = _support_or_404(request, support_id)
    earlier = earlier_draft(request, actions.DESIGNATE, case)
    form = DesignationForm(
        posted(request),
        case=case,
        people=everybody_around(case),
        initial=designed_before(earlier) if earlier else {},
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_designation(case, form.facts(), by=request.by, earlier=earlier),
        section="support_plan",
        done=waits_for(actions.DESIGNATE, request.by),
        template="cases/decisions/draft.html",
        heading=_("Draft the designation of continuing support"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, actions.DESIGNATE, case, earlier),
    )


@form_page(Permission.KEEP_SUPPORT)
def support_review(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """Review the plan."""
    case, _row = _support_or_404(request, support_id, Level.MANAGE)
    form = ReviewForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.review(case, form.cleaned_data, by=request.by),
        section="support_plan",
        done=_("The review was recorded. The next one is due in three months."),
        heading=_("Review the plan of the support"),
        label=_("Record the review"),
        reason=reason_against(rules.check_may_review, case, request.by),
    )


@form_page(Permission.KEEP_SUPPORT)
def support_supporter(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """Write down a volunteer who accompanies the juvenile."""
    case, _row = _support_or_404(request, support_id)
    form = SupporterForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.name_supporter(case, form.cleaned_data, by=request.by),
        section="support_plan",
        done=_("The supporter has been entered."),
        heading=_("Enter a supporter"),
        label=_("Enter the supporter"),
        reason=reason_against(rules.check_may_name, case, request.by),
    )


@form_page(Permission.KEEP_SUPPORT)
def supporter_report(request: StaffRequest, support_id: UUID, supporter_id: UUID) -> HttpResponse:
    """Write what a supporter told of one meeting."""
    case, _row = _support_or_404(request, support_id)
    supporter = get_object_or_404(Supporter, case=case, pk=supporter_id)
    supporter.case = case
    form = SupporterReportForm(posted(request), supporter=supporter)
    return case_form(
        request,
        case,
        form,
        lambda: actions.write_supporters_report(supporter, form.cleaned_data, by=request.by),
        section="support_plan",
        done=_("What the supporter told has been written down."),
        heading=_("Write what a supporter told"),
        several=True,
        reason=reason_against(rules.check_may_name, case, request.by),
    )


@form_page(Permission.KEEP_SUPPORT)
def support_release(request: StaffRequest, support_id: UUID) -> HttpResponse:
    """Draft the release; a returned draft comes filled in."""
    case, _row = _support_or_404(request, support_id)
    earlier = earlier_draft(request, actions.FREE, case)
    form = ReleaseForm(posted(request), case=case, initial=released_before(earlier) if earlier else {})
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_release(case, form.facts(), by=request.by, earlier=earlier),
        section="support_plan",
        done=waits_for(actions.FREE, request.by),
        template="cases/decisions/draft.html",
        heading=_("Draft the release"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, actions.FREE, case, earlier),
    )
