"""The progress list of a month, and the page on which one line of it is signed."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.directory.models import Section
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.prints.queries import MOST, sheets_of
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.panel import full_name
from cases.reviews import actions, rules
from cases.reviews.codes import SIZE, UNSEEN
from cases.reviews.forms import ReviewForm
from cases.reviews.models import CaseReview
from cases.reviews.months import is_signable
from cases.reviews.pages import (
    Asked,
    asked_by,
    asked_for,
    changed,
    correct_url,
    form_url,
    keep,
    months_offered,
)
from cases.reviews.papers import PROGRESS, key_of
from cases.reviews.queries import Line, compared, counts_of, lines_of, order_of, signed_of
from face.keyset import in_order, page_of
from face.months import month_of
from security.audit.verbs import Verb
from security.encryption.fields import value_of, values_of
from security.walls import clock

FACTS = {
    "urgency": gettext_lazy("urgency"),
    "lead": gettext_lazy("person in charge"),
    "entry": gettext_lazy("last contact"),
    "seen": gettext_lazy("last seen by sight"),
    "limit": gettext_lazy("next limit"),
    "task": gettext_lazy("next duty or planned visit"),
}
"""The facts of a line, as they are named where one has changed."""


@dataclass(frozen=True)
class Row:
    """A line with what is decrypted for it, and how it is signed."""

    line: Line
    child: str
    born: date | None
    sign_url: str
    is_lead: bool

    @property
    def is_unseen(self) -> bool:
        """Whether the child has not been seen for long."""
        return self.line.last_seen is not None and self.line.last_seen < clock.now() - UNSEEN


@page(Permission.REVIEW_LINE)
def review_list(request: StaffRequest) -> HttpResponse:
    """Every open case of the reader's line in a month, a line each, those that nobody has signed first."""
    by, (asked, is_recalled) = request.by, asked_by(request)
    order = order_of(by, asked.month, asked.section)
    shown = page_of(in_order(order), request.GET.dict(), bound=f"reviews {by.pk}", size=SIZE)
    cases = Case.objects.in_bulk([one.pk for one in shown.rows])
    request.event.covered.update(compared(order))
    lines = lines_of([cases[one.pk] for one in shown.rows if one.pk in cases], asked.month)
    for line in lines:
        request.event.note_shown(
            line.case.pk, "reviews", verb=Verb.CASE_LIST, under=[line.case.child.key_scope()]
        )
    if not lines:
        request.event.note(Verb.CASE_LIST)
    context = {
        "rows": [_row(request, line, asked) for line in lines],
        "shown": shown,
        "asked": asked,
        "months": months_offered(asked.month),
        "sections": Section.objects.filter(office=by.office_id),
        "is_signable": is_signable(asked.month, clock.now()),
        "total": len(order),
        "signed": sum(one.signed for one in order),
        "counts": counts_of((one.section, one.section_name, one.signed) for one in order),
        "sheet": PROGRESS.code,
        "sheet_key": (key := key_of(asked.month, asked.section)),
        "not_sheet": _why_no_sheet(len(order)),
        "prints": sheets_of(by, PROGRESS, key),
        "is_recalled": is_recalled,
        "is_narrowed": asked != Asked(month_of(clock.today())),
    }
    response = render(request, "cases/reviews/review_list.html", context)
    keep(request, response, asked)
    return response


def _why_no_sheet(lines: int) -> str:
    if lines > MOST:
        return _("The list is too long for one sheet: choose a section.")
    return "" if lines else _("There is nothing to print yet.")


def _row(request: StaffRequest, line: Line, asked: Asked) -> Row:
    return Row(
        line,
        full_name(line.case.child),
        value_of(line.case.child.birth_date),
        form_url(line, asked),
        request.by.staff_id in line.leads,
    )


@form_page(Permission.REVIEW_LINE)
def review_sign(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Sign the line of one case, or correct the signed one that ``?corrects=`` names; then the next unsigned line follows."""
    asked = asked_for(request.GET.dict(), request.by)
    request.menu_at = reverse("review_list")
    case = case_to_change(request, case_id, "reviews", level=Level.MANAGE)
    signed = signed_of(case, asked.month)
    corrects = _to_correct(request, signed)
    (line,) = lines_of([case], asked.month)
    form = ReviewForm(posted(request), initial=_signed_before(corrects))
    reason = reason_against(rules.check_may_sign, case, asked.month, request.by, clock.now())
    return case_form(
        request,
        case,
        form,
        lambda: actions.sign_review(case, asked.month, by=request.by, corrects=corrects, **form.cleaned_data),
        section="reviews",
        done="",
        to=lambda made: _next_line(request, made, asked),
        template="cases/reviews/review_sign.html",
        back_url=asked.url,
        heading=_("Correct the line") if corrects else _("Sign the line"),
        label=_("Save the correction") if corrects else _("Sign"),
        reason=reason or reason_against(rules.check_not_signed, case, asked.month, corrects),
        asked=asked,
        row=_row(request, line, asked),
        signed=signed,
        corrects=corrects,
        correct_url="" if reason or corrects or not signed else correct_url(signed[0], asked),
        changed=[FACTS[name] for name in changed(line, request.GET.get("shown", ""))],
    )


def _signed_before(wrong: CaseReview | None) -> dict[str, Any]:
    """A correction begins with what it corrects."""
    if wrong is None:
        return {}
    return {"next_on": wrong.next_on, **values_of(wrong, ("next_task", "note"))}


def _to_correct(request: StaffRequest, signed: list[CaseReview]) -> CaseReview | None:
    """The signed line that the address names; Http404 for any other."""
    wanted = request.GET.get("corrects")
    if wanted is None:
        return None
    if not signed or str(signed[0].pk) != wanted:
        raise Http404
    return signed[0]


def _next_line(request: StaffRequest, made: CaseReview, asked: Asked) -> HttpResponse:
    """After a correction back to the list; else on to the first line that is not signed and that this person may sign."""
    if made.corrects_id is not None:
        messages.success(request, _("The line has been corrected. What was signed before stays."))
        return redirect(asked.url)
    order = order_of(request.by, asked.month, asked.section)
    request.event.covered.update(compared(order))
    waiting = [one.pk for one in order if not one.signed]
    left = ngettext("%(count)d line is not signed yet.", "%(count)d lines are not signed yet.", len(waiting))
    told = {"told": _("Signed."), "left": left % {"count": len(waiting)}}
    messages.success(request, _("%(told)s %(left)s") % told)
    cases = Case.objects.in_bulk(waiting[:SIZE])
    for line in lines_of([cases[pk] for pk in waiting[:SIZE] if pk in cases], asked.month):
        if request.by.staff_id not in line.leads:
            return redirect(form_url(line, asked))
    return redirect(asked.url)
