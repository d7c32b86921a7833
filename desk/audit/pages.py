"""What the pages of the access log share: whose access log a reader may ask for, filters, and pages by signed key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from agencies.staff.access import StaffRequest
from agencies.staff.models import Position, Staff
from agencies.staff.roles import CASEWORK, Permission
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import case_for, cases_for, numbers_for_log
from desk.audit.days import CHIPS
from desk.audit.forms import DayForm, FilterForm
from desk.audit.labels import short
from face.keyset import KeyedList, Page, page_of
from security.audit.days import LINES, Days
from security.audit.models import Event
from security.audit.queries import PAGE, EventFilter, Listed, looks_at_case
from security.audit.verbs import Verb


@dataclass(frozen=True)
class Subject:
    """A case whose access log is read. ``label`` is its number.

    ``entitled``: the reader manages the case, and reads its content too.
    """

    case_id: UUID
    label: str
    child_id: UUID | None
    entitled: bool

    @property
    def looks_url(self) -> str:
        """Where this reader sees who looked."""
        return reverse("case_looks" if self.entitled else "access_log_case", args=[self.case_id])

    def day_url(self, day: date, person: UUID) -> str:
        """Where this reader sees the looks of one person on one day."""
        page = "case_looks_day" if self.entitled else "access_log_case_day"
        return reverse(page, args=[self.case_id, day, person])

    @property
    def changes_url(self) -> str:
        """Where this reader sees what changed."""
        return reverse("case_changes" if self.entitled else "access_log_changes", args=[self.case_id])

    @property
    def check_url(self) -> str:
        """Where this reader has the case compared with its record."""
        return reverse("case_check" if self.entitled else "access_log_check", args=[self.case_id])


def reads_all(by: Position) -> bool:
    """Whether the position reads the access log of every office, and the content of none."""
    return by.may(Permission.READ_ACCESS_LOG)


def subject_or_404(
    request: StaffRequest, named: Mapping[str, UUID], panel: str, object_pk: str = ""
) -> Subject:
    """The case that the address names: as ``case_id`` for the person who manages it, as ``of_case`` for the privacy officer.

    Reading the access log is recorded in it too.
    """
    subject = _managed(request, named["case_id"]) if "case_id" in named else _known(request, named["of_case"])
    if subject is None:
        raise Http404
    request.event.note_shown(subject.case_id, panel, verb=Verb.AUDIT_VIEW)
    request.event.note(Verb.AUDIT_VIEW, object_pk=object_pk)
    return subject


def _managed(request: StaffRequest, case_id: UUID) -> Subject | None:
    case = case_for(request.by, case_id, Level.MANAGE).first()
    return None if case is None else Subject(case.pk, case.number, case.child_id, entitled=True)


def _known(request: StaffRequest, case_id: UUID) -> Subject | None:
    """A case of which there is an access log, for the privacy officer."""
    if not reads_all(request.by):
        return None
    has_events = Event.objects.filter(case_id=case_id).exists()
    if not has_events and not looks_at_case(case_id).newest(EventFilter(), 1):
        return None
    return Subject(case_id, case_labels({case_id}, request.by)[case_id], None, entitled=False)


def person_or_404(request: StaffRequest, staff_id: UUID) -> Staff:
    """A person whose looks the reader may ask for: anyone, or only those who have or had a position in the reader's office."""
    people = (
        Staff.objects.all()
        if reads_all(request.by)
        else Staff.objects.filter(positions__office=request.by.office)
    )
    person = people.filter(pk=staff_id).first()
    if person is None:
        raise Http404
    request.event.note(Verb.AUDIT_VIEW, object_pk=str(person.pk))
    return person


def managed(case_ids: set[UUID], by: Position) -> dict[UUID, str]:
    """The numbers of those cases that the reader manages."""
    if not case_ids or not any(by.may(permission) for permission in CASEWORK):
        return {}
    return dict(cases_for(by, Level.MANAGE).filter(pk__in=case_ids).values_list("pk", "number"))


def within_reach(rows: Sequence[Any], by: Position) -> list[Any]:
    """Rows of cases in the reader's line, or all for the privacy officer. The database's functions say the same."""
    if reads_all(by):
        return list(rows)
    reached = managed({row.case_id for row in rows if row.case_id}, by)
    return [row for row in rows if row.case_id in reached]


def case_labels(case_ids: set[UUID], by: Position) -> dict[UUID, str]:
    """Numbers of the cases the reader sees now, or whose log the reader reads; the short form of the id for all others."""
    if not case_ids:
        return {}
    if reads_all(by):
        numbers = numbers_for_log(case_ids)
    else:
        numbers = dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "number"))
    return {case_id: numbers.get(case_id, short(case_id)) for case_id in case_ids}


@dataclass(frozen=True)
class Listing:
    """One page of rows with its filter form."""

    form: FilterForm
    page: Page[Any]
    is_narrowed: bool


def listing(request: StaffRequest, listed: Listed, form: FilterForm) -> Listing:
    """The page of ``listed`` that the address names, narrowed as the form says. BadRequest for a foreign token."""
    found: Page[Any] = Page([])
    if form.is_usable():
        found = pages_of(request, listed.listed(form.event_filter()), PAGE)
    return Listing(form, found, form.is_narrowing())


def days_listing(request: StaffRequest, days: Days, form: DayForm) -> Listing:
    """The same of lines of days."""
    found = pages_of(request, days.listed(form.day_filter()), LINES) if form.is_usable() else Page([])
    return Listing(form, found, form.is_narrowing())


def pages_of(request: StaffRequest, listed: KeyedList[Any], size: int) -> Page[Any]:
    """The page that the address names, for its reader alone."""
    bound = f"access log {request.path} {request.by.pk}"
    return page_of(listed, request.GET.dict(), bound=bound, size=size)


def chips(form: DayForm) -> dict[str, Any]:
    """The chips above the days: each leads to the same list narrowed by it, the pressed one back to all."""
    chosen = form.data.get("only", "")
    kept = {
        name: value for name, value in form.data.items() if name not in ("only", "older", "newer") and value
    }
    return {
        "chips": [
            {
                "label": label,
                "url": "?" + urlencode(kept if code == chosen else kept | {"only": code}),
                "current": code == chosen,
            }
            for code, (label, _days) in CHIPS.items()
        ]
    }
