"""The forms of a broken glass: why it is broken, and what its review came to."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.records.codes import Finding
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed


class GlassForm(BaseForm):
    """Why a person outside the team opens a case."""

    reason = LongTextField(
        label=_("Why you have to open this case now"),
        help_text=_("At least 10 characters. The supervisors of the case read this."),
        limit=1000,
        rows=4,
    )

    def clean_reason(self) -> str:
        """At least ten characters that are no blanks."""
        reason: str = self.cleaned_data["reason"]
        if len("".join(reason.split())) < 10:
            raise ValidationError(gettext("Write at least 10 characters."), code="short")
        return reason


class FindingForm(BaseForm):
    """What the review of a broken glass came to."""

    finding = CodeField(Finding, label=_("Finding"), widget=forms.RadioSelect)
    note = LongTextField(
        label=_("Comment"),
        help_text=_("The person who broke the glass is told that there is one."),
        limit=1000,
        rows=3,
        required=False,
    )

    NEEDED_IF = {
        "note": Needed(
            _("(required unless the finding is “proper”)"),
            by=("finding",),
            values=frozenset(set(Finding) - {Finding.PROPER}),
            message=_("Write what is to be explained, or what was not proper."),
        )
    }
