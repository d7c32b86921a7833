"""The form of a row of the register."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from agencies.training import rules
from agencies.training.codes import HOURS_MOST, Course
from agencies.training.models import Training
from agencies.training.queries import can_be_trained
from face.fields import CHOOSE, CodeField, HalfWidthField, JapaneseDateField
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock


def _hours(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=HOURS_MOST, required=False)


class TrainingForm(BaseForm):
    """Who takes what, where and when, and how far it is. ``follows`` given: the same course of the same person, later."""

    SIDE_BY_SIDE = (
        ("starts_on", "ends_on"),
        ("hours_lecture", "hours_practice"),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "starts_on": Needed(
            _("(required unless it was certified)"),
            only=lambda typed: not typed.get("certified_on"),
            message=_("Enter from when the course is held, or when it was certified."),
        )
    }

    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("Person"), empty_label=CHOOSE)
    course = CodeField(Course, label=_("Course"))
    provider = forms.CharField(label=_("Provider"), max_length=80, required=False)
    starts_on = JapaneseDateField(label=_("First day"), required=False)
    ends_on = JapaneseDateField(label=_("Last day"), required=False)
    hours_lecture = _hours(_("Hours of lectures"))
    hours_practice = _hours(_("Hours of practice"))
    applied_on = JapaneseDateField(label=_("Applied on"), latest=clock.today, required=False)
    attended = forms.BooleanField(label=_("Attended"), required=False)
    certified_on = JapaneseDateField(label=_("Certified on"), latest=clock.today, required=False)
    expires_on = JapaneseDateField(
        label=_("Valid until"),
        required=False,
        help_text=_(
            "Left empty, it has no end. Of courses in interviewing within three years; an office can take it for fewer."
        ),
    )
    certificate_no = HalfWidthField(label=_("Number of the certificate"), max_length=40, required=False)
    peer_review_on = JapaneseDateField(
        label=_("Last peer review"),
        latest=clock.today,
        required=False,
        help_text=_(
            "Of courses in interviewing. A year after it, or after the certificate, the person interviews no more until the next."
            " An office can set fewer months."
        ),
    )
    evidence = forms.CharField(
        label=_("Who keeps the evidence"),
        max_length=80,
        required=False,
        help_text=_("The section or place where the certificate is kept. Write nothing of a child."),
    )

    def __init__(self, *args: Any, by: Position, follows: Training | None = None, **kwargs: Any) -> None:
        if follows is not None:
            kwargs["initial"] = {name: getattr(follows, name) for name in Training.TOLD}
        super().__init__(*args, **kwargs)
        self.follows = follows
        if follows is not None:
            del self.fields["staff"], self.fields["course"]
            return
        self.fields["staff"].queryset = can_be_trained(clock.today()).exclude(pk=by.staff_id)  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """The days are in their order: the field that is not says so."""
        cleaned = super().clean()
        course = self.follows.course if self.follows else cleaned.get("course")
        if course and not self.errors:
            try:
                rules.check_days(course, cleaned, clock.today())
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """What was entered of the course."""
        return {name: self.cleaned_data[name] for name in Training.TOLD}
