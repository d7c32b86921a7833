"""The few shapes a home page is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.queries import cases_for, with_keys
from face.lines import Line
from security.walls import clock


@dataclass(frozen=True)
class Group:
    """Lines of a card under a heading of their own."""

    heading: str | Promise
    lines: list[Line]


@dataclass(frozen=True)
class Section:
    """A card of the home page: its lines, the sentence where there are none, and the way to all of them.

    ``groups`` has the same lines under headings; ``body`` draws the card's inside in another way.

    A section that is no list of lines names a ``template`` of its own, drawn below the lists, or ``above`` them; its
    ``context`` is part of the page's.
    """

    name: str
    heading: str | Promise = ""
    nothing: str | Promise = ""
    lines: list[Line] = field(default_factory=list)
    more_url: str = ""
    more: str | Promise = ""
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    above: bool = False
    groups: list[Group] = field(default_factory=list)
    body: str = ""


def soonest(lines: Iterable[Line]) -> list[Line]:
    """What has to be done by an hour or a day first, then what has waited longest."""
    return sorted(lines, key=_when)


def _when(line: Line) -> tuple[bool, datetime]:
    day = datetime.combine(line.on, time.min, timezone.get_current_timezone()) if line.on else None
    limit = line.due or day
    return limit is None, limit or line.at or clock.now()


Maker = Callable[[StaffRequest], Section]


def case_url(case: Case) -> str:
    """The page of a case."""
    return reverse("case", args=[case.pk])


def who_of(case: Case) -> str:
    """The child and the number, as they stand at the head of a line."""
    return f"{full_name(case.child)} {case.number}"


def with_children(lines: Sequence[Line], by: Position) -> list[Line]:
    """The lines with the child's name at the head of each whose case this position sees: read at once, however many they are."""
    asked = {line.case_id for line in lines if line.case_id and line.number and not line.who}
    cases = with_keys(cases_for(by).filter(pk__in=asked).select_related("child")) if asked else []
    names = {case.pk: who_of(case) for case in cases}
    return [
        replace(line, who=names[line.case_id]) if not line.who and line.case_id in names else line
        for line in lines
    ]
