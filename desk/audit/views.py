"""The evidence pages: who looked at a case, what a person looked at, what was refused, what changed, one's own looks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Staff
from agencies.staff.roles import Permission
from desk.audit import changes
from desk.audit.forms import FilterForm, FindForm
from desk.audit.pages import Subject, listing, person_or_404, reads_all, subject_or_404, within_reach
from desk.audit.queries import active_viewers, found_by, office_viewers
from desk.audit.rows import rows_of
from security.audit.queries import changes_of_case, denials, traces_of_case, traces_of_person
from security.audit.verbs import CHANGES, Verb

P = Permission
READERS = (P.WORK_ON_CASES, P.READ_ALL_EVIDENCE)
REVIEWERS = (P.REVIEW_LINE, P.READ_ALL_EVIDENCE)
CHANGE_VERBS = tuple((verb.value, verb.label) for verb in CHANGES.values())
LOOK_VERBS = tuple((verb.value, verb.label) for verb in Verb if verb not in CHANGES.values())


@page(*READERS)
def case_looks(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who looked at this case, in which relation at that moment, and who was refused."""
    subject = subject_or_404(request, case_id, "looks")
    traces = traces_of_case(case_id)
    people = Staff.objects.filter(
        pk__in=list(traces.order_by().values_list("actor_id", flat=True).distinct())
    )
    form = FilterForm(request.GET, people=people, verbs=LOOK_VERBS)
    return _list(request, traces, form, "desk/audit/case_looks.html", subject=subject)


@page(*READERS)
def case_changes(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What was created, changed and deleted in this case, and by whom; the values are one click away."""
    subject = subject_or_404(request, case_id, "changes")
    events = changes_of_case(case_id, subject.child_id)
    people = Staff.objects.filter(
        pk__in=list(events.order_by().values_list("actor_id", flat=True).distinct())
    )
    form = FilterForm(request.GET, people=people, verbs=CHANGE_VERBS, decisions=False)
    found = listing(request, events, form)
    context = {"subject": subject, "list": found, "rows": changes.entries_of(found.slice.rows, request.by)}
    return render(request, "desk/audit/case_changes.html", context)


@page(*READERS)
def case_change(request: StaffRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """One change, before and after. Opening it is the click that opens what is encrypted."""
    subject = subject_or_404(request, case_id, "changes", str(event_id))
    event = (
        changes_of_case(case_id, subject.child_id)
        .filter(uuid=event_id)
        .select_related("content_type")
        .first()
    )
    if event is None:
        raise Http404
    context = {
        "subject": subject,
        "entry": changes.entry_of(event, request.by),
        "fields": changes.fields_of(event, subject),
    }
    return render(request, "desk/audit/case_change.html", context)


@form_page(*REVIEWERS)
def evidence(request: StaffRequest) -> HttpResponse:
    """The way in: people of the office for a supervisor; a search by person or case id for the privacy officer."""
    request.look.records(Verb.AUDIT_VIEW)
    context: dict[str, Any] = {"reads_all": reads_all(request.by)}
    if reads_all(request.by):
        form = FindForm(request.POST if request.method == "POST" else None)
        context |= {"form": form, "viewers": active_viewers()}
        if form.is_valid():
            context["found"] = found_by(form.cleaned_data["wanted"])
    else:
        context["people"] = office_viewers(request.by)
    return render(request, "desk/audit/evidence.html", context)


@page(*REVIEWERS)
def evidence_person(request: StaffRequest, staff_id: UUID) -> HttpResponse:
    """What this person looked at, as far as it concerns the reader."""
    person = person_or_404(request, staff_id)
    traces = within_reach(traces_of_person(person.pk), request.by)
    form = FilterForm(request.GET, verbs=LOOK_VERBS)
    return _list(request, traces, form, "desk/audit/person.html", person=person)


@page(*REVIEWERS)
def evidence_denials(request: StaffRequest) -> HttpResponse:
    """What was refused: on the supervisor's cases, or anywhere for the privacy officer."""
    request.look.records(Verb.AUDIT_VIEW, object_pk="denials")
    form = FilterForm(request.GET, decisions=False)
    return _list(request, within_reach(denials(), request.by), form, "desk/audit/denials.html")


@page()
def evidence_mine(request: StaffRequest) -> HttpResponse:
    """Everybody sees what is kept of their own looks."""
    request.look.records(Verb.AUDIT_VIEW, object_pk="own")
    form = FilterForm(request.GET, verbs=LOOK_VERBS)
    return _list(request, traces_of_person(request.user.pk), form, "desk/audit/mine.html")


def _list(
    request: StaffRequest,
    rows: Any,
    form: FilterForm,
    template: str,
    subject: Subject | None = None,
    **more: Any,
) -> HttpResponse:
    found = listing(request, rows, form)
    context = {"list": found, "rows": rows_of(found.slice.rows, request.by), "subject": subject, **more}
    return render(request, template, context | {"reads_all": reads_all(request.by)})
