"""Notifications, who made them, and the first steps: acceptance and the check of safety by sight."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.intake.codes import (
    Basis,
    Channel,
    Conference,
    FilingState,
    Knows,
    Law,
    Outcome,
    PoliceForm,
    ReceiptKind,
    Sign,
    Source,
    UrgencyItem,
)
from cases.records.codes import Answer, Sex
from cases.records.models import UNKNOWN, OfCase
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedMomentField,
)


class Told(models.Model):
    """What a notification says, wherever it is kept. The child's words are verbatim, with what was asked, by whom and when.

    In a column that may be NULL an empty text is nothing to say; NULL is not filled in yet.
    """

    situation = EncryptedTextField(_("what happened, as reported"))
    basis = EncryptedCodeField(Basis, _("known from"), null=True)
    words = EncryptedTextField(_("the child's own words"))
    question = EncryptedTextField(_("what the child had been asked"))
    asked_by = EncryptedTextField(_("who asked"))
    asked_at = EncryptedMomentField(_("when the child said it"), null=True)
    observed = EncryptedTextField(_("what was observed"), null=True)
    injuries = EncryptedTextField(_("injuries and medical care"), null=True)
    child_knows = EncryptedCodeField(Knows, _("the child and the notification"), null=True)
    custodian_knows = EncryptedCodeField(Knows, _("the custodian and the notification"), null=True)
    grounds = EncryptedCodesField(UrgencyItem, _("items of the urgency assessment"))

    TOLD: ClassVar[tuple[str, ...]] = (
        "situation", "basis", "words", "question", "asked_by", "asked_at", "observed", "injuries", "child_knows",
        "custodian_knows", "grounds",
    )  # fmt: skip

    class Meta:
        abstract = True


class ShownFilings(BaseTable):
    """In place of the table, which the application has no right to read: the filings that the acting position may see."""

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        alias = compiler.quote_name_unless_alias(self.table_alias or self.table_name)
        return f"wall.filings_shown() AS {alias}", ()


class FilingQuery(Query):
    base_table_class = ShownFilings


class FilingQuerySet(models.QuerySet["Filing"]):
    """Reads through the wall's function; rows are made by ``save``."""

    def __init__(
        self, model: Any = None, query: Query | None = None, using: Any = None, hints: Any = None
    ) -> None:
        super().__init__(model, query or FilingQuery(model), using, hints)


class Filing(models.Model):
    """The receipt of a notification that another office filed: where to, when, how far. It says nothing about any child.

    It is the filer's alone: the accused may work at the same school. Once it is registered it says the days, no moment
    and no person of the receiving office, so that the case it became is found from it neither here nor in a dump (docs/adr/0018).

    ``pressing``: somebody is to be telephoned at once. It holds until the filing is registered (docs/adr/0091).
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "reference",
            "sender",
            "filed_by",
            "recipient",
            "sent_at",
            "received_at",
            "received_by",
            "registered_at",
            "pressing",
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    sender = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )
    sent_at = models.DateTimeField(_("sent"))
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(null=True)
    pressing = models.BooleanField(_("to be called back at once"), default=False)

    objects = FilingQuerySet.as_manager()

    class Meta:
        app_label = "cases"
        ordering = ["-sent_at", "-id"]
        indexes = [
            # What belongs to no case yet, at the desk of the receiving office.
            models.Index(
                fields=["recipient", "sent_at"], condition=models.Q(registered_at=None), name="filing_desk"
            ),
            # The receipts of the position that filed.
            models.Index(fields=["filed_by", "-sent_at", "-id"], name="filing_latest"),
        ]

    @property
    def state(self) -> FilingState:
        """Sent, received, or registered as a case."""
        if self.registered_at is not None:
            return FilingState.REGISTERED
        return FilingState.SENT if self.received_at is None else FilingState.RECEIVED

    @property
    def sent_on(self) -> date | None:
        """The day it was sent, where that is all that is kept."""
        return timezone.localdate(self.sent_at) if self.registered_at is not None else None


class Filed(Told):
    """What a filing says: what happened, the child, and the one who files it."""

    family_name = EncryptedTextField(_("family name"))
    given_name = EncryptedTextField(_("given name"))
    family_kana = EncryptedTextField(_("family name in katakana"))
    given_kana = EncryptedTextField(_("given name in katakana"))
    sex = EncryptedCodeField(Sex, _("sex"))
    birth_date = EncryptedDateField(_("birth date"), unknown=UNKNOWN)
    school = EncryptedTextField(_("school and grade"))
    address = EncryptedTextField(_("address"))
    telephone = EncryptedTextField(_("telephone"))
    place_detail = EncryptedTextField(_("where the child is now"))
    contact = EncryptedTextField(_("telephone for enquiries"))
    keep_from = EncryptedTextField(_("wishes about one's name"))
    # NULL in what was filed before the form asked for them.
    leaves_at = EncryptedMomentField(_("when the child leaves where it is now"), null=True)
    with_suspect = EncryptedCodeField(Answer, _("lives with the suspect"), null=True)
    can_be_met = EncryptedCodeField(Answer, _("can be met there"), null=True)
    # NULL in what others than the police filed, and never in what they did: an empty text says nothing about the kind. Custodians
    # and siblings every office names.
    police_form = EncryptedCodeField(PoliceForm, _("what the police send"), null=True)
    law = EncryptedCodeField(Law, _("legal basis"), null=True)
    agreement = EncryptedTextField(_("agreement it rests on"), null=True)
    document = EncryptedTextField(_("number of the document"), null=True)
    dated_on = EncryptedDateField(_("date of the document"), null=True)
    reply_to = EncryptedTextField(_("request that is answered"), null=True)
    with_whom = EncryptedTextField(_("who is with the child"), null=True)
    take_over_by = EncryptedMomentField(_("to be taken over by"), null=True)
    custodians = EncryptedTextField(_("custodians"), null=True)
    suspect = EncryptedTextField(_("suspect and relation to the child"), null=True)
    suspect_held = EncryptedCodeField(Answer, _("suspect in custody"), null=True)
    siblings = EncryptedTextField(_("siblings"), null=True)
    police_did = EncryptedTextField(_("what the police did"), null=True)
    interviewed = EncryptedCodeField(Answer, _("child interviewed by the police"), null=True)
    evidence = EncryptedTextField(_("evidence by number"), null=True)
    wishes = EncryptedTextField(_("wishes of the child"), null=True)

    CHILD: ClassVar[tuple[str, ...]] = (
        "family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date", "school", "address", "telephone",
    )  # fmt: skip
    POLICE: ClassVar[tuple[str, ...]] = (
        "police_form", "law", "agreement", "document", "dated_on", "reply_to", "with_whom", "take_over_by", "custodians",
        "suspect", "suspect_held", "siblings", "police_did", "interviewed", "evidence", "wishes",
    )  # fmt: skip

    KNOWN: ClassVar[tuple[str, ...]] = (
        "custodians", "siblings", "leaves_at", "with_suspect", "can_be_met",
    )  # fmt: skip
    """What an office that is no police knows of the home and of the next hours."""

    class Meta:
        abstract = True


class FilingContent(Filed, SealedModel):
    """What was filed, under a compartment key of the receiving office: the filer writes it, and cannot load that key."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "filing"})

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="content")

    class Meta:
        app_label = "cases"

    def key_scope(self) -> Scope:
        return Scope("compartment", self.filing_id)


class FilingCopy(Filed, SealedModel):
    """The same for the position that filed it and for nobody else, under a key of its own: a copy, which leads on to nothing."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "filing"})

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="copy")
    reference = EncryptedTextField(_("reference"))

    class Meta:
        app_label = "cases"

    def key_scope(self) -> Scope:
        return Scope("filed", self.filing_id)


class Notification(Told, OfCase):
    """One notification or consultation received (受付票). Who made it is not here, nor which office filed it."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"received_at", "received_by"}

    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    kind = EncryptedCodeField(ReceiptKind, _("kind of receipt"), null=True)
    # NULL in what was received before the questions had an answer "no".
    denied = EncryptedCodesField(UrgencyItem, _("questions answered with no"), null=True)
    # The lines ticked under the questions; NULL in what was received before they could be.
    signs = EncryptedCodesField(Sign, _("signs ticked on the urgency sheet"), null=True)
    channel = EncryptedCodeField(Channel, _("how it came"))
    source = EncryptedCodeField(Source, _("from whom, by kind"))
    LATER: ClassVar[tuple[str, ...]] = (
        "basis", "asked_at", "observed", "injuries", "child_knows", "custodian_knows",
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        ordering = ["received_at", "id"]
        indexes = [
            # What came in a night, of all offices.
            models.Index(fields=["received_at"], name="notification_received"),
            # The first of a case.
            models.Index(fields=["case", "received_at", "id"], name="notification_first"),
        ]

    @property
    def unfilled(self) -> list[str]:
        """The fields that are not filled in yet."""
        return [name for name in self.LATER if getattr(self, name) is None]


class Notifier(SealedModel):
    """Who notified. Staff must not reveal it (児童虐待防止法7条): a compartment of its own, for those who manage the case."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "notification"})

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    notification = models.OneToOneField(Notification, models.PROTECT, related_name="notifier")
    name = EncryptedTextField(_("name"))
    relation = EncryptedTextField(_("relation to the child, or office"))
    telephone = EncryptedTextField(_("telephone"))
    keep_from = EncryptedTextField(_("wishes about one's name"))
    reference = EncryptedTextField(_("reference of what was filed"))

    FIELDS: ClassVar[tuple[str, ...]] = ("name", "relation", "telephone", "keep_from")

    class Meta:
        app_label = "cases"

    def key_scope(self) -> Scope:
        return Scope("compartment", self.notification_id)


class IntakeConference(OfCase):
    """The conference that accepted the case (受理会議・緊急受理会議)."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "held_at",
        "recorded_by",
        "recorded_at",
        "in_charge",
    }

    held_at = models.DateTimeField(_("held at"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    in_charge = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("person in charge")
    )
    kind = EncryptedCodeField(Conference, _("conference"))
    attendees = EncryptedTextField(_("attendees"))
    decision = EncryptedTextField(_("decision"))

    class Meta:
        app_label = "cases"
        ordering = ["held_at"]


class SafetyCheckQuerySet(models.QuerySet["SafetyCheck"]):
    """Checks by whether their record holds."""

    def standing(self) -> "SafetyCheckQuerySet":
        """Without the records that were wrong, and without the rows that took them back."""
        return self.filter(retracts=None, retracted_by=None)


class SafetyCheck(OfCase):
    """An attempt to see the child, and how the child was. A wrong one is taken back by a further row, and stays readable."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "seen_at",
        "recorded_by",
        "recorded_at",
        "retracts",
    }

    seen_at = models.DateTimeField(_("when"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    retracts = models.OneToOneField("self", models.PROTECT, null=True, related_name="retracted_by")
    outcome = EncryptedCodeField(Outcome, _("outcome"))
    place = EncryptedTextField(_("where"))
    seen_by = EncryptedTextField(_("who saw the child"))
    condition = EncryptedTextField(_("how the child was"))
    late_reason = EncryptedTextField(_("why it was late"), null=True)

    objects = SafetyCheckQuerySet.as_manager()

    class Meta:
        app_label = "cases"
        ordering = ["seen_at"]
