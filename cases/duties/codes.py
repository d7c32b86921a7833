"""The kinds of duties. Each room declares its own, so there is no list of them here."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from face.lines import Line
from security.rooms import Name, rooms


@dataclass(frozen=True, kw_only=True)
class DutyKind:
    """One kind of duty, as a room declares it in ``Room.duties``.

    ``code`` is stored; ``label`` says what is to be done, ``days(office)`` within how many days at the case's office.
    ``after(case, cause)`` leads to the row that the duty follows from; None where there is no such row. ``by_act``: it is done
    by recording there what is owed, whoever does it, and never by a note alone (:func:`cases.duties.actions.settle_duties`).
    ``of_plan``: by it a plan of the case is looked at again, which the progress list has in a column of its own.
    """

    code: str
    label: Name
    days: Callable[[Office], int]
    after: Callable[[UUID, UUID], Line | None]
    by_act: bool = False
    of_plan: bool = False


class Watch(models.IntegerChoices):
    """What a job looks after; the number of the row that says when it last did (``ClockSweep``)."""

    LIMITS = 1, _("Time limits")
    DUTIES = 2, _("Duties")

    @property
    def of_limits(self) -> bool:
        """Whether it is that over the limits of the law."""
        return self is Watch.LIMITS


class DutyWarningStep(models.TextChoices):
    """What is told of a duty that is not done, in this order, each once."""

    SOON = "soon", _("its owner")
    DUE = "due", _("its owner, the one in charge and the supervisors")
    LATE = "late", _("its owner, the one in charge, the supervisors and the directors")


def declared() -> list[DutyKind]:
    """Every kind of duty, in the order of the rooms."""
    return [kind for room in rooms() for kind in room.duties]


def named(code: str) -> DutyKind:
    """The kind with this code; raises KeyError for a code that no room declares."""
    return {kind.code: kind for kind in declared()}[code]


def is_by_act(code: str) -> bool:
    """Whether a duty of this kind is done by an act of its room alone; not one of an older version."""
    return any(kind.code == code and kind.by_act for kind in declared())


def choices() -> list[tuple[str, Name]]:
    """The choices of ``Duty.kind``; a code that no room declares any more is shown as it is. The first migration names this."""
    return [(kind.code, kind.label) for kind in declared()]
