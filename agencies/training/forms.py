"""The form of a certificate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from agencies.training import rules
from agencies.training.codes import Course
from agencies.training.queries import can_be_trained
from face.fields import CHOOSE, CodeField, JapaneseDateField
from face.forms import BaseForm
from security.walls import clock


class TrainingForm(BaseForm):
    """Who was certified in what, until when, and when the last peer review was."""

    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("Person"), empty_label=CHOOSE)
    course = CodeField(Course, label=_("Course"), widget=forms.RadioSelect)
    certified_on = JapaneseDateField(label=_("Certified on"), latest=clock.today)
    expires_on = JapaneseDateField(
        label=_("Valid until"), help_text=_("Within three years of the certificate.")
    )
    peer_review_on = JapaneseDateField(
        label=_("Last peer review"),
        latest=clock.today,
        required=False,
        help_text=_(
            "A year after it, or after the certificate, the person interviews no more until the next."
        ),
    )

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["staff"].queryset = can_be_trained(clock.today()).exclude(pk=by.staff_id)  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """The days are in their order: the field that is not says so."""
        cleaned = super().clean()
        if cleaned.get("certified_on") and cleaned.get("expires_on"):
            begun, ends = cleaned["certified_on"], cleaned["expires_on"]
            try:
                rules.check_days(begun, ends, cleaned.get("peer_review_on"), clock.today())
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned
