"""The administrator's pages of offices and sections."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.administration import actions
from agencies.administration.forms import OfficeForm, SectionForm
from agencies.administration.queries import offices_with_counts, positions_at
from agencies.directory.models import Office, Section
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission


@page(Permission.ADMINISTER)
def office_list(request: StaffRequest) -> HttpResponse:
    """All offices by kind."""
    return render(request, "agencies/administration/office_list.html", {"offices": offices_with_counts()})


@form_page(Permission.ADMINISTER)
def office_add(request: StaffRequest) -> HttpResponse:
    """A new office."""
    form = OfficeForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.save_office(form.cleaned_data, by=request.by),
        done=_("The office has been added. Add its sections here."),
        template="agencies/administration/form_page.html",
        list_name=_("Offices"),
        list_url=reverse("office_list"),
        heading=_("Add an office"),
        label=_("Add"),
        to=lambda office: redirect("office", office.pk),
        refused_at="code",
    )


@form_page(Permission.ADMINISTER)
def office(request: StaffRequest, office_id: UUID) -> HttpResponse:
    """One office: its data, sections and positions."""
    row = get_object_or_404(Office, pk=office_id)
    form = OfficeForm(posted(request), office=row)
    return form_answer(
        request,
        form,
        lambda: actions.save_office(form.cleaned_data, by=request.by, office=row),
        done=_("Saved."),
        to=("office", row.pk),
        template="agencies/administration/office.html",
        office=row,
        sections=row.sections.all(),
        positions=positions_at(row),
    )


@form_page(Permission.ADMINISTER)
def section_add(request: StaffRequest, office_id: UUID) -> HttpResponse:
    """A new section of an office."""
    return _section_page(request, get_object_or_404(Office, pk=office_id), None)


@form_page(Permission.ADMINISTER)
def section(request: StaffRequest, office_id: UUID, section_id: UUID) -> HttpResponse:
    """Give a section another name."""
    found = get_object_or_404(Section.objects.select_related("office"), pk=section_id, office_id=office_id)
    return _section_page(request, found.office, found)


def _section_page(request: StaffRequest, office: Office, section: Section | None) -> HttpResponse:
    initial = {"name": section.name} if section else None
    form = SectionForm(posted(request), office=office, section=section, initial=initial)
    return form_answer(
        request,
        form,
        lambda: actions.save_section(office, form.cleaned_data["name"], by=request.by, section=section),
        done=_("Saved."),
        template="agencies/administration/section.html",
        to=("office", office.pk),
        refused_at="name",
        office=office,
        heading=_("Rename the section") if section else _("Add a section"),
    )
