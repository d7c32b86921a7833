"""What happened in a night, and who received its sheet."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from agencies.staff.models import Position
from cases.nights.codes import Matter
from cases.nights.models import NightSheet
from cases.records.queries import BehindGlass


@dataclass(frozen=True)
class Happened(BehindGlass):
    """A line of the sheet: what happened and when, and as much of its case as is shown before the glass."""

    at: datetime
    what: str

    @property
    def matter(self) -> Matter:
        """What happened, with its label."""
        return Matter(self.what)


def night_of(night: date, morning: date) -> list[Happened]:
    """Calls, further notifications, oral custody and broken glass of the acting position's office, from the evening of ``night``
    until the morning; nothing of a case that the person is barred from, and nothing for who reads no sheets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.night_of(%s, %s)", [night, morning])
        return [Happened(*row) for row in cursor.fetchall()]


def receipt_of(night: date, by: Position) -> NightSheet | None:
    """The receipt of the sheet of this night at the position's office."""
    rows = NightSheet.objects.select_related("taken_by__staff", "taken_by__office", "taken_by__section")
    return rows.filter(office=by.office_id, night=night).first()
