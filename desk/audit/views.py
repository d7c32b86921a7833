"""The access log pages: who looked at a case, what a person looked at, what was refused, what changed, the reader's own looks."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Staff
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK, Permission
from desk.audit import changes, checks, days
from desk.audit.forms import DayForm, FilterForm, FindForm
from desk.audit.pages import (
    Subject,
    chips,
    days_listing,
    listing,
    pages_of,
    person_or_404,
    reads_all,
    subject_or_404,
    within_reach,
)
from desk.audit.queries import found_by, office_people
from desk.audit.rows import rows_of
from security.audit.days import Days
from security.audit.queries import (
    PAGE,
    EventFilter,
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
REVIEWERS_OF_A_CASE = (*CASEWORK, P.READ_ACCESS_LOG)
"""The person who manages the case, under its own address; the privacy officer, without the case, under another."""
CHANGE_VERBS = tuple((verb.value, verb.label) for verb in CHANGES.values())
LOOK_VERBS = tuple((verb.value, verb.label) for verb in Verb if verb not in CHANGES.values())


@page(*REVIEWERS_OF_A_CASE)
def case_looks(request: StaffRequest, **named: UUID) -> HttpResponse:
    """Who looked at this case, a line for each day and person: in which relation, how often, and what was the gravest."""
    subject = subject_or_404(request, named, "looks")
    form = DayForm(request.GET, people=_people_of(subject))
    found = days_listing(request, Days("case", subject.case_id), form)
    context = {"list": found, "rows": days.rows_of(found.page.rows, subject.day_url), "subject": subject}
    return render(request, "desk/audit/case_looks.html", context | chips(form))


@page(*REVIEWERS_OF_A_CASE)
def case_looks_day(request: StaffRequest, day: date, viewer_id: UUID, **named: UUID) -> HttpResponse:
    """One person's looks at this case on one day, each with its relation then and what was shown or refused."""
    subject = subject_or_404(request, named, "looks", f"{day} {viewer_id}")
    return _day(request, looks_at_case(subject.case_id), day, viewer_id, subject)


@page(*REVIEWERS_OF_A_CASE)
def case_changes(request: StaffRequest, **named: UUID) -> HttpResponse:
    """What was created, changed and deleted in this case, and by whom; the values are one click away."""
    subject = subject_or_404(request, named, "changes")
    form = FilterForm(request.GET, people=_people_of(subject), verbs=CHANGE_VERBS, decisions=False)
    found = listing(request, changes_of_case(subject.case_id, subject.child_id), form)
    context = {
        "subject": subject,
        "list": found,
        "rows": changes.entries_of(found.page.rows, request.by, subject),
    }
    return render(request, "desk/audit/case_changes.html", context)


@page(*REVIEWERS_OF_A_CASE)
def case_change(request: StaffRequest, event_id: UUID, **named: UUID) -> HttpResponse:
    """One change, before and after. Opening it is the click that opens what is encrypted; the privacy officer is shown which
    columns changed, and of rights on the case their values too."""
    subject = subject_or_404(request, named, "changes", str(event_id))
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


@page(*REVIEWERS_OF_A_CASE)
def case_check(request: StaffRequest, **named: UUID) -> HttpResponse:
    """The case compared with its record: whether anything was changed past it, or put back."""
    subject = subject_or_404(request, named, "changes", "check")
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
    """The way in: people of the office for a supervisor; a search by person or case number for the privacy officer."""
    request.event.note(Verb.AUDIT_VIEW)
    context: dict[str, Any] = {"reads_all": reads_all(request.by)}
    if reads_all(request.by):
        form = FindForm(posted(request))
        context |= {"form": form}
        if form.is_valid():
            context["found"] = found_by(form.cleaned_data["wanted"])
    else:
        context["people"] = office_people(request.by)
    return render(request, "desk/audit/access_log.html", context)


@page(*REVIEWERS)
def access_log_person(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """What this person looked at, as far as it concerns the reader."""
    person = person_or_404(request, staff_id)
    form = DayForm(request.GET)
    found = days_listing(request, Days("person", person.pk), form)
    rows = days.rows_of(found.page.rows, lambda day, who: reverse("access_log_person_day", args=[who, day]))
    context = {"list": found, "rows": rows, "person": person, "reads_all": reads_all(request.by)}
    return render(request, "desk/audit/person.html", context | chips(form))


@page(*REVIEWERS)
def person_looks_day(request: StaffRequest, staff_id: UUID, day: date) -> HttpResponse:
    """What this person looked at on one day, as far as it concerns the reader."""
    person = person_or_404(request, staff_id)
    request.event.note(Verb.AUDIT_VIEW, object_pk=f"{day} {staff_id}")
    return _day(request, looks_of_person(person.pk, reviewed=True), day, person.pk)


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


def _day(
    request: StaffRequest, looks: Log, day: date, staff_id: UUID, subject: Subject | None = None
) -> HttpResponse:
    """The looks of a person on one day, at one case or at all that the reader reviews. 404 where there are none at one case."""
    found = pages_of(request, looks.listed(EventFilter(staff_id, since=day, until=day)), PAGE)
    reached = found.rows if subject else within_reach(found.rows, request.by)
    if subject and not reached:
        raise Http404
    known = {subject.case_id: subject.label} if subject else {}
    context = {"page": found, "rows": rows_of(reached, request.by, known), "day": day, "subject": subject}
    return render(request, "desk/audit/day.html", context | {"person": Staff.objects.get(pk=staff_id)})


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
