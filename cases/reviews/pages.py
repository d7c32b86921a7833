"""What an address of the list asks for, and the addresses of its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from agencies.directory.models import Section
from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import full_name
from cases.reviews.codes import FIRST_YEAR, MONTHS, SIZE, UNSEEN
from cases.reviews.models import CaseReview
from cases.reviews.months import is_signable
from cases.reviews.queries import Line, compared, lines_of, order_of
from face.keyset import in_order, page_of
from face.months import month_before, month_of
from face.remembered import mark_of, recalled, remember
from security.audit.verbs import Verb
from security.encryption.fields import value_of
from security.walls import clock

LISTED, LAST = "reviews", "last"
"""The name of the list where a position's choice is kept, and what is kept of the last month."""


@dataclass(frozen=True)
class Asked:
    """Which list is asked for: a month's, and of one section or of all."""

    month: date
    section: UUID | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same as values of an address."""
        return {"month": f"{self.month:%Y-%m}"} | ({"section": str(self.section)} if self.section else {})

    @property
    def url(self) -> str:
        """The address of the list."""
        return f"{reverse('review_list')}?{urlencode(self.query)}"


def list_of(day: date, section: UUID | None = None) -> Asked:
    """The list of the month of a day."""
    return Asked(month_of(day), section)


def asked_by(request: StaffRequest) -> tuple[Asked, bool]:
    """What is asked for by the address or, where it says nothing, was chosen last in this browser; whether it is the latter.

    Of the month it is known that it was the last one; of the section a mark, which names none.
    """
    sent = request.GET.dict()
    if sent:
        return asked_for(sent, request.by), False
    kept, this = recalled(request, _mark(request.by.pk)), month_of(clock.today())
    month = month_before(this) if kept.get("month") == LAST else this
    sections = Section.objects.filter(office=request.by.office_id).values_list("pk", flat=True)
    section = (
        next((pk for pk in sections if _mark(pk) == kept["section"]), None) if "section" in kept else None
    )
    found = Asked(month, section)
    return found, found != Asked(this)


def keep(request: StaffRequest, response: HttpResponse, asked: Asked) -> None:
    """Keep what the form of the list has sent; an address without its mark changes nothing."""
    if "chosen" not in request.GET:
        return
    is_last = asked.month == month_before(month_of(clock.today()))
    chosen = {"month": LAST} if is_last else {}
    remember(
        request,
        response,
        _mark(request.by.pk),
        chosen | ({"section": _mark(asked.section)} if asked.section else {}),
    )


def _mark(whose: UUID) -> str:
    return mark_of(LISTED, str(whose))


def asked_for(sent: Mapping[str, str], by: Position) -> Asked:
    """What the values of an address ask for: this month's list where they name none. Http404 for what is no month that has begun,
    or no section of the office."""
    this = month_of(clock.today())
    try:
        year, _dash, number = (sent.get("month") or f"{this:%Y-%m}").partition("-")
        month = date(int(year), int(number), 1)
        section = UUID(sent["section"]) if sent.get("section") else None
    except ValueError as error:
        raise Http404 from error
    if not month.year >= FIRST_YEAR or month > this:
        raise Http404
    if section is not None and not Section.objects.filter(pk=section, office=by.office_id).exists():
        raise Http404
    return Asked(month, section)


def months_offered(month: date) -> list[date]:
    """The months of which the page offers the list, the present one first, and the one that is shown."""
    found = [month_of(clock.today())]
    while len(found) < MONTHS:
        found.append(month_before(found[-1]))
    return found if month in found else [*found, month]


@dataclass(frozen=True)
class Row:
    """A line with what is decrypted for it, and how it is signed."""

    line: Line
    child: str
    born: date | None
    sign_url: str
    is_lead: bool

    @property
    def is_unseen(self) -> bool:
        """Whether the child has not been seen for long."""
        return self.line.last_seen is not None and self.line.last_seen < clock.now() - UNSEEN


def row_of(request: StaffRequest, line: Line, asked: Asked) -> Row:
    """A line as the reader sees it."""
    return Row(
        line,
        full_name(line.case.child),
        value_of(line.case.child.birth_date),
        form_url(line, asked),
        request.by.staff_id in line.leads,
    )


def list_of_lines(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """One page of a list, for ``cases/reviews/review_table.html``: its rows, and the ``order`` of all. The looks are recorded."""
    order = order_of(request.by, asked.month, asked.section)
    shown = page_of(in_order(order), request.GET.dict(), bound=f"reviews {request.by.pk}", size=SIZE)
    cases = Case.objects.in_bulk([one.pk for one in shown.rows])
    request.event.covered.update(compared(order))
    lines = lines_of([cases[one.pk] for one in shown.rows if one.pk in cases], asked.month)
    for line in lines:
        request.event.note_shown(
            line.case.pk, "reviews", verb=Verb.CASE_LIST, under=[line.case.child.key_scope()]
        )
    if not lines:
        request.event.note(Verb.CASE_LIST)
    return {
        "rows": [row_of(request, line, asked) for line in lines],
        "shown": shown,
        "order": order,
        "list_url": asked.url,
        "signed": sum(one.signed for one in order),
        "total": len(order),
        "is_signable": is_signable(asked.month, clock.now()),
    }


def form_url(line: Line, asked: Asked) -> str:
    """The address of the form that signs a line, with a mark of each fact as it is now."""
    marks = {"shown": "-".join(line.marks().values())}
    return f"{reverse('review_sign', args=[line.case.pk])}?{urlencode(asked.query | marks)}"


def correct_url(first: CaseReview, asked: Asked) -> str:
    """The address of the form that corrects a signed line."""
    query = asked.query | {"corrects": str(first.pk)}
    return f"{reverse('review_sign', args=[first.case_id])}?{urlencode(query)}"


def changed(line: Line, shown: str) -> list[str]:
    """The names of the facts that are others than when the list with these marks was opened; none without marks."""
    marks, before = line.marks(), shown.split("-")
    if len(before) != len(marks):
        return []
    return [name for (name, mark), was in zip(marks.items(), before, strict=True) if mark != was]
