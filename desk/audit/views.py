"""The access log pages: who looked at a case, what a person looked at, what was refused, what changed, the reader's own looks."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Staff
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from desk.audit import changes, checks
from desk.audit.forms import FilterForm, FindForm
from desk.audit.pages import (
    Subject,
    known_or_404,
    listing,
    managed_or_404,
    person_or_404,
    reads_all,
    within_reach,
)
from desk.audit.queries import active_viewers, found_by, office_viewers
from desk.audit.rows import rows_of
from security.audit.queries import (
    Log,
    change_of_case,
    changes_of_case,
    denials,
    looks_at_case,
    looks_of_person,
    people_in_log,
)
from security.audit.verbs import CHANGES, Verb

P = Permission
REVIEWERS = (P.REVIEW_LINE, P.READ_ACCESS_LOG)
CHANGE_VERBS = tuple((verb.value, verb.label) for verb in CHANGES.values())
LOOK_VERBS = tuple((verb.value, verb.label) for verb in Verb if verb not in CHANGES.values())


@page(P.WORK_ON_CASES)
def case_looks(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who looked at this case, in which relation at that moment, and who was refused."""
    return _looks(request, managed_or_404(request, case_id, "looks"))


@page(P.READ_ACCESS_LOG)
def access_log_case(request: StaffRequest, of_case: UUID) -> HttpResponse:
    """The same for the privacy officer, without the case."""
    return _looks(request, known_or_404(request, of_case, "looks"))


def _looks(request: StaffRequest, subject: Subject) -> HttpResponse:
    form = FilterForm(request.GET, people=_people_of(subject), verbs=LOOK_VERBS)
    return _list(request, looks_at_case(subject.case_id), form, "desk/audit/case_looks.html", subject=subject)


@page(P.WORK_ON_CASES)
def case_changes(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What was created, changed and deleted in this case, and by whom; the values are one click away."""
    return _changes(request, managed_or_404(request, case_id, "changes"))


@page(P.READ_ACCESS_LOG)
def access_log_changes(request: StaffRequest, of_case: UUID) -> HttpResponse:
    """The same for the privacy officer: who changed which columns."""
    return _changes(request, known_or_404(request, of_case, "changes"))


def _changes(request: StaffRequest, subject: Subject) -> HttpResponse:
    form = FilterForm(request.GET, people=_people_of(subject), verbs=CHANGE_VERBS, decisions=False)
    found = listing(request, changes_of_case(subject.case_id, subject.child_id), form)
    context = {
        "subject": subject,
        "list": found,
        "rows": changes.entries_of(found.page.rows, request.by, subject),
    }
    return render(request, "desk/audit/case_changes.html", context)


@page(P.WORK_ON_CASES)
def case_change(request: StaffRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """One change, before and after. Opening it is the click that opens what is encrypted."""
    return _change(request, managed_or_404(request, case_id, "changes", str(event_id)), event_id)


@page(P.READ_ACCESS_LOG)
def access_log_change(request: StaffRequest, of_case: UUID, event_id: UUID) -> HttpResponse:
    """One change for the privacy officer: which columns, and of rights on the case their values too."""
    return _change(request, known_or_404(request, of_case, "changes", str(event_id)), event_id)


def _change(request: StaffRequest, subject: Subject, event_id: UUID) -> HttpResponse:
    event = change_of_case(event_id, subject.case_id, subject.child_id)
    if event is None:
        raise Http404
    apart = changes.shown_apart(event)
    if apart and subject.entitled:
        request.event.note_shown(subject.case_id, *apart)
    context = {
        "subject": subject,
        "entry": changes.entries_of([event], request.by, subject)[0],
        "fields": changes.fields_of(event, subject),
    }
    return render(request, "desk/audit/case_change.html", context)


@page(P.WORK_ON_CASES)
def case_check(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The case compared with its record: whether anything was changed past it, or put back."""
    return _check(request, managed_or_404(request, case_id, "changes", "check"))


@page(P.READ_ACCESS_LOG)
def access_log_check(request: StaffRequest, of_case: UUID) -> HttpResponse:
    """The same for the privacy officer."""
    return _check(request, known_or_404(request, of_case, "changes", "check"))


def _check(request: StaffRequest, subject: Subject) -> HttpResponse:
    try:
        with transaction.atomic():
            rows = checks.rows_of(subject)
    except IntegrityError as refused:  # the database decides by itself who may have a case compared
        raise Http404 from refused
    return render(request, "desk/audit/case_check.html", {"subject": subject, "rows": rows})


def _people_of(subject: Subject) -> QuerySet[Staff]:
    """The people who occur in the log of a case, to choose one of them."""
    return Staff.objects.filter(pk__in=people_in_log(subject.case_id))


@form_page(*REVIEWERS)
def access_log(request: StaffRequest) -> HttpResponse:
    """The way in: people of the office for a supervisor; a search by person or case id for the privacy officer."""
    request.event.note(Verb.AUDIT_VIEW)
    context: dict[str, Any] = {"reads_all": reads_all(request.by)}
    if reads_all(request.by):
        form = FindForm(posted(request))
        context |= {"form": form, "viewers": active_viewers()}
        if form.is_valid():
            context["found"] = found_by(form.cleaned_data["wanted"])
    else:
        context["people"] = office_viewers(request.by)
    return render(request, "desk/audit/access_log.html", context)


@page(*REVIEWERS)
def access_log_person(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """What this person looked at, as far as it concerns the reader."""
    person = person_or_404(request, staff_id)
    form = FilterForm(request.GET, verbs=LOOK_VERBS)
    looks = looks_of_person(person.pk, reviewed=True)
    return _list(request, looks, form, "desk/audit/person.html", person=person)


@page(*REVIEWERS)
def access_log_denials(request: StaffRequest) -> HttpResponse:
    """What was refused: on the supervisor's cases, or anywhere for the privacy officer."""
    request.event.note(Verb.AUDIT_VIEW, object_pk="denials")
    form = FilterForm(request.GET, decisions=False)
    return _list(request, denials(), form, "desk/audit/denials.html")


@page()
def access_log_mine(request: StaffRequest) -> HttpResponse:
    """All people see what is kept of their own looks."""
    request.event.note(Verb.AUDIT_VIEW, object_pk="own")
    form = FilterForm(request.GET, verbs=LOOK_VERBS)
    looks = looks_of_person(request.user.pk, reviewed=False)
    return _list(request, looks, form, "desk/audit/mine.html")


def _list(
    request: StaffRequest,
    listed: Log,
    form: FilterForm,
    template: str,
    subject: Subject | None = None,
    **more: Any,
) -> HttpResponse:
    found = listing(request, listed, form)
    known = {subject.case_id: subject.label} if subject else {}
    reached = within_reach(found.page.rows, request.by) if listed.reviewed else found.page.rows
    context = {"list": found, "rows": rows_of(reached, request.by, known), "subject": subject, **more}
    return render(request, template, context | {"reads_all": reads_all(request.by)})
