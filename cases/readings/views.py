"""The list of receipts that the intake conference reads, and the page on which its chair signs one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.readings import actions, rules
from cases.readings.codes import MOST, SIZE, WEEK
from cases.readings.forms import ReadingForm
from cases.readings.models import ReceiptReading
from cases.readings.queries import SIGNER, Line, lines_of, signed_list, waiting_for
from cases.receipts.queries import Receipt
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.panel import full_name
from face.keyset import in_order, page_of
from security.audit.verbs import Verb
from security.encryption.fields import words_of
from security.walls import clock


@dataclass(frozen=True)
class Row:
    """A line with what is decrypted for it. ``why_not``: why this reader does not sign it; '' where they do."""

    line: Line
    child: str
    ended: str
    why_not: str | Promise
    is_old: bool


def _row(line: Line, by: Position) -> Row:
    now = clock.now()
    why_not = reason_against(rules.check_no_part, line.reading, by, line.leads)
    is_old = line.reading.read_at is None and line.receipt.received_at < now - WEEK
    return Row(line, full_name(line.case.child), _ended(line.receipt), why_not, is_old)


def _ended(receipt: Receipt) -> str:
    """How the receipt ended, who decided, or that it is open."""
    if receipt.ended is not None:
        return words_of(receipt.ended.outcome)
    if receipt.is_accepted:
        return _("accepted")
    return _("waits for a decision") if receipt.waits_at(clock.now()) else ""


@page(Permission.REVIEW_LINE)
def reading_list(request: StaffRequest) -> HttpResponse:
    """The receipts of the line that nobody has signed, the earliest first."""
    waiting = waiting_for(request.by)
    shown = page_of(in_order(waiting), request.GET.dict(), bound=f"readings {request.by.pk}", size=SIZE)
    found = _readings([one.pk for one in shown.rows])
    context = {
        "shown": shown,
        "waiting": min(len(waiting), MOST),
        "is_more": len(waiting) > MOST,
        "signed": False,
    }
    return _listed(request, found, context)


@page(Permission.REVIEW_LINE)
def reading_signed(request: StaffRequest) -> HttpResponse:
    """The receipts of the line that are signed, the latest first."""
    shown = page_of(signed_list(), request.GET.dict(), bound=f"readings signed {request.by.pk}", size=SIZE)
    return _listed(request, shown.rows, {"shown": shown, "signed": True})


def _readings(wanted: list[UUID]) -> list[ReceiptReading]:
    found = ReceiptReading.objects.select_related(SIGNER).in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def _listed(
    request: StaffRequest, readings: Iterable[ReceiptReading], context: dict[str, Any]
) -> HttpResponse:
    lines = lines_of(readings)
    for line in lines:
        under = [line.case.child.key_scope()]
        request.event.note_shown(line.case.pk, "readings", verb=Verb.CASE_LIST, under=under)
    if not lines:
        request.event.note(Verb.CASE_LIST)
    rows = [_row(line, request.by) for line in lines]
    return render(request, "cases/readings/reading_list.html", {**context, "rows": rows})


@form_page(Permission.REVIEW_LINE)
def reading_sign(request: StaffRequest, case_id: UUID, notification_id: UUID) -> HttpResponse:
    """Sign one receipt; then the next one that this person may sign follows."""
    request.menu_at = reverse("reading_list")
    case = case_to_change(request, case_id, "readings", level=Level.MANAGE)
    line = _line(case, notification_id)
    form = ReadingForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.sign_reading(line.reading.pk, by=request.by, **form.cleaned_data),
        section="readings",
        done="",
        to=lambda made: _next_line(request),
        template="cases/readings/reading_sign.html",
        back_url=reverse("reading_list"),
        heading=_("Sign the receipt"),
        label=_("Sign"),
        reason=reason_against(rules.check_may_sign, line.reading, case, request.by, clock.now()),
        row=_row(line, request.by),
    )


def _line(case: Case, notification_id: UUID) -> Line:
    """The line of this receipt of the case; Http404 where there is none: older receipts are in no list."""
    row = ReceiptReading.objects.filter(case=case, notification=notification_id).select_related(SIGNER)
    line = next(iter(lines_of(row)), None)
    if line is None:
        raise Http404
    return line


def _next_line(request: StaffRequest) -> HttpResponse:
    waiting = waiting_for(request.by)
    left = ngettext(
        "%(count)d receipt is not signed yet.", "%(count)d receipts are not signed yet.", len(waiting)
    )
    told = {"told": _("Signed."), "left": left % {"count": len(waiting)}}
    messages.success(request, _("%(told)s %(left)s") % told)
    for line in lines_of(_readings([one.pk for one in waiting[:SIZE]])):
        if not reason_against(rules.check_no_part, line.reading, request.by, line.leads):
            return redirect("reading_sign", line.case.pk, line.reading.notification_id)
    return redirect("reading_list")
