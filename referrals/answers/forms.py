"""The form of an answer of the police."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from referrals.answers.actions import TEXTS
from referrals.answers.codes import Step, Why

WHERE_ACCEPTED = Needed(
    _("(required where it is accepted)"),
    by=("step",),
    values=frozenset({Step.ACCEPTED.value}),
    message=_("Needed where the report is accepted."),
)
WHERE_NOT_TAKEN = Needed(
    _("(required where it is not accepted)"),
    by=("step",),
    values=frozenset({Step.NOT_TAKEN.value}),
    message=_("Write down why the police do not accept it."),
)


ANSWERS = [step for step in Step if step is not Step.RECEIVED]


class AnswerForm(BaseForm):
    """What is answered, who is in charge of it at the police, and in words."""

    SIDE_BY_SIDE = (("section", "police_number"),)
    NEEDED_IF = {"section": WHERE_ACCEPTED, "police_number": WHERE_ACCEPTED, "text": WHERE_NOT_TAKEN}

    step = CodeField(Step, label=_("Answer to the report"), widget=forms.RadioSelect)
    section = forms.CharField(label=_("Section in charge"), max_length=100, required=False)
    police_number = forms.CharField(label=_("Reference number of the police"), max_length=60, required=False)
    officer = forms.CharField(
        label=_("Officer in charge"),
        max_length=100,
        required=False,
        help_text=_("The name and the post; no private telephone number."),
    )
    text = LongTextField(
        label=_("Answer in words"),
        rows=5,
        required=False,
        help_text=_("The center reads this. What is only for the investigation does not belong here."),
    )

    def __init__(self, *args: Any, steps: Collection[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was chosen before another answer came stays chosen: the rule says in a sentence why it does not follow.
        offered = {*steps, self.data.get("step")} if self.is_bound else set(steps)
        # A label names no condition that cannot come true: a report that was accepted is not accepted again.
        self.NEEDED_IF = {name: needed for name, needed in self.NEEDED_IF.items() if needed.values & offered}
        choice = cast(CodeField, self.fields["step"])
        choice.choices = [(step.value, step.label) for step in ANSWERS if step in offered]

    def texts(self) -> dict[str, str]:
        """What is sealed."""
        return {name: self.cleaned_data[name] for name in TEXTS}


class AskBackForm(BaseForm):
    """Why the center asks back, and what it asks."""

    why = CodeField(Why, label=_("Why you ask back"), widget=forms.RadioSelect)
    question = LongTextField(
        label=_("What you ask"),
        rows=4,
        help_text=_(
            "The officers who have the report read this. Nothing of the child that was not reported to them."
        ),
    )
