"""The forms of all rooms, and what was printed of a case."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.views.decorators.debug import sensitive_variables

from agencies.staff.models import Position
from cases.prints.models import Print
from cases.prints.withholding import withheld_of
from cases.records.models import Case
from face.addresses import says
from face.paper import Paper, Subject
from face.together import read_together
from security.rooms import rooms

LATEST = 50
"""Prints that the page of a case lists; the access log has them all."""


@dataclass(frozen=True)
class Offer:
    """One form of a case, what it can be printed of, and what to make sure of before."""

    paper: Paper
    subjects: list[Subject]
    advice: list[str]


def papers() -> dict[str, Paper]:
    """Every form by its code."""
    return {paper.code: paper for room in rooms() for paper in room.papers}


def offers(case: Case, by: Position) -> list[Offer]:
    """What can be printed of a case, a form without a subject left out. What the rooms need first is read together."""
    read_together(*(rows for room in rooms() if room.first for rows in room.first(case)))
    found = ((paper, list(paper.subjects(case, by))) for paper in papers().values())
    return [Offer(paper, subjects, list(paper.advice(case))) for paper, subjects in found if subjects]


@sensitive_variables("texts", "withheld")
def naming_withheld(case: Case, texts: Mapping[str, str]) -> list[str]:
    """The keys of the texts in which an address or a place is found that is on no paper, as far as the person who acts may see
    it: of the child, of anybody of its home, or where the child sleeps (ADR 93)."""
    withheld = withheld_of(case)
    return [key for key, text in texts.items() if says(text, withheld.words)]


def prints_of(case: Case) -> list[Print]:
    """The latest prints of a case, one more than are shown."""
    rows = Print.objects.filter(case=case).select_related("printed_by__staff").defer("content")
    return list(rows[: LATEST + 1])
