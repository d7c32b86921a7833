"""The support guideline of a child (援助指針票), its reviews, and that it was explained to the child."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from agencies.staff.models import Position
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.decisions.codes import State
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.diagnoses.models import Judgement
from cases.guidelines.codes import Outcome
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedDateField, EncryptedMomentField


class Guideline(CaseAct):
    """Drafted by the caseworker, decided by the director. Approved it is in force, and takes the place of the one before; it
    ends by an evaluation that ends it. The database alone writes both (``guideline_supersedes``, ``guideline_ends``).

    ``wishes`` and ``goals`` are JSON lists (``queries.Wish``, ``queries.Goal``), so that nobody counts them in clear.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "item", "judgement", "council", "review_on", "superseded_at", "ended_at",
    }  # fmt: skip
    TEXTS: ClassVar[tuple[str, ...]] = (
        "child_wish", "municipality", "school", "institution", "court", "needs", "strengths", "view_why", "support",
        "support_why", "alternatives", "care", "for_child",
    )  # fmt: skip
    LINKS: ClassVar[tuple[str, ...]] = ("item", "judgement", "council")
    CONTENT: ClassVar[tuple[str, ...]] = (*LINKS, "review_on", "wishes", "goals", *TEXTS)

    item = models.ForeignKey(
        ConferenceItem,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("support policy conference it follows"),
    )
    judgement = models.ForeignKey(
        Judgement,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("comprehensive diagnosis it rests on"),
    )
    council = models.ForeignKey(
        CouncilRecord, models.PROTECT, null=True, related_name="+", verbose_name=_("opinion of the council")
    )
    review_on = models.DateField(_("to be evaluated on"))
    superseded_at = models.DateTimeField(_("another took its place at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    child_wish = EncryptedTextField(_("the child's wish"))
    wishes = EncryptedTextField(_("wish of each custodian"), null=True)
    municipality = EncryptedTextField(_("opinion of the municipality"), null=True)
    school = EncryptedTextField(_("opinion of the school"), null=True)
    institution = EncryptedTextField(_("opinion of the institution or foster family"), null=True)
    court = EncryptedTextField(_("opinion of the court"), null=True)
    needs = EncryptedTextField(_("needs and problems"))
    strengths = EncryptedTextField(_("strengths"))
    view_why = EncryptedTextField(_("why it rests on no comprehensive diagnosis"), null=True)
    support = EncryptedTextField(_("support that is chosen"))
    support_why = EncryptedTextField(_("why this support"))
    alternatives = EncryptedTextField(_("what else was weighed"))
    goals = EncryptedTextField(_("goals"))
    care = EncryptedTextField(_("points of care"), null=True)
    for_child = EncryptedTextField(_("the guideline in words for the child"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("guideline"),
            one_draft("one_guideline_draft"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(approved=True, superseded_at=None, ended_at=None),
                name="one_guideline_in_force",
            ),
        ]

    @property
    def name(self) -> str:
        """Its name in an address."""
        return str(self.pk)

    @property
    def is_in_force(self) -> bool:
        """Whether it was approved, and neither ended nor gave way to another."""
        return self.approved is True and self.superseded_at is None and self.ended_at is None

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was approved, and is in force no more."""
        return self.approved is True and not self.is_in_force

    @property
    def state_label(self) -> str | Promise:
        """An approved one is in force, and one that gave way to another has not just ended."""
        if self.state is State.APPROVED:
            return pgettext("support guideline", "in force")
        if self.superseded_at is not None:
            return pgettext("support guideline", "another took its place")
        return self.state.label


class GuidelineReview(CaseAct):
    """What became of each goal, what the child says, and whether the guideline goes on. ``results`` is a JSON list in the order
    of the goals (``queries.Result``). Without ``next_on`` the guideline ends with its approval."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"guideline", "next_on"}
    TEXTS: ClassVar[tuple[str, ...]] = ("child_view", "custodians_view", "assessment")
    CONTENT: ClassVar[tuple[str, ...]] = (
        "guideline",
        "next_on",
        "outcome",
        "reviewed_on",
        "results",
        *TEXTS,
    )

    guideline = models.ForeignKey(
        Guideline, models.PROTECT, related_name="reviews", verbose_name=_("support guideline")
    )
    next_on = models.DateField(_("next evaluation on"), null=True)
    outcome = EncryptedCodeField(Outcome, _("what the review comes to"))
    reviewed_on = EncryptedDateField(_("evaluated on"))
    results = EncryptedTextField(_("what became of each goal"))
    child_view = EncryptedTextField(_("the child's view"))
    custodians_view = EncryptedTextField(_("the custodians' views"), null=True)
    assessment = EncryptedTextField(_("assessment"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("guideline_review"), one_draft("one_guideline_review_draft")]


class GuidelineTold(OfCase):
    """That a guideline was explained to the child, how, and what it said. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"guideline", "recorded_by", "recorded_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("told_at", "told_by", "how", "sheet_version", "child_said")

    guideline = models.ForeignKey(
        Guideline, models.PROTECT, related_name="told", verbose_name=_("support guideline")
    )
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    told_at = EncryptedMomentField(_("when it was explained"))
    told_by = EncryptedTextField(_("who explained it"))
    how = EncryptedTextField(_("how it was explained"))
    sheet_version = EncryptedTextField(_("sheet for the child and its version"), null=True)
    child_said = EncryptedTextField(_("what the child said to it"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]
