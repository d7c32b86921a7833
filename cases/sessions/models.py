"""One session of a course of help, and the note on it, which is sealed apart."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.counseling.models import CounselingPlan
from cases.records.codes import Answer
from cases.records.models import OfCase
from cases.sessions.codes import BADGES, Attendance, Component, Rating, SessionState
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedMomentField


class Session(OfCase):
    """Planned for a time, moved while it is planned, and recorded once (trigger ``session_stays``).

    ``course`` is the first plan of the course of help, whose id names the course. ``note`` is that of helpers who are no
    psychologists: the team reads it. Psychologists write theirs apart (:class:`SessionNote`).
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "course", "provider", "planned_for", "planned_by", "planned_at", "held_at", "ended_at", "ended_by",
    }  # fmt: skip
    WRITTEN: ClassVar[tuple[str, ...]] = (
        "attendance", "until", "present", "components", "summary", "note", "danger", "danger_words", "rating",
    )  # fmt: skip

    course = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="+", verbose_name=_("course of help")
    )
    provider = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("who gives the session")
    )
    planned_for = models.DateTimeField(_("planned for"))
    planned_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned at"))
    held_at = models.DateTimeField(_("held at"), null=True)
    ended_at = models.DateTimeField(_("recorded at"), null=True)
    ended_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    place = EncryptedTextField(_("where"), null=True)
    attendance = EncryptedCodeField(Attendance, _("attendance"), null=True)
    until = EncryptedMomentField(_("until"), null=True)
    present = EncryptedTextField(_("who was present"), null=True)
    components = EncryptedCodesField(Component, _("components of TF-CBT"), null=True)
    summary = EncryptedTextField(_("two lines for the team"), null=True)
    note = EncryptedTextField(_("note of the session"), null=True)
    danger = EncryptedCodeField(Answer, _("sign of danger"), null=True)
    danger_words = EncryptedTextField(_("what the sign of danger is"), null=True)
    rating = EncryptedCodeField(Rating, _("the child's number for the session"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-planned_for", "-id"]
        indexes = [
            models.Index(fields=["case", "-planned_for", "-id"], name="session_latest"),
            # The day and the month of one who gives help, among the sessions of ten years.
            models.Index(fields=["provider", "planned_for"], name="session_of_provider"),
            models.Index(
                fields=["provider", "planned_for"],
                condition=models.Q(ended_at=None),
                name="session_planned",
            ),
            models.Index(
                fields=["course", "-held_at"],
                condition=models.Q(held_at__isnull=False),
                name="session_last_held",
            ),
        ]

    @property
    def state(self) -> SessionState:
        """Planned, held or not held."""
        if self.ended_at is None:
            return SessionState.PLANNED
        return SessionState.NOT_HELD if self.held_at is None else SessionState.HELD

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]

    def notes_scope(self) -> Scope:
        """The key of the notes of its course: who holds the key of the case does not hold it."""
        return Scope("session", self.course_id)


class SessionNote(SealedModel):
    """What a psychologist wrote of a session: read by psychologists of this case's team alone. It never changes; what is added
    later is a further row."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "course", "session", "written_by", "written_at"}
    )

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    course = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="+", verbose_name=_("course of help")
    )
    session = models.ForeignKey(Session, models.PROTECT, related_name="notes", verbose_name=_("session"))
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    words = EncryptedTextField(_("note sealed apart"))

    class Meta:
        app_label = "cases"
        ordering = ["written_at", "id"]

    def key_scope(self) -> Scope:
        return Scope("session", self.course_id)
