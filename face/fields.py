"""Form fields for Japanese records: dates in both calendars, names kept byte for byte, kana, telephone.

Any width is accepted and nothing is refused for its width, which the keyboard chooses. Every message says what to do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from face import text as folding
from face import wareki
from face.typed_dates import Frame, read_day, read_moment
from face.widgets import UNKNOWN_TEXT, Buttons, DateParts, DateTimeParts, LongText

UNKNOWN = UNKNOWN_TEXT
KANA_UNKNOWN = "不詳"
LONG_TEXT_LIMIT = 8000
Day = TypeVar("Day", bound=dt.date)
_UNKNOWN_WORDS = frozenset({KANA_UNKNOWN, "unknown"})


def refuse_broken(value: str, allowed_controls: str = "") -> None:
    """Raise ValidationError naming the characters of `value` that cannot be kept faithfully."""
    found = folding.broken_characters(value, allowed_controls)
    if found:
        message = _("This contains a character that cannot be saved (%(codes)s). Delete it and type again.")
        raise ValidationError(message, code="broken", params={"codes": ", ".join(dict.fromkeys(found))})


CHOOSE = gettext_lazy("Choose")
"""The first line of every list in which nothing is chosen yet."""


class CodeField(forms.TypedChoiceField):
    """One of ``codes`` (but ``without``). Cleaned: the code itself, never its text; None where nothing is chosen.

    ``choose`` is the line of the empty choice in a list, where it means something of its own.
    """

    def __init__(
        self, codes: type[TextChoices], *, without: str = "", choose: Any = None, **kwargs: Any
    ) -> None:
        empty = [] if "widget" in kwargs else [("", choose or CHOOSE)]
        kwargs["choices"] = empty + [choice for choice in codes.choices if choice[0] != without]
        super().__init__(coerce=codes, empty_value=None, **kwargs)


class CodesField(forms.TypedMultipleChoiceField):
    """Any number of ``codes``. Cleaned: a list of the codes themselves."""

    def __init__(self, codes: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(coerce=codes, choices=codes.choices, **kwargs)


class ButtonField(forms.ChoiceField):
    """Which button of the form was pressed: one of ``values``. A form without a pressed button is refused."""

    widget = Buttons
    default_error_messages = {
        "required": gettext_lazy("Press one of the buttons below the form."),
        "invalid_choice": gettext_lazy("Press one of the buttons below the form."),
    }

    def __init__(self, values: Iterable[str], **kwargs: Any) -> None:
        super().__init__(choices=[(value, value) for value in values], **kwargs)


def _bound(limit: Any) -> dt.date | None:
    day: dt.date | None = limit() if callable(limit) else limit
    return day


class JapaneseDateField(forms.Field):
    """A day, typed whole or as era or western year, month, day. Cleaned: `datetime.date`, `UNKNOWN` or None.

    With `allow_unknown` a checkbox 不詳 gives the string `UNKNOWN`, which also satisfies `required`.
    `latest`/`earliest` (a date or a callable giving one) bound the day, both ends included.
    A year that is not typed is filled in only with `near`: for days around now, never for a birth date.
    """

    widget = DateParts
    default_error_messages = {
        "required": gettext_lazy("Enter the date."),
        "incomplete": gettext_lazy("Enter year, month and day."),
        "number": gettext_lazy("Enter year, month and day in figures."),
        "late": gettext_lazy("Enter a date on or before %(limit)s."),
        "early": gettext_lazy("Enter a date on or after %(limit)s."),
        "both": gettext_lazy("Enter a date or choose “unknown”, not both."),
        "two": gettext_lazy("Two different dates were entered. Clear the box above, or the boxes below it."),
    }

    def __init__(
        self,
        *,
        allow_unknown: bool = False,
        earliest: Any = None,
        latest: Any = None,
        near: bool = True,
        **kwargs: Any,
    ) -> None:
        self.allow_unknown, self.near = allow_unknown, near
        self.earliest, self.latest = earliest, latest
        widget = self.widget(allow_unknown)
        if not near:
            widget.example = gettext_lazy("For example H25.5.1 or 2013-05-01")
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Boxes (or an already typed value) to a date, UNKNOWN or None; raises ValidationError."""
        if value is None or value == "":
            return None
        if isinstance(value, (dt.date, str)):
            return value
        sent = [part.strip() if isinstance(part, str) else part for part in value]
        unknown = bool(sent.pop()) if self.allow_unknown else False
        whole, *boxes = [str(box or "") for box in sent]
        ways = [self._from_whole(whole)] if whole else []
        ways += [self._from_boxes(boxes)] if any(boxes[1:]) else []
        if unknown and ways:
            raise self._error("both")
        if len(set(ways)) > 1:
            raise self._error("two")
        return UNKNOWN if unknown else ways[0] if ways else None

    def validate(self, value: Any) -> None:
        """Required and the bounds."""
        super().validate(value)
        if value in self.empty_values or value == UNKNOWN:
            return
        day = timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
        self._check_bound("late", self.latest, lambda limit: day > limit)
        self._check_bound("early", self.earliest, lambda limit: day < limit)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes name another day than `initial`; unreadable boxes count as a change."""
        try:
            typed = self.to_python(data)
        except ValidationError:
            return True
        if isinstance(initial, str) and initial and initial != UNKNOWN:
            initial = DateParts.moment_of(initial)
        return bool((initial or None) != typed)

    def _from_whole(self, whole: str) -> Any:
        return self._read(lambda: read_day(whole, self._frame()))

    def _frame(self) -> Frame:
        """What a short date is read against: the day on which the form is sent, and the bounds of this field."""
        return Frame(timezone.localdate(), _bound(self.earliest), _bound(self.latest), self.near)

    def _from_boxes(self, boxes: list[str]) -> Any:
        return self._day(*boxes)

    def _day(self, era: str, year: str, month: str, day: str) -> dt.date:
        if len(year) > 4 and not (month or day):  # a whole date typed or pasted into the first box
            return self._read(lambda: wareki.parse_date(year))
        if not (year and month and day):
            raise self._error("incomplete")
        first = "1" if year == "元" else year
        try:
            parts = [int(folding.half_width(box)) for box in (first, month, day)]
        except ValueError as error:
            raise self._error("number") from error
        return self._read(lambda: wareki.from_parts(era, *parts))

    @staticmethod
    def _read(read: Callable[[], Day]) -> Day:
        try:
            return read()
        except wareki.NotADate as error:
            raise ValidationError(str(error), code="invalid") from error

    def _check_bound(self, code: str, limit: Any, beyond: Any) -> None:
        bound = _bound(limit)
        if bound is not None and beyond(bound):
            raise self._error(code, limit=wareki.format_date(bound))

    def _error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params or None)


class JapaneseDateTimeField(JapaneseDateField):
    """A moment by the 24-hour clock in the current time zone. Cleaned: aware `datetime.datetime`, UNKNOWN or None."""

    widget = DateTimeParts
    default_error_messages = {
        "time": gettext_lazy("Enter the hour (0 to 23) and the minutes (0 to 59)."),
    }

    def _from_whole(self, whole: str) -> dt.datetime:
        return self._aware(self._read(lambda: read_moment(whole, self._frame())))

    def _from_boxes(self, boxes: list[str]) -> dt.datetime:
        era, year, month, day, hour, minute = boxes
        date = self._day(era, year, month, day)
        try:
            clock = dt.time(int(folding.half_width(hour)), int(folding.half_width(minute)))
        except (ValueError, OverflowError) as error:
            raise self._error("time") from error
        return self._aware(dt.datetime.combine(date, clock))

    @staticmethod
    def _aware(moment: dt.datetime) -> dt.datetime:
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class NameField(forms.CharField):
    """A name exactly as typed: only outer white space (U+3000 too) goes; never normalised, never folded.

    NFC alone would turn U+FA19 into U+795E forever, so nothing here may normalise.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """`value` without outer blanks; raises ValidationError on characters that cannot be kept."""
        raw = "" if value is None else str(value)
        # Check before stripping: str.strip() would silently drop some control characters.
        refuse_broken(raw)
        return str(super().to_python(raw))


class KanaField(NameField):
    """フリガナ: hiragana and half-width kana become full-width katakana. With `allow_unknown`, 不詳 is kept."""

    default_error_messages = {"kana": gettext_lazy("Enter the reading in katakana or hiragana.")}

    def __init__(self, *, allow_unknown: bool = False, **kwargs: Any) -> None:
        self.allow_unknown = allow_unknown
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Full-width katakana, `KANA_UNKNOWN`, or ""; raises ValidationError on anything else."""
        typed = super().to_python(value)
        if self.allow_unknown and typed.lower() in _UNKNOWN_WORDS:
            return KANA_UNKNOWN
        kana = folding.katakana(typed)
        if not folding.is_katakana(kana):
            raise ValidationError(self.error_messages["kana"], code="kana")
        return kana


class HalfWidthField(forms.CharField):
    """A code, number or search word in which width carries no meaning; stored half-width."""

    def to_python(self, value: Any) -> str:
        """`value` in half-width without outer blanks."""
        typed = str(super().to_python(value))
        refuse_broken(typed)
        return folding.half_width(typed).strip()


class EmailField(HalfWidthField):
    """An e-mail address, typed in any width."""

    default_validators = [validate_email]


class PhoneField(HalfWidthField):
    """A telephone number in any width and grouping; stored with digits and single ASCII hyphens.

    Short numbers (110, #8891) and a leading + are allowed; the typed grouping is kept.
    """

    default_error_messages = {
        "phone": gettext_lazy("Enter a telephone number, for example 03-1234-5678."),
    }
    _SHAPE = re.compile(r"^[+#]?\d+(-\d+)*$")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "class": "input-phone"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Digits in the typed groups, such as 03-1234-5678; raises ValidationError."""
        plain = folding.unify_hyphens(super().to_python(value))
        number = re.sub(r"[()\s-]+", "-", plain).strip("-")
        digits = sum(char.isdigit() for char in number)
        if number and not (self._SHAPE.match(number) and 3 <= digits <= 15):
            raise ValidationError(self.error_messages["phone"], code="phone")
        return number


class LongTextField(forms.CharField):
    """Free text of several lines, kept as typed (line ends become \\n), with the limit shown and counted."""

    default_error_messages = {
        "too_long": ngettext_lazy(
            "Shorten the text by %(over)d character (limit %(limit)s).",
            "Shorten the text by %(over)d characters (limit %(limit)s).",
            "over",
        ),
    }

    def __init__(self, *, limit: int = LONG_TEXT_LIMIT, rows: int = 6, **kwargs: Any) -> None:
        self.limit = limit
        kwargs.setdefault("widget", LongText(limit, rows))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The text with \\n line ends; raises ValidationError when too long or broken."""
        typed = str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")
        refuse_broken(typed, allowed_controls="\n\t")
        over = len(typed) - self.limit
        if over > 0:
            params = {"over": over, "limit": f"{self.limit:,}"}
            raise ValidationError(self.error_messages["too_long"], code="too_long", params=params)
        return typed
