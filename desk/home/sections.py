"""Which sections a role's home page has. Each section is a query of a room and a template."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agencies.staff.access import StaffRequest
from agencies.staff.roles import Role


@dataclass(frozen=True)
class Section:
    """One card of a home page; ``rows`` empty draws the empty state of the template."""

    name: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[StaffRequest], Section]
HOMES: dict[Role, tuple[Maker, ...]] = {}


def sections_of(request: StaffRequest) -> list[Section]:
    """The sections of the acting post's role."""
    return [make(request) for make in HOMES.get(Role(request.by.role), ())]
