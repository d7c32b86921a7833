"""The forms of continuing custody: the draft, what a person says to it, and a step at the family court."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.clocks.rules import last_day
from cases.consents.codes import How
from cases.continuing import rules
from cases.continuing.actions import ContinuingFacts
from cases.continuing.codes import CourtStep, Stand
from cases.continuing.models import Continuing, TermCourt
from cases.continuing.terms import Term
from cases.records.forms import PastMomentField
from cases.records.models import Person
from cases.records.panel import roles_in_words
from face.fields import CHOOSE, CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from face.wareki import format_date
from security.encryption.fields import value_of, words_of
from security.walls import clock


class ContinuingForm(BaseForm):
    """Until when custody is continued, why, and what the child says to it."""

    until_on = JapaneseDateField(
        label=_("Continued until"),
        help_text=_("Two months at most from the end of the present term, which the system counts itself."),
    )
    reason = LongTextField(label=_("Why custody is still necessary"), rows=5)
    opinion = LongTextField(
        label=_("The child's opinion"),
        required=False,
        rows=4,
        help_text=_("In the child's own words, also where it differs."),
    )
    not_heard_why = LongTextField(
        label=_("Why the child was not heard"),
        required=False,
        limit=1000,
        rows=2,
        help_text=_("Only where no opinion is written above."),
    )

    NEEDED_IF: Mapping[str, Needed] = {
        "opinion": Needed(
            _("(required unless it says below why the child was not heard)"),
            only=lambda typed: not typed.get("not_heard_why"),
            message=_("Write down the child's opinion, or why the child was not heard."),
        )
    }

    def __init__(self, *args: Any, term: Term | None, **kwargs: Any) -> None:
        initial = {"until_on": last_day(term.first)} if term else {}
        super().__init__(*args, **{**kwargs, "initial": initial | (kwargs.get("initial") or {})})
        self.term = term

    def clean(self) -> dict[str, Any]:
        """The day lies within the term, and the child was heard or it is said why not."""
        cleaned = super().clean()
        if self.term is not None and cleaned.get("until_on"):
            refuse(self, rules.check_until, cleaned["until_on"], self.term)
        if "opinion" in cleaned and "not_heard_why" in cleaned:
            refuse(self, rules.check_heard, cleaned["opinion"], cleaned["not_heard_why"])
        return cleaned

    def facts(self) -> ContinuingFacts:
        """The draft as typed."""
        return ContinuingFacts(**self.cleaned_data)


def refuse(form: BaseForm, rule: Any, *of: Any, **more: Any) -> None:
    """What a rule refuses stands beside its field."""
    try:
        rule(*of, **more)
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.reason))


class TermForm(BaseForm):
    """About which term something is written."""

    term_at = forms.TypedChoiceField(label=_("Term"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, terms: list[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {term.at.isoformat(): term for term in terms}
        field: Any = self.fields["term_at"]
        field.coerce = lambda key: self.terms[key].at
        field.choices = [(key, _named(term)) for key, term in self.terms.items()]
        if terms:
            field.initial = terms[0].at.isoformat()


def _named(term: Term) -> str:
    text = _("%(first)s to %(last)s at most")
    return str(text) % {"first": format_date(term.first), "last": format_date(last_day(term.first))}


class StandForm(TermForm):
    """What one person says to continuing custody, or why there is no answer."""

    person = forms.TypedChoiceField(label=_("Person who is asked"), empty_value=None)
    stand = CodeField(Stand, label=_("Stand on continuing custody"), widget=forms.RadioSelect)
    said_at = PastMomentField(label=_("When it was said"), initial=clock.now)
    how = CodeField(How, label=_("How the person was asked"), required=False, widget=forms.RadioSelect)
    words = LongTextField(label=_("What was said, or why there is no answer"), limit=2000, rows=3)

    NEEDED_IF: Mapping[str, Needed] = {
        "how": Needed(
            _("(required where the person was asked)"),
            by=("stand",),
            values=frozenset({Stand.AGREES, Stand.AGAINST}),
        )
    }

    def __init__(self, *args: Any, people: list[Person], on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sorted(people, key=lambda person: not person.holds_authority(on))
        by_key = {str(person.pk): person for person in found}
        field: Any = self.fields["person"]
        field.coerce = by_key.get
        field.choices = [("", CHOOSE), *((key, _person(person)) for key, person in by_key.items())]

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_stand``."""
        typed = self.cleaned_data
        return {name: typed[name] for name in ("term_at", "stand", "said_at", "words")} | {
            "how": typed["how"] or None
        }


def _person(person: Person) -> str:
    return f"{words_of(person.name)} ({'; '.join(roles_in_words(person))})"


class CourtForm(TermForm):
    """One step at the family court."""

    SIDE_BY_SIDE = (("court", "reference"),)

    step = CodeField(CourtStep, label=_("Step at the family court"), widget=forms.RadioSelect)
    step_on = JapaneseDateField(label=_("Day of the step"), latest=clock.today)
    court = forms.CharField(label=_("Court"), max_length=200)
    reference = forms.CharField(label=_("Court case no."), max_length=100, required=False)
    approved_until = JapaneseDateField(label=_("Approved until"), required=False)
    words = LongTextField(label=_("What else is to be known"), required=False, limit=2000, rows=3)

    NEEDED_IF: Mapping[str, Needed] = {
        "approved_until": Needed(
            _("(required where approval was granted)"), by=("step",), values=frozenset({CourtStep.GRANTED})
        )
    }

    def __init__(self, *args: Any, earlier: list[TermCourt], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = earlier

    def clean(self) -> dict[str, Any]:
        """The step follows what it follows from, and its days are in their order."""
        cleaned = super().clean()
        at, step, on = (cleaned.get(name) for name in ("term_at", "step", "step_on"))
        if isinstance(at, datetime) and step and on and not self.errors:
            until = cleaned.get("approved_until")
            of_term = {"earlier": self.earlier, "at": at, "today": clock.today()}
            refuse(self, rules.check_step, step, on, until, **of_term)
        return cleaned


def typed_before(row: Continuing) -> dict[str, Any]:
    """A draft as the initial values of the form it is drafted again with."""
    typed = {name: value_of(getattr(row, name)) for name in ("reason", "opinion", "not_heard_why")}
    return {name: value for name, value in typed.items() if value is not None} | {"until_on": row.until_on}
