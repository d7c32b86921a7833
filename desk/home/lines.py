"""The few shapes a home page is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from agencies.staff.access import StaffRequest
from cases.records.models import Case

FEW = 8


@dataclass(frozen=True)
class Line:
    """One line of a section: where it leads, what it says, whether it presses or is new; since when, until when, or on which day.

    ``case_id``: the case it is about, for the record of the look.
    """

    url: str
    text: str | Promise
    detail: str | Promise = ""
    at: datetime | None = None
    due: datetime | None = None
    on: date | None = None
    pressing: bool = False
    fresh: bool = False
    case_id: UUID | None = None


@dataclass(frozen=True)
class Section:
    """A card of the home page: its lines, the sentence where there are none, and the way to all of them.

    A section that is no list of lines names a ``template`` of its own, drawn with ``context`` below the lists, or ``above`` them.
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


Maker = Callable[[StaffRequest], Section]


def case_url(case: Case) -> str:
    """The page of a case."""
    return reverse("case", args=[case.pk])
