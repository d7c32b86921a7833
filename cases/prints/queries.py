"""The forms of all rooms, and what was printed of a case."""

from dataclasses import dataclass

from agencies.staff.models import Position
from cases.prints.models import Print
from cases.records.models import Case
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


def prints_of(case: Case) -> list[Print]:
    """The latest prints of a case, one more than are shown."""
    rows = Print.objects.filter(case=case).select_related("printed_by__staff").defer("content")
    return list(rows[: LATEST + 1])
