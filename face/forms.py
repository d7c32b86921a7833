"""Base forms: our components, text restored after sign-in, and saves over a newer version.

Conventions for every form that writes:
* `_restore=1` in the POST shows what was typed, without checking it, under a notice to check and save.
* `_parked` names the kept text a form was restored from; it goes along until the form is saved.
* `version` is the version the reader started from; a newer one keeps the typed text and shows what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

from face.renderer import FaceRenderer

RESTORE_KEY, PARKED_KEY = "_restore", "_parked"
_PLAIN_INPUTS = (forms.TextInput, forms.Textarea, forms.Select, forms.MultiWidget)


@dataclass(frozen=True)
class Change:
    """One field that someone else changed meanwhile, as display text: `label`: `before` → `now`."""

    label: str
    before: str
    now: str


class BaseForm(forms.Form):
    """A form drawn through `templates/components/`, with our rules for what a browser may remember.

    `restored` is True when the POST carries `_restore=1`: the form is bound and shows what was typed,
    but is neither checked nor valid, so a view needs no branch of its own. `parked_id` goes along with it.
    """

    default_renderer = FaceRenderer()
    use_required_attribute = False  # our summary says what is missing, in the page's language

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.restored = self.is_bound and self.data.get(RESTORE_KEY) == "1"
        self.parked_id = str(self.data.get(PARKED_KEY, "")) if self.is_bound else ""
        for field in self.fields.values():
            self._keep_private(field.widget)
            self._say_what_to_do(field)

    def full_clean(self) -> None:
        """Stock cleaning, skipped for a restored form."""
        if not self.restored:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def is_valid(self) -> bool:
        """Never valid while restored: the reader has to look and save."""
        return not self.restored and super().is_valid()

    @staticmethod
    def _say_what_to_do(field: forms.Field) -> None:
        # Django's "This field is required." repeats the mark beside the label; say the next step instead.
        if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
            choosing = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
            field.error_messages["required"] = _("Choose one.") if choosing else _("Enter this.")

    @staticmethod
    def _keep_private(widget: forms.Widget) -> None:
        # Shared desks: the browser must not offer a child's name later, nor send text to a spelling service.
        parts = widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]
        for part in parts:
            if isinstance(part, _PLAIN_INPUTS):
                part.attrs.setdefault("autocomplete", "off")
            if isinstance(part, (forms.TextInput, forms.Textarea)):
                part.attrs.setdefault("spellcheck", "false")


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

    @property
    def is_stale(self) -> bool:
        """True after cleaning when a newer version was found."""
        return self.has_error(NON_FIELD_ERRORS, code="stale")

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
