"""The form in which a step of the child welfare council is recorded."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.conferences.codes import CouncilStep
from cases.conferences.council import Owed, check_step
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from security.walls import clock


class CouncilForm(BaseForm):
    """Which step it is, on which day, and what the council was asked or said."""

    which = CodeField(CouncilStep, label=_("Step"), widget=forms.RadioSelect)
    happened_on = JapaneseDateField(label=_("On which day"), latest=clock.today, initial=clock.today)
    words = LongTextField(
        label=_("What the council was asked, or what it said"),
        rows=6,
        required=False,
        help_text=_("An opinion is written down as it was given."),
    )

    def __init__(self, *args: Any, owed: Owed, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed, self.now = owed, now
        if len(owed.open) < 2:
            del self.fields["which"]
        else:
            self.fields["which"].choices = [(one.value, one.label) for one in owed.open]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """The steps have their order, and an opinion its words."""
        cleaned = super().clean()
        if (
            self.owed.open
            and cleaned.get("happened_on")
            and ("which" not in self.fields or cleaned.get("which"))
        ):
            try:
                check_step(
                    self.owed, self.step(), cleaned["happened_on"], cleaned.get("words") or "", self.now
                )
            except Refused as refusal:
                self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))
        return cleaned

    def step(self) -> CouncilStep:
        """The one that is open, or of two the one that was chosen. Where none is open, a rule says so."""
        return self.cleaned_data.get("which") or next(iter(self.owed.open), CouncilStep.ASKED)

    def facts(self) -> dict[str, Any]:
        """The day and the words."""
        return {name: self.cleaned_data[name] for name in ("happened_on", "words")}
