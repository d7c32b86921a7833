"""A place is asked for: which case searches, and what each institution is asked. The institution's rows name no case."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.vacancies.codes import Need
from cases.records.models import Case
from face.codes import UnknownCode, stored_code
from referrals.places.codes import BADGES, ENDED, AgeGroup, Decline, PlaceState, Pressing, Wanted
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedDateField


class PlaceSearch(models.Model):
    """That a case looks for a place: who sent it, when. What was asked is in the requests."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "sent_by", "sent_at"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        app_label = "referrals"
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["case", "-sent_at"], name="place_search_latest"),
            models.Index(fields=["sent_by", "-sent_at"], name="place_search_of_sender"),
        ]


class PlaceAsk(SealedModel):
    """What one institution is asked, and how it answers. It names the asking center, and neither case nor child.

    It is sealed under a key of its own: two institutions that are asked for one child hold nothing in common.
    ``offer_until``: how long an offer holds. ``warned_at``: that the answer is late was told. ``ended_at``: set by a trigger.
    """

    SHEET: ClassVar[tuple[str, ...]] = (
        "age_group",
        "wanted",
        "care_needs",
        "how_soon",
        "wanted_from",
        "not_near",
    )
    """The anonymous sheet."""
    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            *("id", "center", "institution", "sent_at", "answer_by", "state"),
            *("seen_at", "offer_until", "warned_at", "ended_at"),
        }
    )

    center = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )
    institution = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("institution"))
    sent_at = models.DateTimeField(_("sent at"))
    answer_by = models.DateTimeField(_("answer by"))
    state = models.CharField(_("state"), max_length=20, choices=PlaceState.choices, default=PlaceState.SENT)
    seen_at = models.DateTimeField(_("first read at"), null=True)
    offer_until = models.DateTimeField(_("offer holds until"), null=True)
    warned_at = models.DateTimeField(_("told as late at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    age_group = EncryptedCodeField(AgeGroup, _("age"))
    wanted = EncryptedCodeField(Wanted, _("place wanted for"))
    care_needs = EncryptedCodesField(Need, _("needed"))
    how_soon = EncryptedCodeField(Pressing, _("how soon"))
    wanted_from = EncryptedDateField(_("from when"))
    not_near = EncryptedTextField(_("not near this municipality"), null=True)
    decline = EncryptedCodeField(Decline, _("why it was declined"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["answer_by", "id"]
        indexes = [
            models.Index(fields=["institution", "answer_by"], name="place_ask_at_institution"),
            models.Index(
                fields=["answer_by"],
                condition=models.Q(warned_at=None, ended_at=None),
                name="place_ask_to_answer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, state__in=[s for s in PlaceState if s not in ENDED])
                | models.Q(ended_at__isnull=False, state__in=ENDED),
                name="place_ask_ended",
            ),
        ]

    def key_scope(self) -> Scope:
        return Scope("placeask", self.pk)

    @property
    def state_label(self) -> PlaceState | UnknownCode:
        """How far it is, or what an older version wrote there."""
        return stored_code(PlaceState, self.state)

    @property
    def badge(self) -> str:
        """The colour of that."""
        return BADGES.get(PlaceState(self.state), "neutral") if self.state in PlaceState.values else "neutral"

    def has_run_out(self, now: datetime) -> bool:
        """Whether it was offered, and the offer holds no more (期限切れ). No job is needed for that."""
        return self.state == PlaceState.OFFERED and self.offer_until is not None and self.offer_until <= now

    def is_late(self, now: datetime) -> bool:
        """Whether the institution should have answered."""
        return self.state in (PlaceState.SENT, PlaceState.SEEN) and self.answer_by <= now


class PlaceLink(models.Model):
    """Which request belongs to which search of which case: read by those who see the case alone."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "search", "ask"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    search = models.ForeignKey(
        PlaceSearch, models.PROTECT, related_name="links", verbose_name=_("search for a place")
    )
    ask = models.OneToOneField(
        PlaceAsk, models.PROTECT, related_name="link", verbose_name=_("request for a place")
    )

    class Meta:
        app_label = "referrals"
        ordering = ["id"]
        indexes = [models.Index(fields=["search"], name="place_link_of_search")]


class PlaceWord(SealedModel):
    """A question of the institution, or the center's answer to it. A trigger says which of the two wrote it."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "ask", "from_center", "written_at"})

    ask = models.ForeignKey(
        PlaceAsk, models.PROTECT, related_name="words", verbose_name=_("request for a place")
    )
    from_center = models.BooleanField(_("written by the center"))
    written_at = models.DateTimeField(_("written at"))
    text = EncryptedTextField(_("question or answer"))

    class Meta:
        app_label = "referrals"
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["ask", "written_at"], name="place_word_of_ask")]

    def key_scope(self) -> Scope:
        return Scope("placeask", self.ask_id)
