"""The progress list of a month, and the page on which one line of it is signed."""

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
from cases.reviews import actions, rules
from cases.reviews.codes import SIZE
from cases.reviews.forms import ReviewForm
from cases.reviews.models import CaseReview
from cases.reviews.pages import (
    Asked,
    asked_by,
    asked_for,
    changed,
    correct_url,
    form_url,
    keep,
    list_of_lines,
    months_offered,
    row_of,
)
from cases.reviews.papers import PROGRESS, key_of
from cases.reviews.queries import compared, counts_of, lines_of, order_of, signed_of
from face.months import month_of
from security.encryption.fields import values_of
from security.walls import clock

FACTS = {
    "urgency": gettext_lazy("urgency"),
    "lead": gettext_lazy("person in charge"),
    "entry": gettext_lazy("last entry"),
    "contact": gettext_lazy("last contact with the child"),
    "seen": gettext_lazy("last seen by sight"),
    "limit": gettext_lazy("next limit"),
    "task": gettext_lazy("next duty or planned visit"),
    "plan": gettext_lazy("review of a plan"),
}
"""The facts of a line, as they are named where one has changed."""


@page(Permission.REVIEW_LINE)
def review_list(request: StaffRequest) -> HttpResponse:
    """Every open case of the reader's line in a month, a line each, those that nobody has signed first."""
    by, (asked, is_recalled) = request.by, asked_by(request)
    listed = list_of_lines(request, asked)
    order = listed["order"]
    context = {
        **listed,
        "asked": asked,
        "months": months_offered(asked.month),
        "sections": Section.objects.filter(office=by.office_id),
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
        row=row_of(request, line, asked),
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
