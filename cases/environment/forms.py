"""The forms of an adjustment: what was agreed, and how it ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.environment.codes import Party
from cases.environment.models import EnvironmentTask
from face.fields import ButtonField, CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock


class TaskForm(BaseForm):
    """With whom, what for, who does what, and until when."""

    party = CodeField(Party, label=_("Adjusted with"), widget=forms.RadioSelect)
    aim = LongTextField(label=_("Aim of the adjustment"), rows=2)
    agreed_with = forms.CharField(label=_("Agreed with whom"), max_length=200)
    tasks = LongTextField(label=_("What each does"), rows=4)
    until = JapaneseDateField(label=_("Deadline"))

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_task``."""
        typed = self.cleaned_data
        texts = {name: typed[name] for name in EnvironmentTask.TEXTS}
        return {"party": typed["party"], "until": typed["until"], "texts": texts}


class EndForm(BaseForm):
    """On which day it was done and how it is now; or, with the other button, why it is no longer wanted."""

    NEEDED_IF = {
        "done_on": Needed(
            _("(required where it was done)"),
            by=("act",),
            values=frozenset({"done"}),
            message=_("Needed where it was done."),
        )
    }

    act = ButtonField(("done", "drop"))
    done_on = JapaneseDateField(label=_("Done on"), latest=clock.today, required=False)
    result = LongTextField(label=_("How it is now, or why it is no longer wanted"), rows=4)

    def clean(self) -> dict[str, Any]:
        """No day is typed that would be lost with what is no longer wanted."""
        cleaned = super().clean()
        if cleaned.get("act") == "drop" and cleaned.get("done_on"):
            self.add_error(
                "done_on", _("Only where it was done. Leave it empty, or record that it was done.")
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``end_task``."""
        typed = self.cleaned_data
        return {"done_on": typed["done_on"] if typed["act"] == "done" else None, "result": typed["result"]}
