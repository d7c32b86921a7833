"""The forms of custody: the draft of a start and of an end, the decision, an opinion heard afterwards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.pages import say_at_fields
from agencies.staff.rules import Refused
from cases.custody import rules
from cases.custody.actions import EndFacts, Opinion, StartFacts
from cases.custody.codes import Consent, Ground, Heard, Place, Purpose
from cases.custody.expected import check_day
from cases.custody.hearing import check_answered
from cases.custody.models import CustodyDecision
from cases.records.codes import StayKind
from cases.records.forms import PastMomentField
from face.fields import CodeField, CodesField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from face.widgets import Suggested
from security.encryption.fields import value_of, values_of
from security.walls import clock


class DraftForm(GroupedForm):
    """What both drafts have: when, why, and how the child was heard."""

    effective_at = JapaneseDateTimeField(label=_("From"), initial=clock.now)
    reason = LongTextField(label=_("Reason"), rows=5)
    heard = CodeField(
        Heard,
        label=_("Hearing of the child's opinion"),
        widget=forms.RadioSelect,
        help_text=_(
            "Child Welfare Act, Art. 33-3-3: before the decision; where that cannot wait, promptly after it."
        ),
    )
    opinion = LongTextField(
        label=_("The child's opinion"),
        required=False,
        rows=4,
        help_text=_("In the child's own words, also where it differs."),
    )
    heard_why = LongTextField(
        label=_("Why it is heard afterwards"),
        required=False,
        limit=1000,
        rows=2,
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "opinion": Needed(
            _("(required where it was heard before)"), by=("heard",), values=frozenset({Heard.BEFORE})
        ),
        "heard_why": Needed(
            _("(required where it is heard afterwards)"), by=("heard",), values=frozenset({Heard.AFTER})
        ),
    }

    def told_opinion(self) -> Opinion:
        """How the child was heard."""
        return Opinion(
            self.cleaned_data["heard"], self.cleaned_data["opinion"], self.cleaned_data["heard_why"]
        )


WHERE_ORAL = Needed(_("(required with an oral decision)"), by=("is_oral",))
OPINION_GROUP: Group = (_("The child's opinion"), "", ("heard", "opinion", "heard_why"))


GROUNDS_THIRD_PARTY = _(
    "Enforcement Ordinance of the Child Welfare Act, Art. 35-3. Tick all that apply. This case is about harm by a third party:"
    " ground 1 fits only where a custodian let it happen; look at 3, 4, 6 and 7."
)


class StartForm(DraftForm):
    """The draft of the start of custody."""

    purpose = CodeField(Purpose, label=_("Purpose of custody"), widget=forms.RadioSelect)
    grounds = CodesField(
        Ground,
        label=_("Grounds"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Enforcement Ordinance of the Child Welfare Act, Art. 35-3. Tick all that apply."),
        error_messages={"required": _("Choose at least one.")},
    )
    place_kind = CodeField(
        Place, label=_("Place of custody"), without=Place.INSTITUTION, widget=forms.RadioSelect
    )
    place = forms.CharField(label=_("Name of the place"), max_length=200)
    place_withheld = forms.BooleanField(
        label=_("The place is withheld"),
        required=False,
        help_text=_("It then appears in this decision only, and on no sheet that leaves the office."),
    )
    consent = CodeField(
        Consent,
        label=_("Consent of those with parental authority"),
        widget=forms.RadioSelect,
        help_text=_(
            "Without consent a warrant is requested within 7 days, the day of the start included. This is one answer for"
            " everybody with parental authority: “consents” only if each of them does. Once one person's own answer is recorded"
            " after the start, each one's own answer counts instead."
        ),
    )
    expected_until = JapaneseDateField(
        label=_("Expected until"), help_text=_("Two months from the start day at the most.")
    )
    is_oral = forms.BooleanField(
        label=_("The decision was made orally, and custody has begun"),
        required=False,
        help_text=_("It must be confirmed in writing by 09:00 the next morning."),
    )
    said_by = forms.CharField(
        label=_("Who decided it orally"), max_length=300, required=False, widget=Suggested
    )
    said_at = JapaneseDateTimeField(label=_("When it was decided orally"), required=False, latest=clock.today)

    NEEDED_IF: Mapping[str, Needed] = {**DraftForm.NEEDED_IF, "said_by": WHERE_ORAL, "said_at": WHERE_ORAL}
    GROUPS: tuple[Group, ...] = (
        (_("Custody"), "", ("effective_at", "expected_until", "purpose", "grounds", "reason")),
        (_("Place"), "", ("place_kind", "place", "place_withheld")),
        (_("Consent"), "", ("consent",)),
        OPINION_GROUP,
        (
            _("Urgent oral decision"),
            _("Only where the decision could not wait for this draft."),
            ("is_oral", ("said_by", "said_at")),
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Dates that cannot follow each other: each of the fields says so, for either may be the wrong one."""
        cleaned = super().clean()
        begins, until, said = (cleaned.get(name) for name in ("effective_at", "expected_until", "said_at"))
        if begins and until:
            say_at_fields(self, rules.check_expected, begins, until)
        if begins and said and cleaned.get("said_by") and cleaned.get("is_oral", True):
            say_at_fields(self, rules.check_oral, begins, cleaned["said_by"], said, clock.now())
        return cleaned

    def facts(self) -> StartFacts:
        """The draft as typed."""
        typed = self.cleaned_data
        names = (
            "effective_at",
            "purpose",
            "place_kind",
            "place",
            "place_withheld",
            "consent",
            "expected_until",
            "reason",
            "is_oral",
        )
        more = {"said_by": typed["said_by"], "said_at": typed["said_at"]} if typed["is_oral"] else {}
        return StartFacts(
            grounds=tuple(typed["grounds"]),
            opinion=self.told_opinion(),
            **{name: typed[name] for name in names},
            **more,
        )


class OralStartForm(StartForm):
    """What the officer on duty records: a start that was decided orally, and no other."""

    is_oral = None  # type: ignore[assignment]  # so Django leaves a field out
    said_by = forms.CharField(
        label=StartForm.declared_fields["said_by"].label,
        max_length=300,
        widget=Suggested,
        help_text=_("The director, or a person the director delegated this to, whom you called."),
    )
    said_at = JapaneseDateTimeField(
        label=StartForm.declared_fields["said_at"].label,
        latest=clock.today,
        help_text=_("When you were called back, or were told on the telephone."),
    )

    NEEDED_IF = DraftForm.NEEDED_IF
    GROUPS = (
        (
            _("Urgent oral decision"),
            StartForm.declared_fields["is_oral"].help_text,
            (("said_by", "said_at"),),
        ),
        *StartForm.GROUPS[:-1],
    )

    def clean(self) -> dict[str, Any]:
        """The oral decision is what this form is for."""
        return {**super().clean(), "is_oral": True}


class EndForm(DraftForm):
    """The draft of the end of custody; ``start`` is that of the custody it ends."""

    start: CustodyDecision | None = None

    effective_at = JapaneseDateTimeField(label=_("Custody ends at"), initial=clock.now)
    stay_after = CodeField(
        StayKind,
        label=_("Where the child stays afterwards"),
        without=StayKind.CUSTODY_FACILITY,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(label=_("Details of the place"), max_length=300, required=False)
    place_withheld = StartForm.declared_fields["place_withheld"]

    GROUPS = (
        (_("End of custody"), "", ("effective_at", "reason")),
        (_("Place"), "", ("stay_after", "place", "place_withheld")),
        OPINION_GROUP,
    )

    def clean(self) -> dict[str, Any]:
        """Custody ends after it began, and after each move of the child: the sentence names the other moment."""
        cleaned = super().clean()
        at = cleaned.get("effective_at")
        if self.start is not None and at:
            for rule in (rules.check_ends_after_start, rules.check_ends_after_moves):
                if "effective_at" not in self.errors:
                    say_at_fields(self, rule, self.start, at)
        return cleaned

    def facts(self) -> EndFacts:
        """The draft as typed."""
        typed = self.cleaned_data
        names = ("effective_at", "reason", "stay_after", "place", "place_withheld")
        return EndFacts(opinion=self.told_opinion(), **{name: typed[name] for name in names})


class ExpectedForm(BaseForm):
    """Another day until which custody is expected; ``start`` is that of the custody, ``before`` the day until now."""

    expected_until = JapaneseDateField(
        label=_("Expected until"), help_text=_("Two months from the start day at the most.")
    )
    reason = LongTextField(label=_("Why custody ends on another day"), limit=1000, rows=3)

    def __init__(self, *args: Any, start: CustodyDecision | None, before: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.before = start, before

    def clean(self) -> dict[str, Any]:
        """A day on which this custody can end."""
        cleaned = super().clean() or {}
        until = cleaned.get("expected_until")
        if self.start is not None and until:
            say_at_fields(self, check_day, self.start, self.before, until, clock.today())
        return cleaned


class AnswerForm(BaseForm):
    """What the child was told became of its opinion."""

    answered_at = PastMomentField(label=_("When the child was answered"), initial=clock.now)
    answer = LongTextField(
        label=_("What the child was told"), rows=4, help_text=_("Also what is done differently, and why.")
    )

    def __init__(self, *args: Any, heard_at: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heard_at = heard_at

    def clean_answered_at(self) -> datetime:
        """After the child was heard."""
        at: datetime = self.cleaned_data["answered_at"]
        try:
            check_answered(self.heard_at, at, clock.now())
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.reason)) from refusal
        return at


def typed_before(row: CustodyDecision) -> dict[str, Any]:
    """A returned draft as the initial values of the form it is drafted again with."""
    names = (
        *("purpose", "grounds", "place_kind", "place", "place_withheld", "consent", "reason"),
        *("heard", "opinion", "heard_why", "stay_after", "expected_until"),
    )
    return {
        **{name: value for name, value in values_of(row, names).items() if value is not None},
        "effective_at": row.effective_at,
        "is_oral": row.is_oral,
        "said_by": value_of(row.oral_by),
        "said_at": value_of(row.oral_at),
    }
