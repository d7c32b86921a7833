"""One line of a list of what is to be done, one step that is next on a case, and one warning at its head."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

FEW = 8
"""How many lines of one kind a page shows; its own list has them all."""


@dataclass(frozen=True)
class Note:
    """A sentence below a line, and the moment that ends it, if it has one."""

    text: str | Promise
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """Where it leads, what it says, whether it presses or is new; since when, until when, or on which day.

    ``case_id``: the case it is about, for the record of the look; ``number`` its number, and ``who`` the child's name with it. A
    home page sets ``who`` itself: at the head of each line, where the reader sees the case; else the number stands there.
    ``notes``: what a table that has the room says besides.
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
    number: str = ""
    who: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def head(self) -> str | Promise:
        """What it begins with: the child and the number, the number alone, or its text where it is about no case."""
        return self.who or self.number or self.text

    @property
    def begins(self) -> tuple[str, str]:
        """The same in two: words that may go over two lines, and the case's number at their end, which stays in one."""
        head = str(self.head)
        if self.number and head.endswith(self.number):
            return head.removesuffix(self.number).rstrip(), self.number
        return head, ""


@dataclass(frozen=True)
class Step:
    """What is to be done next on one case: the button's words and address, and why it is grey for this reader ("" if it is not).

    ``due``: until when; ``pressing`` steps come first.
    """

    label: str | Promise
    url: str
    due: datetime | None = None
    pressing: bool = False
    reason: str | Promise = ""


@dataclass(frozen=True)
class Chip:
    """A warning at the head of every page of a case; ``kind`` is the badge's, "danger" for what must not be overlooked."""

    text: str | Promise
    kind: str = "danger"
