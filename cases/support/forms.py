"""The form on which a juvenile victim is received: a consultation or guidance on the street."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.intake.pages import NAME_ROWS, NewChildFields
from cases.receipts.codes import Harm
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from cases.support import rules
from cases.support.codes import Aid, Around, Danger, End, Means, Recognised
from cases.support.models import Designation, Release, Supporter, SupportReception
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from security.encryption.fields import values_of, words_of
from security.walls import clock

SHORT = 300
CONSULTED = Needed(
    _("(required of a consultation)"), by=("recognised",), values=frozenset({Recognised.CONSULTATION.value})
)
MET = Needed(
    _("(required of guidance on the street)"), by=("recognised",), values=frozenset({Recognised.STREET.value})
)


class ReceptionForm(NewChildFields):
    """Who the juvenile is, how it was recognised, what happened, and whether the child guidance center is notified."""

    recognised = CodeField(Recognised, label=_("How it was recognised"))
    happened_at = PastMomentField(label=_("When it was received"))
    means = CodeField(Means, label=_("By what means"), widget=forms.RadioSelect, required=False)
    consultant = forms.CharField(
        label=_("Who consulted, and relation to the juvenile"), max_length=SHORT, required=False
    )
    worry = LongTextField(label=_("Main worry"), required=False, rows=2)
    place = forms.CharField(label=_("Where the juvenile was met"), max_length=SHORT, required=False)
    company = forms.CharField(label=_("With whom the juvenile was"), max_length=SHORT, required=False)
    behaviour = LongTextField(label=_("What the juvenile did"), required=False, rows=2)
    parents_told = CodeField(
        Answer, label=_("Was the custodian told?"), widget=forms.RadioSelect, required=False
    )
    agrees = CodeField(
        Answer, label=_("Does the juvenile agree to the support?"), widget=forms.RadioSelect, required=False
    )
    situation = LongTextField(label=_("What happened"), rows=4)
    words = LongTextField(
        label=_("The juvenile's own words"),
        required=False,
        rows=3,
        help_text=_("Word for word. Nothing is asked further here: investigators ask about the facts, once."),
    )
    question = forms.CharField(
        label=_("What had been asked"),
        max_length=SHORT,
        required=False,
        help_text=_("The question in its own words. If nothing was asked, write “not asked”."),
    )
    advice = LongTextField(label=_("Advice given"), required=False, rows=2)
    harm = CodeField(Harm, label=_("Kind of harm"))
    crime_number = forms.CharField(label=_("Number of the criminal case"), max_length=60, required=False)
    investigators = forms.CharField(label=_("Section that investigates"), max_length=SHORT, required=False)
    suspect = forms.CharField(
        label=_("Suspect and relation to the juvenile"), max_length=SHORT, required=False
    )
    mental = LongTextField(label=_("Mental state and symptoms"), required=False, rows=2)
    danger = CodeField(Danger, label=_("Risk of suicide"), widget=forms.RadioSelect)
    guardian = LongTextField(label=_("State of the custodian"), required=False, rows=2)
    aid = CodeField(
        Aid,
        label=_("Is the child guidance center to be notified?"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Of whoever is under 18. Notifying is a duty and takes no consent (Child Welfare Act, Art. 25; Child Abuse"
            " Prevention Act, Art. 6)."
        ),
    )

    GROUPS: tuple[Group, ...] = (
        (_("Reception"), "", (("recognised", "happened_at"),)),
        (_("Juvenile consultation"), "", ("means", "consultant", "worry")),
        (
            _("Guidance on the street"),
            "",
            (("place", "company"), "behaviour", "parents_told", "agrees"),
        ),
        (_("The juvenile"), "", ("name_unknown", *NAME_ROWS, "address_withheld")),
        (
            _("The harm"),
            _("Write what was said, not what it may mean. No images, and no links to any."),
            ("harm", "situation", "words", "question", "suspect", ("crime_number", "investigators")),
        ),
        (_("State of the juvenile"), "", ("danger", "mental", "guardian", "advice")),
        (_("Duty to notify"), "", ("aid",)),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        **NewChildFields.NEEDED_IF,
        **dict.fromkeys(SupportReception.CONSULTED, CONSULTED),
        **dict.fromkeys(("place", "behaviour", "parents_told"), MET),
        "question": Needed(_("(required with the juvenile's words)"), by=("words",)),
    }

    def clean(self) -> dict[str, Any]:
        """The age and the duty to notify, beside their fields: the same rules as in the action."""
        cleaned = super().clean()
        if "birth_date" in cleaned:
            born, today = self.child().birth_date if not self.errors else None, clock.today()
            for rule, arguments in (
                (rules.check_is_juvenile, (born, today)),
                (rules.check_duty_asked, (born, cleaned.get("aid") or None, today)),
            ):
                try:
                    rule(*arguments)
                except Refused as refusal:
                    self.add_error(refusal.code, ValidationError(str(refusal.reason), code="refused"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the reception seals."""
        return {name: self.cleaned_data[name] or None for name in SupportReception.FACTS}


def _beside(form: BaseForm, rule: Any, *arguments: Any) -> None:
    """What a rule refuses stands beside its field."""
    try:
        rule(*arguments)
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.reason))


class DesignationForm(GroupedForm):
    """The agreement of juvenile and guardian, and the plan."""

    juvenile_said = LongTextField(label=_("The juvenile's agreement, in its own words"), rows=3)
    guardian = forms.TypedChoiceField(
        label=_("Guardian who agrees"), required=False, empty_value=None, help_text=_("Never a suspect.")
    )
    guardian_said = LongTextField(label=_("What the guardian said"), required=False, rows=2)
    no_guardian_why = LongTextField(label=_("Why no guardian is asked"), required=False, rows=2)
    scope = LongTextField(label=_("What the agreement covers"), rows=2)
    school_may_know = CodeField(Answer, label=_("May the school know?"), widget=forms.RadioSelect)
    aims = LongTextField(label=_("Recovery aims"), rows=3)
    frequency = forms.CharField(label=_("How often"), max_length=SHORT)
    place = forms.CharField(label=_("Where"), max_length=SHORT)
    counselor = forms.CharField(
        label=_("Who counsels"),
        max_length=SHORT,
        help_text=_("Somebody else than who investigates, where that is possible."),
    )
    around = CodesField(Around, label=_("Environment to be adjusted"), required=False)
    environment = LongTextField(label=_("How the environment is adjusted"), required=False, rows=2)
    adviser_asked = CodeField(Answer, label=_("Was a counseling adviser asked?"), widget=forms.RadioSelect)
    supporter_asked = CodeField(Answer, label=_("Was a supporter asked?"), widget=forms.RadioSelect)
    next_on = JapaneseDateField(label=_("Next date"), earliest=clock.today)
    evaluation = LongTextField(label=_("How it is evaluated"), rows=2)

    GROUPS: tuple[Group, ...] = (
        (
            _("Agreement"),
            "",
            ("juvenile_said", "guardian", "guardian_said", "no_guardian_why", "scope", "school_may_know"),
        ),
        (
            _("Plan"),
            "",
            (
                "aims",
                ("frequency", "place"),
                "counselor",
                "around",
                "environment",
                "adviser_asked",
                "supporter_asked",
            ),
        ),
        (_("Next date and evaluation"), "", ("next_on", "evaluation")),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "guardian_said": Needed(_("(required with a guardian)"), by=("guardian",)),
        "environment": Needed(_("(required where an environment is ticked)"), by=("around",)),
    }

    def __init__(self, *args: Any, case: Case, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        found = {str(one.pk): one for one in people if not rules.is_suspect(one)}
        field: Any = self.fields["guardian"]
        field.coerce = lambda key: found[key]
        field.choices = [("", CHOOSE)] + [
            (key, f"{words_of(one.name)}　{roles_in_words(one)}") for key, one in found.items()
        ]

    def clean(self) -> dict[str, Any]:
        """The guardian, beside its field: the same rule as in the action."""
        cleaned = super().clean()
        if not self.errors:
            _beside(self, rules.check_guardian, self.case, cleaned, clock.today())
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The draft as typed."""
        return {name: self.cleaned_data[name] or None for name in Designation.CONTENT}


def designed_before(row: Designation) -> dict[str, Any]:
    """A draft as the first values of the form it is drafted again with."""
    names = (*Designation.TEXTS, *Designation.CODES)
    return {**values_of(row, names), "guardian": str(row.guardian_id) if row.guardian_id else ""}


class ReviewForm(BaseForm):
    """How far the plan came."""

    aims_state = LongTextField(label=_("How far each aim is"), rows=4)
    changes = LongTextField(
        label=_("What changes"),
        required=False,
        rows=3,
        help_text=_(
            "Also: appearances in court, danger of retaliation, what the investigators told the victim."
        ),
    )
    next_on = JapaneseDateField(label=_("Next date"), earliest=clock.today)


class SupporterForm(BaseForm):
    """A volunteer who accompanies the juvenile."""

    name = forms.CharField(label=_("Name of the supporter"), max_length=SHORT)
    reached = forms.CharField(label=_("How the supporter is reached"), max_length=SHORT, required=False)
    commissioned_until = JapaneseDateField(label=_("Commissioned until"), earliest=clock.today)
    task = LongTextField(
        label=_("Task of the supporter"),
        rows=3,
        help_text=_("Such as visits at home. What the supporter is told of the juvenile is told by you."),
    )


class SupporterReportForm(BaseForm):
    """What a supporter told of one meeting."""

    met_on = JapaneseDateField(label=_("Day of the meeting"), latest=clock.today)
    words = LongTextField(
        label=_("What the supporter told"), rows=2, limit=400, help_text=_("Two lines are enough.")
    )

    def __init__(self, *args: Any, supporter: Supporter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.supporter = supporter

    def clean(self) -> dict[str, Any]:
        """The day, beside its field: the same rule as in the action."""
        cleaned = super().clean()
        if not self.errors:
            _beside(self, rules.check_met, self.supporter, cleaned["met_on"], clock.today())
        return cleaned


class ReleaseForm(BaseForm):
    """Why the support ends, and what juvenile and guardian said."""

    ending = CodeField(End, label=_("Why the support ends"), widget=forms.RadioSelect)
    aims_state = LongTextField(label=_("What was reached of the aims"), rows=3)
    talked_at = PastMomentField(label=_("When it was talked over"))
    talked_with = forms.CharField(label=_("With whom"), max_length=SHORT)
    juvenile_said = LongTextField(label=_("What the juvenile said"), rows=2)
    guardian_said = LongTextField(label=_("What the guardian said"), required=False, rows=2)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def clean(self) -> dict[str, Any]:
        """When it was talked over, beside its field: the same rule as in the action."""
        cleaned = super().clean()
        if not self.errors:
            _beside(self, rules.check_release, self.case, cleaned, clock.now())
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The draft as typed."""
        return {name: self.cleaned_data[name] or None for name in Release.CONTENT}


def released_before(row: Release) -> dict[str, Any]:
    """The same of a release."""
    return values_of(row, Release.CONTENT)
