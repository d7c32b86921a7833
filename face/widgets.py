"""Widgets of the form fields: split Japanese dates and times, and the long text with its count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from face import typed_dates, wareki
from face.text import is_foreign

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
    """One box for a whole date (:mod:`face.typed_dates`), boxes for era, year, month and day behind a fold, and, when allowed,
    a checkbox for 不詳.

    Names sent: `<name>`; or `<name>_era`, `_year`, `_month`, `_day`; and `<name>_unknown`.
    """

    template_name = "components/widgets/date_parts.html"
    parts: tuple[str, ...] = ("year", "month", "day")
    example = gettext_lazy("For example R8.11.30, 2026-11-30, 11/30 or today")

    def __init__(self, allow_unknown: bool = False, attrs: Mapping[str, Any] | None = None) -> None:
        self.allow_unknown = allow_unknown
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "": forms.TextInput(attrs={"class": "input-date"}),
            "era": forms.Select(choices=era_choices()),
        }
        widgets |= {part: _number("year" if part == "year" else "two") for part in self.parts}
        if allow_unknown:
            widgets["unknown"] = forms.CheckboxInput()
        self.box_names = list(widgets)
        super().__init__(widgets, dict(attrs) if attrs else None)

    def decompress(self, value: Any) -> list[Any]:
        """The stored date as [whole, era, year, month, day, (hour, minute,) unknown]; only the box for the whole is filled."""
        moment = self.moment_of(value)
        whole = "" if moment is None else typed_dates.written(moment)
        boxes = [whole, self._default_era(), *[""] * len(self.parts)]
        return [*boxes, value == UNKNOWN_TEXT] if self.allow_unknown else boxes

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Any]:
        """What was typed, in the order of the boxes; the word for 不詳 in the first one is the tick, where that is allowed."""
        whole = str(data.get(name) or "").strip()
        if whole in (UNKNOWN_TEXT, typed_dates.UNKNOWN_WORD) and self.allow_unknown:
            return ["", self._default_era(), *[""] * len(self.parts), True]
        return list(super().value_from_datadict(data, files, name))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Stock context; the boxes are also reachable by part name for the template."""
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        named = dict(zip(self.box_names, boxes, strict=True))
        context["widget"]["boxes"] = named | {"whole": named.pop("")}
        context["widget"]["example"] = self.example
        context["widget"]["is_unfolded"] = any(named[part]["value"] for part in self.parts)
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


class DateTimeParts(DateParts):
    """The same with the time: hour and minute on the 24-hour clock (`<name>_hour`, `<name>_minute`)."""

    parts = ("year", "month", "day", "hour", "minute")
    example = gettext_lazy("For example R8.11.30 10:31, 11/30 15:00, today 10:31 or 10:31")


class FoldedChecks(forms.CheckboxSelectMultiple):
    """Check boxes that are folded away under the label of their field (``components/field.html``), open where one is ticked."""

    is_folded = True


class Suggested(forms.TextInput):
    """A text box that offers texts to pick from; another one can be typed all the same."""

    template_name = "components/widgets/suggested.html"
    offered: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Stock context, with the texts and the id of their list."""
        context = super().get_context(name, value, attrs)
        context["widget"]["offered"] = self.offered
        if self.offered:
            context["widget"]["attrs"]["list"] = f"{name}-offered"
        return context


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

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Stock context; Japanese text within a page of another language says that it is."""
        return super().get_context(
            name, value, {**(attrs or {}), **({"lang": "ja"} if is_foreign(value) else {})}
        )
