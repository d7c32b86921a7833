"""Widgets of the form fields: split Japanese dates and times, and the long text with its count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.safestring import SafeString

from face import wareki

UNKNOWN_TEXT = "unknown"
_label = lazy(wareki.era_label, str)


def era_choices() -> list[tuple[str, Any]]:
    """Eras from the newest, then the western calendar, labelled in the reader's language."""
    codes = [era.code for era in wareki.ERAS] + [wareki.GREGORIAN]
    return [(code, _label(code)) for code in codes]


def _number(size: str) -> forms.TextInput:
    # A text input with a digit keyboard: type=number refuses full-width digits and scrolls by accident.
    return forms.TextInput(attrs={"inputmode": "numeric", "class": f"input-{size}"})


class DateParts(forms.MultiWidget):
    """Era, year, month, day and, when allowed, a checkbox for 不詳.

    Names sent: `<name>_era`, `_year`, `_month`, `_day`, `_unknown`. A single `<name>` with a whole date
    (any form that `wareki.parse_date` reads) is taken as well, for scripts and pasted dates.
    """

    template_name = "components/widgets/date_parts.html"
    parts: tuple[str, ...] = ("year", "month", "day")

    def __init__(self, allow_unknown: bool = False, attrs: Mapping[str, Any] | None = None) -> None:
        self.allow_unknown = allow_unknown
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {"era": forms.Select(choices=era_choices())}
        widgets |= {part: _number("year" if part == "year" else "two") for part in self.parts}
        if allow_unknown:
            widgets["unknown"] = forms.CheckboxInput()
        self.box_names = list(widgets)
        super().__init__(widgets, dict(attrs) if attrs else None)

    def decompress(self, value: Any) -> list[Any]:
        """The stored date as [era, year, month, day, (hour, minute,) unknown] for the boxes."""
        blank: list[Any] = [self._default_era(), *[""] * len(self.parts)]
        moment = self.moment_of(value)
        if moment is not None:
            blank = self._split(moment)
        return [*blank, value == UNKNOWN_TEXT] if self.allow_unknown else blank

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Any]:
        """The typed parts; a whole date under the bare name is cut into parts first."""
        whole = str(data.get(name) or "").strip()
        if whole == UNKNOWN_TEXT and self.allow_unknown:
            return [self._default_era(), *[""] * len(self.parts), True]
        if whole:
            return [wareki.GREGORIAN, whole, *[""] * (len(self.widgets) - 2)]
        return list(super().value_from_datadict(data, files, name))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """True when neither the parts nor the whole date were sent."""
        return name not in data and super().value_omitted_from_data(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Stock context; the boxes are also reachable by part name for the template."""
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        context["widget"]["boxes"] = dict(zip(self.box_names, boxes, strict=True))
        return context

    @staticmethod
    def _default_era() -> str:
        return wareki.ERAS[0].code if wareki.is_japanese() else wareki.GREGORIAN

    @staticmethod
    def moment_of(value: Any) -> dt.date | dt.datetime | None:
        """The date or moment that an initial value (also as ISO text) means; None for any other value."""
        if isinstance(value, dt.date):
            return value
        if isinstance(value, str) and value and value != UNKNOWN_TEXT:
            return dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
        return None

    def _split(self, moment: dt.date | dt.datetime) -> list[Any]:
        if isinstance(moment, dt.datetime) and timezone.is_aware(moment):
            moment = timezone.localtime(moment)
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        era, year = wareki.era_year(day)
        if era is None or not wareki.is_japanese():
            return [wareki.GREGORIAN, day.year, day.month, day.day]
        return [era.code, year, day.month, day.day]


class DateTimeParts(DateParts):
    """Date parts with hour and minute on the 24-hour clock (`<name>_hour`, `<name>_minute`)."""

    template_name = "components/widgets/datetime_parts.html"
    parts = ("year", "month", "day", "hour", "minute")

    def _split(self, moment: dt.date | dt.datetime) -> list[Any]:
        if not isinstance(moment, dt.datetime):
            return [*super()._split(moment), "", ""]
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return [*super()._split(moment), f"{local.hour:02d}", f"{local.minute:02d}"]


class Buttons(forms.HiddenInput):
    """Takes the place of the buttons that a form's template draws. It draws nothing: no earlier press is repeated."""

    def render(self, *_arguments: Any, **_named: Any) -> SafeString:
        """Nothing."""
        return SafeString()


class LongText(forms.Textarea):
    """A textarea whose limit is stated and counted, never cut: `maxlength` would drop pasted text silently."""

    def __init__(self, limit: int, rows: int = 6, attrs: Mapping[str, Any] | None = None) -> None:
        self.limit = limit
        super().__init__({"rows": rows, "data-count-limit": limit, **(attrs or {})})
