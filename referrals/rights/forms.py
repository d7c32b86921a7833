"""The forms of a letter, in the order in which it is handled; and a center's text for the child."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.rules import Refused
from cases.intake.forms import FilingForm
from cases.records.codes import Answer, Sex
from cases.records.forms import PastMomentField
from face.fields import ButtonField, CodeField, CodesField, HalfWidthField, LongTextField, PhoneField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from referrals.rights import rules
from referrals.rights.codes import AgeBand, AnswerWay, LetterChannel, Matter, NoteStep, Wish, Writer
from referrals.rights.models import ChildLetter, DangerCheck, LetterNotice, LetterReading, LetterReply
from security.walls import clock

SHORT = 300
YES = frozenset({Answer.YES.value})


def _text(label: Any, *, rows: int = 3, required: bool = False, help_text: Any = "") -> LongTextField:
    return LongTextField(label=label, rows=rows, required=required, help_text=help_text)


def _line(
    label: Any, *, required: bool = False, help_text: Any = "", longest: int = SHORT
) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text)


class Asking(BaseForm):
    """A form that says beside its field what a rule refuses."""

    def ask(self, rule: Callable[..., Any], *of: Any, **named: Any) -> None:
        """Let a rule say beside its field what it refuses."""
        try:
            rule(*of, **named)
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))


class RegisterForm(Asking):
    """What came, before anybody reads it."""

    SIDE_BY_SIDE = (("received_at", "number"),)

    channel = CodeField(LetterChannel, label=_("How it came"), widget=forms.RadioSelect)
    received_at = PastMomentField(label=_("Received at"), initial=clock.now)
    number = HalfWidthField(
        label=_("Number of the letter"),
        max_length=20,
        validators=[
            RegexValidator(
                r"^[A-Z0-9]{1,8}(-[0-9]{1,6}){0,2}\Z",
                _("Use capital letters and figures with hyphens, for example R8-0012. No name."),
            )
        ],
        help_text=_("As in the bureau's own register, for example R8-0012."),
    )
    held_by = _line(_("Who holds the original"), required=True)

    def facts(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in ("channel", "received_at", "number", "held_by")}


NEEDS_PLACE = Needed(
    _("(required of another address and of the telephone)"),
    by=("answer_way",),
    values=frozenset({AnswerWay.ELSEWHERE.value, AnswerWay.TELEPHONE.value}),
)
ANSWERED = frozenset(way.value for way in AnswerWay if way is not AnswerWay.NONE)


class ReadingForm(Asking, GroupedForm):
    """What the child wrote or said, exactly; and how it wants to be answered."""

    NEEDED_IF: Mapping[str, Needed] = {
        "answer_to": NEEDS_PLACE,
        "opened_by": Needed(
            _("(required where the way is not surely safe)"),
            by=("answer_way",),
            values=ANSWERED,
            only=lambda typed: typed.get("way_safe") is not Answer.YES,
        ),
    }
    GROUPS: tuple[Group, ...] = (
        (
            _("What the child wrote or said"),
            _("Word for word, with the child's own spelling. Correct nothing and leave nothing out."),
            ("words", "drawings", "matters", "consultations"),
        ),
        (
            _("The child"),
            _("Only what is in the letter. Do not look for more."),
            ("name", ("school", "grade"), ("age_band", "sex"), "address"),
        ),
        (
            _("How the child wants to be answered"),
            _("The child's wish decides. Ask yourself who else opens the post."),
            ("answer_way", "answer_to", "way_safe", "opened_by"),
        ),
    )

    words = LongTextField(label=_("The child's words, exactly as written"), rows=8, strip=False)
    drawings = _text(_("Drawings, described in words"), rows=2)
    matters = CodesField(Matter, label=_("What it is about"), widget=forms.CheckboxSelectMultiple)
    consultations = forms.IntegerField(
        label=_("Consultations in the letter"),
        initial=1,
        min_value=1,
        max_value=20,
        help_text=_("One letter may hold several; each is counted."),
    )
    name = _line(_("Name as the child wrote it"), longest=80, help_text=_("Left empty: the child gave none."))
    school = _line(_("School"), longest=120)
    grade = _line(_("Grade"), longest=40)
    age_band = CodeField(AgeBand, label=_("Age"))
    sex = CodeField(Sex, label=_("Sex"))
    address = _line(_("Home address"), help_text=_("Only if the child gave it."))
    answer_way = CodeField(AnswerWay, label=_("Answer wanted"), widget=forms.RadioSelect)
    answer_to = _line(_("Where to, or number and hours"))
    way_safe = CodeField(Answer, label=_("Is that way safe?"), widget=forms.RadioSelect)
    opened_by = _line(_("Who opens the post or answers the telephone"))

    def clean(self) -> dict[str, Any]:
        """Where an answer is wanted, it is known where to."""
        cleaned = super().clean()
        if {"answer_way", "way_safe", "answer_to", "opened_by", "address"} <= cleaned.keys():
            self.ask(rules.check_wanted, cleaned)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in LetterReading.FACTS}


class DangerForm(Asking):
    """Whether the child is in danger now, and who was telephoned first."""

    SIDE_BY_SIDE = (("police_at", "center_at"),)

    danger = CodeField(Answer, label=_("Is the child in danger now?"), widget=forms.RadioSelect)
    reasons = _text(_("What this rests on"), required=True, rows=3)
    police_at = PastMomentField(label=_("110 telephoned at"), required=False)
    center_at = PastMomentField(label=_("Center telephoned at"), required=False)
    calls = _text(
        _("Who answered, and what was agreed"), help_text=_("If one of the two was not telephoned: why.")
    )

    def clean(self) -> dict[str, Any]:
        """In danger, somebody was telephoned."""
        cleaned = super().clean()
        if set(DangerCheck.FACTS) <= cleaned.keys():
            self.ask(rules.check_danger, cleaned, clock.now())
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] or None for name in DangerCheck.FACTS}


class ReplyForm(Asking):
    """The reply to a child; of a child who spoke with the bureau, what it was told."""

    way = CodeField(
        AnswerWay, label=_("How the child is answered"), without=AnswerWay.NONE, widget=forms.RadioSelect
    )
    kept_safe = _text(
        _("How it is made sure that nobody else reads it"),
        rows=2,
        help_text=_("Required where the way the child wants is not surely safe."),
    )
    writer = CodeField(Writer, label=_("Who answers"), widget=forms.RadioSelect)
    text = LongTextField(
        label=_("Text of the reply"),
        rows=10,
        help_text=_("In words that a child of this age reads. It is kept."),
    )
    sent_at = PastMomentField(
        label=_("Answered in the conversation at"),
        required=False,
        help_text=_(
            "Only if the child was answered while it spoke. Left empty, the head reads the reply before it goes out."
        ),
    )

    def __init__(
        self, *args: Any, letter: ChildLetter, reading: LetterReading | None, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.letter, self.reading, self.now = letter, reading, now
        if not rules.is_spoken(letter):
            del self.fields["sent_at"]

    def clean(self) -> dict[str, Any]:
        """The child's wish decides, and nobody else reads it."""
        cleaned = super().clean()
        if {"way", "kept_safe"} <= cleaned.keys():
            self.ask(rules.check_way, self.reading, cleaned["way"], cleaned["kept_safe"])
            if cleaned.get("sent_at"):
                self.ask(rules.check_spoken, self.letter, cleaned["way"], cleaned["sent_at"], self.now)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed of the reply itself."""
        return {name: self.cleaned_data[name] for name in LetterReply.FACTS}


class SentForm(Asking):
    """When an approved reply went out."""

    sent_at = PastMomentField(label=_("Sent at"), initial=clock.now)

    def __init__(self, *args: Any, row: LetterReply, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.now = row, now

    def clean(self) -> dict[str, Any]:
        """After its approval."""
        cleaned = super().clean()
        if cleaned.get("sent_at"):
            self.ask(rules.check_sent, self.row, cleaned["sent_at"], self.now)
        return cleaned


AGAINST = Needed(
    _("(required where the child is against it)"), by=("wish",), values=frozenset({Wish.AGAINST.value})
)


class NoticeForm(Asking, GroupedForm):
    """What the center needs besides what the letter says: nothing of the letter is typed again."""

    NEEDED_IF: Mapping[str, Needed] = {"why": AGAINST, "child_said": AGAINST}
    GROUPS: tuple[Group, ...] = (
        (_("To"), "", ("recipient",)),
        (
            _("The child and the notification"),
            _("Ask the child if it can be asked safely. Its wish is told to the center."),
            ("wish", "child_said", "why"),
        ),
        (
            _("What the center reads besides the child's own words"),
            _("Name, school, address, words and drawings go with it as they were transcribed."),
            ("situation", "reach", "grounds"),
        ),
        (_("About you"), "", ("contact", "keep_from")),
    )

    recipient: "forms.ModelChoiceField[Office]" = forms.ModelChoiceField(
        label=_("Child guidance center"), queryset=None
    )
    wish = CodeField(Wish, label=_("What the child says to it"), widget=forms.RadioSelect)
    child_said = _text(_("What the child said about telling others"), rows=2)
    why = _text(
        _("Why it is notified against the child's wish"),
        rows=2,
        help_text=_(
            "The head of the section decides it before it is sent. A telephone call in danger waits for nobody."
        ),
    )
    situation = LongTextField(label=_("What happened, for the center"), rows=4)
    reach = _line(_("How the child may be reached"), required=True)
    grounds = FilingForm.declared_fields["grounds"]
    contact = PhoneField(label=_("Telephone for enquiries"))
    keep_from = _line(_("Wishes about your name"), help_text=_("For example, from whom it is to be kept."))

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipient: Any = self.fields["recipient"]
        recipient.queryset = offices

    def clean(self) -> dict[str, Any]:
        """A reason belongs to a notification against the child's wish."""
        cleaned = super().clean()
        if cleaned.get("wish") and "why" in cleaned:
            self.ask(rules.check_notice, cleaned)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was typed, but for the center."""
        typed = {name: self.cleaned_data[name] for name in LetterNotice.FACTS}
        return typed | {"grounds": tuple(typed["grounds"])}


class VerdictForm(Asking):
    """What the head decides on a draft."""

    note = _text(_("Note"), rows=3, help_text=_("Required where the draft goes back."))
    verdict = ButtonField(("approve", "return"))

    def clean(self) -> dict[str, Any]:
        """A draft that goes back says why."""
        cleaned = super().clean()
        if cleaned.get("verdict") and "note" in cleaned:
            self.ask(rules.check_returned, cleaned["verdict"] == "approve", cleaned["note"])
        return cleaned


class NoteForm(Asking):
    """What else was done, and what came of it."""

    step = CodeField(NoteStep, label=_("Step"), widget=forms.RadioSelect)
    happened_at = PastMomentField(label=_("When"), initial=clock.now)
    words = LongTextField(label=_("What was said and done"), rows=4)

    def __init__(self, *args: Any, letter: ChildLetter, told: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if told:
            del self.fields["step"]
            return
        step: Any = self.fields["step"]
        step.choices = [(one.value, one.label) for one in rules.offered_steps(letter)]


class WordForm(BaseForm):
    """What the child is to be told by the bureau."""

    text = LongTextField(
        label=_("What the child is to be told"),
        rows=6,
        help_text=_(
            "In words for a child, and nothing that must not be read by others. The bureau reads the text and the day."
        ),
    )
