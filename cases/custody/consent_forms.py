"""The forms of what one person with parental authority says after custody has begun, and of who is not asked before it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.custody import consent as rules
from cases.custody.codes import SPOKEN, How, Mark, Said
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.records.models import Person
from face.fields import CHOOSE, CodeField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from face.widgets import Suggested
from security.encryption.fields import words_of
from security.walls import clock


class ConsentForm(GroupedForm):
    """One answer of one of the people around the child, or why there is none."""

    person = forms.TypedChoiceField(label=_("Person who is asked"), required=False, empty_value=None)
    consent = CodeField(
        Said,
        label=_("Answer"),
        widget=forms.RadioSelect,
        help_text=_(
            "The time limit of the warrant ends once everybody with parental authority consents. Consent withdrawn within the"
            " seven days lets it run from the day custody began; after them it is to be decided whether custody goes on."
        ),
    )
    answered_at = JapaneseDateTimeField(label=_("When it was said"), latest=clock.today, initial=clock.now)
    how = CodeField(How, label=_("How the person was asked"), required=False, widget=forms.RadioSelect)
    language = forms.CharField(label=_("Language in which it was explained"), max_length=100, required=False)
    note = LongTextField(label=_("What was said"), required=False, limit=2000, rows=3)
    paper_no = forms.CharField(label=_("Number of the written consent"), max_length=100, required=False)
    paper_holder = forms.CharField(label=_("Who keeps the written consent"), max_length=200, required=False)
    opinion = LongTextField(
        label=_("Opinion for the judge"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("What the person wants the judge to know, as it was said."),
    )
    tries = LongTextField(
        label=_("Attempts to reach the person"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("Each with day, time and how."),
    )
    why_not_asked = LongTextField(label=_("Why the person is not asked"), required=False, limit=2000, rows=2)
    decided_by_text = forms.CharField(
        label=_("Who decided not to ask"), max_length=300, required=False, widget=Suggested
    )

    NEEDED_IF: Mapping[str, Needed] = {
        "person": Needed(
            _("(required unless nobody has parental authority)"),
            by=("consent",),
            values=frozenset(Said) - {Said.NOBODY},
            message=_(
                "Choose the person. Who is not in the list is first recorded among the people around the child."
            ),
        ),
        "how": Needed(_("(required where the person was asked)"), by=("consent",), values=SPOKEN),
        "note": Needed(
            _("(required where there is an answer)"), by=("consent",), values=SPOKEN | {Said.NOBODY}
        ),
        "tries": Needed(
            _("(required where the person is not reached)"),
            by=("consent",),
            values=frozenset({Said.NOT_REACHED}),
        ),
        "why_not_asked": Needed(
            _("(required where the person is not asked)"),
            by=("consent",),
            values=frozenset({Said.NOT_ASKED}),
        ),
        "decided_by_text": Needed(
            _("(required where the person is not asked)"),
            by=("consent",),
            values=frozenset({Said.NOT_ASKED}),
        ),
        "paper_holder": Needed(_("(required with a number)"), by=("paper_no",)),
    }
    GROUPS: tuple[Group, ...] = (
        (_("Answer"), "", ("person", "consent", "answered_at", "how", "language", "note")),
        (_("Without an answer"), "", ("tries", "why_not_asked", "decided_by_text")),
        (
            _("Papers and the opinion for the judge"),
            _("The paper itself is kept outside this system."),
            (("paper_no", "paper_holder"), "opinion"),
        ),
    )

    def __init__(
        self, *args: Any, start: CustodyDecision, stands: tuple[rules.Stand, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.start = start
        self.people = {str(stand.person.pk): stand.person for stand in stands}
        field: Any = self.fields["person"]
        field.coerce = self.people.get
        field.choices = [("", CHOOSE), *((str(one.person.pk), name_with_authority(one)) for one in stands)]

    def clean(self) -> dict[str, Any]:
        """What contradicts what was said before stands beside the answer."""
        typed = super().clean() or self.cleaned_data
        person, said, at = (typed.get(name) for name in ("person", "consent", "answered_at"))
        if said is Said.NOBODY:
            typed["person"] = None
        if said is None or at is None:
            return typed
        if said is Said.NOBODY:
            self._refuse(rules.check_nobody, self.start, at)
        elif isinstance(person, Person):
            self._refuse(rules.check_can_withdraw, self.start, person, said, at)
        return typed

    def _refuse(self, rule: Callable[..., None], *arguments: Any) -> None:
        try:
            rule(*arguments)
        except Refused as refusal:
            self.add_error("consent", str(refusal.reason))

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_consent``; what belongs to another answer is left out."""
        typed = self.cleaned_data
        said = typed["consent"]
        kept = {
            "person": typed["person"],
            "consent": said,
            "answered_at": typed["answered_at"],
            "note": typed["note"],
        }
        return {**kept, **{name: typed[name] for name in ConsentAnswer.MORE if name in _KEPT[said]}}


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
        field.choices = [("", CHOOSE), *((key, _with_authority(*one)) for key, one in named.items())]

    def facts(self) -> dict[str, Any]:
        """The arguments of ``mark_unasked``."""
        typed = dict(self.cleaned_data)
        return {"mark": typed.pop("whether"), **typed}


_ASKED = frozenset(ConsentAnswer.MORE) - {"tries", "why_not_asked", "decided_by_text"}
_KEPT: dict[Said, frozenset[str]] = {
    **dict.fromkeys(SPOKEN, _ASKED),
    Said.NOT_REACHED: frozenset({"how", "language", "tries", "opinion"}),
    Said.NOT_ASKED: frozenset({"why_not_asked", "decided_by_text", "opinion"}),
    Said.NOBODY: frozenset(),
}
"""What is kept with which answer."""


def name_with_authority(stand: rules.Stand) -> str:
    """The name for a list, and whether this person has parental authority today."""
    return _with_authority(stand.person, stand.holds)


def _with_authority(person: Person, holds: bool) -> str:
    text = _("%(name)s (parental authority)") if holds else _("%(name)s (no parental authority recorded)")
    return str(text) % {"name": words_of(person.name)}
