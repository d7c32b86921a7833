"""The forms of reception: a filing by another office, the conference and the safety check."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import basis
from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position
from agencies.staff.pages import say_at_fields
from agencies.staff.rules import reason_against
from cases.clocks.models import Clock
from cases.intake.call_forms import (
    CHILD_GROUP,
    NAME_ROWS,
    SITUATION_GROUP,
    UNLESS_UNKNOWN,
    WORDS_HINT,
    CallForm,
    NewChildFields,
    ToldFields,
    choice_of_lead,
)
from cases.intake.codes import DATED, LAWS, Law, Outcome, PoliceForm, UrgencyItem
from cases.intake.known import AskedForm
from cases.intake.models import Filed
from cases.intake.queries import case_to_attach_to
from cases.intake.rules import agreement_named, check_leaves_later
from cases.records.actions import ChildFacts
from cases.records.codes import Answer, Sex, Track, Urgency
from cases.records.forms import PastMomentField
from cases.records.models import Case
from face.fields import (
    CodeField,
    CodesField,
    HalfWidthField,
    JapaneseDateField,
    JapaneseDateTimeField,
    LongTextField,
    PhoneField,
)
from face.forms import BaseForm, Group
from face.needed import Needed
from face.widgets import Suggested
from security.walls import clock


def seen_late(limit: Clock | None, *, by: str, seen: str, at: str) -> Needed:
    """Why a child was seen late is needed where field ``by`` says ``seen``, and ``at`` lies after the limit that runs."""

    def is_late(typed: Mapping[str, Any]) -> bool:
        return limit is not None and bool(typed.get(at)) and typed[at] > limit.due_at

    mark = _("(required where the child was seen after the time limit)")
    return Needed(mark, by=(by,), values=frozenset({seen}), only=is_late)


MAY_STAY_EMPTY = _("May stay empty. Do not wait for it: whoever suspects abuse notifies at once.")


class FilingForm(NewChildFields, ToldFields):
    """A notification that a school, hospital or institution files with a child guidance center. Who is meant and what happened is
    enough (児童虐待防止法6条: a suspicion is); everything else is folded away, or may stay empty.
    """

    recipient: "forms.ModelChoiceField[Office]" = forms.ModelChoiceField(
        label=_("Child guidance center"), queryset=None
    )
    place_detail = forms.CharField(label=_("Where the child is now"), max_length=300, required=False)
    leaves_at = JapaneseDateTimeField(
        label=_("When the child leaves where it is now"),
        required=False,
        help_text=_("For example the end of school today. Until then the center decides what happens next."),
    )
    can_be_met = CodeField(
        Answer, label=_("Can the child be met there?"), widget=forms.RadioSelect, required=False
    )
    custodians = LongTextField(
        label=_("Custodians"),
        required=False,
        rows=2,
        help_text=_("As far as you know: name, relation, telephone. Do not call them about this."),
    )
    with_suspect = CodeField(
        Answer,
        label=_("Does the child live with the suspect?"),
        widget=forms.RadioSelect,
        required=False,
    )
    siblings = forms.CharField(
        label=_("Siblings"),
        max_length=300,
        required=False,
        help_text=_("How many, how old, and where they are now."),
    )
    contact = PhoneField(label=_("Telephone for enquiries"))
    keep_from = forms.CharField(
        label=_("Wishes about your name"),
        max_length=300,
        required=False,
        help_text=_("For example, from whom it is to be kept."),
    )

    grounds = CodesField(
        UrgencyItem,
        label=_("Items of the urgency assessment"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what you know. The center asks the rest, in this order."),
    )

    NEEDED_IF = {**ToldFields.NEEDED_IF, "family_name": UNLESS_UNKNOWN, "given_name": UNLESS_UNKNOWN}
    GROUPS: tuple[Group, ...] = (
        (_("To"), "", ("recipient",)),
        (
            CHILD_GROUP[0],
            "",
            ("name_unknown", *NAME_ROWS[:2], "place_detail", "leaves_at", "can_be_met"),
        ),
        (SITUATION_GROUP[0], WORDS_HINT, ("situation", "words", ("question", "asked_by"))),
        (_("Urgency"), "", ("grounds",)),
        (
            _("About the notifier"),
            _(
                "Your name and office are read by whoever receives it, the person in charge and the supervisors only."
            ),
            ("contact", "keep_from"),
        ),
    )
    LATER: tuple[Group, ...] = (
        (_("More about the child"), MAY_STAY_EMPTY, NAME_ROWS[2:]),
        (_("The home"), MAY_STAY_EMPTY, ("custodians", "with_suspect", "siblings")),
        (
            _("What else is known"),
            MAY_STAY_EMPTY,
            ("asked_at", "basis", ("observed", "injuries"), ("child_knows", "custodian_knows")),
        ),
    )

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("address_withheld")
        for name in ("birth_date", "sex"):
            self.fields[name].required = False
        self.fields["family_kana"].help_text = _("An earlier case of the child is found by it.")
        recipient: Any = self.fields["recipient"]
        recipient.queryset = offices

    def child(self) -> ChildFacts:
        """What was typed about the child."""
        self.cleaned_data["address_withheld"] = False
        self.cleaned_data["sex"] = self.cleaned_data["sex"] or Sex.OTHER  # "other or unknown"
        return super().child()

    def ticked(self) -> tuple[UrgencyItem, ...]:
        """The ticked items."""
        return tuple(self.cleaned_data["grounds"])

    def office(self) -> Office:
        """The child guidance center chosen."""
        office: Office = self.cleaned_data["recipient"]
        return office

    def about_filer(self) -> dict[str, str]:
        """Where the child is, and how to reach the person who filed."""
        return {name: self.cleaned_data[name] for name in ("place_detail", "contact", "keep_from")}

    def known(self) -> dict[str, Any]:
        """What is known of the home and of the next hours."""
        return {name: self.cleaned_data[name] for name in Filed.KNOWN}

    def clean_leaves_at(self) -> Any:
        """A moment that is still ahead."""
        typed = self.cleaned_data["leaves_at"]
        if why := reason_against(check_leaves_later, typed, clock.now()):
            raise ValidationError(str(why), code="past")
        return typed


IN_HAND = Needed(
    _("(required with the child in hand)"),
    by=("police_form",),
    values=frozenset({PoliceForm.IN_HAND.value}),
)
ON_PAPER = Needed(
    _("(required of a document)"),
    by=("police_form",),
    values=frozenset(form.value for form in DATED),
)
IN_REPLY = Needed(
    _("(required of an answer)"),
    by=("police_form",),
    values=frozenset({PoliceForm.REPLY.value}),
)


class PoliceFilingForm(FilingForm):
    """What the police send: the same notification, on which article, and what they alone know. Which of it is needed follows from
    what is sent."""

    police_form = CodeField(PoliceForm, label=_("What you send"), widget=forms.RadioSelect)
    law = CodeField(Law, label=_("Legal basis"), widget=forms.RadioSelect)
    document = forms.CharField(label=_("Number of the document"), max_length=60, required=False)
    dated_on = JapaneseDateField(label=_("Date of the document"), required=False)
    reply_to = forms.CharField(
        label=_("Request that is answered"),
        max_length=200,
        required=False,
        help_text=_("From whom, when and how. A request that came as an envelope is answered there."),
    )
    with_whom = forms.CharField(label=_("Who is with the child"), max_length=200, required=False)
    take_over_by = JapaneseDateTimeField(label=_("To be taken over by"), required=False)
    suspect = LongTextField(label=_("Suspect and relation to the child"), required=False, rows=2)
    suspect_held = CodeField(
        Answer, label=_("Is the suspect in custody?"), widget=forms.RadioSelect, required=False
    )
    police_did = LongTextField(label=_("What the police did"), required=False, rows=3)
    interviewed = CodeField(
        Answer,
        label=_("Have the police interviewed the child?"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "A child is asked about the facts once, if possible: the center then agrees with you on the interview."
        ),
    )
    evidence = forms.CharField(
        label=_("Evidence by number"),
        max_length=300,
        required=False,
        help_text=_("Numbers of what was seized, and who holds it. No images, and no links to any."),
    )
    wishes = LongTextField(label=_("Wishes of the child"), required=False, rows=2)

    NEEDED_IF = {
        **FilingForm.NEEDED_IF,
        **dict.fromkeys(("with_whom", "take_over_by", "place_detail"), IN_HAND),
        **dict.fromkeys(("document", "dated_on"), ON_PAPER),
        "reply_to": IN_REPLY,
    }
    GROUPS = (
        (_("To"), "", ("recipient", "police_form", "law", ("document", "dated_on"), "reply_to")),
        (
            CHILD_GROUP[0],
            "",
            ("name_unknown", *NAME_ROWS[:2], "place_detail", ("with_whom", "take_over_by")),
        ),
        FilingForm.GROUPS[2],
        FilingForm.GROUPS[3],
        (
            _("What the police know"),
            MAY_STAY_EMPTY,
            (
                "custodians",
                "suspect",
                "suspect_held",
                "siblings",
                "police_did",
                "interviewed",
                "evidence",
                "wishes",
            ),
        ),
        (_("About you"), "", ("contact",)),
    )
    LATER = (FilingForm.LATER[0], FilingForm.LATER[2])

    def __init__(
        self, *args: Any, sends: Collection[PoliceForm], sender: Office | None = None, **kwargs: Any
    ) -> None:
        """``sender``: the office of the police, where what is sent may rest on an agreement with it."""
        super().__init__(*args, **kwargs)
        self.sender = sender
        for name in ("keep_from", "leaves_at", "can_be_met", "with_suspect"):
            self.fields.pop(name)
        self.fields["custodians"].help_text = ""
        cast(CodeField, self.fields["police_form"]).choices = [(form.value, form.label) for form in sends]
        fitting = {law for form in sends for law in LAWS[form]}
        cast(CodeField, self.fields["law"]).choices = [
            (law.value, law.label)
            for law in Law
            if law in fitting and OfficeKind.POLICE in basis(law.value).used_by
        ]
        self._leave_out({form.value for form in sends})
        self.fields["situation"].label = _("What happened, or what is asked or answered")

    def clean(self) -> dict[str, Any]:
        """What rests on an agreement of the two offices has one."""
        cleaned = super().clean() or self.cleaned_data
        sent, law, recipient = (cleaned.get(name) for name in ("police_form", "law", "recipient"))
        if self.sender is not None and sent and law in LAWS[sent] and recipient:
            say_at_fields(self, agreement_named, sent, law, self.sender, recipient, clock.today())
        return cleaned

    def _leave_out(self, offered: set[str]) -> None:
        """Only what is sent from here can ask for a field; a field that nothing asks for is not there."""
        conditions = dict(self.NEEDED_IF)
        for name, needed in self.NEEDED_IF.items():
            if "police_form" in needed.by:
                conditions[name] = replace(needed, values=needed.values & offered)
                if not conditions[name].values:
                    del conditions[name], self.fields[name]
        self.NEEDED_IF = conditions

    def about_filer(self) -> dict[str, str]:
        """Where the child is, and how to reach the person who filed."""
        return {"keep_from": "", **{name: self.cleaned_data[name] for name in ("place_detail", "contact")}}

    def known(self) -> dict[str, Any]:
        """Custodians and siblings are with what the police say."""
        return {}

    def police(self) -> dict[str, Any]:
        """What the police alone say."""
        return {name: self.cleaned_data.get(name, "") for name in Filed.POLICE}


class RegisterForm(AskedForm):
    """What the receiving office adds to a filing that becomes a case: nothing that was filed is typed again."""

    track = CallForm.declared_fields["track"]
    urgency = CallForm.declared_fields["urgency"]
    in_charge = CallForm.declared_fields["in_charge"]

    def __init__(
        self,
        *args: Any,
        in_charge: list[Position],
        by: Position,
        least: Urgency,
        track: Track | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"in_charge": str(by.pk)} if by in in_charge else {}
        kwargs["initial"] |= {"track": track} if track else {}
        super().__init__(*args, **kwargs)
        suggested = gettext("The ticked items ask for %(band)s at least. Choose it, or a higher one.")
        self.fields["urgency"].help_text = suggested % {"band": least.label}
        choice_of_lead(self).offer(in_charge)


class AttachForm(BaseForm):
    """The case a filing is added to, by its number."""

    number = HalfWidthField(label=_("Case number"), max_length=30)

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None

    def clean_number(self) -> str:
        """A case that the reader manages."""
        number: str = self.cleaned_data["number"]
        self.case = case_to_attach_to(self.by, number)
        if self.case is None:
            raise ValidationError(gettext("You manage no open case with this number."), code="unknown")
        return number


class SafetyForm(BaseForm):
    """An attempt to see the child."""

    SIDE_BY_SIDE = (("place", "seen_by"),)

    outcome = CodeField(
        Outcome,
        label=_("Outcome"),
        without=Outcome.RETRACTED,
        widget=forms.RadioSelect,
    )
    seen_at = PastMomentField(label=_("When"), initial=clock.now)
    place = forms.CharField(label=_("Where"), max_length=300)
    seen_by = forms.CharField(label=_("Who saw the child"), max_length=300, widget=Suggested)
    condition = LongTextField(
        label=_("How the child was"),
        rows=5,
        help_text=_(
            "What was seen: body, behaviour, surroundings. The child is not questioned about what happened. "
            "If the child was not seen: what prevented it."
        ),
    )
    late_reason = LongTextField(
        label=_("Why it was late"),
        required=False,
        limit=1000,
        rows=3,
    )

    def __init__(self, *args: Any, limit: Clock | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.NEEDED_IF = {"late_reason": seen_late(limit, by="outcome", seen=Outcome.SEEN, at="seen_at")}

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_safety_check``; the texts are sealed."""
        typed = self.cleaned_data
        texts = {name: typed[name] for name in ("place", "seen_by", "condition", "late_reason")}
        return {"outcome": typed["outcome"], "seen_at": typed["seen_at"], "texts": texts}


class RetractForm(BaseForm):
    """Why a record of a safety check was wrong."""

    reason = LongTextField(
        label=_("What is wrong with the record"),
        limit=1000,
        rows=3,
        help_text=_("The record stays readable. If no other check saw the child, the time limit runs again."),
    )
