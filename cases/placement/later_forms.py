"""The forms of changing, suspending, resuming and ending a placement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.consents.forms import with_authority
from cases.placement import later_rules, rules, seen
from cases.placement.codes import EndTo, Explained, ToTell
from cases.placement.forms import MeasureForm, PlacementForm, refuse
from cases.placement.later import EndFacts, ResumeFacts, SuspensionFacts
from cases.records.codes import Answer, StayKind
from cases.records.forms import PastMomentField
from cases.records.models import Case, Person
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group
from face.needed import Needed
from security.walls import clock


class ChangeForm(PlacementForm):
    """The draft of a change: what a placement says, from another day on."""


class ResumeForm(MeasureForm):
    """The draft of the end of a suspension."""

    effective_on = JapaneseDateField(label=_("Effective on"), initial=clock.today)

    GROUPS: tuple[Group, ...] = (
        (_("End of the suspension"), "", ("effective_on", "reason", "told_reason", "review_on")),
        MeasureForm.CHILD_GROUP,
    )

    def clean(self) -> dict[str, Any]:
        """It is reviewed after it begins."""
        typed = super().clean()
        if typed.get("effective_on") and typed.get("review_on"):
            refuse(self, rules.check_review, typed["effective_on"], typed["review_on"])
        return typed

    def facts(self) -> ResumeFacts:
        """The draft as typed."""
        return ResumeFacts(**self.cleaned_data)


class ElsewhereForm(MeasureForm):
    """What the drafts have after which the child is not where it was placed."""

    effective_on = JapaneseDateField(label=_("Effective on"), initial=clock.today)
    stay_after = CodeField(StayKind, label=_("Where the child stays afterwards"), widget=forms.RadioSelect)
    place = forms.CharField(label=_("Details of the place"), max_length=300, required=False)
    place_withheld = PlacementForm.declared_fields["place_withheld"]
    item = PlacementForm.declared_fields["item"]  # type: ignore[assignment]  # a choice as there

    NEEDED_IF: Mapping[str, Needed] = {}


class SuspensionForm(ElsewhereForm):
    """The draft of a suspension."""

    stay_after = CodeField(StayKind, label=_("Where the child stays meanwhile"), widget=forms.RadioSelect)
    expected_until = JapaneseDateField(label=_("Suspended until, as expected"), required=False)

    GROUPS: tuple[Group, ...] = (
        (
            _("Suspension"),
            "",
            ("effective_on", "expected_until", "reason", "told_reason", "review_on"),
        ),
        (_("Place"), "", ("stay_after", "place", "place_withheld")),
        MeasureForm.CHILD_GROUP,
    )

    def clean(self) -> dict[str, Any]:
        """It ends, and is reviewed, after it begins."""
        typed = super().clean()
        if typed.get("effective_on"):
            refuse(self, later_rules.check_suspended, typed["effective_on"], typed.get("expected_until"))
        if typed.get("effective_on") and typed.get("review_on"):
            refuse(self, rules.check_review, typed["effective_on"], typed["review_on"])
        return typed

    def facts(self) -> SuspensionFacts:
        """The draft as typed."""
        return SuspensionFacts(**self.cleaned_data)


class EndForm(ElsewhereForm):
    """The draft of an end."""

    review_on = None  # type: ignore[assignment]  # so Django leaves a field out
    end_to = CodeField(EndTo, label=_("To what the placement ends"), widget=forms.RadioSelect)
    guidance_effect = LongTextField(
        label=_("Effect of the guidance of the parents"),
        limit=2000,
        rows=4,
        help_text=_(
            "Child Abuse Prevention Act, Art. 13: what the one who guided them says, what has changed, and what protects the"
            " child from now on."
        ),
    )
    home_trial = LongTextField(
        label=_("Stays at home on trial, and the plan afterwards"), required=False, limit=2000, rows=3
    )
    to_tell = CodesField(
        ToTell, label=_("Who is told of the end"), required=False, widget=forms.CheckboxSelectMultiple
    )

    NEEDED_IF: Mapping[str, Needed] = {
        "home_trial": Needed(
            _("(required with a return home)"), by=("end_to",), values=frozenset({EndTo.HOME})
        ),
    }
    GROUPS: tuple[Group, ...] = (
        (_("End of the placement"), "", ("effective_on", "end_to", "reason", "told_reason")),
        (_("The parents, and the time afterwards"), "", ("guidance_effect", "home_trial", "to_tell")),
        (_("Place"), "", ("stay_after", "place", "place_withheld")),
        MeasureForm.CHILD_GROUP,
    )

    def facts(self) -> EndFacts:
        """The draft as typed."""
        return EndFacts(**self.cleaned_data)


class ExplainedForm(BaseForm):
    """How a person with parental authority was told why the placement is to end, and heard."""

    person = forms.TypedChoiceField(label=_("Person with parental authority"), empty_value=None)
    way = CodeField(Explained, label=_("How the person was told and heard"), widget=forms.RadioSelect)
    explained_at = PastMomentField(label=_("When it was explained"), initial=clock.now)
    words = LongTextField(
        label=_("What was said, or how the person was tried to be reached"), limit=2000, rows=4
    )

    def __init__(self, *args: Any, people: Sequence[tuple[Person, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {str(person.pk): (person, holds) for person, holds in people}
        field: Any = self.fields["person"]
        field.coerce = lambda key: named[key][0]
        field.choices = [("", CHOOSE), *((key, with_authority(*one)) for key, one in named.items())]


class VisitForm(BaseForm):
    """That the child was seen where it is placed."""

    seen_at = PastMomentField(label=_("When the child was seen"), initial=clock.now)
    alone = CodeField(Answer, label=_("Spoken with alone"), widget=forms.RadioSelect)
    words = LongTextField(label=_("How the child is, and what it said"), limit=2000, rows=5)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def clean(self) -> dict[str, Any]:
        """After the child came."""
        typed = super().clean()
        if typed.get("seen_at"):
            refuse(self, seen.check_seen, self.case, typed["seen_at"], clock.now())
        return typed
