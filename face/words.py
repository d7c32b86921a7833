"""What a field of a form holds, in words, for a page that shows typed text without its form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from face.fields import UNKNOWN
from face.typed_dates import written
from face.widgets import DateParts


def in_words(bound: forms.BoundField) -> str:
    """The labels of what was chosen, a date as it is written, any other text as typed; never a code."""
    value, field = bound.value(), bound.field
    if isinstance(field.widget, DateParts):
        return _date(field, value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if hasattr(field, "choices"):
        chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
        offered: Iterable[tuple[Any, Any]] = flatten_choices(field.choices)
        return ", ".join(str(label) for key, label in offered if str(key) in chosen)
    return str(value or "")


def _date(field: forms.Field, value: Any) -> str:
    """A day or moment as it is written in its box; what cannot be read as one, box by box."""
    try:
        read = field.to_python(value)
    except ValidationError:
        return " ".join(str(part) for part in value if part and part is not True)
    if read == UNKNOWN:
        return pgettext("date", "Unknown")
    return read if isinstance(read, str) else written(read) if read else ""
