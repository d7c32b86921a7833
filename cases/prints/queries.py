"""The forms of all rooms, and what was printed of a case."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from agencies.staff.models import Position
from cases.prints.models import Print, SheetPart, SheetPrint
from cases.prints.rules import with_reason
from cases.prints.withholding import withheld_of
from cases.records.models import Case
from cases.records.pages import open_first
from face.addresses import says
from face.paper import OfficePaper, Paper, Subject
from face.together import read_together
from security.rooms import Name, rooms, rooms_at
from security.walls import clock

LATEST = 50
"""Prints that the page of a case lists; the access log has them all."""


MOST = 300
"""Cases that one sheet of an office has at most."""
SHEETS = 10
"""Prints of one sheet of an office that its page lists."""


@dataclass(frozen=True)
class Offer:
    """One form of a case, what it can be printed of, and what to make sure of before."""

    paper: Paper
    subjects: list[Subject]
    advice: list[str]


def papers() -> dict[str, Paper]:
    """Every form by its code."""
    return {paper.code: paper for room in rooms() for paper in room.papers}


def papers_of(case: Case) -> dict[str, Paper]:
    """The forms of a case: those of the rooms that it has."""
    return {paper.code: paper for room in rooms_at(case.office.kind) for paper in room.papers}


def office_papers() -> dict[str, OfficePaper]:
    """Every form of an office by its code."""
    return {paper.code: paper for room in rooms() for paper in room.office_papers}


def sheets_of(by: Position, paper: OfficePaper, key: str) -> list[SheetPrint]:
    """The latest prints of one thing by this office."""
    rows = SheetPrint.objects.filter(office=by.office_id, paper=paper.code, subject=key)
    return list(rows.select_related("printed_by__staff")[:SHEETS])


def offers(case: Case, by: Position) -> list[Offer]:
    """What can be printed of a case, a form without a subject left out. What the rooms need first is read together."""
    open_first(case)
    now = clock.now()
    found = (
        (paper, [with_reason(case, paper, one, now) for one in paper.subjects(case, by)])
        for paper in papers_of(case).values()
    )
    return [Offer(paper, subjects, list(paper.advice(case))) for paper, subjects in found if subjects]


@sensitive_variables("texts", "withheld")
def naming_withheld(case: Case, texts: Mapping[str, str]) -> list[str]:
    """The keys of the texts in which an address or a place is found that is on no paper, as far as the person who acts may see
    it: of the child, of anybody of its home, or where the child sleeps (ADR 93)."""
    withheld = withheld_of(case)
    return [key for key, text in texts.items() if says(text, withheld.words)]


@dataclass(frozen=True)
class Printed:
    """One line of what was printed of a case: its own print, or that of an office which the case is on."""

    row: Print | SheetPrint
    url: str
    label: Name


def prints_of(case: Case) -> list[Printed]:
    """The latest prints of a case, and of sheets of an office which it is on; one more than are shown."""
    own = Print.objects.filter(case=case).select_related("printed_by__staff").defer("content")[: LATEST + 1]
    on = SheetPart.objects.filter(case=case).select_related("sheet__printed_by__staff").defer("content")
    sheets = on.order_by("-sheet__printed_at")[: LATEST + 1]
    read_together(own, sheets)
    labels = {code: paper.label for code, paper in papers().items()}
    labels |= {code: paper.label for code, paper in office_papers().items()}
    found = [
        *(
            Printed(row, reverse("print_pdf", args=[case.pk, row.pk]), labels.get(row.paper, row.paper))
            for row in own
        ),
        *(
            Printed(
                part.sheet,
                reverse("sheet_pdf", args=[part.sheet_id]),
                labels.get(part.sheet.paper, part.sheet.paper),
            )
            for part in sheets
        ),
    ]
    return sorted(found, key=lambda one: one.row.printed_at, reverse=True)[: LATEST + 1]
