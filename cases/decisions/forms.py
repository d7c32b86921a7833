"""The form on which every draft is decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.decisions.codes import Verdict
from face.fields import ButtonField, LongTextField
from face.forms import BaseForm


class DecideForm(BaseForm):
    """Which button was pressed is ``verdict``; ``version`` is the draft that the decider has read."""

    verdict = ButtonField(Verdict.values)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    note = LongTextField(
        label=_("Comment on the decision"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("Required if you return it or do not approve it: what is missing, or why not."),
    )

    def clean(self) -> dict[str, Any]:
        """Who returns or refuses says why."""
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("verdict") in (Verdict.RETURN, Verdict.REFUSE)
            and not (cleaned.get("note") or "").strip()
        ):
            self.add_error("note", _("Write down why it is returned or not approved."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``Decision.decide``."""
        return {**self.cleaned_data, "verdict": Verdict(self.cleaned_data["verdict"])}
