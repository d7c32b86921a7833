"""What a notification says and who is its child, as forms: a call, a further notification, and what a call left for later."""

from collections.abc import Mapping
from itertools import chain
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.intake.actions import Received
from cases.intake.codes import Basis, Channel, Knows, ReceiptKind, Source
from cases.intake.known import AskedForm
from cases.intake.models import Notification, Notifier, Told
from cases.intake.sheet import SHEET_FIELDS, URGENCY_HINT, SheetFields, any_yes, show_bands
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import StayKind, Track, Urgency
from cases.records.forms import (
    SECRET_PLACE_HINT,
    ChildForm,
    PastMomentField,
    PersonForm,
    PositionChoice,
    ask_about_age,
)
from face.fields import (
    KANA_UNKNOWN,
    UNKNOWN,
    CodeField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
)
from face.forms import BaseForm, Group, GroupedForm, Row, as_tuples
from face.needed import Needed
from security.walls import clock

CHILD_FIELDS, PERSON_FIELDS = ChildForm.declared_fields, PersonForm.declared_fields
"""The child's identity is typed with the same fields wherever it is typed."""


def choice_of_lead(form: forms.Form) -> PositionChoice:
    """The field of who is in charge, to which a view offers positions."""
    return cast(PositionChoice, form.fields["in_charge"])


WITH_THE_WORDS = Needed(
    _("(required with the child's words)"),
    by=("words",),
    message=_("Write this with the child's words. If it is not known or nothing was asked, say so."),
)


class ToldFields(GroupedForm):
    """What a notification says. Nothing here asks for details: the questions belong to the interview. What happened is enough;
    the rest may follow (``Notification.LATER``).
    """

    situation = LongTextField(label=_("What happened, as reported"), rows=4)
    basis = CodeField(Basis, label=_("Known from"), widget=forms.RadioSelect, required=False)
    words = LongTextField(
        label=_("The child's own words"),
        required=False,
        rows=3,
        help_text=_(
            "Word for word, as the child said it. Only “who did what”; whoever heard it asks nothing further."
        ),
    )
    question = forms.CharField(
        label=_("What the child had been asked"),
        max_length=500,
        required=False,
        help_text=_("The question in its own words. If nothing was asked, write “not asked”."),
    )
    asked_by = forms.CharField(label=_("Who asked or listened"), max_length=200, required=False)
    asked_at = PastMomentField(label=_("When the child said it"), required=False)
    observed = LongTextField(label=_("What was observed"), required=False, rows=2)
    injuries = LongTextField(label=_("Injuries and medical care"), required=False, rows=2)
    child_knows = CodeField(
        Knows,
        label=_("Does the child know of this notification?"),
        widget=forms.RadioSelect,
        required=False,
    )
    custodian_knows = CodeField(
        Knows,
        label=_("Does the custodian know of this notification?"),
        widget=forms.RadioSelect,
        required=False,
    )

    # The child's words are recorded with the question they answer and the listener: they are weighed later by that.
    NEEDED_IF: Mapping[str, Needed] = {"question": WITH_THE_WORDS, "asked_by": WITH_THE_WORDS}

    def told(self) -> dict[str, Any]:
        """What :class:`Told` seals; the answers on urgency are apart. What may follow is None where it stayed empty."""
        typed = self.cleaned_data
        told = {name: typed[name] or "" for name in Told.TOLD if name != "grounds"}
        told |= {name: typed[name] or None for name in Notification.LATER}
        if not typed["words"]:
            told["asked_at"] = (
                typed["asked_at"] or ""
            )  # the child said nothing: there is no moment to fill in
        return told


class ChildFields(GroupedForm):
    """The child's identity, with the fields of the case record's own form."""

    family_name = CHILD_FIELDS["family_name"]
    given_name = CHILD_FIELDS["given_name"]
    family_kana = CHILD_FIELDS["family_kana"]
    given_kana = CHILD_FIELDS["given_kana"]
    sex = CHILD_FIELDS["sex"]
    birth_date = CHILD_FIELDS["birth_date"]
    school = CHILD_FIELDS["school"]
    address = CHILD_FIELDS["address"]
    address_withheld = CHILD_FIELDS["address_withheld"]
    telephone = CHILD_FIELDS["telephone"]
    CHILD: tuple[str, ...] = (
        "family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date", "school", "address",
        "address_withheld", "telephone",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Asks about the birth date of a grown-up."""
        cleaned = super().clean()
        ask_about_age(self)
        return cleaned

    def child(self) -> ChildFacts:
        """What was typed about the child."""
        typed = {name: self.cleaned_data[name] for name in self.CHILD}
        typed["birth_date"] = None if typed["birth_date"] == UNKNOWN else typed["birth_date"]
        return ChildFacts(**typed)


NAMES = ("family_name", "given_name", "family_kana", "given_kana")
UNLESS_UNKNOWN = Needed(
    _("(required unless it is not known)"),
    only=lambda typed: not typed.get("name_unknown"),
    message=_("Enter this, or tick that the name is not known."),
)


class NewChildFields(ChildFields):
    """A child of whom perhaps not even the name is known yet."""

    name_unknown = forms.BooleanField(
        label=_("The name, or a part of it, is not known"),
        required=False,
        help_text=_("The boxes that stay empty are then saved as “unknown”."),
    )

    NEEDED_IF: Mapping[str, Needed] = dict.fromkeys(NAMES, UNLESS_UNKNOWN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name].required = False
            self.fields[name].help_text = ""  # the tick above says what to do

    def clean(self) -> dict[str, Any]:
        """A part of the name that is not known is saved as such; without the tick it is asked for."""
        cleaned = super().clean()
        return cleaned | {
            name: cleaned.get(name) or KANA_UNKNOWN for name in NAMES if name not in self.errors
        }


class NotifierFields(BaseForm):
    """Who notified; stored apart from everything else."""

    notifier_name = NameField(
        label=_("Name"),
        required=False,
        help_text=_("May stay empty: an anonymous notification is a notification."),
    )
    notifier_relation = forms.CharField(
        label=_("Relation to the child, or office"), max_length=200, required=False
    )
    notifier_telephone = PhoneField(label=_("Telephone"), required=False)
    notifier_keep_from = forms.CharField(
        label=_("Wishes about one's name"),
        max_length=300,
        required=False,
        help_text=_("For example, from whom it is to be kept."),
    )

    def notifier(self) -> dict[str, str] | None:
        """The fields of :class:`Notifier`, or None if nothing was typed."""
        texts = {name: self.cleaned_data[f"notifier_{name}"] for name in Notifier.FIELDS}
        return texts if any(texts.values()) else None


WORDS_HINT = _("Write what was said, not what it may mean. Do not question the child again to fill this in.")
NAME_ROWS: tuple[Row, ...] = (
    ("family_name", "given_name"),
    ("family_kana", "given_kana"),
    ("birth_date", "sex"),
    "birth_date_checked",
    ("school", "telephone"),
    "address",
)
CHILD_GROUP: Group = (_("The child"), "", (*NAME_ROWS, "address_withheld"))
RECEIVED_GROUP: Group = (_("Reception"), "", (("received_at", "source"), "channel", "kind"))
SITUATION_GROUP: Group = (
    _("What happened"),
    WORDS_HINT,
    (
        "words",
        ("question", "asked_by"),
        "asked_at",
        "situation",
        "basis",
        ("observed", "injuries"),
        ("child_knows", "custodian_knows"),
    ),
)
NOTIFIER_GROUP: Group = (
    _("Who notified"),
    _(
        "Kept separately. Only the person in charge and the supervisors can open it, and it is on no shared sheet."
    ),
    (("notifier_name", "notifier_telephone"), ("notifier_relation", "notifier_keep_from")),
)


SHEET_HINT = _("In this order. What is not known yet stays empty, and is to be found out next.")


class FurtherForm(SheetFields, ToldFields, NotifierFields):
    """A further notification about the child of a case. What stays empty of it can follow, as after a first call."""

    received_at = PastMomentField(label=_("Received at"), initial=clock.now)
    channel = CodeField(
        Channel,
        label=_("How it came"),
        without=Channel.FILED,
        widget=forms.RadioSelect,
    )
    source = CodeField(Source, label=_("From whom, by kind"), without=Source.MEDICAL)
    kind = CodeField(
        ReceiptKind,
        label=_("Kind of receipt"),
        widget=forms.RadioSelect,
        help_text=_(
            "After a notification of abuse the child is seen within the limit of the law; after any other contact within that of "
            "the office."
        ),
    )

    GROUPS: tuple[Group, ...] = (
        RECEIVED_GROUP, SITUATION_GROUP, (_("Urgency"), SHEET_HINT, SHEET_FIELDS), NOTIFIER_GROUP,
    )  # fmt: skip

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_bands(self, office)

    def received(self) -> Received:
        """The notification as typed."""
        typed = self.cleaned_data
        return Received(
            typed["received_at"],
            typed["channel"],
            typed["source"],
            self.told(),
            self.ticked(),
            self.notifier(),
            kind=typed["kind"],
            denied=self.denied(),
            signs=self.signs(),
        )


CAN_FOLLOW = _("Can be filled in on the case, after the call.")


class CallForm(AskedForm, NewChildFields, FurtherForm):
    """A contact just received, in the order of a call: what the first minutes need, and folded away what can follow. It opens the
    case; of what stays empty the case says that it is to be filled in (:class:`CompleteForm`).
    """

    place_of_stay = CodeField(StayKind, label=_("Where the child is now"), widget=forms.RadioSelect)
    place_detail = forms.CharField(
        label=_("Details of the place"), max_length=300, required=False, help_text=SECRET_PLACE_HINT
    )
    custodian_name = NameField(label=_("Name"), required=False)
    custodian_kana = KanaField(label=_("Name in katakana"), allow_unknown=True, required=False)
    custodian_relation = forms.CharField(label=_("Relation to the child"), max_length=100, required=False)
    custodian_age = PERSON_FIELDS["age"]
    custodian_occupation = PERSON_FIELDS["occupation"]
    custodian_telephone = PhoneField(label=_("Telephone"), required=False)
    track = CodeField(Track, label=_("Track"), widget=forms.RadioSelect)
    harm_type = forms.CharField(label=_("Type of harm"), max_length=200, required=False)
    urgency = CodeField(
        Urgency,
        label=_("Urgency"),
        widget=forms.RadioSelect,
        help_text=URGENCY_HINT,
    )
    in_charge = PositionChoice(label=_("Person in charge"))

    CUSTODIAN = ("name", "kana", "relation", "age", "occupation", "telephone")
    # Nothing that was typed about the custodian is lost because the name is missing.
    NEEDED_IF = {
        **ToldFields.NEEDED_IF,
        "custodian_name": Needed(
            _("(required with anything else about the custodian)"),
            by=tuple(f"custodian_{name}" for name in CUSTODIAN[1:]),
            message=_("If the name is not known, write that."),
        ),
        **NewChildFields.NEEDED_IF,
        # The answers say how urgent it is; a person says it where none is yes.
        "urgency": Needed(
            _("(required where no question is answered with yes)"),
            only=lambda typed: not any_yes(typed),
            message=_("If no question is answered with yes, choose the urgency."),
        ),
    }
    GROUPS = (
        (
            NOTIFIER_GROUP[0],
            NOTIFIER_GROUP[1],
            (
                ("notifier_name", "notifier_telephone"),
                "notifier_keep_from",
                ("received_at", "source"),
                "channel",
                "kind",
            ),
        ),
        (
            CHILD_GROUP[0],
            "",
            ("name_unknown", *NAME_ROWS[:2], ("birth_date", "sex"), "birth_date_checked", "school"),
        ),
        (_("Where the child is, and the danger"), "", ("place_of_stay",)),
        (_("Items of the urgency assessment"), SHEET_HINT, SHEET_FIELDS),
        (SITUATION_GROUP[0], WORDS_HINT, ("words", ("question", "asked_by"), "situation")),
        (_("Urgency and assignment"), "", ("track", "urgency", "in_charge")),
    )
    LATER = (
        (
            _("More about what happened"),
            CAN_FOLLOW,
            ("asked_at", "basis", ("observed", "injuries"), ("child_knows", "custodian_knows"), "harm_type"),
        ),
        (
            _("More about the child and the notifier"),
            CAN_FOLLOW,
            ("place_detail", "address", "address_withheld", "telephone", "notifier_relation"),
        ),
        (
            _("Custodian"),
            "",
            (
                ("custodian_name", "custodian_kana"),
                ("custodian_relation", "custodian_telephone"),
                ("custodian_age", "custodian_occupation"),
            ),
        ),
    )

    def __init__(self, *args: Any, in_charge: list[Position], by: Position, **kwargs: Any) -> None:
        mine = {"in_charge": str(by.pk)} if by in in_charge else {}
        kwargs["initial"] = {**mine, **(kwargs.get("initial") or {})}
        super().__init__(*args, office=by.office, **kwargs)
        choice_of_lead(self).offer(in_charge)
        self.fields["urgency"].required = False

    def facts(self) -> CaseFacts:
        """What the case starts with; its outline is the situation as reported."""
        names = ("track", "harm_type", "place_of_stay", "place_detail")
        return CaseFacts(
            outline=self.cleaned_data["situation"],
            urgency=self.cleaned_data["urgency"] or Urgency.C,  # the answers lift it
            **{name: self.cleaned_data[name] for name in names},
        )

    def custodian(self) -> dict[str, str] | None:
        """The custodian named on the reception form, or None."""
        texts = {name: self.cleaned_data[f"custodian_{name}"] for name in self.CUSTODIAN}
        return texts if texts["name"] else None


class CompleteForm(ToldFields):
    """What a notification still lacks: only the fields ``unfilled`` are asked for, and each may be left for another time."""

    NEEDED_IF = {}

    def __init__(self, *args: Any, unfilled: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(unfilled):
            del self.fields[name]
        for field in self.fields.values():
            field.required = False
        names = chain.from_iterable(as_tuples(SITUATION_GROUP[2]))
        self.GROUPS = ((_("Not filled in yet"), "", tuple(name for name in names if name in self.fields)),)

    def clean(self) -> dict[str, Any]:
        """Something is filled in."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(gettext("Fill in at least one."), code="empty")
        return cleaned

    def filled(self) -> dict[str, Any]:
        """What was filled in, by the fields of :class:`Notification`."""
        return {name: value for name, value in self.cleaned_data.items() if value}
