"""The forms of a request for a custody warrant: the draft, and that it was handed in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.pages import say_at_fields
from cases.custody.models import CustodyDecision
from cases.warrants import rules
from cases.warrants.actions import HandedIn, RequestFacts
from cases.warrants.codes import WarrantPaper, WarrantState
from cases.warrants.models import WarrantDraft, WarrantStep
from cases.warrants.queries import File
from face.fields import CodesField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.encryption.fields import values_of, words_of
from security.walls import clock


def _one_is_missing(typed: Mapping[str, Any]) -> bool:
    return bool(set(WarrantPaper) - set(typed.get("papers_there") or ()))


class RequestForm(BaseForm):
    """What is asked of which court, why, and with which papers."""

    court = forms.CharField(label=_("Court"), max_length=200)
    reason = LongTextField(
        label=_("Grounds for the judge"),
        rows=8,
        help_text=_(
            "Which of the grounds of Art. 33 (1) there is, by what it is known, and why custody is necessary."
        ),
    )
    papers_there = CodesField(
        WarrantPaper,
        label=_("Papers that are there"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Tick what is ready to be handed in. The family register can be had from any municipality."
        ),
    )
    missing_why = LongTextField(label=_("Why a paper is missing"), required=False, limit=1000, rows=2)
    NEEDED_IF: Mapping[str, Needed] = {
        "missing_why": Needed(_("(required where a paper is missing)"), only=_one_is_missing)
    }

    def facts(self) -> RequestFacts:
        """The draft as typed."""
        return RequestFacts(**self.cleaned_data)


class HandInForm(BaseForm):
    """When it was handed in, to whom, with which papers, and the court's receipt number."""

    SIDE_BY_SIDE = (("handed_to", "reference"),)

    requested_at = JapaneseDateTimeField(label=_("Handed in at"), latest=clock.today, initial=clock.now)
    handed_to = forms.CharField(label=_("Who took it"), max_length=200)
    reference = forms.CharField(label=_("Court's receipt no."), max_length=100, required=False)
    papers_in = CodesField(
        WarrantPaper,
        label=_("Papers that were handed in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    papers = LongTextField(label=_("Other papers handed in"), required=False, limit=2000, rows=2)

    def __init__(self, *args: Any, draft: WarrantDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft

    def clean(self) -> dict[str, Any]:
        """The moment and the papers are possible: the field that is wrong says so."""
        cleaned = super().clean()
        if cleaned.get("requested_at") and cleaned.get("papers_in"):
            names = (cleaned["requested_at"], cleaned["papers_in"])
            say_at_fields(self, rules.check_handed_in, self.draft, *names, clock.now())
        return cleaned

    def facts(self) -> HandedIn:
        """What was typed."""
        return HandedIn(**self.cleaned_data)


class WithdrawForm(BaseForm):
    """Why an approved request is not handed in."""

    reason = LongTextField(
        label=_("Why it is not handed in"),
        limit=2000,
        rows=3,
        help_text=_("For example that everybody with parental authority consents now."),
    )


def typed_before(row: WarrantDraft) -> dict[str, Any]:
    """A draft as the initial values of the form."""
    return values_of(row, ("court", "reason", "papers_there", "missing_why"))


def begun_from(start: CustodyDecision) -> dict[str, Any]:
    """What the decision on custody says already, as the beginning of the grounds."""
    return {"reason": "\n".join(text for text in (words_of(start.grounds), words_of(start.reason)) if text)}


class StepForm(BaseForm):
    """One step after the request was handed in. It has the fields of its kind, and knows which step the reader saw last."""

    follows = forms.UUIDField(widget=forms.HiddenInput, required=False)
    happened_at = JapaneseDateTimeField(label=_("When it happened"), latest=clock.today, initial=clock.now)
    asked = LongTextField(label=_("What the judge asked for"), limit=2000, rows=3)
    due_on = JapaneseDateField(label=_("To be handed in by"))
    answer = LongTextField(label=_("What was handed in"), limit=2000, rows=3)
    number = forms.CharField(label=_("Number of the warrant"), max_length=100)
    judge = forms.CharField(label=_("Judge"), max_length=100)
    until = JapaneseDateField(label=_("Valid until"))
    court = forms.CharField(label=_("Court that is asked"), max_length=200)
    grave_harm = LongTextField(
        label=_("Grave harm without custody"),
        rows=5,
        help_text=_(
            "Art. 33 (7): that grave harm to the child's life, body or mind is expected without custody, and by what."
        ),
    )
    reason = LongTextField(label=_("Reason of the ruling"), rows=4)

    def __init__(self, *args: Any, file: File, to: WarrantState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file, self.to = file, to
        kept = ("follows", "happened_at", *WarrantStep.FIELDS[to])
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        for name in WarrantStep.FIELDS[to]:
            self.fields[name].required = (to, name) not in rules.OPTIONAL

    def clean(self) -> dict[str, Any]:
        """The moments are in their order: the field that is wrong says so."""
        cleaned = super().clean()
        if at := cleaned.get("happened_at"):
            say_at_fields(self, rules.check_happened, self.file, at, clock.now())
            say_at_fields(self, rules.check_days, at, cleaned.get("due_on"), cleaned.get("until"))
        return cleaned
