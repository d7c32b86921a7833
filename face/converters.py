"""Kinds of argument in addresses."""

from datetime import date

from django.urls import register_converter

YEARS = range(2000, 2200)
DAY = "day"


class DayConverter:
    """A day as 2026-11-28; what is no day leads nowhere."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError, which Django answers with 404, also for a year of which there can be nothing."""
        day = date.fromisoformat(value)
        if day.year not in YEARS:
            raise ValueError
        return day

    def to_url(self, value: date | str) -> str:
        """The day as it stands in an address."""
        return str(value)


register_converter(DayConverter, DAY)
