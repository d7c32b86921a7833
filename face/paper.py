"""What a room says of a form (様式) that can be printed: its name, of what it is printed, and its content as typed parts.

A room declares each of its forms once (``Room.papers``); ``cases/prints`` lists, numbers, records and prints them, and
``templates/paper/sheet.typ`` draws the parts. A sheet is data: nothing in it is ever read as markup.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Name = str | Promise


class NoSubject(Exception):
    """The key names nothing that the form is printed of."""


@dataclass(frozen=True)
class Late:
    """A value that is not kept with the sheet: it is asked for at every print, since it may have been withheld meanwhile."""

    late: str


Value = str | Late


@dataclass(frozen=True)
class Facts:
    """Labels with their values, in one or two columns."""

    rows: Sequence[tuple[str, Value]]
    heading: str = ""
    columns: int = 2
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Text:
    """A longer text in a frame."""

    heading: str
    text: str
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Listing:
    """A table; its head is repeated on every page. ``widths`` are shares of the line; ``small``: one with many columns."""

    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Value]]
    heading: str = ""
    small: bool = False
    kind: str = field(default="listing", init=False)


@dataclass(frozen=True)
class Ticks:
    """Items that were ticked or not, each with a note."""

    rows: Sequence[tuple[bool, str, str]]
    heading: str = ""
    kind: str = field(default="ticks", init=False)


Pieces = Sequence[tuple[Value, str]]
"""A line as it is written, cut into pieces, each with the reading above it or "" (``face.text.pieces``)."""


@dataclass(frozen=True)
class Plain:
    """What a child reads: paragraphs in large type with readings above the characters, and labels with their values."""

    paragraphs: Sequence[Pieces]
    rows: Sequence[tuple[Pieces, Pieces]] = ()
    heading: str = ""
    kind: str = field(default="plain", init=False)


Part = Facts | Text | Listing | Ticks | Plain


@dataclass(frozen=True)
class Sheet:
    """The content of one sheet. ``to`` is whom it is addressed to (宛名), ``sender`` whose name it bears (発信者名).

    ``final`` false: what it says is not approved yet, and it is shown as a sample (見本) only.
    """

    to: Value
    sender: str
    parts: Sequence[Part]
    final: bool = True

    def as_data(self) -> dict[str, Any]:
        """The same as JSON keeps it; every text is a plain string then."""
        return asdict(self)


@dataclass(frozen=True)
class Subject:
    """Something that a form is printed of: ``key`` names it within its case, ``words`` to the reader; ``final`` as of a sheet.

    ``why_not`` says why it may not leave now, where it is for the police and neither the child nor the law lets it
    (``cases.prints.rules.why_kept``)."""

    key: str
    words: str
    final: bool = True
    why_not: Name = ""


def to_nobody(_case: Any, _key: str) -> None:
    """For a form that goes to no office of the police."""


def no_advice(_case: Any) -> Sequence[str]:
    """For a form that stays within the office."""
    return ()


def nothing_late(_case: Any, _key: str) -> Mapping[str, str]:
    """For a form all of whose values are kept."""
    return {}


def never(_case: Any, _key: str) -> str:
    """For a form of which every print is shown again."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One form of a room. ``code`` is kept with each print, ``panels`` is what the access log says of it, ``named`` what it says
    of the list of its subjects.

    ``subjects(case, by)`` is what it can be printed of, ``sheet(case, by, key)`` the content for one of them, in the active
    language (raises NoSubject); ``late(case, key)`` gives the values of its :class:`Late` at every print. ``seats``: it has
    the boxes in which it is approved (決裁欄). ``samples``: it can be looked at as a sample without a number. ``advice(case)``
    says what to make sure of before it leaves the office. ``filled_at`` are the names of the addresses of the pages that fill it:
    their head bears the form's name.
    ``to_police(case, key)`` is the office of the police that the sheet goes to, or None; ``tells`` are the items (``Room.items``)
    that it tells of the child. Such a sheet is made, and shown again, only while that office may be told them (``Room.gate``).
    ``why_not_again(case, key)`` is why what was printed before is not shown again, or "".
    """

    code: str
    label: Name
    panels: tuple[str, ...]
    named: tuple[str, ...] = ()
    subjects: Callable[[Any, Any], Sequence[Subject]]
    sheet: Callable[[Any, Any, str], Sheet]
    late: Callable[[Any, str], Mapping[str, str]] = nothing_late
    seats: bool = True
    samples: bool = False
    advice: Callable[[Any], Sequence[str]] = no_advice
    filled_at: tuple[str, ...] = ()
    to_police: Callable[[Any, str], Any] = to_nobody
    tells: tuple[str, ...] = ()
    why_not_again: Callable[[Any, str], Name] = never


@dataclass(frozen=True)
class OfficeSheet:
    """The content of a sheet of an office. ``head`` is about no case; ``of_cases`` has the parts of each case, in their order,
    by the id of the case. ``about`` is what it is a sheet of, in a few words."""

    about: str
    sender: str
    head: Sequence[Part]
    of_cases: Mapping[UUID, Sequence[Part]]

    def head_as_data(self) -> list[dict[str, Any]]:
        """The head as JSON keeps it."""
        return [asdict(part) for part in self.head]


def nothing_besides(_by: Any, _key: str, _shown: int) -> str:
    """For a sheet that says nothing of what is not on it."""
    return ""


@dataclass(frozen=True, kw_only=True)
class OfficePaper:
    """A form of an office with something of several cases, each of which stays under its own key.

    ``code``, ``label``, ``panels`` and ``seats`` as of a :class:`Paper`. ``may(by)``: whether this position can be shown any.
    ``sheet(by, key)`` is its content for one thing that it is printed of (raises NoSubject), with the cases that ``by`` reads.
    ``besides(by, key, shown)`` says at every print what is not on it, where it shows ``shown`` cases. Listings of the cases that
    have the same columns are joined to one.
    """

    code: str
    label: Name
    panels: tuple[str, ...]
    may: Callable[[Any], bool]
    sheet: Callable[[Any, str], OfficeSheet]
    besides: Callable[[Any, str, int], str] = nothing_besides
    seats: bool = True


def joined(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts as data, listings beside each other that have the same columns as one."""
    found: list[dict[str, Any]] = []
    for part in parts:
        before = found[-1] if found else None
        if (
            before is not None
            and part["kind"] == before["kind"] == "listing"
            and _columns(part) == _columns(before)
        ):
            found[-1] = {**before, "rows": [*before["rows"], *part["rows"]]}
        else:
            found.append(part)
    return found


def _columns(part: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(part["columns"]), part["heading"], part.get("small", False)


def filled(data: Any, late: Mapping[str, str]) -> Any:
    """The data of a sheet with its late values put in. Raises KeyError for one that the form does not give."""
    if isinstance(data, list):
        return [filled(one, late) for one in data]
    if isinstance(data, dict):
        return (
            late[data["late"]]
            if data.keys() == {"late"}
            else {key: filled(one, late) for key, one in data.items()}
        )
    return data
