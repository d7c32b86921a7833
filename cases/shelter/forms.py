"""The forms of the admission sheet: what the facility must know, and what the facility completes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.custody.models import CustodyDecision
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from cases.shelter import rules
from cases.shelter.codes import LeaveStep, SelfHarm, Shift
from cases.shelter.models import Admission, Arrival, CareSheet, ShiftEntry
from cases.shelter.queries import Absence, Facility
from face.fields import CHOOSE, CodeField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from security.walls import clock

YES = frozenset({Answer.YES.value})
SHORT = 300


def _text(label: Any, *, rows: int = 2, required: bool = False, help_text: Any = "") -> LongTextField:
    return LongTextField(label=label, rows=rows, required=required, help_text=help_text)


class Asking(BaseForm):
    """A form that says beside its field what a rule refuses."""

    def ask(self, rule: Callable[..., Any], *of: Any) -> None:
        """Let a rule say beside its field what it refuses."""
        try:
            rule(*of)
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))


class CareForm(Asking, GroupedForm):
    """What the facility must know of the child, and no more."""

    NEEDED_IF: Mapping[str, Needed] = {
        "allergies": Needed(_("(required where there is an allergy)"), by=("allergy",), values=YES)
    }
    GROUPS: tuple[Group, ...] = (
        (_("Health"), "", ("called", "allergy", "allergies", "medicine", "illness", "period")),
        (_("Danger"), "", ("self_harm", "danger")),
        (
            _("Who may call or come, and what not to ask"),
            _("Nothing of what happened to the child is written here."),
            ("may_come", "must_not_come", "not_to_ask"),
        ),
    )

    called = forms.CharField(label=_("Name the child is called by"), max_length=80, required=False)
    allergy = CodeField(Answer, label=_("Allergy"), widget=forms.RadioSelect)
    allergies = _text(_("What the child is allergic to"), help_text=_("And what to do then."))
    medicine = _text(_("Medicine"), help_text=_("Name, dose, times, who prescribed it."))
    illness = _text(_("Illness and disability"))
    period = _text(
        _("Menstruation"),
        help_text=_(
            "Where it applies: when it is expected, and what the child needs. Only if the child told it."
        ),
    )
    self_harm = CodeField(SelfHarm, label=_("Danger of self-harm"), widget=forms.RadioSelect)
    danger = _text(
        _("Other dangers"), help_text=_("For example: runs away, hurts others, is being looked for.")
    )
    may_come = _text(_("Who may call or come"), required=True, help_text=_("If nobody may, write so."))
    must_not_come = _text(_("Who must not call or come"))
    not_to_ask = _text(
        _("What the child must not be asked"),
        required=True,
        help_text=_(
            "For example: what happened at home. If the child tells it by itself, it is heard and written down."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """An allergy that is known is named."""
        cleaned = super().clean()
        if cleaned.get("allergy") and "allergies" in cleaned:
            self.ask(rules.check_allergy, cleaned["allergy"], cleaned["allergies"])
        return cleaned

    def care(self) -> dict[str, Any]:
        """What was typed of the child."""
        return {name: self.cleaned_data[name] for name in CareSheet.CARE}


class SendForm(CareForm):
    """To which facility the sheet goes, and when the child is admitted there."""

    GROUPS = ((_("Facility"), "", (("facility", "admitted_at"),)), *CareForm.GROUPS)

    facility = forms.ChoiceField(label=_("Facility"))
    admitted_at = JapaneseDateTimeField(
        label=_("Admitted at"), help_text=_("Or expected at: two days ahead at most.")
    )

    def __init__(
        self, *args: Any, start: CustodyDecision | None, places: list[Facility], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.now = start, now
        self.places = {one.key: one for one in places}
        choices: Any = self.fields["facility"]
        choices.choices = [("", CHOOSE), *((key, str(one)) for key, one in self.places.items())]

    def clean(self) -> dict[str, Any]:
        """The child is admitted within its custody."""
        cleaned = super().clean()
        if cleaned.get("admitted_at") and self.start is not None:
            self.ask(rules.check_admitted, self.start, cleaned["admitted_at"], self.now)
        return cleaned

    def chosen(self) -> Facility:
        """The facility that was chosen."""
        return self.places[self.cleaned_data["facility"]]


class ArrivalForm(Asking, GroupedForm):
    """The second half of the sheet."""

    NEEDED_IF: Mapping[str, Needed] = {
        name: Needed(_("(required where the body check was done)"), by=("body_check",), values=YES)
        for name in ("checked_by", "same_sex")
    }
    GROUPS: tuple[Group, ...] = (
        (_("Arrival"), "", ("condition",)),
        (_("Body check"), "", ("body_check", "checked_by", "same_sex", "injuries")),
        (_("The child's rights"), "", ("rights_note", "opinion_box")),
        (_("Belongings"), "", ("belongings",)),
    )

    condition = _text(_("How the child arrived"), rows=3, required=True)
    body_check = CodeField(
        Answer, label=_("Body check on admission"), without=Answer.UNKNOWN, widget=forms.RadioSelect
    )
    checked_by = forms.CharField(label=_("Who did the body check"), max_length=SHORT, required=False)
    same_sex = CodeField(
        Answer,
        label=_("By a person of the same sex"),
        without=Answer.UNKNOWN,
        widget=forms.RadioSelect,
        required=False,
    )
    injuries = _text(_("Injuries that were seen"), rows=3, help_text=_("In words. Do not ask how they came."))
    rights_note = CodeField(
        Answer, label=_("Children's rights notebook given"), without=Answer.UNKNOWN, widget=forms.RadioSelect
    )
    opinion_box = CodeField(
        Answer, label=_("Opinion box shown"), without=Answer.UNKNOWN, widget=forms.RadioSelect
    )
    belongings = _text(_("Belongings that are kept"), rows=4, help_text=_("One a line."))

    def clean(self) -> dict[str, Any]:
        """A body check has its person, or none."""
        cleaned = super().clean()
        if cleaned.get("body_check") and {"checked_by", "same_sex", "injuries"} <= cleaned.keys():
            self.ask(rules.check_body_check, cleaned)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in Arrival.FACTS}


class ShiftForm(Asking):
    """How one child was in one shift."""

    NEEDED_IF: Mapping[str, Needed] = {
        "remarks": Needed(_("(required where the child told of harm)"), by=("tells_of_harm",), values=YES)
    }
    SIDE_BY_SIDE = (("day", "shift"),)

    day = JapaneseDateField(label=_("Day of the shift"), latest=clock.today, initial=clock.today)
    shift = CodeField(Shift, label=_("Shift"), widget=forms.RadioSelect)
    life = _text(
        _("How the child was"), rows=3, required=True, help_text=_("Meals, sleep, health, mood, with others.")
    )
    remarks = _text(
        _("What the child said, word for word"),
        rows=3,
        help_text=_("Only the child's own words, and what it was asked before."),
    )
    tells_of_harm = CodeField(
        Answer,
        label=_("Whether the child told of harm"),
        without=Answer.UNKNOWN,
        widget=forms.RadioSelect,
        help_text=_("If so, ask nothing further. Those in charge of the case are told at once."),
    )
    incidents = _text(_("Incidents"))
    handed_on = _text(_("Handed on to the next shift"))

    def __init__(self, *args: Any, stay: Admission, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stay, self.now = stay, now

    def clean(self) -> dict[str, Any]:
        """The shift lies within the stay, and a child that told of harm said something."""
        cleaned = super().clean()
        if cleaned.get("day"):
            self.ask(rules.check_shift, self.stay, cleaned["day"], self.now)
        if cleaned.get("tells_of_harm") and "remarks" in cleaned:
            self.ask(rules.check_said, cleaned["tells_of_harm"], cleaned["remarks"])
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in ShiftEntry.FACTS}


class LeavingForm(Asking):
    """That a child is away without leave; or, once that is written, the next step."""

    step = CodeField(LeaveStep, label=_("Step"), without=LeaveStep.NOTICED, widget=forms.RadioSelect)
    happened_at = PastMomentField(label=_("When"))
    who = forms.CharField(
        label=_("Who noticed it, was told, or found the child"),
        max_length=SHORT,
        help_text=_("By name. Of the police: the station and the name of the officer who was told."),
    )
    words = _text(
        _("What is known"),
        rows=3,
        help_text=_("Last seen where and when, clothes, with whom; or where and how the child was found."),
    )

    def __init__(self, *args: Any, absences: list[Absence], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absences, self.now = absences, now
        self.going_on = rules.open_absence(absences)
        if self.going_on is None:
            del self.fields["step"]

    def clean(self) -> dict[str, Any]:
        """No step lies before the first."""
        cleaned = super().clean()
        if cleaned.get("happened_at") and (self.going_on is None or cleaned.get("step")):
            self.ask(rules.check_step, self.absences, self.step_written(), cleaned["happened_at"], self.now)
        return cleaned

    def step_written(self) -> LeaveStep:
        """The step that is written."""
        return LeaveStep(self.cleaned_data["step"]) if self.going_on else LeaveStep.NOTICED


class GiveBackForm(Asking):
    """Which belongings were given back, to whom, and who signed."""

    items = forms.MultipleChoiceField(label=_("Belongings given back"), widget=forms.CheckboxSelectMultiple)
    given_at = PastMomentField(label=_("Given back at"))
    to = forms.CharField(label=_("Given back to"), max_length=SHORT)
    signed_by = forms.CharField(label=_("Signed by"), max_length=SHORT)

    def __init__(self, *args: Any, kept: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["items"]
        # Of two that are called alike, one is given back at a time.
        choices.choices = [(line, line) for line in dict.fromkeys(kept)]
