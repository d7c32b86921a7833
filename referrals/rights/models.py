"""What children write to or tell a rights bureau, and what the bureau does with it: its own records, under keys of its own."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position, Staff
from cases.intake.codes import UrgencyItem
from cases.intake.models import Filing
from cases.records.codes import Answer, Sex
from face.codes import UnknownCode, stored_code
from referrals.rights.codes import (
    AgeBand,
    AnswerWay,
    LetterChannel,
    LetterState,
    Matter,
    NoteStep,
    Wish,
    Writer,
)
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedMomentField


class ChildLetter(SealedModel):
    """A letter, call or message of a child to a rights bureau: that it came, and how far it is. Its content is in the rows below.

    ``number``: the bureau's own number of it. ``state`` follows ``codes.MOVES``; a trigger asks for the row it needs.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", "channel", "number", "received_at", "registered_by", "registered_at", "state"}
    )

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("rights bureau"))
    channel = models.CharField(_("how it came"), max_length=20, choices=LetterChannel.choices)
    number = models.CharField(_("number of the letter"), max_length=20)
    received_at = models.DateTimeField(_("received at"))
    registered_by = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered at"))
    state = models.CharField(
        _("state"), max_length=20, choices=LetterState.choices, default=LetterState.RECEIVED
    )
    held_by = EncryptedTextField(_("who holds the original"))

    class Meta:
        app_label = "referrals"
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="child_letter_number"),
            # Not a place for words: a year and a running number, as the bureau counts.
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[A-Z0-9]{1,8}(-[0-9]{1,6}){0,2}$"),
                name="child_letter_number_form",
            ),
        ]
        indexes = [models.Index(fields=["office", "-received_at", "-id"], name="child_letter_latest")]

    def key_scope(self) -> Scope:
        return Scope("rights", self.pk)

    @property
    def state_label(self) -> LetterState | UnknownCode:
        """The state, or what an older version wrote there."""
        return stored_code(LetterState, self.state)

    @property
    def channel_label(self) -> LetterChannel | UnknownCode:
        """How it came, the same way."""
        return stored_code(LetterChannel, self.channel)


class OfLetter(SealedModel):
    """Base of everything that is written of one letter, sealed under the key of that letter. Written once."""

    OF_LETTER_CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "letter", "written_by", "written_at"})

    letter = models.ForeignKey(
        ChildLetter, models.PROTECT, related_name="+", verbose_name=_("letter of a child")
    )
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("rights", self.letter_id)


class LetterReading(OfLetter):
    """What the letter says, transcribed; the child's spelling is never changed. A correction is a further row; the latest counts.

    ``consultations``: how many the letter holds; each is counted.
    """

    CLEAR: ClassVar[frozenset[str]] = OfLetter.OF_LETTER_CLEAR | {"consultations"}

    consultations = models.PositiveSmallIntegerField(_("consultations in the letter"))
    name = EncryptedTextField(_("name as the child wrote it"), null=True)
    school = EncryptedTextField(_("school"), null=True)
    grade = EncryptedTextField(_("grade"), null=True)
    sex = EncryptedCodeField(Sex, _("sex"))
    age_band = EncryptedCodeField(AgeBand, _("age"))
    address = EncryptedTextField(_("address"), null=True)
    answer_way = EncryptedCodeField(AnswerWay, _("answer wanted"))
    answer_to = EncryptedTextField(_("where to, or number and hours"), null=True)
    way_safe = EncryptedCodeField(Answer, _("whether that way is safe"))
    opened_by = EncryptedTextField(_("who opens the post or answers the telephone"), null=True)
    words = EncryptedTextField(_("the child's words, exactly as written"))
    drawings = EncryptedTextField(_("drawings, described in words"), null=True)
    matters = EncryptedCodesField(Matter, _("what it is about"))

    FACTS: ClassVar[tuple[str, ...]] = (
        "consultations", "name", "school", "grade", "sex", "age_band", "address", "answer_way", "answer_to", "way_safe",
        "opened_by", "words", "drawings", "matters",
    )  # fmt: skip

    class Meta:
        app_label = "referrals"
        ordering = ["-written_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consultations__gte=1, consultations__lte=20), name="letter_consultations"
            ),
        ]
        indexes = [models.Index(fields=["letter", "-written_at"], name="letter_reading_latest")]


class DangerCheck(OfLetter):
    """Whether the child is in danger now; if so, that 110 and the center were telephoned before all else. The latest counts."""

    CLEAR: ClassVar[frozenset[str]] = OfLetter.OF_LETTER_CLEAR

    danger = EncryptedCodeField(Answer, _("danger now"))
    reasons = EncryptedTextField(_("what this rests on"))
    police_at = EncryptedMomentField(_("110 telephoned at"), null=True)
    center_at = EncryptedMomentField(_("center telephoned at"), null=True)
    calls = EncryptedTextField(_("who answered, and what was agreed"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = ("danger", "reasons", "police_at", "center_at", "calls")

    class Meta:
        app_label = "referrals"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["letter", "-written_at"], name="danger_check_latest")]


class LetterDraft(SealedModel):
    """Base of what one person of the bureau drafts and the head of the section, another person, decides."""

    DRAFT_CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            *("id", "letter", "drafted_by", "drafted_person", "drafted_at"),
            *("decided_by", "decided_person", "decided_at", "approved"),
        }
    )

    letter = models.ForeignKey(
        ChildLetter, models.PROTECT, related_name="+", verbose_name=_("letter of a child")
    )
    drafted_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_person = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted at"))
    decided_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_person = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    approved = models.BooleanField(_("approved"), null=True)
    note = EncryptedTextField(_("reason of the decision"), null=True)

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("rights", self.letter_id)


class LetterReply(LetterDraft):
    """A reply to the child: its text, who answers and how. The head who approves it is its second reader.

    ``sent_at``: when it went out; of an answer given in the conversation, when that was.
    """

    CLEAR: ClassVar[frozenset[str]] = LetterDraft.DRAFT_CLEAR | {"sent_at"}

    way = EncryptedCodeField(AnswerWay, _("how it is answered"))
    writer = EncryptedCodeField(Writer, _("who answers"))
    text = EncryptedTextField(_("text of the reply"))
    kept_safe = EncryptedTextField(_("how it is made sure that nobody else reads it"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = ("way", "writer", "text", "kept_safe")

    class Meta:
        app_label = "referrals"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=models.Q(decided_at=None), name="one_letter_reply"
            )
        ]


class LetterNotice(LetterDraft):
    """A notification of the center, made of what the letter says. ``filing``: the filing it became.

    ``takes_two``: the child is against it, so that it is filed once the head has approved it.
    """

    CLEAR: ClassVar[frozenset[str]] = LetterDraft.DRAFT_CLEAR | {"recipient", "filing", "takes_two"}

    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )
    filing = models.OneToOneField(
        Filing, models.PROTECT, null=True, related_name="+", verbose_name=_("notification filed")
    )
    takes_two = models.BooleanField(_("decided by the head"))
    wish = EncryptedCodeField(Wish, _("what the child says to it"))
    child_said = EncryptedTextField(_("what the child said about telling others"), null=True)
    why = EncryptedTextField(_("why it is notified against the child's wish"), null=True)
    situation = EncryptedTextField(_("what happened, for the center"))
    reach = EncryptedTextField(_("how the child may be reached"))
    grounds = EncryptedCodesField(UrgencyItem, _("items of the urgency assessment"))
    contact = EncryptedTextField(_("telephone for enquiries"))
    keep_from = EncryptedTextField(_("wishes about one's name"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "wish", "child_said", "why", "situation", "reach", "grounds", "contact", "keep_from",
    )  # fmt: skip

    class Meta:
        app_label = "referrals"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter"],
                condition=models.Q(decided_at=None, takes_two=True),
                name="one_letter_notice",
            )
        ]


class WordForChild(SealedModel):
    """What a center asks the bureau to tell the child. The bureau made its key when it filed; the center never reads it back.

    It names the filing, a day and nobody: with a person or a moment it would join the filing with its case (docs/adr/0018).
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "filing", "sent_at"})

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+", verbose_name=_("notification filed"))
    sent_at = models.DateTimeField(_("sent"))
    text = EncryptedTextField(_("what the child is to be told"))

    class Meta:
        app_label = "referrals"
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["filing", "sent_at"], name="word_of_filing")]

    def key_scope(self) -> Scope:
        return Scope("childword", self.filing_id)


class LetterNote(OfLetter):
    """What else the bureau did, and what came of it. ``word``: the text of a center that the child was told."""

    CLEAR: ClassVar[frozenset[str]] = OfLetter.OF_LETTER_CLEAR | {"word"}

    word = models.OneToOneField(
        WordForChild, models.PROTECT, null=True, related_name="told", verbose_name=_("text for the child")
    )
    step = EncryptedCodeField(NoteStep, _("step"))
    happened_at = EncryptedMomentField(_("when"))
    words = EncryptedTextField(_("what was said and done"))

    class Meta:
        app_label = "referrals"
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["letter", "written_at"], name="letter_note_of_letter")]
