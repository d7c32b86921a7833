"""Who asked the child about the facts, or was told; and the decision that it may be asked again."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.interviews.codes import CopyState, InterviewKind, Protocol
from cases.records.codes import Answer
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField


class SecondInterview(CaseAct):
    """That the child may be asked about the facts again, with the four reasons: drafted by one, decided by the supervisor."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR

    cannot_serve = EncryptedTextField(_("why the earlier record or recording cannot serve"))
    wanted_by = EncryptedTextField(_("who asks for it"))
    only_child = EncryptedTextField(_("what only the child can say"))
    harm = EncryptedTextField(_("what it costs the child"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("secondinterview"), one_draft("one_secondinterview_draft")]


class Interview(OfCase):
    """One time at which the child spoke of the facts. A correction is a further row; no row changes.

    ``asked``: questions on the facts were asked. ``on_facts``: it was an interview on the facts, of which a second one needs
    reasons: an approved decision (``allowed_by``), or, of one that was held without, the reasons in this row (``unallowed``).
    The database counts by these two and knows nothing else of it (trigger ``asked_once``).
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "began_at", "ended_at", "recorded_by", "recorded_at", "corrects", "asked", "on_facts", "allowed_by", "unallowed",
    }  # fmt: skip

    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    asked = models.BooleanField(_("questions on the facts were asked"))
    on_facts = models.BooleanField(_("interview on the facts"))
    allowed_by = models.OneToOneField(
        SecondInterview,
        models.PROTECT,
        null=True,
        related_name="interview",
        verbose_name=_("decision that allows it"),
    )
    unallowed = models.BooleanField(_("asked again without a decision"), default=False)
    kind = EncryptedCodeField(InterviewKind, _("kind of interview"))
    place = EncryptedTextField(_("where"))
    office = EncryptedTextField(_("office"))
    interviewer = EncryptedTextField(_("who asked, or was told"))
    protocol = EncryptedCodeField(Protocol, _("protocol"), null=True)
    present = EncryptedTextField(_("present in the room"), null=True)
    monitor = EncryptedTextField(_("in the monitor room"), null=True)
    questions = EncryptedTextField(_("questions that were asked"), null=True)
    words = EncryptedTextField(_("the child's words"), null=True)
    anxiety = EncryptedTextField(_("what was done against anxiety"), null=True)
    leading = EncryptedTextField(_("what was done against leading"), null=True)
    whole_recorded = EncryptedCodeField(Answer, _("recorded from beginning to end"), null=True)
    medium_no = EncryptedTextField(_("number of the medium"), null=True)
    kept_by = EncryptedTextField(_("who keeps the recording"), null=True)
    copy_state = EncryptedCodeField(CopyState, _("copy for the center"), null=True)
    breaks = EncryptedTextField(_("breaks"), null=True)
    stopped = EncryptedCodeField(Answer, _("the child stopped it"), null=True)
    state_after = EncryptedTextField(_("how the child was afterwards"), null=True)
    stayed_with = EncryptedTextField(_("who stayed with the child"), null=True)
    aim_reached = EncryptedCodeField(Answer, _("aim reached"), null=True)
    topics_open = EncryptedTextField(_("topics left open, and what the center may know"), null=True)
    cannot_serve = EncryptedTextField(_("why the earlier record or recording could not serve"), null=True)
    wanted_by = EncryptedTextField(_("who asked for it"), null=True)
    only_child = EncryptedTextField(_("what only the child could say"), null=True)
    harm = EncryptedTextField(_("what it cost the child"), null=True)

    REASONS: ClassVar[tuple[str, ...]] = ("cannot_serve", "wanted_by", "only_child", "harm")
    TEXTS: ClassVar[tuple[str, ...]] = (
        "kind", "place", "office", "interviewer", "protocol", "present", "monitor", "questions", "words", "anxiety", "leading",
        "whole_recorded", "medium_no", "kept_by", "copy_state", "breaks", "stopped", "state_after", "stayed_with", "aim_reached",
        "topics_open", *REASONS,
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="interview_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(unallowed=False) | models.Q(on_facts=True, allowed_by=None),
                name="interview_unallowed_is_on_facts",
            ),
            models.CheckConstraint(
                condition=models.Q(on_facts=False) | models.Q(asked=True), name="interview_on_facts_asks"
            ),
        ]

    @property
    def name(self) -> str:
        """Its name in an address."""
        return str(self.pk)
