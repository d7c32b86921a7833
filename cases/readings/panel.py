"""That a receipt was signed, on the page of reception and on the timeline."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.readings.queries import readings_on
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from security.encryption.fields import words_of


def panel(case: Case, by: Position) -> Panel | None:
    """The readings that are signed; None where none is."""
    found = [row for row in readings_on(case) if row.read_at]
    return Panel("readings", "cases/readings/panel.html", {"readings": found}) if found else None


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """When each receipt was signed."""
    return [Part(span.of(readings_on(case).all(), "read_at", "read_by"), _signed)]


def _signed(row: Any) -> Moment:
    return Moment(row.read_at, _("Receipt signed in the list"), words_of(row.note), by=row.read_by.staff)
