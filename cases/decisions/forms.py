"""The form on which every draft is decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.decisions.codes import Verdict
from face.fields import ButtonField, LongTextField
from face.forms import BaseForm
from face.needed import Needed


class DecideForm(BaseForm):
    """Which button was pressed is ``verdict``; ``version`` is the draft that the decider has read."""

    verdict = ButtonField(Verdict.values)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    note = LongTextField(
        label=_("Comment on the decision"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("What is missing, or why not."),
    )
    NEEDED_IF = {
        "note": Needed(
            _("(required to return it or not approve it)"),
            by=("verdict",),
            values=frozenset({Verdict.RETURN, Verdict.REFUSE}),
            message=_("Write down why it is returned or not approved."),
        )
    }

    def facts(self) -> dict[str, Any]:
        """The arguments of ``Decision.decide``."""
        return {**self.cleaned_data, "verdict": Verdict(self.cleaned_data["verdict"])}
