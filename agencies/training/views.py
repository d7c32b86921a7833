"""The register of training: its list, a new or further row, withdrawing one, and what is seen of a section and a year."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.training import actions, queries
from agencies.training.attendance import MOST, attendance_sheet, attended_in
from agencies.training.codes import Course
from agencies.training.forms import TrainingForm
from agencies.training.models import Training
from agencies.training.overview import counts_of, overview_of
from face.keyset import by_fields, page_of
from face.templatetags.face import ja
from face.typeset import NotSet
from security.walls import clock

IN_ORDER = ("staff__kana", "staff__username", "kept_at", "pk")
PAGE = 50
NAMED = 20
"""Supervisors and certificates that the head of the register names; how many there are stands beside."""
YEARS_BACK = 10


@page(Permission.ADMINISTER)
def training_list(request: StaffRequest) -> HttpResponse:
    """All courses by person; what runs out within 90 days, and supervising officers without their course, at the head."""
    today = clock.today()
    rows = by_fields(queries.trainings(), IN_ORDER)
    ending, without = queries.ending(today), list(queries.supervisors_without(today))
    context = {
        "page": page_of(rows, request.GET.dict(), bound=f"training {request.by.pk}", size=PAGE),
        "ending": ending[:NAMED],
        "ending_count": len(ending),
        "without": without[:NAMED],
        "without_count": len(without),
    }
    return render(request, "agencies/training/list.html", context)


@form_page(Permission.ADMINISTER)
def training_add(request: StaffRequest) -> HttpResponse:
    """Enter a course of somebody, planned or certified."""
    request.menu_at = reverse("training_list")
    form = TrainingForm(posted(request), by=request.by)
    return form_answer(
        request,
        form,
        lambda: actions.enter_training(
            form.cleaned_data["staff"], form.cleaned_data["course"], form.facts, by=request.by
        ),
        done=_("The course has been entered."),
        to=("training_list",),
        template="agencies/administration/form_page.html",
        list_name=_("Register of training"),
        list_url=reverse("training_list"),
        heading=_("Enter a course"),
        intro=_("Enter it once it is planned. What comes later is written as what follows on it."),
    )


@form_page(Permission.ADMINISTER)
def training_next(request: StaffRequest, training_id: UUID) -> HttpResponse:
    """What came after a row: applied for, attended, certified, or reviewed by peers."""
    request.menu_at = reverse("training_list")
    row = get_object_or_404(Training.objects.select_related("staff"), pk=training_id)
    form = TrainingForm(posted(request), by=request.by, follows=row)
    about = {"name": ja(row.staff.name), "course": row.get_course_display()}
    return form_answer(
        request,
        form,
        lambda: actions.enter_training(row.staff, row.course, form.facts, by=request.by, follows=row),
        done=_("The course has been entered."),
        to=("training_list",),
        template="agencies/administration/form_page.html",
        list_name=_("Register of training"),
        list_url=reverse("training_list"),
        heading=_("Write what follows"),
        intro=format_html(_("{name}: {course}. The earlier row stays as it was."), **about),
    )


@action(Permission.ADMINISTER)
def training_withdraw(request: StaffRequest, training_id: UUID) -> HttpResponse:
    """Withdraw a row that was wrong."""
    row = get_object_or_404(Training, pk=training_id)
    return button_answer(
        request,
        lambda: actions.withdraw_training(row, by=request.by),
        done=_("The row has been withdrawn."),
        to=("training_list",),
    )


@page(Permission.REVIEW_LINE)
def training_section(request: StaffRequest) -> HttpResponse:
    """Who of the section lacks which course that the role needs."""
    table = overview_of(request.by, request.GET.dict(), clock.today())
    return render(request, "agencies/training/section.html", {"table": table})


@page(Permission.ADMINISTER, Permission.REVIEW_LINE)
def training_years(request: StaffRequest) -> HttpResponse:
    """How many people were certified in a fiscal year, by office and course."""
    year, years = _year_asked(request)
    context = {"counts": counts_of(year, request.by), "year": year, "years": years}
    return render(request, "agencies/training/years.html", context)


@page(Permission.ADMINISTER, Permission.REVIEW_LINE)
def training_attended(request: StaffRequest) -> HttpResponse:
    """Who attended which course in a fiscal year; the same as a sheet is one button away."""
    return render(request, "agencies/training/attended.html", _attended(request))


@page(Permission.ADMINISTER, Permission.REVIEW_LINE)
def training_attended_sheet(request: StaffRequest) -> HttpResponse:
    """The list of the same year and course as PDF. What is empty or too long for one is answered by the page, which says so."""
    about = _attended(request)
    if not about["rows"] or about["too_many"]:
        return render(request, "agencies/training/attended.html", about)
    year, course, now = about["year"], about["course"], clock.now()
    try:
        made = attendance_sheet(year, course, request.by, now, clock.today())
    except NotSet:
        return render(request, "agencies/training/attended.html", {**about, "not_made": True}, status=503)
    headers = {"Content-Disposition": f'inline; filename="tomoshibi-training-{year}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _attended(request: StaffRequest) -> dict[str, Any]:
    year, years = _year_asked(request)
    course = request.GET.get("course", "")
    if course and course not in Course.values:
        raise Http404
    rows = attended_in(year, course, request.by)
    table = "training_list" if request.by.may(Permission.ADMINISTER) else "training_section"
    return {
        "back_url": reverse(table),
        "year": year,
        "years": years,
        "course": course,
        "courses": Course.choices,
        "rows": rows[:MOST],
        "too_many": len(rows) > MOST,
        "most": MOST,
    }


def _year_asked(request: StaffRequest) -> tuple[int, range]:
    """The fiscal year that the address names, this year's without one, and those that can be chosen."""
    today = clock.today()
    this_year = today.year - (today.month < 4)
    years = range(this_year, this_year - YEARS_BACK, -1)
    asked = request.GET.get("year", str(this_year))
    if asked not in map(str, years):
        raise Http404
    return int(asked), years
