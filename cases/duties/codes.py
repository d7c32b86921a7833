"""The kinds of duties. Each room declares its own, so there is no list of them here."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from agencies.directory.models import Office
from face.lines import Line
from security.rooms import Name, rooms


@dataclass(frozen=True, kw_only=True)
class DutyKind:
    """One kind of duty, as a room declares it in ``Room.duties``.

    ``code`` is stored; ``label`` says what is to be done, ``days(office)`` within how many days at the case's office.
    ``after(case, cause)`` leads to the row that the duty follows from; None where there is no such row.
    """

    code: str
    label: Name
    days: Callable[[Office], int]
    after: Callable[[UUID, UUID], Line | None]


def declared() -> list[DutyKind]:
    """Every kind of duty, in the order of the rooms."""
    return [kind for room in rooms() for kind in room.duties]


def named(code: str) -> DutyKind:
    """The kind with this code; raises KeyError for a code that no room declares."""
    return {kind.code: kind for kind in declared()}[code]


def choices() -> list[tuple[str, Name]]:
    """The choices of ``Duty.kind``; a code that no room declares any more is shown as it is. The first migration names this."""
    return [(kind.code, kind.label) for kind in declared()]
