"""The facts of a receipt, and the draft of how it ends."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.receipts import rules
from cases.receipts.actions import OUTCOME, draft_outcome, record_facts
from cases.receipts.forms import (
    FactsForm,
    OutcomeForm,
    ReceivedForm,
    facts_before,
    moment_before,
    typed_before,
)
from cases.receipts.queries import Receipt, receipt_named, receipts_of
from cases.receipts.received import CORRECTION, draft_correction
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def receipt_facts(request: StaffRequest, case_id: UUID, notification_id: UUID) -> HttpResponse:
    """What statistics count of a receipt, and the facts of the first hour."""
    case = case_to_change(request, case_id, "receipts")
    receipt = _named(case, notification_id)
    form = FactsForm(
        posted(request), is_abuse=case.is_abuse, office=case.office, initial=facts_before(receipt)
    )
    before = case.urgency

    def done(_made: Any) -> str:
        if case.urgency == before:
            return _("The facts of the receipt were saved.")
        lifted = _("The facts of the receipt were saved. The answers lifted the urgency to %(band)s.")
        return lifted % {"band": case.get_urgency_display()}

    return case_form(
        request,
        case,
        form,
        lambda: record_facts(receipt, form.cleaned_data["kind"], form.facts(), by=request.by),
        section="receipts",
        done=done,
        heading=_("Write the facts of the receipt"),
        label=_("Save the facts"),
        reason=reason_against(rules.check_may_write_facts, case, request.by),
    )


@form_page(Permission.DRAFT_DECISIONS)
def receipt_outcome(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft how a receipt ends that is not accepted: the one that ``?of=`` names, or the first that is open."""
    case = case_to_change(request, case_id, "receipts")
    earlier = earlier_draft(request, OUTCOME, case)
    receipt = _receipt_of(request, case, earlier)
    form = OutcomeForm(
        posted(request), by=request.by, number=case.number, initial=typed_before(earlier) if earlier else {}
    )

    return case_form(
        request,
        case,
        form,
        lambda: draft_outcome(case, receipt, form.facts(), by=request.by, earlier=earlier),
        section="receipts",
        done=waits_for(OUTCOME, request.by),
        template="cases/receipts/outcome_new.html",
        heading=_("Draft the outcome of a receipt"),
        label=_("Ask for the decision"),
        receipt=receipt,
        earlier=earlier,
        reason=why_not_draft(request, OUTCOME, case, earlier),
    )


@form_page(Permission.DRAFT_DECISIONS)
def receipt_received(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that a receipt came at another moment: the one that ``?of=`` names, or the only one."""
    case = case_to_change(request, case_id, "receipts")
    earlier = earlier_draft(request, CORRECTION, case)
    receipt = _to_correct(request, case, earlier)
    form = ReceivedForm(posted(request), initial=moment_before(earlier) if earlier else {})

    return case_form(
        request,
        case,
        form,
        lambda: draft_correction(
            case,
            receipt,
            form.cleaned_data["corrected_at"],
            form.cleaned_data["reason"],
            by=request.by,
            earlier=earlier,
        ),
        section="receipts",
        done=waits_for(CORRECTION, request.by),
        template="cases/receipts/received_new.html",
        heading=_("Correct when a receipt came"),
        label=_("Ask for the decision"),
        receipt=receipt,
        earlier=earlier,
        reason=why_not_draft(request, CORRECTION, case, earlier),
    )


def _to_correct(request: StaffRequest, case: Case, earlier: Any) -> Receipt:
    """The receipt of the draft, or that of the address; the first one where the address names none."""
    if earlier is not None:
        return receipt_named(case, earlier.notification_id)
    receipts = receipts_of(case)
    wanted = request.GET.get("of", receipts[0].of if receipts else "")
    found = [one for one in receipts if one.of == wanted]
    if not found:
        raise Http404
    return found[0]


def _named(case: Case, notification: UUID) -> Receipt:
    try:
        return receipt_named(case, notification)
    except KeyError:
        raise Http404 from None


def _receipt_of(request: StaffRequest, case: Case, earlier: Any) -> Receipt | None:
    if earlier is not None:
        return receipt_named(case, earlier.notification_id)
    still = rules.open_receipts(case, clock.now())
    wanted = request.GET.get("of")
    if wanted is not None:
        still = [one for one in receipts_of(case) if str(one.notification.pk) == wanted]
    return still[0] if still else None
