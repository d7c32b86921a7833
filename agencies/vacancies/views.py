"""The vacancy board: read by child guidance centers, kept by the institutions themselves."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, not_pressed, posted
from agencies.staff.roles import Permission
from agencies.vacancies import actions, queries
from agencies.vacancies.forms import BoardForm, CountForm, EndForm, TherapistForm, UnitForm
from agencies.vacancies.models import Unit
from face.keyset import by_fields, page_of
from face.templatetags.face import ja
from security.walls import clock

IN_ORDER = ("office__name", "name", "pk")
PAGE = 50
FORM = "agencies/administration/form_page.html"


@page(Permission.WORK_ON_CASES)
def vacancy_board(request: StaffRequest) -> HttpResponse:
    """Which institution has an open bed, for whom and from when; and where psychotherapists are missing."""
    form, now = BoardForm(request.GET), clock.now()
    rows = by_fields(queries.board(form.asked(), now), IN_ORDER)
    found = page_of(rows, request.GET.dict(), bound=f"vacancies {request.by.pk}", size=PAGE)
    therapy = queries.therapy_of({unit.office_id for unit in found.rows})
    context = {
        "form": form,
        "page": found,
        "listed": [(one, therapy.get(one.unit.office_id)) for one in queries.listed(found.rows, now)],
    }
    return render(request, "agencies/vacancies/board.html", context)


@page(Permission.KEEP_VACANCIES)
def vacancies_own(request: StaffRequest) -> HttpResponse:
    """What the own institution says: its units, its psychotherapists, and how many people need one."""
    context = {
        "listed": queries.listed(queries.units_of(request.by), clock.now()),
        "therapists": queries.therapists_of(request.by),
        "therapy": queries.therapy_of([request.by.office_id]).get(request.by.office_id),
        "today": clock.today(),
        "days": request.by.office.vacancy_days,
    }
    return render(request, "agencies/vacancies/own.html", context)


def _page_of_own(heading: str) -> dict[str, str]:
    return {
        "template": FORM,
        "list_name": _("Own vacancies"),
        "list_url": reverse("vacancies_own"),
        "heading": heading,
    }


@form_page(Permission.KEEP_VACANCIES)
def vacancy_new(request: StaffRequest) -> HttpResponse:
    """Put a unit on the board."""
    request.menu_at = reverse("vacancies_own")
    form = UnitForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.add_unit(form.facts, by=request.by),
        done=_("The unit is on the board."),
        to=("vacancies_own",),
        refused_at="name",
        **_page_of_own(_("Put a unit on the board")),
    )


@form_page(Permission.KEEP_VACANCIES)
def vacancy_change(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Write anew what a unit has."""
    request.menu_at = reverse("vacancies_own")
    unit = _own_unit_or_404(request, unit_id)
    form = UnitForm(posted(request), unit=unit)
    return form_answer(
        request,
        form,
        lambda: actions.change_unit(unit, form.facts, version=form.cleaned_data["version"], by=request.by),
        done=_("The board shows it now."),
        to=("vacancies_own",),
        **_page_of_own(_("Change a unit")),
    )


def _own_unit_or_404(request: StaffRequest, unit_id: UUID) -> Unit:
    """A unit of the own institution; of one that was taken off the board already the rules say so."""
    rows: QuerySet[Unit] = Unit.objects.filter(office=request.by.office_id).select_related("office")
    return get_object_or_404(rows, pk=unit_id)


@action(Permission.KEEP_VACANCIES)
def vacancy_confirm(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Say that nothing has changed; the button has the version that its page showed."""
    unit = _own_unit_or_404(request, unit_id)
    shown = request.POST.get("version", "")
    if not shown.isdecimal():
        return not_pressed(request, "vacancies_own")
    return button_answer(
        request,
        lambda: actions.confirm_unit(unit, version=int(shown), by=request.by),
        done=_("Confirmed: nothing has changed."),
        to=("vacancies_own",),
    )


@action(Permission.KEEP_VACANCIES)
def vacancy_withdraw(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Take a unit off the board."""
    unit = _own_unit_or_404(request, unit_id)
    return button_answer(
        request,
        lambda: actions.withdraw_unit(unit, by=request.by),
        done=_("The unit is on the board no more."),
        to=("vacancies_own",),
    )


@form_page(Permission.KEEP_VACANCIES)
def therapist_new(request: StaffRequest) -> HttpResponse:
    """Enter a psychotherapist in post."""
    request.menu_at = reverse("vacancies_own")
    form = TherapistForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.add_therapist(form.facts, by=request.by),
        done=_("It has been entered."),
        to=("vacancies_own",),
        **_page_of_own(_("Enter a psychotherapist")),
    )


@form_page(Permission.KEEP_VACANCIES)
def therapist_end(request: StaffRequest, therapist_id: UUID) -> HttpResponse:
    """Enter the last day of a post."""
    request.menu_at = reverse("vacancies_own")
    row = queries.therapists_of(request.by).filter(pk=therapist_id).first()
    if row is None:
        raise Http404
    form = EndForm(posted(request), row=row, by=request.by)
    return form_answer(
        request,
        form,
        lambda: actions.end_therapist(row, form.cleaned_data["until_on"], by=request.by),
        done=_("It has been entered."),
        to=("vacancies_own",),
        intro=ja(row.name),
        **_page_of_own(_("Enter the last day of a post")),
    )


@form_page(Permission.KEEP_VACANCIES)
def therapy_count(request: StaffRequest) -> HttpResponse:
    """Enter how many people need psychotherapy."""
    request.menu_at = reverse("vacancies_own")
    form = CountForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.count_need(**form.cleaned_data, by=request.by),
        done=_("It has been entered."),
        to=("vacancies_own",),
        **_page_of_own(_("Enter how many people need psychotherapy")),
    )
