"""Contacts with the police by voice: written down by anyone on the team, seen by the supervisor line."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.intake.codes import PoliceForm
from cases.intake.pages import AttachForm, as_record, form_of, is_by_agreement, opened_filing_or_404
from cases.intake.rules import check_joins
from cases.records.codes import Level
from cases.records.pages import case_form, case_or_404, case_to_change, section_url
from referrals.police import actions
from referrals.police.forms import ContactForm
from referrals.police.models import ContactBasis
from referrals.police.queries import contacts_of, contacts_unseen_for


@form_page(Permission.WORK_ON_CASES)
def contact_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write a contact down. It is never refused, on a closed case neither."""
    case = case_to_change(request, case_id, "contacts", level=Level.VIEW)
    form = ContactForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_contact(case, form.texts(), by=request.by),
        section="contacts",
        done=_("The contact with the police has been recorded."),
        heading=_("Record a contact with the police"),
        intro=_(
            "For what has already happened by voice. It opens no page to the police, and the supervisor sees it."
        ),
        label=_("Record"),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
    )


@action(Permission.REVIEW_LINE)
def contact_seen(request: StaffRequest, case_id: UUID, contact_id: UUID) -> HttpResponse:
    """A supervisor has looked at a contact; it leaves the list."""
    case = case_or_404(request, case_id, "contacts", level=Level.MANAGE)
    contact = get_object_or_404(contacts_of(case), pk=contact_id)
    return button_answer(
        request,
        lambda: actions.see_contact(contact, by=request.by),
        done=_("The contact has been marked as seen."),
        to=(section_url(case, "contacts"),),
        at="contacts",
    )


@page(Permission.REVIEW_LINE)
def contacts_unseen(request: StaffRequest) -> HttpResponse:
    """The supervisor's list of contacts that are not marked as seen."""
    rows = list(contacts_unseen_for(request.by))
    for row in rows:
        request.event.note_shown(row.case_id, "contacts")
    return render(request, "referrals/police/contacts_unseen.html", {"rows": rows})


@action(Permission.TAKE_CONTACTS)
def filing_join(request: StaffRequest, filing_id: UUID) -> HttpResponse:
    """Add what the police asked or answered to a case that the reader manages, as a contact with them."""
    filing, content = opened_filing_or_404(request, filing_id)
    sent, form = form_of(content), AttachForm(request.POST, by=request.by)
    reason = reason_against(check_joins, sent)
    if not reason and form.is_valid() and form.case is not None:
        case, said = form.case, as_record(content, "document", "dated_on", "reply_to")
        basis = ContactBasis.ENQUIRY if sent is PoliceForm.ENQUIRY else ContactBasis.HELP
        basis = ContactBasis.AGREEMENT if is_by_agreement(content) else basis
        return button_answer(
            request,
            lambda: actions.join_filing(
                filing,
                case,
                basis=basis,
                sent_at=filing.sent_at,
                said=said,
                by=request.by,
            ),
            done=_("It was added to the case as a contact with the police."),
            to=(section_url(case, "contacts"),),
            at="contacts",
        )
    messages.error(request, str(reason) or str(form.errors["number"][0]))
    return redirect("incoming_filing", filing_id=filing.pk)
