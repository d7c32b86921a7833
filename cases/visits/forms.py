"""The forms of a visit: planned, and how it was held."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.visits.codes import Seen, VisitKind
from face.fields import ButtonField, CodeField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm
from security.walls import clock


class PlanForm(BaseForm):
    """Where, when and with whom."""

    kind = CodeField(VisitKind, label=_("Kind of visit"), widget=forms.RadioSelect)
    planned_for = JapaneseDateTimeField(label=_("Planned for"))
    place = forms.CharField(label=_("Where"), max_length=200)
    who = forms.CharField(label=_("Who is met"), max_length=200)


class ResultForm(BaseForm):
    """How a visit was held; or, with the other button, why it was cancelled."""

    act = ButtonField(("hold", "cancel"))
    held_at = JapaneseDateTimeField(label=_("Held at"), latest=clock.today, required=False)
    seen = CodeField(
        Seen,
        label=_("Whether the child was seen"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Only sight of the child confirms safety; it meets the 48-hour limit where that runs."),
    )
    result = LongTextField(label=_("Result, or why it was cancelled"), rows=4)
    late_reason = LongTextField(
        label=_("Why the child was seen late"),
        rows=2,
        required=False,
        help_text=_("Only where the 48-hour limit had passed."),
    )

    def clean(self) -> dict[str, Any]:
        """A visit that was held has a time, and says whether the child was seen."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("held_at", "seen"):
            if cleaned.get("act") == "hold" and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Needed where the visit was held."))
        if cleaned.get("act") == "cancel" and cleaned.get("late_reason"):
            self.add_error(
                "late_reason", _("Only where the visit was held. Write it under the reason, or leave it out.")
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_visit``."""
        return {name: self.cleaned_data[name] for name in ("held_at", "seen", "result", "late_reason")}
