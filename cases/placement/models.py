"""The decisions on a placement, how the child was heard before, what each person says, the court, and when the child came."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.conferences.codes import Opposed
from cases.conferences.models import ConferenceItem
from cases.consents.models import PersonAnswer
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.hearings.models import Hearing
from cases.placement.codes import Basis, CourtAct, DecisionKind, EndTo, Explained, PlacementKind, ToTell
from cases.records.codes import Answer, StayKind
from cases.records.models import OfCase, Person
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedFlagField,
    EncryptedMomentField,
)

LATER = tuple(kind.value for kind in DecisionKind if kind is not DecisionKind.START)


class PlacementHearing(Hearing):
    """How the child was heard before a decision on its placement (児童福祉法33条の3の3), and what it said."""

    CLEAR: ClassVar[frozenset[str]] = Hearing.HEARING_CLEAR

    opinion = EncryptedTextField(_("the child's opinion"))

    class Meta(Hearing.Meta):
        app_label = "cases"
        abstract = False


class PlacementAnswer(PersonAnswer):
    """What one person with parental authority says to a placement of one kind, or why there is no answer (児童福祉法27条4項)."""

    CLEAR: ClassVar[frozenset[str]] = PersonAnswer.ANSWER_CLEAR

    asked_kind = EncryptedCodeField(PlacementKind, _("kind of placement the person was asked about"))

    class Meta(PersonAnswer.Meta):
        app_label = "cases"
        abstract = False


class PlacementCourt(OfCase):
    """One step at the family court (児童福祉法28条). It never changes: a further step is a row of its own."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"recorded_by", "recorded_at"}
    FACTS: ClassVar[tuple[str, ...]] = (
        "step",
        "step_on",
        "court",
        "reference",
        "kinds",
        "until_day",
        "words",
    )

    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    step = EncryptedCodeField(CourtAct, _("step at the family court"))
    step_on = EncryptedDateField(_("day of the step"))
    court = EncryptedTextField(_("court"))
    reference = EncryptedTextField(_("court's reference"), null=True)
    kinds = EncryptedCodesField(PlacementKind, _("kinds of placement that were approved"), null=True)
    until_day = EncryptedDateField(_("approved until"), null=True)
    words = EncryptedTextField(_("what else is to be known"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class PlacementDecision(CaseAct):
    """One decision on the placement of a child: that it begins, is renewed by the court's approval, changed, suspended, resumed
    or ended. A change is neither an end nor a new start.

    ``start`` names the decision with which it began. ``hearing`` is how the child was heard before, ``item`` the decision of a
    conference that it follows. ``told_reason`` is on the notices, ``reason`` is not.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "kind", "start", "hearing", "item", "effective_on", "review_on",
    }  # fmt: skip
    CONTENT: ClassVar[tuple[str, ...]] = (
        "start", "hearing", "item", "effective_on", "review_on", "place_kind", "place", "place_withheld", "basis", "applied_on",
        "reason", "told_reason", "opposed", "school", "medical", "stay_after", "expected_until", "end_to", "guidance_effect",
        "home_trial", "to_tell",
    )  # fmt: skip

    kind = models.CharField(_("what is decided"), max_length=10, choices=DecisionKind.choices)
    start = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", verbose_name=_("decision it began with")
    )
    hearing = models.ForeignKey(
        PlacementHearing, models.PROTECT, related_name="+", verbose_name=_("hearing of the child before")
    )
    item = models.ForeignKey(
        ConferenceItem,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision of a conference"),
    )
    effective_on = models.DateField(_("effective on"))
    review_on = models.DateField(_("review on"), null=True)
    place_kind = EncryptedCodeField(PlacementKind, _("kind of placement"), null=True)
    place = EncryptedTextField(_("institution or foster parents"), null=True)
    place_withheld = EncryptedFlagField(_("place withheld"), null=True)
    basis = EncryptedCodeField(Basis, _("grounds in law"), null=True)
    applied_on = EncryptedDateField(_("day of the young person's application"), null=True)
    reason = EncryptedTextField(_("reason"))
    told_reason = EncryptedTextField(_("reason as the notices say it"))
    opposed = EncryptedCodesField(Opposed, _("whose opinion differs from the measure"), null=True)
    school = EncryptedTextField(_("change of school"), null=True)
    medical = EncryptedTextField(_("consent to medical care"), null=True)
    stay_after = EncryptedCodeField(StayKind, _("place of stay afterwards"), null=True)
    expected_until = EncryptedDateField(_("suspended until, as expected"), null=True)
    end_to = EncryptedCodeField(EndTo, _("to what the placement ends"), null=True)
    guidance_effect = EncryptedTextField(_("effect of the guidance of the parents"), null=True)
    home_trial = EncryptedTextField(_("stays at home on trial, and the plan afterwards"), null=True)
    to_tell = EncryptedCodesField(ToTell, _("who is told of the end"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("placement"),
            one_draft("one_placement_draft"),
            models.CheckConstraint(
                condition=models.Q(kind="start", start=None) | models.Q(kind__in=LATER, start__isnull=False),
                name="placement_of_start",
            ),
            models.UniqueConstraint(
                fields=["hearing"], condition=models.Q(approved=True), name="one_placement_hearing"
            ),
        ]


class PlacementArrival(OfCase):
    """When the child came to where a decision has it stay. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "decision", "arrived_at", "recorded_by", "recorded_at",
    }  # fmt: skip

    decision = models.OneToOneField(
        PlacementDecision, models.PROTECT, related_name="arrival", verbose_name=_("decision on the placement")
    )
    arrived_at = models.DateTimeField(_("when the child came"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    words = EncryptedTextField(_("who took the child there, and how the child was"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["arrived_at", "id"]


class PlacementExplained(OfCase):
    """How one person with parental authority was told why the placement is to end, and what the person said to it (児童福祉法
    33条の4). It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"person", "recorded_by", "recorded_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("way", "explained_at", "words")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    way = EncryptedCodeField(Explained, _("how the person was told and heard"))
    explained_at = EncryptedMomentField(_("when it was explained"))
    words = EncryptedTextField(_("what was said, or how the person was tried to be reached"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class PlacementVisit(OfCase):
    """That the child was seen where it is placed. It never changes. ``follows`` is the arrival or the visit since which the next
    one was owed."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"follows", "recorded_by", "recorded_at"}

    follows = models.UUIDField(_("what it follows"), null=True)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    seen_at = EncryptedMomentField(_("when the child was seen"))
    alone = EncryptedCodeField(Answer, _("spoken with alone"))
    words = EncryptedTextField(_("how the child is, and what it said"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]
