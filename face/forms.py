"""Base forms: our components, text restored after sign-in, and saves over a newer version.

Conventions for every form that writes:
* `_restore=1` in the POST shows what was typed, without checking it, under a notice to check and save.
* `_shown` says what the page showed (`face.shown`): what was not changed is never kept for later.
* `_form` is the form's own number, under which it acts once (`security.signin.once`).
* `_draft` is the id and version of its draft, `_draft_before` that of the one it goes on with; `_keep` keeps what is typed as a
  draft and does nothing else (`security.signin.drafts`).
* `_parked` names the kept text a form was restored from; it goes along until the form is saved.
* `version` is the version the reader started from; a newer one keeps the typed text and shows what changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from face.fields import CHOOSE
from face.needed import Needed
from face.renderer import FaceRenderer
from face.shown import is_sent, mark_of
from face.widgets import DateParts

RESTORE_KEY, PARKED_KEY, ONCE_KEY = "_restore", "_parked", "_form"
DRAFT_KEY, DRAFT_BEFORE_KEY, KEEP_KEY = "_draft", "_draft_before", "_keep"
DASHES = forms.ModelChoiceField(None).empty_label
SAVE_AND_NEXT = "_more"
"""The button that saves and opens the same form again."""
BUTTONS = frozenset({"act", "ends", "notice", "position", "reply", "session", "sheet", "verdict", "version"})
"""The names of all buttons of one page that do different things: which one was pressed is not typed text."""
_PLAIN_INPUTS = (forms.TextInput, forms.Textarea, forms.Select, forms.MultiWidget)


_made: ContextVar[list[BaseForm] | None] = ContextVar("forms_made", default=None)


@contextmanager
def forms_made() -> Iterator[list[BaseForm]]:
    """The forms that are made inside, in their order: how a page is asked which form it shows."""
    found: list[BaseForm] = []
    token = _made.set(found)
    try:
        yield found
    finally:
        _made.reset(token)


@dataclass(frozen=True)
class Change:
    """One field that someone else changed meanwhile, as display text: `label`: `before` → `now`."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class LeftOut:
    """Kept text on a row that its form has no more: the ``name`` of its field, ``why`` it is not there, and the text."""

    name: str
    why: str
    text: str


class BaseForm(forms.Form):
    """A form drawn through `templates/components/`, with our rules for what a browser may remember.

    `restored` is True when the POST carries `_restore=1`: the form is bound and shows what was typed,
    but is neither checked nor valid, so a view needs no branch of its own. `parked_id` goes along with it.
    """

    SIDE_BY_SIDE: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Names of short fields that are drawn beside each other; the others have a line each."""
    NEEDED_IF: Mapping[str, Needed] = {}
    """The fields that are required under a condition, by name: marked at their label, and checked."""

    default_renderer = FaceRenderer()
    use_required_attribute = False  # our summary says what is missing, in the page's language

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.restored = self.is_bound and self.data.get(RESTORE_KEY) == "1"
        self.parked_id = str(self.data.get(PARKED_KEY, "")) if self.is_bound else ""
        self.kept = self.is_bound and KEEP_KEY in self.data
        made = _made.get()
        if made is not None:
            made.append(self)
        for field in self.fields.values():
            self._keep_private(field.widget)
            self._say_what_to_do(field)
            # A list in which an empty choice means something has its own word for it; Django's dashes say nothing.
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
                field.empty_label = CHOOSE

    def full_clean(self) -> None:
        """Stock cleaning, skipped for a restored form."""
        if not self.restored:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """Adds an error to each field whose condition (``NEEDED_IF``) holds and that is empty."""
        cleaned = super().clean() or self.cleaned_data
        for name, needed in self.NEEDED_IF.items():
            if (
                name in self.fields
                and not cleaned.get(name)
                and name not in self.errors
                and needed.holds(cleaned)
            ):
                text = str(needed.message) or self.fields[name].error_messages["required"]
                self.add_error(name, ValidationError(text, code="needed"))
        return cleaned

    def mark(self, name: str) -> str:
        """What is said beside the label of a field: whether, or when, it has to be filled in."""
        if self.fields[name].required:
            return _("(required)")
        return str(self.NEEDED_IF[name].mark) if name in self.NEEDED_IF else _("(optional)")

    def is_valid(self) -> bool:
        """Never valid while restored: the reader has to look and save."""
        return not self.restored and super().is_valid()

    @property
    def once_number(self) -> str:
        """The number of this form, new each time it is drawn: sent twice, it acts once (``_form``)."""
        return str(uuid.uuid4())

    @property
    def is_long(self) -> bool:
        """Whether there is enough to type that it is kept as a draft meanwhile."""
        return any(isinstance(field.widget, forms.Textarea) for field in self.fields.values())

    @property
    def draft_mark(self) -> str:
        """The id and version of the draft that this page writes on: one of its own, which no other page writes on."""
        sent = str(self.data.get(DRAFT_KEY, "")) if self.is_bound and not self._goes_on else ""
        return sent or f"{uuid.uuid4().hex}.0"

    @property
    def draft_before(self) -> str:
        """The id and version of the earlier draft that this page goes on with; "" for none."""
        return (
            str(self.data.get(DRAFT_KEY if self._goes_on else DRAFT_BEFORE_KEY, "")) if self.is_bound else ""
        )

    @property
    def _goes_on(self) -> bool:
        """Whether this page has just been opened with kept text."""
        return self.restored and not self.kept

    @property
    def shown_mark(self) -> str:
        """What this page shows, for the hidden text that goes with it (:mod:`face.shown`)."""
        return mark_of(self)

    def show_kept(self, fields: list[tuple[str, str]]) -> list[forms.BoundField]:
        """Fill this form with kept ``fields``, unchecked; the bound fields of which they say something."""
        data = QueryDict(mutable=True)
        for name, value in fields:
            data.appendlist(name, value)
        self.data, self.is_bound, self.restored = data, True, True
        return [
            bound for bound in self.visible_fields() if is_sent(self, bound.html_name, bound.field.widget)
        ]

    def left_out(self, fields: list[tuple[str, str]]) -> list[LeftOut]:
        """What kept ``fields`` say of rows that this form has no more, as far as its reader sees those rows now. A form of rows
        says it."""
        return []

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        # Only what was changed has been kept: the other fields of a restored form say what is recorded now.
        if self.restored and not is_sent(self, html_name, widget):
            name = html_name.removeprefix(f"{self.prefix}-") if self.prefix else html_name
            return self.fields[name].prepare_value(self.get_initial_for_field(self.fields[name], name))
        return super()._widget_data_value(widget, html_name)  # type: ignore[misc]  # Django's own; stubs lack it

    def part_of(self, name: str) -> str:
        """The part of the form that has the field; "" in a form without parts."""
        return ""

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """The visible fields in their order, those of SIDE_BY_SIDE together at the place of the first."""
        beside = {name: row for row in self.SIDE_BY_SIDE for name in row}
        for field in self.visible_fields():
            row = beside.get(field.name, (field.name,))
            if row[0] == field.name:
                yield [self[name] for name in row if name in self.fields]

    @staticmethod
    def _say_what_to_do(field: forms.Field) -> None:
        # Django's "This field is required." repeats the mark beside the label; say the next step instead.
        if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
            choosing = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
            field.error_messages["required"] = _("Choose one.") if choosing else _("Enter this.")
        too_long = _("Use at most %(limit_value)d characters (%(show_value)d are entered).")
        field.error_messages.setdefault("max_length", too_long)

    @staticmethod
    def _keep_private(widget: forms.Widget) -> None:
        # Shared desks: the browser must not offer a child's name later, nor send text to a spelling service.
        parts = widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]
        for part in parts:
            if isinstance(part, _PLAIN_INPUTS):
                part.attrs.setdefault("autocomplete", "off")
            if isinstance(part, (forms.TextInput, forms.Textarea)):
                part.attrs.setdefault("spellcheck", "false")
                part.attrs.pop("maxlength", None)  # it would cut pasted text without a word


Row = str | tuple[str, ...]
Group = tuple[str | Promise, str | Promise, tuple[Row, ...]]
"""Heading, hint, and the names of the fields; names in an inner tuple are drawn side by side."""


def _is_typed(field: forms.BoundField) -> bool:
    """Whether a sent field holds something. Of a date in boxes the era is always sent."""
    value = field.value()
    is_boxes = isinstance(value, list) and isinstance(field.field.widget, DateParts)
    return any(value[:1] + value[2:]) if is_boxes else bool(value)


def as_tuples(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """Each row as the names of its fields."""
    return [(row,) if isinstance(row, str) else row for row in rows]


class GroupedForm(BaseForm):
    """A long form in parts, in the order of the work. Each part has a heading, a hint and its fields.

    Those of LATER are folded away: what they ask for can be written down another time.
    """

    GROUPS: tuple[Group, ...] = ()
    LATER: tuple[Group, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow_groups()

    def follow_groups(self) -> None:
        """Put the fields, and with them the error summary, in the order in which they are seen."""
        rows = [row for _legend, _hint, rows in self._parts() for row in as_tuples(rows)]
        self.order_fields([name for row in rows for name in row])

    def part_of(self, name: str) -> str:
        """The part that has a field, where another field has the same label; "" otherwise."""
        labels = [str(field.label) for field in self.fields.values()]
        if labels.count(str(self.fields[name].label)) < 2:
            return ""
        for legend, _hint, rows in self._parts():
            if any(name in row for row in as_tuples(rows)):
                return str(legend)
        return ""

    def groups(self) -> Iterator[dict[str, Any]]:
        """The parts: `id` for links, `legend`, `hint`, `rows` of the bound fields this form has, `later` and `folded`.

        A field that no part names is drawn in the last open one: no required field is ever hidden. A part with an error, or with
        text, is open.
        """
        named = {name for _legend, _hint, rows in self._parts() for row in as_tuples(rows) for name in row}
        unnamed = [[field] for field in self.visible_fields() if field.name not in named]
        for number, (legend, hint, rows) in enumerate(self._parts(), 1):
            present = [[name for name in row if name in self.fields] for row in as_tuples(rows)]
            fields = [[self[name] for name in row] for row in present if row]
            fields += unnamed if number == len(self.GROUPS) else []
            is_open = any(
                field.errors or (self.is_bound and _is_typed(field)) for row in fields for field in row
            )
            place = {"id": f"part-{number}", "later": number > len(self.GROUPS), "folded": not is_open}
            if fields:  # a heading whose fields were all left out would tell of what is not asked here
                yield {**place, "legend": legend, "hint": hint, "rows": fields}

    def _parts(self) -> tuple[Group, ...]:
        return (*self.GROUPS, *self.LATER)


class VersionedForm(BaseForm):
    """A form over a stored row: refuses to overwrite a newer version, and keeps what was typed.

    `current_version` is the stored version now; `changes` (called only on a conflict) gives what others
    changed since the version named. After a conflict the form carries the newer version, so that
    saving again, having read the changes, goes through. Lock the row before building the form to save.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, current_version: int, changes: Any = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "version": current_version}
        super().__init__(*args, **kwargs)
        self.current_version = current_version
        self._changes = changes
        self.conflict: list[Change] | None = None

    def clean(self) -> dict[str, Any]:
        """Adds the error `stale` and fills `conflict` when someone saved a newer version."""
        cleaned = super().clean() or self.cleaned_data
        started = cleaned.get("version")
        if started is not None and started != self.current_version:
            self.conflict = list(self._changes(started)) if self._changes else []
            self._carry_current_version()
            message = _(
                "Someone else saved a newer version. Your text is kept below: check it and save again."
            )
            raise ValidationError(message, code="stale")
        return cleaned

    def _carry_current_version(self) -> None:
        name = self.add_prefix("version")
        if isinstance(self.data, QueryDict):
            sent = self.data.copy()
            sent[name] = str(self.current_version)
            self.data = sent
        else:
            self.data = {**self.data, name: str(self.current_version)}


def changes_between(
    before: Mapping[str, str], now: Mapping[str, str], labels: Iterable[tuple[str, Any]]
) -> list[Change]:
    """The differing fields of two mappings of display texts, in the order of `labels` (name, label)."""
    return [
        Change(str(label), before.get(name, ""), now.get(name, ""))
        for name, label in labels
        if before.get(name, "") != now.get(name, "")
    ]
