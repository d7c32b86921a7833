"""The form on which an urgent oral decision is confirmed or returned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.decisions.forms import DecideForm


class OralDecideForm(DecideForm):
    """The decision on an urgent oral one."""

    not_begun = forms.BooleanField(
        label=_("Custody has not begun"),
        required=False,
        help_text=_("Only when an oral decision is returned: the time limit of the warrant then ends."),
    )

    def facts(self) -> dict[str, Any]:
        """The arguments of ``Decision.decide``."""
        facts = super().facts()
        return {**facts, "began": not facts.pop("not_begun")}
