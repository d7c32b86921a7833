"""The forms of a limit on contact: the limit, its end, and who was told."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.limits import rules
from cases.limits.actions import LimitFacts
from cases.limits.codes import Basis, ContactKind, Extent, ToldTo
from cases.limits.models import ContactLimit
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from cases.records.queries import people_of
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from security.encryption.fields import values_of, words_of
from security.walls import clock

SHORT = 300


class PersonChoice(forms.ChoiceField):
    """One of the people around the child; cleaned: the person."""

    def offer(self, people: list[Person]) -> None:
        """Let these be chosen."""
        self.people = {str(one.pk): one for one in people}
        self.choices = [("", CHOOSE), *((key, _named(one)) for key, one in self.people.items())]

    def clean(self, value: Any) -> Person | None:
        """The person that was chosen."""
        return self.people.get(str(super().clean(value)))


def _named(person: Person) -> str:
    return f"{words_of(person.name)} ({'; '.join(roles_in_words(person))})"


class EndForm(BaseForm):
    """Why a limit ends, and what the child says to it."""

    child_view = LongTextField(
        label=_("The child's view"),
        rows=3,
        help_text=_("In the child's own words. If it was not heard, write why."),
    )
    reason = LongTextField(label=_("Reason"), rows=4)


class LimitForm(EndForm):
    """For whom contact is limited, which, how far, on what basis and how long."""

    SIDE_BY_SIDE = (("starts_on", "ends_on"),)

    person = PersonChoice(label=_("Person whose contact is limited"))
    kinds = CodesField(ContactKind, label=_("Kinds of contact"), widget=forms.CheckboxSelectMultiple)
    extent = CodeField(Extent, label=_("Extent"), widget=forms.RadioSelect)
    basis = CodeField(
        Basis,
        label=_("Basis"),
        widget=forms.RadioSelect,
        help_text=_("Child Abuse Prevention Act, Art. 12. On suspicion alone only during temporary custody."),
    )
    starts_on = JapaneseDateField(label=_("From"), help_text=_("The first day on which it holds."))
    ends_on = JapaneseDateField(label=_("Until"), required=False, help_text=_("Empty: until it is ended."))
    review_on = JapaneseDateField(
        label=_("To be reviewed on"),
        help_text=_("The person in charge reviews it until the end of that day."),
    )

    field_order = (
        "person", "kinds", "extent", "basis", "starts_on", "ends_on", "review_on", "child_view", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, of: ContactLimit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        people: Any = self.fields["person"]
        people.offer([of.person] if of is not None else list(people_of(case)))

    def clean(self) -> dict[str, Any]:
        """The days are in their order, and the basis holds: the field that is wrong says so."""
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("review_on"):
            days = (cleaned[name] for name in ("starts_on", "ends_on", "review_on"))
            self._ask(rules.check_days, *days)
        if cleaned.get("basis"):
            self._ask(rules.check_basis, cleaned["basis"], self.case)
        return cleaned

    def _ask(self, rule: Callable[..., None], *of: Any) -> None:
        try:
            rule(*of)
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code, str(refusal.reason))

    def refuse_twice(self, row: ContactLimit, others: list[ContactLimit]) -> None:
        """Two drafts for one person, or two limits at once, are said beside their fields. Only of a form that was checked."""
        if self.errors:
            return
        row.person, row.starts_on = self.cleaned_data["person"], self.cleaned_data["starts_on"]
        row.ends_on = self.cleaned_data["ends_on"]
        now = clock.now()
        self._ask(rules.check_one_draft, row, others, now)
        self._ask(rules.check_not_twice, row, self.cleaned_data["kinds"], others, localdate(now))

    def facts(self) -> LimitFacts:
        """The draft as typed."""
        return LimitFacts(**self.cleaned_data)


class ToldForm(BaseForm):
    """Who was told of a limit, when and how."""

    to = CodeField(ToldTo, label=_("Who was told"), widget=forms.RadioSelect)
    told_on = JapaneseDateField(label=_("Told on"), latest=clock.today)
    how = forms.CharField(label=_("How, and who took it"), max_length=SHORT)


def typed_before(row: ContactLimit) -> dict[str, Any]:
    """A draft, or a limit that is to be changed, as the initial values of the form."""
    clear = {
        "person": row.person_id,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "review_on": row.review_on,
    }
    return {**values_of(row, ("kinds", "extent", "basis", "child_view", "reason")), **clear}
