"""The start and the end of temporary custody, which take two people, and what those with parental authority say of it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.consents.models import PersonAnswer
from cases.custody.codes import (
    Consent,
    DecisionKind,
    Ground,
    Heard,
    Mark,
    Place,
    Purpose,
)
from cases.decisions.codes import State
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.hearings.models import Hearing
from cases.records.codes import StayKind
from cases.records.models import OfCase, Person
from security.encryption.fields import EncryptedTextField, value_of
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedFlagField,
    EncryptedMomentField,
)

LASTS = models.Q(kind=DecisionKind.START.value, ended_at=None) & (
    models.Q(approved=True) | models.Q(approved=None, is_oral=True, taken_back_at=None)
)
"""The starts of custody that lasts: approved, or decided orally and waiting to be confirmed. Not those that begin later only."""


class CustodyDecision(CaseAct):
    """One decision, to start custody or to end it.

    ``decided_for`` is the moment that was signed, where a decision of two people has corrected ``effective_at`` since.
    An urgent oral decision (``is_oral``) is in effect when it is drafted, and is confirmed by ``confirm_by``. It can be ended
    before that: it then still waits to be confirmed, for what has been. Two custodies of a child never overlap (trigger
    ``custody_apart``).
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "kind", "effective_at", "decided_for", "start", "ended_at", "is_oral", "confirm_by",
    }  # fmt: skip

    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    effective_at = models.DateTimeField(_("from"))
    decided_for = models.DateTimeField(_("from, as it was decided"), null=True)
    start = models.ForeignKey("self", models.PROTECT, null=True, related_name="ends")
    ended_at = models.DateTimeField(null=True)
    is_oral = models.BooleanField(default=False)
    confirm_by = models.DateTimeField(null=True)
    purpose = EncryptedCodeField(Purpose, _("purpose"), null=True)
    grounds = EncryptedCodesField(Ground, _("grounds"), null=True)
    place_kind = EncryptedCodeField(Place, _("place of custody"), null=True)
    place = EncryptedTextField(_("name of the place"), null=True)
    place_withheld = EncryptedFlagField(_("place withheld"), null=True)
    consent = EncryptedCodeField(Consent, _("person with parental authority"), null=True)
    expected_until = EncryptedDateField(_("expected until"), null=True)
    stay_after = EncryptedCodeField(StayKind, _("place of stay afterwards"), null=True)
    reason = EncryptedTextField(_("reason"))
    heard = EncryptedCodeField(Heard, _("hearing of the child's opinion"))
    opinion = EncryptedTextField(_("the child's opinion"), null=True)
    heard_why = EncryptedTextField(_("why it is heard afterwards"), null=True)
    oral_by = EncryptedTextField(_("who decided orally"), null=True)
    oral_at = EncryptedMomentField(_("when it was said"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        indexes = [
            # The few after which the child is still to be heard.
            models.Index(
                fields=["effective_at"],
                condition=models.Q(opinion__isnull=True, ended_at=None),
                name="custody_unheard",
            ),
            # The few that last, for the home pages.
            models.Index(fields=["effective_at"], condition=LASTS, name="custody_lasts"),
            # The few that were decided orally, for the sheet of their night.
            models.Index(fields=["effective_at"], condition=models.Q(is_oral=True), name="custody_oral"),
        ]
        constraints = [
            *act_constraints("custody"),
            one_draft("one_custody_draft", "kind"),
            models.CheckConstraint(
                condition=models.Q(kind="start", start=None)
                | models.Q(kind="end", start__isnull=False, ended_at=None),
                name="custody_end_of_start",
            ),
            models.CheckConstraint(
                condition=models.Q(is_oral=False, confirm_by=None)
                | models.Q(is_oral=True, confirm_by__isnull=False),
                name="custody_oral_confirmed",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(kind="start", approved=True, ended_at=None),
                name="one_custody",
            ),
        ]

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was a start of custody that has been ended since. An oral one waits to be confirmed all the same."""
        return self.ended_at is not None and self.approved is not None

    @property
    def of(self) -> str:
        """Its name in an address."""
        return str(self.pk)

    @property
    def is_in_force(self) -> bool:
        """Whether it started custody that lasts, by a decision in writing."""
        return self.lasts and bool(self.approved)

    @property
    def lasts(self) -> bool:
        """Whether it started custody that has not been ended, also by an oral decision that waits to be confirmed (``LASTS``)."""
        in_effect = bool(self.approved) or (self.is_oral and self.approved is None and not self.taken_back_at)
        return self.kind == DecisionKind.START and in_effect and self.ended_at is None

    @property
    def state_label(self) -> str | Promise:
        """The state in words: custody that was approved is in force."""
        return _("in force") if self.is_in_force else super().state_label

    @property
    def abuse_alone(self) -> bool:
        """Whether it is a start in a case of harm by a third party on the ground of abuse and no other. Abuse is what a custodian
        does or lets happen (児童虐待防止法2条): by itself that ground does not fit (児童福祉法施行規則35条の3)."""
        return (
            self.kind == DecisionKind.START
            and self.grounds is not None
            and value_of(self.grounds) == [Ground.ABUSE]
            and not self.case.is_abuse
        )

    @property
    def opinion_open(self) -> bool:
        """Whether the child's opinion can still be added: nothing is written of it, and the draft has not come to nothing."""
        return self.opinion is None and self.may_be_heard

    @property
    def may_be_heard(self) -> bool:
        """Whether the hearing of the child can still be written: the draft has not come to nothing."""
        return self.state not in (State.RETURNED, State.REFUSED, State.TAKEN_BACK)

    @property
    def is_unheard(self) -> bool:
        """In effect, also by an oral decision, while the child is still to be heard (児童福祉法33条の3の3)."""
        in_effect = bool(self.approved) or (self.approved is None and self.is_oral)
        return in_effect and self.opinion is None and self.ended_at is None


class Unasked(OfCase):
    """That a person is not asked, because of danger to the child or another, or is to be asked all the same: decided before
    custody begins. The latest of a person counts; a row never changes. With the start it becomes that person's answer."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"person", "recorded_by", "recorded_at"}

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    mark = EncryptedCodeField(Mark, _("whether the person is asked"))
    reason = EncryptedTextField(_("why"))
    decided_by_text = EncryptedTextField(_("who decided it"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class ExpectedEnd(OfCase):
    """Another day until which custody is expected, and why. The latest of a custody counts, before that of the decision; a row
    never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"decision", "recorded_by", "recorded_at"}

    decision = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="expected", verbose_name=_("custody decision")
    )
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    expected_until = EncryptedDateField(_("expected until"))
    reason = EncryptedTextField(_("why custody ends on another day"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class ConsentAnswer(PersonAnswer):
    """What one person with parental authority said after custody had begun, or why there is no answer.

    Rows of an older version name no ``person``: they are one answer for all (``Said.NOBODY`` names none either).
    """

    CLEAR: ClassVar[frozenset[str]] = PersonAnswer.ANSWER_CLEAR | {"decision"}
    MORE: ClassVar[tuple[str, ...]] = (*PersonAnswer.MORE, "opinion")

    decision = models.ForeignKey(CustodyDecision, models.PROTECT, related_name="answers")
    answered_by = EncryptedTextField(_("who answered"))
    opinion = EncryptedTextField(_("opinion for the judge"), null=True)

    class Meta(PersonAnswer.Meta):
        app_label = "cases"
        abstract = False


class ChildHearing(Hearing):
    """How the child was heard on one decision of custody; what the child said stands with that."""

    CLEAR: ClassVar[frozenset[str]] = Hearing.HEARING_CLEAR | {"decision"}

    decision = models.OneToOneField(
        CustodyDecision, models.PROTECT, related_name="hearing", verbose_name=_("custody decision")
    )

    class Meta(Hearing.Meta):
        app_label = "cases"
        abstract = False


class HearingAnswer(OfCase):
    """What the child was told became of its opinion, and when. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"hearing", "recorded_by", "recorded_at"}

    hearing = models.ForeignKey(
        ChildHearing, models.PROTECT, related_name="answers", verbose_name=_("hearing of the child")
    )
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    answered_at = EncryptedMomentField(_("when the child was answered"))
    answer = EncryptedTextField(_("what the child was told"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]
