"""The forms of a receipt: its facts, and how it ends."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.intake.codes import ReceiptKind
from cases.intake.pages import SHEET_FIELDS, SheetFields, answers_as_typed, show_bands
from cases.receipts.actions import OutcomeFacts
from cases.receipts.codes import (
    Abuse,
    Abuser,
    Consultation,
    Grade,
    Harm,
    IncidentBand,
    Outcome,
    SuspectRelation,
)
from cases.receipts.models import ReceiptFacts, ReceiptOutcome, ReceivedCorrection
from cases.receipts.queries import Receipt, case_numbered
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from face.fields import CodeField, CodesField, HalfWidthField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from security.encryption.fields import reveal, values_of

OF_ABUSE = ("abuse", "abuse_more", "abuser")
OF_THIRD_PARTY = ("harm", "suspect_relation")


class FactsForm(SheetFields, GroupedForm):
    """What statistics count, and the facts of the first hour. Every field but the kind may stay empty and follow."""

    kind = CodeField(
        ReceiptKind,
        label=_("Kind of receipt"),
        widget=forms.RadioSelect,
        help_text=_("A kind that was wrong is put right here. No correction ends a limit that runs."),
    )
    consultation = CodeField(Consultation, label=_("Kind of consultation"), required=False)
    abuse = CodeField(Abuse, label=_("Main kind of abuse"), required=False)
    abuse_more = CodesField(
        Abuse, label=_("Further kinds of abuse"), widget=forms.CheckboxSelectMultiple, required=False
    )
    abuser = CodeField(Abuser, label=_("Who mainly abuses"), required=False)
    harm = CodeField(Harm, label=_("Harm by a third party"), required=False)
    suspect_relation = CodeField(SuspectRelation, label=_("What the suspect is to the child"), required=False)
    grade = CodeField(Grade, label=_("School or work"), required=False)
    incident_band = CodeField(
        IncidentBand,
        label=_("Last incident"),
        required=False,
        help_text=_(
            "Within 72 hours contraception is possible and evidence can be kept: ask a doctor at once."
        ),
    )
    incident_at = PastMomentField(label=_("When exactly"), required=False)
    with_suspect = CodeField(
        Answer, label=_("Does the child live with the suspect?"), widget=forms.RadioSelect, required=False
    )
    leaves_at = JapaneseDateTimeField(
        label=_("When the child leaves where it is now"),
        required=False,
        help_text=_("The end of school or of work: until then it must be decided where the child goes."),
    )
    can_be_met = CodeField(
        Answer, label=_("Can the child be met there?"), widget=forms.RadioSelect, required=False
    )
    known_there = forms.CharField(label=_("Who knows of it there"), max_length=300, required=False)
    others = forms.CharField(
        label=_("Other children in the same home"),
        max_length=300,
        required=False,
        help_text=_("How many and how old; each of them has a safety check of its own."),
    )
    interpreter = forms.CharField(
        label=_("Interpreter or other help to be understood"), max_length=200, required=False
    )

    GROUPS: tuple[Group, ...] = (
        (_("Reception"), "", ("kind",)),
        (
            _("First hour"),
            _("Ask the adult who contacted you, not the child."),
            (
                ("incident_band", "incident_at"),
                ("with_suspect", "can_be_met"),
                "leaves_at",
                ("known_there", "others"),
                "interpreter",
            ),
        ),
        (
            _("Urgency"),
            _("In this order. A “yes” that was found out raises the urgency; nothing here lowers it."),
            SHEET_FIELDS,
        ),
        (
            _("For the statistics"),
            _("What is not chosen today is lost for the yearly report."),
            (("consultation", "grade"), ("abuse", "abuser"), "abuse_more", ("harm", "suspect_relation")),
        ),
    )

    def __init__(self, *args: Any, is_abuse: bool, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_bands(self, office)
        dropped = OF_THIRD_PARTY if is_abuse else OF_ABUSE
        for name in dropped:
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What :class:`ReceiptFacts` seals beside the kind; what the track does not ask for is None."""
        facts = {name: self.cleaned_data.get(name) for name in ReceiptFacts.FACTS}
        return facts | {
            "applies": list(self.ticked()),
            "ruled_out": list(self.denied()),
            "signs": list(self.signs()),
        }


def facts_before(receipt: Receipt) -> dict[str, Any]:
    """What holds of a receipt, as the initial values of the form."""
    before: dict[str, Any] = values_of(receipt.facts, ReceiptFacts.FACTS) if receipt.facts else {}
    return {
        **before,
        **answers_as_typed(receipt.applies, receipt.denied, receipt.signs),
        "kind": receipt.kind,
    }


class OutcomeForm(BaseForm):
    """How a receipt ends that is not accepted as a case."""

    outcome = CodeField(Outcome, label=_("Outcome"), widget=forms.RadioSelect)
    reason = LongTextField(
        label=_("Reason"),
        rows=4,
        help_text=_("Why no case is accepted, and how it is known that the child is safe."),
    )
    advice = LongTextField(
        label=_("What was advised, and to whom"),
        required=False,
        rows=3,
        help_text=_("Also where to turn if something happens again."),
    )
    handed_to = forms.CharField(label=_("To which agency, to whom and when"), max_length=300, required=False)
    other_number = HalfWidthField(label=_("Number of the other case"), max_length=30, required=False)

    NEEDED_IF: Mapping[str, Needed] = {
        "advice": Needed(
            _("(required where it ends with advice)"), by=("outcome",), values=frozenset({Outcome.ADVISED})
        ),
        "handed_to": Needed(
            _("(required where another agency takes it)"),
            by=("outcome",),
            values=frozenset({Outcome.REFERRED, Outcome.TO_MUNICIPALITY}),
        ),
        "other_number": Needed(
            _("(required for a duplicate)"), by=("outcome",), values=frozenset({Outcome.DUPLICATE})
        ),
    }

    def __init__(self, *args: Any, by: Position, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.number = by, number

    def clean_other_number(self) -> str:
        """Another case that the drafter sees."""
        typed: str = self.cleaned_data["other_number"]
        if not typed:
            return ""
        other = case_numbered(self.by, typed)
        if other is None or other.number == self.number:
            raise ValidationError(gettext("You see no other case with this number."), code="unknown")
        return other.number

    def facts(self) -> OutcomeFacts:
        """The draft as typed."""
        return OutcomeFacts(**self.cleaned_data)


class ReceivedForm(BaseForm):
    """When a receipt really came."""

    corrected_at = PastMomentField(
        label=_("Received at, as corrected"),
        help_text=_("An earlier moment corrects the limit at once. A later one takes the decision."),
    )
    reason = LongTextField(
        label=_("How the right moment is known"),
        rows=3,
        help_text=_("For example the telephone list, or who took the call."),
    )


def moment_before(row: ReceivedCorrection) -> dict[str, Any]:
    """A draft of another moment as the initial values of the form."""
    return {"corrected_at": row.corrected_at, "reason": reveal(row, "reason")}


def typed_before(row: ReceiptOutcome) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    return values_of(row, OutcomeForm.base_fields)
