"""Both sides of a filing: the office that files it, and the child guidance center that receives it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import form_answer, posted, refusal_of, saved
from agencies.staff.roles import Permission
from cases.intake import filing as filings
from cases.intake import policed
from cases.intake.codes import FilingState
from cases.intake.forms import AttachForm, FilingForm, PoliceFilingForm, RegisterForm
from cases.intake.known import ask_first
from cases.intake.models import Filing, FilingContent, FilingCopy, Notification
from cases.intake.queries import copied, incoming_filings, my_filings, possible_duplicates
from cases.intake.rules import least_urgency, police_forms
from cases.records.codes import Track
from cases.records.pages import section_url
from cases.records.queries import who_can_lead
from security.audit.verbs import Verb
from security.encryption.fields import value_of


@page(Permission.FILE_NOTIFICATION)
def my_receipts(request: StaffRequest) -> HttpResponse:
    """What this position has filed: reference, when, to whom, how far; each leads to the copy of what was written."""
    found = my_filings(request.by, request.GET.dict())
    copies = policed.forms_sent(found.rows) if police_forms(request.by) else {}
    has_copy = copied(found.rows)
    listed = [(row, policed.state_words(row, copies.get(row.pk)), row.pk in has_copy) for row in found.rows]
    return render(request, "cases/intake/receipts.html", {"page": found, "listed": listed})


@page(Permission.FILE_NOTIFICATION)
def my_copy(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """What this position wrote in a filing; each look is recorded. Another's, and one that is older than the copies, is a 404."""
    content = get_object_or_404(FilingCopy, filing=filing_id)
    request.event.note(Verb.FILING_VIEW, object_pk=filings.copy_in_log(content))
    return render(request, "cases/intake/filing_copy.html", {"content": content})


@form_page(Permission.FILE_NOTIFICATION)
def file_new(request: StaffRequest) -> HttpResponse:
    """File a notification with a child guidance center."""
    offices = Office.objects.filter(kind=OfficeKind.CGC, active=True)
    contact, sends = {"contact": request.by.office.telephone}, police_forms(request.by)
    form = (
        PoliceFilingForm(
            posted(request), offices=offices, initial=contact, sends=sends, sender=request.by.office
        )
        if sends
        else FilingForm(posted(request), offices=offices, initial=contact)
    )

    text = _("The notification was sent. Its reference is %(reference)s.")
    return form_answer(
        request,
        form,
        lambda: filings.file_notification(
            form.office(),
            form.child(),
            form.told(),
            grounds=form.ticked(),
            about=form.about_filer(),
            by=request.by,
            police=form.police() if isinstance(form, PoliceFilingForm) else None,
            known=form.known(),
        ),
        done=lambda made: text % {"reference": made.reference},
        to=("filings",),
        template="cases/intake/file.html",
        of_police=bool(sends),
    )


@page(Permission.TAKE_CONTACTS)
def incoming(request: StaffRequest) -> HttpResponse:
    """What has come to this office and belongs to no case yet."""
    return render(request, "cases/intake/incoming.html", {"filings": incoming_filings(request.by)})


def _filing_or_404(request: StaffRequest, filing_id: UUID) -> Filing:
    rows = Filing.objects.select_related("sender", "filed_by__staff", "recipient", "received_by__staff")
    return get_object_or_404(rows, recipient=request.by.office, registered_at=None, pk=filing_id)


@action(Permission.TAKE_CONTACTS)
def open_incoming(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """Open a filing: from here on its sender reads that it was received."""
    filing = _filing_or_404(request, filing_id)
    reason = refusal_of(filings.open_filing, filing, by=request.by)
    if reason:
        messages.error(request, reason)
    return redirect("incoming_filing", filing_id=filing.pk)


@page(Permission.TAKE_CONTACTS)
def incoming_filing(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """A filing that was opened, with the two things that can be made of it; before that, its envelope."""
    return _show(request, _filing_or_404(request, filing_id))


@action(Permission.TAKE_CONTACTS)
def register_incoming(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """Open a case with what was filed; of a child that may have one already, once that is answered."""
    filing = _filing_or_404(request, filing_id)
    content = _content_or_404(filing)
    form = _register_form(request, content, request.POST)
    known = ask_first(request, form, filings.child_of(content)) if form.is_valid() else {}
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("track", "urgency", "in_charge")}
        made: list[Notification] = []
        if saved(form, lambda: made.append(filings.register_filing(filing, **facts, by=request.by))):
            case = made[0].case
            text = _("The case was opened as %(number)s.") % {"number": case.number}
            messages.success(request, text, extra_tags="intake")
            return redirect(section_url(case, "intake"))
    return _show(request, filing, register=form, known=known)


@action(Permission.TAKE_CONTACTS)
def set_aside_incoming(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """An enquiry or an answer of the police is about no case of this office."""
    filing = _filing_or_404(request, filing_id)
    _content_or_404(filing)
    reason = refusal_of(filings.set_aside, filing, by=request.by)
    if reason:
        messages.error(request, reason)
        return redirect("incoming_filing", filing_id=filing.pk)
    messages.success(request, _("It was set aside. The police read that it was dealt with, and no more."))
    return redirect("incoming_filings")


@action(Permission.TAKE_CONTACTS)
def attach_incoming(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """Add what was filed to a case."""
    filing = _filing_or_404(request, filing_id)
    _content_or_404(filing)
    form = AttachForm(request.POST, by=request.by)
    if (
        form.is_valid()
        and form.case is not None
        and saved(form, filings.attach_filing, filing, form.case, by=request.by)
    ):
        text = _("The notification was added to case %(number)s.")
        messages.success(request, text % {"number": form.case.number}, extra_tags="intake")
        return redirect(section_url(form.case, "intake"))
    return _show(request, filing, attach=form)


def opened_filing_or_404(request: StaffRequest, filing_id: UUID) -> tuple[Filing, FilingContent]:
    """A filing at the reader's desk that was opened, and what it says; the look is recorded."""
    filing = _filing_or_404(request, filing_id)
    content = _content_or_404(filing)
    request.event.note(Verb.FILING_VIEW, object_pk=filings.name_in_log(filing))
    return filing, content


def _content_or_404(filing: Filing) -> FilingContent:
    content = FilingContent.objects.filter(filing=filing).first()
    if content is None or filing.state is FilingState.SENT:
        raise Http404
    return content


def _register_form(request: StaffRequest, content: FilingContent, data: object) -> RegisterForm:
    least = least_urgency(value_of(content.grounds) or (), office=request.by.office)
    track = Track.ABUSE if policed.is_of_abuse(content) else None
    lead = who_can_lead(request.by)
    return RegisterForm(data, in_charge=lead, by=request.by, least=least, track=track)


def _show(
    request: StaffRequest,
    filing: Filing,
    register: RegisterForm | None = None,
    attach: AttachForm | None = None,
    known: Mapping[str, list[Any]] | None = None,
) -> HttpResponse:
    # It belongs to no case yet: the event names the filing, by a name that leads to no receipt.
    request.event.note(Verb.FILING_VIEW, object_pk=filings.name_in_log(filing))
    is_open = filing.state is not FilingState.SENT
    context: dict[str, Any] = {
        "filing": filing,
        "is_open": is_open,
        "form": register or attach,
        **(known or {}),
    }
    if is_open:
        context |= _opened(request, filing, register, attach)
    return render(request, "cases/intake/incoming_filing.html", context)


def _opened(
    request: StaffRequest, filing: Filing, register: RegisterForm | None, attach: AttachForm | None
) -> dict[str, object]:
    content = _content_or_404(filing)
    child = filings.child_of(content)
    alike = possible_duplicates(request.by, child, besides=[])
    known = {"number": alike[0].number} if alike else {}
    return {
        "content": content,
        "opens_no_case": policed.opens_no_case(content),
        "receipt_words": policed.receipt_words(content),
        "limit_words": policed.limit_text(content, request.by.office),
        "alike": alike,
        "register": register or _register_form(request, content, None),
        "attach": attach or AttachForm(by=request.by, initial=known),
    }
