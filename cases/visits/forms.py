"""The forms of a visit: planned, and how it was held."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.clocks.models import Clock
from cases.intake.forms import seen_late
from cases.visits.codes import Seen, VisitKind
from face.fields import ButtonField, CodeField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock


class PlanForm(BaseForm):
    """Where, when and with whom."""

    kind = CodeField(VisitKind, label=_("Kind of visit"), widget=forms.RadioSelect)
    planned_for = JapaneseDateTimeField(label=_("Planned for"))
    place = forms.CharField(label=_("Where"), max_length=200)
    who = forms.CharField(label=_("Who is met"), max_length=200)


WHERE_HELD = Needed(
    _("(required where the visit was held)"),
    by=("act",),
    values=frozenset({"hold"}),
    message=_("Needed where the visit was held."),
)


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
    )

    def __init__(self, *args: Any, limit: Clock | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        late = seen_late(limit, by="seen", seen=Seen.SEEN, at="held_at")
        self.NEEDED_IF = {"held_at": WHERE_HELD, "seen": WHERE_HELD, "late_reason": late}

    def clean(self) -> dict[str, Any]:
        """Nothing is typed that would be lost with a cancelled visit."""
        cleaned = super().clean()
        if cleaned.get("act") == "cancel" and cleaned.get("late_reason"):
            self.add_error(
                "late_reason", _("Only where the visit was held. Write it under the reason, or leave it out.")
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_visit``."""
        return {name: self.cleaned_data[name] for name in ("held_at", "seen", "result", "late_reason")}
