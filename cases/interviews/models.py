"""Who asked the child about the facts, or was told; and the decision that it may be asked again."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position, Staff
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.interviews.codes import (
    FIXED,
    OPEN,
    PLAN_BADGES,
    Asker,
    CopyState,
    InterviewKind,
    Outside,
    PlanState,
    Protocol,
)
from cases.records.codes import Answer
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedDateField


class SecondInterview(CaseAct):
    """That the child may be asked about the facts again, with the four reasons: drafted by one, decided by the supervisor."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR

    cannot_serve = EncryptedTextField(_("why the earlier record or recording cannot serve"))
    wanted_by = EncryptedTextField(_("who asks for it"))
    only_child = EncryptedTextField(_("what only the child can say"))
    harm = EncryptedTextField(_("what it costs the child"))
    # NULL in a draft from before it was asked.
    asker = EncryptedCodeField(Asker, _("on whose side the wish is"), null=True)
    their_reason = EncryptedTextField(_("reason of the other office"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("secondinterview"), one_draft("one_secondinterview_draft")]


class JointPlan(OfCase):
    """The plan of one joint interview. It is written while it is proposed and conferred on; agreed, it stays.

    ``state`` and, of one that was moved, ``planned_for`` are written by the wall from its events (:class:`JointEvent`).
    ``interviewer`` is a person of the center, who has to be trained on the day; one of another office is named in words.
    ``police`` is the office of the police that takes part, clear as a recipient is: the gate asks for the child's word to it.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "state", "planned_for", "interviewer", "version", "proposed_by", "proposed_at", "police",
    }  # fmt: skip
    CONTACTS: ClassVar[tuple[str, ...]] = (
        "center_who", "center_tel", "police_who", "police_tel", "prosecutor_who", "prosecutor_tel",
    )  # fmt: skip
    LONG: ClassVar[tuple[str, ...]] = (
        "aim", "topics", "topics_center", "topics_police", "topics_prosecutor", "topics_left", "against_leading",
        "best_hours", "transport", "stays_with", "interpreter", "child_told", "tells_after",
    )  # fmt: skip
    INSIDE: ClassVar[tuple[str, ...]] = ("learned_first", "outline", "suspect_relation", "traits", "medical")
    """What stays in the office: it is on no sheet for another office. The police may never see medical data."""
    TEXTS: ClassVar[tuple[str, ...]] = (
        *CONTACTS, "outside", "outside_name", "outside_vouches", "protocol", "place", "monitors", "therapy_after", *INSIDE, *LONG,
    )  # fmt: skip

    state = models.CharField(_("state"), max_length=20, choices=PlanState.choices, default=PlanState.PROPOSED)
    planned_for = models.DateTimeField(_("planned for"), null=True)
    interviewer = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("interviewer of the center")
    )
    # NULL: the police take no part, or the plan is from before the office was chosen.
    police = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("office of the police that takes part"),
    )
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    center_who = EncryptedTextField(_("center: person"), null=True)
    center_tel = EncryptedTextField(_("center: telephone"), null=True)
    police_who = EncryptedTextField(_("police: office and person"), null=True)
    police_tel = EncryptedTextField(_("police: telephone"), null=True)
    prosecutor_who = EncryptedTextField(_("public prosecutor: office and person"), null=True)
    prosecutor_tel = EncryptedTextField(_("public prosecutor: telephone"), null=True)
    outside = EncryptedCodeField(Outside, _("office of an interviewer from outside"), null=True)
    outside_name = EncryptedTextField(_("interviewer from outside"), null=True)
    outside_vouches = EncryptedTextField(_("who vouches for the training"), null=True)
    protocol = EncryptedCodeField(Protocol, _("protocol"), null=True)
    place = EncryptedTextField(_("place and equipment"), null=True)
    monitors = EncryptedTextField(_("in the monitor room"), null=True)
    aim = EncryptedTextField(_("aim"), null=True)
    topics = EncryptedTextField(_("topics to be asked"), null=True)
    learned_first = EncryptedTextField(_("who learned of it first"), null=True)
    outline = EncryptedTextField(_("outline the offices share"), null=True)
    suspect_relation = EncryptedTextField(_("what the suspect is to the child"), null=True)
    traits = EncryptedTextField(_("what the child needs in the interview"), null=True)
    best_hours = EncryptedTextField(_("when the child can speak best"), null=True)
    topics_center = EncryptedTextField(_("topics the center wants"), null=True)
    topics_police = EncryptedTextField(_("topics the police want"), null=True)
    topics_prosecutor = EncryptedTextField(_("topics the prosecutor wants"), null=True)
    tells_after = EncryptedTextField(_("who tells whom afterwards"), null=True)
    therapy_after = EncryptedCodeField(Answer, _("therapy begins after the interview"), null=True)
    topics_left = EncryptedTextField(_("topics left to others"), null=True)
    medical = EncryptedTextField(_("medical examination"), null=True)
    against_leading = EncryptedTextField(_("measures against leading"), null=True)
    transport = EncryptedTextField(_("who brings the child"), null=True)
    stays_with = EncryptedTextField(_("who stays with the child"), null=True)
    interpreter = EncryptedTextField(_("interpreter"), null=True)
    child_told = EncryptedTextField(_("what the child is told"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=[one.value for one in (*OPEN, *FIXED)]),
                name="one_joint_plan",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[one.value for one in FIXED])
                | models.Q(planned_for__isnull=False),
                name="joint_plan_agreed_has_time",
            ),
        ]

    @property
    def known_state(self) -> PlanState | None:
        """Its state; None for a code that is unknown today."""
        return PlanState(self.state) if self.state in PlanState.values else None

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return PLAN_BADGES[self.known_state] if self.known_state else "neutral"

    @property
    def is_open(self) -> bool:
        """Whether it is still written."""
        return self.known_state in OPEN


class JointEvent(OfCase):
    """What became of a plan: conferred on, agreed, moved, held or given up; by whom, when, in which words. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "plan", "step", "planned_for", "written_by", "written_at",
    }  # fmt: skip

    plan = models.ForeignKey(
        JointPlan, models.PROTECT, related_name="events", verbose_name=_("plan of a joint interview")
    )
    step = models.CharField(_("state"), max_length=20, choices=PlanState.choices)
    planned_for = models.DateTimeField(_("planned for"), null=True)
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    written_at = models.DateTimeField(_("recorded at"))
    words = EncryptedTextField(_("what was said"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["written_at", "id"]


class Interview(OfCase):
    """One time at which the child spoke of the facts. A correction is a further row; no row changes.

    ``asked``: questions on the facts were asked. ``on_facts``: it was an interview on the facts, of which a second one needs
    reasons: an approved decision (``allowed_by``), or, of one that was held without, the reasons in this row (``unallowed``).
    The database counts by these two and knows nothing else of it (trigger ``asked_once``).
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "began_at", "ended_at", "recorded_by", "recorded_at", "corrects", "asked", "on_facts", "allowed_by", "unallowed",
        "plan",
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
    plan = models.ForeignKey(
        JointPlan, models.PROTECT, null=True, related_name="interviews", verbose_name=_("plan it was held on")
    )
    kind = EncryptedCodeField(InterviewKind, _("kind of interview"))
    place = EncryptedTextField(_("where"))
    office = EncryptedTextField(_("office"))
    interviewer = EncryptedTextField(_("who asked, or was told"))
    # Of an interviewer of the center, in the words of the register of training on that day.
    training = EncryptedTextField(_("training of the interviewer"), null=True)
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
    copy_on = EncryptedDateField(_("copy asked for, given or refused on"), null=True)
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
        "whole_recorded", "medium_no", "kept_by", "copy_state", "copy_on", "breaks", "stopped", "state_after", "stayed_with",
        "aim_reached", "topics_open", *REASONS,
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
