"""The forms about cases of one home: a case linked, how the child lives there, a case separated, two homes joined."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.households.actions import Joining
from cases.households.forms import relation_field
from cases.households.models import HouseholdMember, MemberFacts
from cases.households.queries import case_to_link
from cases.households.rules import LIVES_IN_ORDER
from cases.records.codes import HouseholdRelation
from cases.records.models import Case
from face.fields import HalfWidthField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.encryption.fields import value_of, values_of
from security.walls import clock

LIVES = ("relation", "relation_text", "lives_from", "lives_until")


class ByNumber(BaseForm):
    """A form that names another case by its number."""

    number = HalfWidthField(
        label=_("Case number of the sibling"), max_length=30, help_text=_("The whole number, as on the case.")
    )

    other: Case
    """The case with this number; of a valid form alone."""

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_number(self) -> str:
        """An open case on which the reader works; a foreign one and a missing one are answered alike."""
        number: str = self.cleaned_data["number"]
        found = case_to_link(self.by, number)
        if found is None:
            raise ValidationError(gettext("You work on no open case with this number."), code="unknown")
        self.other = found
        return number


class LivesForm(BaseForm):
    """What the child of a case is to the one registered first, and since when and until when they live together."""

    SIDE_BY_SIDE = (("relation", "relation_text"), ("lives_from", "lives_until"))
    NEEDED_IF = {
        "relation_text": Needed(
            _("(required for another relation)"),
            by=("relation",),
            values=frozenset({HouseholdRelation.OTHER.value}),
        )
    }

    relation = relation_field(label=_("Relation to the child registered first"), required=False)
    relation_text = forms.CharField(label=_("Relation in words"), max_length=100, required=False)
    lives_from = JapaneseDateField(label=_("Lives together from"), required=False, latest=clock.today)
    lives_until = JapaneseDateField(label=_("Lives together until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Living together ends after it begins: both days are named."""
        cleaned = super().clean()
        since, until = cleaned.get("lives_from"), cleaned.get("lives_until")
        if since and until and until < since:
            for name in ("lives_from", "lives_until"):
                self.add_error(name, ValidationError(LIVES_IN_ORDER, code="order"))
        return cleaned

    def joining(self) -> Joining:
        """What was typed of the case that joins."""
        return Joining(**{name: self.cleaned_data[name] for name in LIVES})


class LinkForm(LivesForm, ByNumber):
    """The case of a sibling, by its number, and what is known of how the children live together."""

    field_order = ("number", *LIVES)


class FactsForm(LivesForm):
    """What changed in how the child lives in the home, or what was wrong."""

    why = LongTextField(
        label=_("What changed, or what was wrong"),
        rows=2,
        help_text=_("What was written before stays on record."),
    )


class SplitForm(BaseForm):
    """From when a case is not of its household any more, and why."""

    left_on = JapaneseDateField(label=_("Not of this home from"), latest=clock.today)
    reason = LongTextField(label=_("Reason"), rows=3)

    def __init__(self, *args: Any, known: HouseholdMember | MemberFacts | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left_on: Any = self.fields["left_on"]
        left_on.earliest = known and value_of(known.lives_from)


class JoinForm(ByNumber):
    """A case of the other home, by its number, and why both are one."""

    reason = LongTextField(label=_("Reason"), rows=4, help_text=_("How it is known that it is one home."))


def known_before(known: HouseholdMember | MemberFacts | None) -> dict[str, Any]:
    """What holds now, as the initial values of the form that changes it."""
    return values_of(known, LIVES) if known else {}
