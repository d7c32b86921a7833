"""The forms on which a correction is drafted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.corrections.codes import StepMend
from cases.corrections.models import CustodyCorrection, StepCorrection
from cases.records.forms import PastMomentField
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.encryption.fields import reveal, value_of


class CustodyCorrectionForm(BaseForm):
    """When custody really began or ended; of an oral decision also when it was really said."""

    corrected_at = PastMomentField(
        label=_("Moment, as corrected"),
        help_text=_("It takes the decision of another person. The draft does not change any limit."),
    )
    said_at = PastMomentField(
        label=_("When it was said, as corrected"),
        required=False,
        help_text=_("Only where the oral decision, too, was made at another moment than was recorded."),
    )
    reason = LongTextField(
        label=_("How the right moment is known"),
        rows=3,
        help_text=_("For example the log of the facility, or who brought the child."),
    )

    def __init__(self, *args: Any, is_oral: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_oral:
            del self.fields["said_at"]


class StepCorrectionForm(BaseForm):
    """What was wrong with a step of a warrant."""

    mend = CodeField(StepMend, label=_("What is wrong"), widget=forms.RadioSelect)
    corrected_at = PastMomentField(label=_("Moment, as corrected"), required=False)
    reason = LongTextField(
        label=_("How it is known"), rows=3, help_text=_("For example the paper of the court with its date.")
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "corrected_at": Needed(
            _("(required for another moment)"), by=("mend",), values=frozenset({StepMend.MOMENT})
        )
    }

    def facts(self) -> dict[str, Any]:
        """The moment, or None for a step that is struck, and the reason."""
        typed = self.cleaned_data
        is_struck = typed["mend"] is StepMend.STRUCK
        return {"corrected_at": None if is_struck else typed["corrected_at"], "reason": typed["reason"]}


def custody_before(row: CustodyCorrection) -> dict[str, Any]:
    """A draft as the initial values of its form."""
    return {
        "corrected_at": row.corrected_at,
        "said_at": value_of(row.said_at),
        "reason": reveal(row, "reason"),
    }


def step_before(row: StepCorrection) -> dict[str, Any]:
    """A draft as the initial values of its form."""
    return {"mend": row.mend, "corrected_at": row.corrected_at, "reason": reveal(row, "reason")}
