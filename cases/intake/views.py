"""Registering a call, the safety check, and the page of who notified."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from cases.clocks.queries import sight_due
from cases.intake import actions
from cases.intake.call_forms import CallForm, CompleteForm, FurtherForm
from cases.intake.forms import RetractForm, SafetyForm
from cases.intake.known import ask_first
from cases.intake.models import Notification, Notifier, SafetyCheck
from cases.records.codes import Level
from cases.records.forms import offer_colleagues
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change, section_url
from cases.records.queries import colleagues, who_can_lead


@form_page(Permission.TAKE_CONTACTS)
def register_call(request: StaffRequest) -> HttpResponse:
    """One form for a contact just received. Saving it opens the case."""
    form = CallForm(posted(request), in_charge=who_can_lead(request.by), by=request.by)
    known: dict[str, Any] = ask_first(request, form, form.child()) if form.is_valid() else {}

    def act() -> Notification:
        return actions.register_call(
            form.child(), form.facts(), form.received(), custodian=form.custodian(),
            in_charge=form.cleaned_data["in_charge"], by=request.by,
        )  # fmt: skip

    def to_case(made: Notification) -> HttpResponse:
        case = made.case
        text = _("The case was opened as %(number)s.") % {"number": case.number}
        messages.success(request, text, extra_tags="intake")
        if case.urgency != form.cleaned_data["urgency"]:
            _say_lifted(request, case)
        return redirect(section_url(case, "intake"))

    return form_answer(request, form, act, done="", to=to_case, template="cases/intake/call.html", **known)


def _say_lifted(request: StaffRequest, case: Case) -> None:
    text = _("The answers lifted the urgency to %(band)s.") % {"band": case.get_urgency_display()}
    messages.info(request, text, extra_tags="intake")


@form_page(Permission.TAKE_CONTACTS)
def further_notification(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A further notification about the child of a case."""
    case = case_to_change(request, case_id, "intake", level=Level.MANAGE)
    before = case.urgency
    form = FurtherForm(posted(request), office=case.office)

    def to_case(_made: Any) -> HttpResponse:
        if case.urgency != before:
            _say_lifted(request, case)
        return redirect(section_url(case, "intake"))

    return case_form(
        request,
        case,
        form,
        lambda: actions.add_notification(case, form.received(), by=request.by),
        section="intake",
        done=_("The notification was added to the case."),
        to=to_case,
        heading=_("Add a notification"),
        label=_("Add the notification"),
    )


@form_page(Permission.WORK_ON_CASES)
def complete_notification(request: StaffRequest, case_id: UUID, notification_id: UUID) -> HttpResponse:
    """What the call left for later: only what is not filled in yet is asked for."""
    case = case_to_change(request, case_id, "intake")
    row = get_object_or_404(Notification, case=case, pk=notification_id)
    row.case = case
    # What a colleague filled in meanwhile is refused beside what was typed, and not left out in silence.
    typed = {name for name, value in request.POST.items() if str(value).strip()}
    asked = [name for name in Notification.LATER if name in row.unfilled or {name, f"{name}_year"} & typed]
    form = CompleteForm(posted(request), unfilled=asked)

    def done(saved: Notification) -> str:
        left = len(saved.unfilled)
        if not left:
            return _("The notification is complete.")
        return ngettext(
            "%(left)d item is not filled in yet.", "%(left)d items are not filled in yet.", left
        ) % {"left": left}

    return case_form(
        request,
        case,
        form,
        lambda: actions.complete_notification(row, form.filled(), by=request.by),
        section="intake",
        done=done,
        heading=_("Complete the notification"),
        intro=_(
            "What is filled in here cannot be changed later. Address, telephone and custodian are written where they are shown."
        ),
        label=_("Save what is filled in"),
    )


@page(Permission.WORK_ON_CASES)
def notifier(request: StaffRequest, case_id: UUID, notification_id: UUID) -> HttpResponse:
    """Who notified, for the one in charge and the line alone. The look is recorded under a panel of its own."""
    case = case_or_404(request, case_id, "notifier", level=Level.MANAGE)
    rows = Notifier.objects.select_related("notification")
    row = get_object_or_404(rows, case=case, notification=notification_id)
    return render(request, "cases/intake/notifier.html", {"case": case, "notifier": row})


@form_page(Permission.WORK_ON_CASES)
def safety_check(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Whether and how the child was seen."""
    case = case_to_change(request, case_id, "intake", "clocks")
    limit = sight_due(case)
    form = SafetyForm(posted(request), limit=limit)
    offer_colleagues(form, "seen_by", colleagues(case, Permission.WORK_ON_CASES), request.by)
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_safety_check(case, by=request.by, **form.facts()),
        section="intake",
        done=_("The safety check was recorded."),
        template="cases/clocks/form_page.html",
        heading=_("Record a safety check"),
        intro=_(
            "Safety is confirmed by seeing the child. A telephone call or a report of somebody else is not enough."
        ),
        label=_("Record the check"),
        limit=limit,
    )


@form_page(Permission.WORK_ON_CASES)
def safety_retract(request: StaffRequest, case_id: UUID, check_id: UUID) -> HttpResponse:
    """Take a wrong record of a safety check back."""
    case = case_to_change(request, case_id, "intake", "clocks")
    checks = SafetyCheck.objects.select_related("case__office")
    check = get_object_or_404(checks, case=case, retracts=None, pk=check_id)
    form = RetractForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.retract_safety_check(check, form.cleaned_data["reason"], by=request.by),
        section="intake",
        done=_("The record was withdrawn."),
        template="cases/intake/safety_retract.html",
        heading=_("Withdraw the record of a safety check"),
        label=_("Withdraw this record"),
        check=check,
    )
