"""That a receipt was signed, on the page of reception and on the timeline."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.readings.queries import readings_on
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from security.encryption.fields import words_of


def panel(case: Case, by: Position) -> Panel | None:
    """The readings that are signed; None where none is."""
    found = [row for row in readings_on(case) if row.read_at]
    return Panel("readings", "cases/readings/panel.html", {"readings": found}) if found else None


def moments(case: Case, by: Position) -> Iterable[Moment]:
    """When each receipt was signed."""
    return [
        Moment(row.read_at, _("Receipt signed in the list"), words_of(row.note), by=row.read_by.staff)
        for row in readings_on(case)
        if row.read_at and row.read_by
    ]
