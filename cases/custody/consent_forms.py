"""The forms of what one person with parental authority says after custody has begun, and of who is not asked before it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.consents.codes import Said
from cases.consents.forms import ANSWER_GROUP, WITHOUT_GROUP, PersonAnswerForm, with_authority
from cases.custody import consent as rules
from cases.custody.codes import Mark
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.records.models import Person
from face.fields import CHOOSE, CodeField, LongTextField
from face.forms import BaseForm, Group
from face.widgets import Suggested


class ConsentForm(PersonAnswerForm):
    """One answer of one of the people around the child after custody has begun, or why there is none."""

    MORE = ConsentAnswer.MORE

    consent = CodeField(
        Said,
        label=PersonAnswerForm.declared_fields["consent"].label,
        widget=forms.RadioSelect,
        help_text=_(
            "The time limit of the warrant ends once everybody with parental authority consents. Consent withdrawn within the"
            " seven days lets it run from the day custody began; after them it is to be decided whether custody goes on."
        ),
    )
    opinion = LongTextField(
        label=_("Opinion for the judge"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("What the person wants the judge to know, as it was said."),
    )

    GROUPS: tuple[Group, ...] = (
        ANSWER_GROUP,
        WITHOUT_GROUP,
        (
            _("Papers and the opinion for the judge"),
            _("The paper itself is kept outside this system."),
            (("paper_no", "paper_holder"), "opinion"),
        ),
    )

    def __init__(self, *args: Any, start: CustodyDecision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start = start

    def check_said(self, person: Person | None, said: Said, at: datetime) -> None:
        """Nobody is asked where nobody has it, and consent is withdrawn by who gave it."""
        if said is Said.NOBODY:
            rules.check_nobody(self.start, at)
        elif person is not None:
            rules.check_can_withdraw(self.start, person, said, at)

    def belongs(self, said: Said) -> frozenset[str]:
        """With every answer of a person goes the opinion for the judge."""
        return super().belongs(said) | (frozenset() if said is Said.NOBODY else {"opinion"})


class UnaskedForm(BaseForm):
    """That a person is not asked, decided before custody begins."""

    person = forms.TypedChoiceField(label=_("Person it concerns"), empty_value=None)
    whether = CodeField(Mark, label=_("Whether the person is asked"), widget=forms.RadioSelect)
    reason = LongTextField(
        label=_("Why"),
        limit=2000,
        rows=3,
        help_text=_(
            "For example the danger for the child or for the other parent if the person learns of it."
        ),
    )
    decided_by_text = forms.CharField(label=_("Who decided it"), max_length=300, widget=Suggested)

    def __init__(self, *args: Any, people: Sequence[tuple[Person, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {str(person.pk): (person, holds) for person, holds in people}
        field: Any = self.fields["person"]
        field.coerce = lambda key: named[key][0]
        field.choices = [("", CHOOSE), *((key, with_authority(*one)) for key, one in named.items())]

    def facts(self) -> dict[str, Any]:
        """The arguments of ``mark_unasked``."""
        typed = dict(self.cleaned_data)
        return {"mark": typed.pop("whether"), **typed}
