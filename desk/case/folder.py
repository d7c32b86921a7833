"""A case as a folder of pages: what rooms show on one of them, and how much is open on each."""

from dataclasses import dataclass

from django.urls import reverse

from agencies.staff.models import Position
from cases.records.codes import CasePage
from cases.records.models import Case
from cases.records.pages import open_first
from cases.records.panel import Panel
from cases.records.queries import with_keys
from desk.case.bar import Bar, bar_of, first_of
from face.lines import Step
from face.reading import one_reading
from security.rooms import Card, cards_on, rooms_at


@dataclass(frozen=True)
class Entry:
    """A page in the list of the folder, and how many steps are open on it."""

    page: CasePage
    url: str
    open: int


@dataclass(frozen=True)
class Folder:
    """What is around and on one page of a case; ``entries`` and ``cards`` are empty on a form."""

    bar: Bar
    entries: list[Entry]
    cards: list[tuple[Card, Panel]]


def folder_of(case: Case, by: Position, page: str) -> Folder:
    """The folder, opened at ``page`` (the name of an address), for this reader; each question is asked once."""
    with one_reading():
        with_keys([case])
        found = steps_of(case, by)
        bar = bar_of(case, by, first_of(case, [step for _page, step in found]))
        if page not in CasePage.values:
            return Folder(bar, [], [])
        return Folder(
            bar,
            entries_of(case, [where for where, _step in found]),
            [
                (card, made)
                for card in cards_on(page, case.office.kind).values()
                if card.make and (made := card.make(case, by))
            ],
        )


def steps_of(case: Case, by: Position) -> list[tuple[str, Step]]:
    """What is open on the case, each with the page on which its room has its first card."""
    open_first(case)
    return [
        (next(iter(room.cards.values())).page if room.cards else CasePage.OVERVIEW, step)
        for room in rooms_at(case.office.kind)
        if room.steps
        for step in room.steps(case, by)
    ]


def entries_of(case: Case, open_on: list[str]) -> list[Entry]:
    """The list of the folder: the pages on which a room has a card."""
    return [
        Entry(page, reverse(page.value, args=[case.pk]), open_on.count(page.value))
        for page in CasePage
        if cards_on(page, case.office.kind)
    ]
