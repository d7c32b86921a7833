"""The plan of counseling and guidance: drafted by one person, decided by another, and frozen then."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.conferences.models import ConferenceItem
from cases.counseling.codes import (
    DECIDED_AS,
    ChildStand,
    CounselingKind,
    ForWhom,
    Frequency,
    GoalState,
    LegalForm,
    Occasion,
    PlanEnd,
    PlanState,
    ReviewOutcome,
    goal_label,
)
from cases.counseling.content import amount_in_words, attendance_in_words
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.codes import Answer
from cases.records.models import OfCase
from face.months import begins
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedCountsField,
    EncryptedDateField,
    EncryptedMomentField,
    EncryptedReasonsField,
    EncryptedStatesField,
)
from security.walls import clock


class CounselingPlan(CaseAct):
    """One draft of a plan and its decision.

    ``course`` is the help that it plans: what is recorded of the help names that. Who gives it is a position of the office
    (``provider``) or another office (``other_office``). Guidance that is a measure rests on the conference that decided it
    (``item``). ``asked`` is a JSON list of what each custodian was asked and said (``content.Asked``).
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "course", "legal_form", "item", "provider", "other_office", "starts_on", "ends_on", "review_on", "ended_at",
        "amends", "superseded_at",
    }  # fmt: skip
    DAYS: ClassVar[tuple[str, ...]] = ("starts_on", "ends_on", "review_on")
    TEXTS: ClassVar[tuple[str, ...]] = ("child_words", "child_goal", "needs", "done_when", "risks")
    WRITTEN: ClassVar[tuple[str, ...]] = (
        *TEXTS, "amended_why", "kind", "for_whom", "child_stand", "child_said_at", "asked", "goals", "frequency", "amount",
    )  # fmt: skip
    CONTENT: ClassVar[tuple[str, ...]] = ("legal_form", "item", "provider", "other_office", *DAYS, *WRITTEN)

    course = models.UUIDField(_("course of help"))
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("plan that it amends")
    )
    superseded_at = models.DateTimeField(_("amended at"), null=True)
    legal_form = models.CharField(_("legal form"), max_length=10, choices=LegalForm.choices)
    item = models.ForeignKey(
        ConferenceItem,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("conference that decided the measure"),
    )
    provider = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("who gives the help")
    )
    other_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("other office that gives the help"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("expected to end on"), null=True)
    review_on = models.DateField(_("to be reviewed on"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    kind = EncryptedCodeField(CounselingKind, _("kind of counseling or guidance"))
    for_whom = EncryptedCodesField(ForWhom, _("for whom"))
    child_stand = EncryptedCodeField(ChildStand, _("what the child says to the plan"))
    child_words = EncryptedTextField(_("the child's words on the plan"))
    child_said_at = EncryptedMomentField(_("when the child said it"))
    asked = EncryptedTextField(_("what each custodian was asked and said"), null=True)
    child_goal = EncryptedTextField(_("the child's own goal"))
    needs = EncryptedTextField(_("needs"))
    goals = EncryptedReasonsField(goal_label, _("goals"))
    done_when = EncryptedTextField(_("what would count as done"))
    frequency = EncryptedCodeField(Frequency, _("how often"))
    amount = EncryptedCountsField(amount_in_words, _("length and number of sessions"))
    risks = EncryptedTextField(_("risks, and what is not to be touched"), null=True)
    amended_why = EncryptedTextField(_("why the plan is amended"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("counseling_plan"),
            one_draft("one_counseling_draft", "course"),
            models.CheckConstraint(
                condition=models.Q(provider=None, other_office__isnull=False)
                | models.Q(provider__isnull=False, other_office=None),
                name="counseling_one_provider",
            ),
            models.CheckConstraint(
                condition=(~models.Q(legal_form=LegalForm.NONE) | models.Q(item=None))
                & (~models.Q(legal_form__in=list(DECIDED_AS)) | models.Q(item__isnull=False)),
                name="counseling_measure_has_conference",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on__gte=models.F("starts_on"))
                & (models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("review_on"))),
                name="counseling_days_in_order",
            ),
        ]
        indexes = [
            # The plans of one who gives the help, among those of ten years.
            models.Index(
                fields=["provider"],
                condition=models.Q(approved=True, ended_at=None, superseded_at=None),
                name="counseling_of_provider",
            ),
            # What other offices sent back is counted for the whole course.
            models.Index(fields=["course"], name="counseling_of_course"),
        ]

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was approved, and has ended or been amended since."""
        over = self.ended_at or self.superseded_at
        return bool(self.approved) and over is not None and over <= now

    @property
    def begins_at(self) -> datetime:
        """From when on help is given by it, once it is approved: from its first day on, and not before the day on which it was
        approved; an amendment not before that moment, until which the plan that it amends was in force."""
        decided_at = self.decided_at or clock.now()
        return max(begins(self.starts_on), decided_at if self.amends_id else begins(localdate(decided_at)))

    def runs_on(self, day: date) -> bool:
        """Whether help is given by it on a day: from its first day on, once it was approved, until it is ended, or until the day
        on which another plan amends it. The day on which it was expected to end ends nothing."""
        if not self.approved or self.decided_at is None:
            return False
        began = max(self.starts_on, localdate(self.decided_at))
        if self.superseded_at is not None and day >= localdate(self.superseded_at):
            return False
        return began <= day and (self.ended_at is None or day <= localdate(self.ended_at))

    def plan_state_on(self, today: date, review_on: date | None = None) -> PlanState | None:
        """Where an approved plan is; None of one that is not approved. ``review_on``: when it is reviewed next, once it was
        reviewed (``queries.next_review``)."""
        if not self.approved:
            return None
        if self.ended_at is not None:
            return PlanState.ENDED
        if self.superseded_at is not None:
            return PlanState.AMENDED
        if not self.runs_on(today):
            return PlanState.AHEAD
        return PlanState.TO_REVIEW if (review_on or self.review_on) < today else PlanState.RUNNING


class PlanReview(OfCase):
    """What a review of a plan came to. It never changes. ``next_on`` is the day of the next one, where the help goes on."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"plan", "next_on", "recorded_by", "recorded_at"}
    TEXTS: ClassVar[tuple[str, ...]] = ("child_view", "custodians_view", "course_note")
    FACTS: ClassVar[tuple[str, ...]] = ("reviewed_on", "outcome", "goal_states", *TEXTS)

    plan = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="reviews", verbose_name=_("counseling plan")
    )
    next_on = models.DateField(_("to be reviewed next on"), null=True)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    reviewed_on = EncryptedDateField(_("reviewed on"))
    outcome = EncryptedCodeField(ReviewOutcome, _("what the review comes to"))
    goal_states = EncryptedStatesField(GoalState, goal_label, _("how far each goal is"))
    child_view = EncryptedTextField(_("the child's view"))
    custodians_view = EncryptedTextField(_("the custodians' views"), null=True)
    course_note = EncryptedTextField(_("how it went"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class PlanMeasure(OfCase):
    """What instruments showed at one point of the help: a JSON list of scores by instrument (``cases.scores``), with nothing of
    the items. It never changes: another ``replaces`` a wrong one and says why. It counts for the whole course of the help."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "plan",
        "replaces",
        "recorded_by",
        "recorded_at",
    }
    FACTS: ClassVar[tuple[str, ...]] = ("occasion", "tests", "replaced_why")

    plan = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="measures", verbose_name=_("counseling plan")
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("scores that it corrects")
    )
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    occasion = EncryptedCodeField(Occasion, _("at which point of the help"))
    tests = EncryptedTextField(_("test scores"))
    replaced_why = EncryptedTextField(_("why the scores are corrected"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]

    @property
    def key(self) -> str:
        """Its name in an address."""
        return str(self.pk)


class CounselingEnd(CaseAct):
    """The end of a course of help with its report: drafted by one person, decided by another, and frozen then.

    ``attendance`` is how many sessions were held and missed when it was drafted, as their register counted them.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"plan", "follow_up_on"}
    TEXTS: ClassVar[tuple[str, ...]] = (
        "report", "measured", "helped", "relapse", "turn_to", "farewell_words", "child_told",
    )  # fmt: skip
    WRITTEN: ClassVar[tuple[str, ...]] = (
        *TEXTS, "reason", "last_on", "goal_states", "attendance", "farewell",
    )  # fmt: skip
    CONTENT: ClassVar[tuple[str, ...]] = ("plan", "follow_up_on", *WRITTEN)

    plan = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="ends", verbose_name=_("counseling plan")
    )
    follow_up_on = models.DateField(_("follow-up on"), null=True)
    last_on = EncryptedDateField(_("last day of the help"))
    reason = EncryptedCodeField(PlanEnd, _("why the help ends"))
    goal_states = EncryptedStatesField(GoalState, goal_label, _("how far each goal is"))
    attendance = EncryptedCountsField(attendance_in_words, _("sessions"))
    report = EncryptedTextField(_("how it went"))
    measured = EncryptedTextField(_("measures from start to end"), null=True)
    helped = EncryptedTextField(_("what helped, in the child's words"))
    relapse = EncryptedTextField(_("signs that it is getting worse again"))
    turn_to = EncryptedTextField(_("where to turn then"))
    farewell = EncryptedCodeField(Answer, _("farewell was taken"))
    farewell_words = EncryptedTextField(_("how farewell was taken, or why not"), null=True)
    child_told = EncryptedTextField(_("what the child was told of the end, and said to it"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("counseling_end"), one_draft("one_counseling_end", "plan")]
