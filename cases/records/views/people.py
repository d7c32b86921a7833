"""The people around the child."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK
from agencies.staff.rules import reason_against
from cases.records.actions import remove_person, save_person
from cases.records.codes import CasePage
from cases.records.forms import ConfirmForm, PersonForm
from cases.records.models import UNKNOWN, Case, Person
from cases.records.pages import case_form, case_or_404, case_to_change
from cases.records.panel import PEOPLE, lines_of
from cases.records.queries import people_of, with_keys
from cases.records.rules import check_may_edit
from face.fields import UNKNOWN as UNKNOWN_DATE
from face.keyset import page_of
from face.reading import one_reading
from face.templatetags.face import ja
from security.encryption.fields import reveal, reveal_all, value_of, values_of, words_of
from security.rooms import cards_on
from security.walls.pages import walled_list


@page(*CASEWORK)
def people_list(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """All of them in pages, the one written last first."""
    case = case_or_404(request, case_id, "people")
    with one_reading():
        with_keys([case])
        listed = walled_list(people_of(case), "people_page", case.pk, moment="written_at")
        shown = page_of(listed, request.GET.dict(), bound=f"people {case.pk} {request.by.pk}", size=PEOPLE)
        context = {
            "case": case,
            "sections": cards_on(CasePage.PEOPLE, case.office.kind),
            "shown": shown,
            "people": lines_of(shown.rows, case.child),
            "withheld": value_of(case.child.address_withheld),
            "not_edit": reason_against(check_may_edit, case, request.by),
        }
        return render(request, "cases/records/people_list.html", context)


@form_page(*CASEWORK)
def person_add(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Add a person around the child."""
    case = case_to_change(request, case_id, "people")
    form = PersonForm(posted(request), stored={}, current_version=0)
    return case_form(
        request,
        case,
        form,
        lambda: save_person(case, form.facts(), by=request.by),
        section="people",
        done=_("The person has been added."),
        heading=_("Add a person around the child"),
        several=True,
    )


@form_page(*CASEWORK)
def person_edit(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    """Change a person."""
    case = case_to_change(request, case_id, "people")
    person = _person_or_404(case, person_id, locked=request.method == "POST")
    form = _form_of(request, case, person)
    return case_form(
        request,
        case,
        form,
        lambda: save_person(case, form.facts(), by=request.by, person=person),
        section="people",
        done=_("The person has been saved."),
        heading=_("Edit a person around the child"),
    )


@page(*CASEWORK)
def person_address(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    """The withheld address of a person, on a page of its own: the look says that it was shown."""
    case = case_or_404(request, case_id, "people", "withheld_address")
    person = _person_or_404(case, person_id, locked=False)
    context = {
        "case": case,
        "address": reveal(person, "address"),
        "heading": _("Home address"),
        "back": reverse("people_list", args=[case.pk]),
        "back_label": _("Back to the people around the child"),
    }
    return render(request, "cases/records/withheld_address.html", context)


@form_page(*CASEWORK)
def person_remove(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    """Ask once more, then take the person off the page."""
    case = case_to_change(request, case_id, "people")
    person = _person_or_404(case, person_id, locked=False)
    form = ConfirmForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: remove_person(case, person, by=request.by),
        section="people",
        done=_("The person has been removed from the page."),
        heading=_("Remove a person from the page"),
        intro=format_html(
            _("{name} is no longer on the case page. What was recorded stays in the history."),
            name=ja(reveal(person, "name")),
        ),
        label=_("Remove"),
        kind="danger",
    )


def _form_of(request: StaffRequest, case: Case, person: Person) -> PersonForm:
    texts, facts = reveal_all(person, Person.TEXTS), values_of(person, Person.FACTS)
    for name in ("birth_date", "died_on"):
        if words_of(getattr(person, name)) == UNKNOWN:
            facts[name] = UNKNOWN_DATE
    shown = person.address_beside(case.child)
    said = {name: words_of(getattr(person, name)) for name in (*Person.TEXTS, *Person.FACTS)}
    return PersonForm(
        posted(request),
        initial=texts | facts | {"address": shown},
        stored=said | {"address": shown},
        current_version=person.version,
        hidden_address=reveal(person, "address") if person.withholds_address(case.child) else None,
    )


def _person_or_404(case: Case, person_id: UUID, *, locked: bool) -> Person:
    """A person on the page of this case; ``locked`` for writing where the wall allows it.

    For writing also one who was removed meanwhile: the action refuses, and what was typed stays on the page.
    """
    people = Person.objects.filter(case=case, pk=person_id)
    if locked:
        person = people.select_for_update().first() or people.first()
    else:
        person = people.filter(removed_at=None).first()
    if person is None:
        raise Http404
    return person
