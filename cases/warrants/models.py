"""The request for a temporary custody warrant (一時保護状): drafted by one person, decided by another, handed in to the judge."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.models import Position
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.models import OfCase
from cases.warrants.codes import STEPS, WarrantPaper, WarrantState
from security.encryption.fields import EncryptedTextField, value_of, words_of
from security.encryption.secret import Secret
from security.encryption.typed import EncryptedCodesField, EncryptedDateField


class WarrantDraft(CaseAct):
    """What is asked of which court, and why, with the papers that are there."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"start"}
    CONTENT: ClassVar[tuple[str, ...]] = ("start", "court", "reason", "papers_there", "missing_why")

    start = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="warrant_drafts", verbose_name=_("start of custody")
    )
    court = EncryptedTextField(_("court"))
    reason = EncryptedTextField(_("grounds for the judge"))
    papers_there = EncryptedCodesField(WarrantPaper, _("papers that are there"))
    missing_why = EncryptedTextField(_("why a paper is missing"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("warrant_draft"), one_draft("one_warrant_draft")]

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was approved and then not handed in, since the law no longer needed it."""
        return getattr(self, "withdrawal", None) is not None

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was withdrawn."""
        return bool(self.approved) and self.was_withdrawn

    @property
    def state_label(self) -> str | Promise:
        """The state in words: what was withdrawn says so."""
        return (
            pgettext_lazy("custody warrant", "withdrawn")
            if self.state is State.ENDED
            else super().state_label
        )

    @property
    def checklist(self) -> list[tuple[str, bool]]:
        """Each paper, and whether it is there."""
        return checklist(self.papers_there)


class RequestWithdrawal(OfCase):
    """That an approved request is not handed in, since no warrant is needed any more. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"draft", "withdrawn_by", "withdrawn_at"}

    draft = models.OneToOneField(
        WarrantDraft, models.PROTECT, related_name="withdrawal", verbose_name=_("approved request")
    )
    withdrawn_by = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"))
    reason = EncryptedTextField(_("why it is not handed in"))

    class Meta:
        app_label = "cases"
        ordering = ["withdrawn_at", "id"]


class WarrantRequest(OfCase):
    """That an approved request was handed in to the judge. It meets the time limit, and never changes.

    Rows of an older version name no ``draft``: the request was recorded in one step. They met their limit.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "decision", "draft", "requested_at", "recorded_by", "recorded_at",
    }  # fmt: skip

    decision = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="warrants", verbose_name=_("start of custody")
    )
    draft = models.OneToOneField(
        WarrantDraft, models.PROTECT, null=True, related_name="request", verbose_name=_("approved request")
    )
    requested_at = models.DateTimeField(_("requested at"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField()
    court = EncryptedTextField(_("court"))
    reference = EncryptedTextField(_("court's reference"))
    papers = EncryptedTextField(_("papers handed in"))
    papers_in = EncryptedCodesField(WarrantPaper, _("papers that were handed in"), null=True)
    handed_to = EncryptedTextField(_("who took it"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["requested_at"]

    @property
    def checklist(self) -> list[tuple[str, bool]]:
        """Each paper, and whether it was handed in; nothing of an older version, whose papers are a text."""
        if self.papers_in is None:
            return []
        return checklist(self.papers_in)


def checklist(papers: Secret[list[WarrantPaper]]) -> list[tuple[str, bool]]:
    """Every paper in its order and in words, and whether it is among those that are there; one of another version is there."""
    known, there = {str(paper.label): paper for paper in WarrantPaper}, value_of(papers) or []
    others = [words for words in words_of(papers).split("\n") if words and words not in known]
    return [
        *((words, paper in there) for words, paper in known.items()),
        *((words, True) for words in others),
    ]


class WarrantStep(OfCase):
    """What the judge or the office did after the request was handed in, one row a step. What is written never changes.

    ``follows`` is the step before it, so that two people never record two steps in one place; the first follows the request.
    A decision of two people corrects its moment, or strikes it (``struck_at``): then another can be recorded in its place.
    Of the further facts each kind has its own (``FIELDS``): the others are NULL.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "request", "follows", "kind", "happened_at", "struck_at", "recorded_by", "recorded_at",
    }  # fmt: skip
    FIELDS: ClassVar[dict[WarrantState, tuple[str, ...]]] = {
        WarrantState.ASKED_MORE: ("asked", "due_on"),
        WarrantState.ANSWERED: ("answer",),
        WarrantState.ISSUED: ("number", "judge", "until"),
        WarrantState.REJECTED: ("judge", "reason"),
        WarrantState.REVIEW_ASKED: ("court", "grave_harm"),
        WarrantState.UPHELD: ("reason",),
        WarrantState.QUASHED: ("reason",),
    }

    request = models.ForeignKey(
        WarrantRequest, models.PROTECT, related_name="steps", verbose_name=_("request")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("step before it")
    )
    kind = models.CharField(_("step"), max_length=12, choices=[(step.value, step.label) for step in STEPS])
    happened_at = models.DateTimeField(_("when it happened"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    struck_at = models.DateTimeField(_("struck at"), null=True)
    asked = EncryptedTextField(_("what the judge asked for"), null=True)
    due_on = EncryptedDateField(_("to be handed in by"), null=True)
    answer = EncryptedTextField(_("what was handed in"), null=True)
    number = EncryptedTextField(_("number of the warrant"), null=True)
    judge = EncryptedTextField(_("judge"), null=True)
    until = EncryptedDateField(_("valid until"), null=True)
    court = EncryptedTextField(_("court that is asked"), null=True)
    grave_harm = EncryptedTextField(_("grave harm without custody"), null=True)
    reason = EncryptedTextField(_("reason of the ruling"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(follows=None, struck_at=None),
                name="one_first_warrant_step",
            ),
            models.UniqueConstraint(
                fields=["follows"], condition=models.Q(struck_at=None), name="one_next_warrant_step"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[step.value for step in STEPS]), name="warrant_step_known"
            ),
        ]

    @property
    def of(self) -> str:
        """Its name in an address."""
        return str(self.pk)

    @property
    def state(self) -> WarrantState:
        """Where it brings the file."""
        return WarrantState(self.kind)
