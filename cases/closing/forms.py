"""The draft of a closing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.closing.codes import ClosingReason
from cases.closing.models import ClosingDecision
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from security.encryption.fields import values_of


class ClosingForm(BaseForm):
    """Why the case is closed, and what the child knows of it."""

    kind = CodeField(
        ClosingReason,
        label=_("Why the case is closed"),
        widget=forms.RadioSelect,
        help_text=_(
            "“Recorded by mistake, or twice” alone is closed while the safety check is outstanding: name the right case below. "
            "It is no way round seeing a child."
        ),
    )
    reason = LongTextField(
        label=_("Reason"),
        rows=5,
        help_text=_("As settled in the conference on support: what changed, who watches."),
    )
    child_told = LongTextField(
        label=_("What the child was told, and said to it"),
        required=False,
        rows=4,
        help_text=_("In the child's own words; also where to turn if something happens again."),
    )


def typed_before(row: ClosingDecision) -> dict[str, Any]:
    """A returned draft as the initial values of the form it is drafted again with."""
    return values_of(row, ClosingForm.base_fields)
