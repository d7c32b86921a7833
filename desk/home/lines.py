"""The few shapes a home page is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from agencies.staff.access import StaffRequest
from cases.records.models import Case
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
