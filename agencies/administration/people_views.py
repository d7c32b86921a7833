"""The administrator's pages of people and positions."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from agencies.administration import actions, rules
from agencies.administration.forms import (
    OfficeFilterForm,
    OutOfUseForm,
    PersonForm,
    PositionEndForm,
    PositionForm,
)
from agencies.administration.queries import held_by, held_by_account, people_page, positions_of_person
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.models import Position, Staff
from agencies.staff.pages import button_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, reason_against
from agencies.training.queries import lacks_supervising
from face.consequences import Consequences
from security.walls import clock


@page(Permission.ADMINISTER)
def people(request: StaffRequest) -> HttpResponse:
    """All people with their positions, by reading; ``office`` narrows the list to one office."""
    office = request.GET.get("office", "")
    choice = OfficeFilterForm({"office": office} if office else None, auto_id="filter_%s")
    if office and not choice.is_valid():
        raise Http404
    chosen = choice.cleaned_data["office"] if office else None
    found = people_page(chosen, request.GET.dict(), by=request.by)
    context = {"people": found, "choice": choice, "office": chosen}
    return render(request, "agencies/administration/people.html", context)


@form_page(Permission.ADMINISTER)
@sensitive_variables("password")
def person_add(request: StaffRequest) -> HttpResponse:
    """A new account. The answer shows the temporary password, this once."""
    form = PersonForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.add_person(form.cleaned_data, by=request.by),
        done="",
        to=lambda made: _password_page(request, *made),
        template="agencies/administration/form_page.html",
        list_name=_("Staff"),
        list_url=reverse("staff_list"),
        heading=_("Add a person"),
        intro=_(
            "The next page shows a temporary password, this once. The person chooses their own at the first sign-in. Until they"
            " hold a position they see nothing."
        ),
        label=_("Add"),
        refused_at="username",
    )


@form_page(Permission.ADMINISTER)
def person(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """One person: account and positions. Administrators see their own page with every button grey."""
    row = get_object_or_404(Staff, pk=staff_id)
    form = PersonForm(posted(request), person=row)
    positions, today = positions_of_person(row), clock.today()
    supervises = next((one.position for one in positions if one.supervises), None)
    return form_answer(
        request,
        form,
        lambda: actions.change_person(row, form.cleaned_data, by=request.by),
        done=_("Saved."),
        template="agencies/administration/person.html",
        to=("staff_person", row.pk),
        person=row,
        positions=positions,
        untrained=supervises is not None and lacks_supervising(supervises, today),
        reason=reason_against(rules.check_may_change, row, request.by),
    )


@action(Permission.ADMINISTER)
@sensitive_variables("password")
def password_renew(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """A new temporary password, shown this once; the person's sessions end."""
    row = get_object_or_404(Staff, pk=staff_id)
    try:
        password = actions.renew_password(row, by=request.by)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("staff_person", row.pk)
    return _password_page(request, row, password)


OUT_OF_USE = Consequences(
    gettext_lazy("The account cannot sign in, its open sessions end, and its positions hold nothing."),
    gettext_lazy("If work stays behind, the supervisors of those cases are told, with the reason."),
    gettext_lazy(
        "The sessions stay ended. Taken into use again, positions that were confirmed wait for another confirmation."
    ),
)


@form_page(Permission.ADMINISTER)
def person_use(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """Take the account out of use; the button of one out of use takes it into use again."""
    row = get_object_or_404(Staff, pk=staff_id)
    to = ("staff_person", row.pk)
    if request.POST.get("in_use") == "1":
        back = partial(actions.take_into_use, row, by=request.by)
        return button_answer(request, back, done=_("The account is in use again."), to=to)
    form = OutOfUseForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.take_out_of_use(row, by=request.by, left_behind=form.cleaned_data["left_behind"]),
        done=_("The account is out of use. Open sessions have ended."),
        template="agencies/administration/out_of_use.html",
        to=to,
        person=row,
        held=held_by_account(row),
        consequences=OUT_OF_USE,
        reason=reason_against(rules.check_may_change, row, request.by),
    )


@form_page(Permission.ADMINISTER)
def position_add(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """A new position: office, section, role and days."""
    row = get_object_or_404(Staff, pk=staff_id)
    form = PositionForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.add_position(row, **form.cleaned_data, by=request.by),
        done=_("The position has been added."),
        to=("staff_person", row.pk),
        template="agencies/administration/position_add.html",
        person=row,
    )


ENDING = Consequences(
    gettext_lazy(
        "After the last day nothing can be opened in this position, and every case it is on closes to it."
    ),
    gettext_lazy("If work stays behind, the supervisors of those cases are told, with the reason."),
    gettext_lazy(
        "Once the last day has passed, the position is not opened again. A new one has to be given."
    ),
)


@form_page(Permission.ADMINISTER)
def position_end(request: StaffRequest, staff_id: UUID, position_id: UUID) -> HttpResponse:
    """Name the last day of a position."""
    positions = Position.objects.select_related("staff", "office", "section")
    position = get_object_or_404(positions, pk=position_id, staff_id=staff_id)
    form = PositionEndForm(posted(request), initial={"ends_on": position.ends_on or clock.today()})
    last_day = form.cleaned_data["ends_on"] if form.is_valid() else position.ends_on or clock.today()
    return form_answer(
        request,
        form,
        lambda: actions.end_position(
            position, last_day, by=request.by, left_behind=form.cleaned_data["left_behind"]
        ),
        done=_("The last day of the position has been saved."),
        to=("staff_person", staff_id),
        template="agencies/administration/position_end.html",
        position=position,
        held=held_by(position, last_day),
        consequences=ENDING,
        last_day=last_day,
        reason=reason_against(rules.check_may_end, position, request.by, clock.today()),
    )


def _password_page(request: StaffRequest, person: Staff, password: str) -> HttpResponse:
    context = {"person": person, "password": password, "is_new": not positions_of_person(person)}
    return render(request, "agencies/administration/temporary_password.html", context)
