"""The form of what one person with parental authority says, or why there is no answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.consents.codes import SPOKEN, How, Said
from cases.consents.models import PersonAnswer
from cases.consents.rules import Stand
from cases.records.models import Person
from face.fields import CHOOSE, CodeField, JapaneseDateTimeField, LongTextField
from face.forms import Group, GroupedForm
from face.needed import Needed
from face.widgets import Suggested
from security.encryption.fields import words_of
from security.walls import clock

ANSWER_GROUP: Group = (
    _("Answer"),
    "",
    ("person", "consent", "answered_at", "how", "asked_by", "language", "note"),
)
WITHOUT_GROUP: Group = (_("Without an answer"), "", ("tries", "why_not_asked", "decided_by_text"))


class PersonAnswerForm(GroupedForm):
    """One answer of one of the people around the child, or why there is none. What it is about has a form of its own."""

    MORE: ClassVar[tuple[str, ...]] = PersonAnswer.MORE

    person = forms.TypedChoiceField(label=_("Person who is asked"), required=False, empty_value=None)
    consent = CodeField(Said, label=_("Answer"), widget=forms.RadioSelect)
    answered_at = JapaneseDateTimeField(label=_("When it was said"), latest=clock.today, initial=clock.now)
    how = CodeField(How, label=_("How the person was asked"), required=False, widget=forms.RadioSelect)
    asked_by = forms.CharField(
        label=_("Who asked the person"),
        max_length=300,
        required=False,
        widget=Suggested,
        help_text=_("Office and name. Who gave the answer is the person above."),
    )
    language = forms.CharField(label=_("Language in which it was explained"), max_length=100, required=False)
    note = LongTextField(label=_("What was said"), required=False, limit=2000, rows=3)
    paper_no = forms.CharField(label=_("Number of the written consent"), max_length=100, required=False)
    paper_holder = forms.CharField(label=_("Who keeps the written consent"), max_length=200, required=False)
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

    def __init__(self, *args: Any, stands: Sequence[Stand[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(stand.person.pk): stand.person for stand in stands}
        field: Any = self.fields["person"]
        field.coerce = self.people.get
        field.choices = [("", CHOOSE), *((str(one.person.pk), name_with_authority(one)) for one in stands)]

    def clean(self) -> dict[str, Any]:
        """What contradicts what was said before stands beside the answer."""
        typed = super().clean() or self.cleaned_data
        person, said, at = (typed.get(name) for name in ("person", "consent", "answered_at"))
        if said is Said.NOBODY:
            person = typed["person"] = None
        if said is not None and at is not None:
            try:
                self.check_said(person if isinstance(person, Person) else None, said, at)
            except Refused as refusal:
                self.add_error("consent", str(refusal.reason))
        return typed

    def check_said(self, person: Person | None, said: Said, at: datetime) -> None:
        """What the room says against such an answer. Raises Refused."""

    def facts(self) -> dict[str, Any]:
        """Who said what when, and what belongs to that answer; what belongs to another is left out."""
        typed = self.cleaned_data
        said = typed["consent"]
        facts = {name: typed[name] for name in ("person", "consent", "answered_at", "note")}
        return facts | {name: typed[name] for name in self.MORE if name in self.belongs(said)}

    def belongs(self, said: Said) -> frozenset[str]:
        """What of ``MORE`` belongs to such an answer."""
        return _KEPT[said]


_ASKED = frozenset(PersonAnswer.MORE) - {"tries", "why_not_asked", "decided_by_text"}
_KEPT: dict[Said, frozenset[str]] = {
    **dict.fromkeys(SPOKEN, _ASKED),
    Said.NOT_REACHED: frozenset({"how", "asked_by", "language", "tries"}),
    Said.NOT_ASKED: frozenset({"why_not_asked", "decided_by_text"}),
    Said.NOBODY: frozenset(),
}


def name_with_authority(stand: Stand[Any]) -> str:
    """The name for a list, and whether this person has parental authority today."""
    return with_authority(stand.person, stand.holds)


def with_authority(person: Person, holds: bool) -> str:
    """The same of a person."""
    text = _("%(name)s (parental authority)") if holds else _("%(name)s (no parental authority recorded)")
    return str(text) % {"name": words_of(person.name)}
