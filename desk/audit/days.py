"""One line a day and person, as a page shows it: who in which position, how often, and the most sensitive thing that was seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position, Staff
from desk.audit.labels import RELATIONS, relation_label
from security.audit.days import DayFilter, Line, LookKind
from security.audit.verbs import Verb
from security.rooms import merged, panels_label

PRINTS = {Verb.CASE_PRINT, Verb.DISCLOSURE_PRINT}
OF_A_CASE = 2
"""How sensitive a name of an older version is, which no room ranks any more: some content of the case."""
CHIPS: dict[str, tuple[str | Promise, DayFilter]] = {
    "outside": (gettext_lazy("outside the team"), DayFilter(kind=LookKind.OUTSIDE)),
    "glass": (gettext_lazy("broken glass"), DayFilter(kind=LookKind.GLASS)),
    "denied": (gettext_lazy("refusals"), DayFilter(kind=LookKind.DENIED)),
    "notifier": (gettext_lazy("who notified"), DayFilter(panels=("notifier",))),
    "address": (gettext_lazy("withheld address"), DayFilter(panels=("withheld_address", "withheld_place"))),
    "print": (gettext_lazy("prints"), DayFilter(kind=LookKind.PRINT)),
}
"""What a reviewer looks for first, by its code in the address."""


@dataclass(frozen=True)
class DayRow:
    """A line of a page. ``where``: the positions the person acted in; ``url``: the looks of that day, "" for who is unknown."""

    day: date
    who: str
    where: list[str]
    relations: str
    looks: int
    refused: int
    cases: int
    most: str
    is_printed: bool
    url: str


def rows_of(lines: Sequence[Line], url: Callable[[date, UUID], str]) -> list[DayRow]:
    """The lines with names in place of ids; ``url`` leads to the looks of a day and person."""
    people = Staff.objects.in_bulk([line.who for line in lines])
    held = Position.objects.select_related("office", "section").in_bulk(
        [position for line in lines for position in line.positions]
    )
    ranks = merged("sensitive")
    return [
        DayRow(
            day=line.day,
            who=people[line.who].name if line.who in people else "",
            where=[_place(held[position]) for position in line.positions if position in held],
            relations=_(", ").join(str(relation_label(relation)) for relation in _by_rank(line.relations)),
            looks=line.looks,
            refused=line.refused,
            cases=line.cases,
            most=panels_label(most_sensitive(line.panels, ranks)) or ("" if line.refused else "–"),
            is_printed=not PRINTS.isdisjoint(line.verbs),
            url=url(line.day, line.who) if line.who in people else "",
        )
        for line in lines
    ]


def most_sensitive(panels: Iterable[str], ranks: dict[str, int]) -> list[str]:
    """Those names of the highest rank among what was shown."""
    of = {name: ranks.get(name, OF_A_CASE) for name in panels}
    return sorted(name for name, rank in of.items() if rank == max(of.values()))


def _by_rank(relations: Iterable[str]) -> list[str]:
    order = list(RELATIONS)
    return sorted(relations, key=lambda one: order.index(one) if one in order else len(order))


def _place(position: Position) -> str:
    """Office, section and role, without the name that stands before it."""
    section = f" {position.section.name}" if position.section else ""
    return f"{position.office.name}{section} {position.role_label}"
