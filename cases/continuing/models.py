"""The decision to continue custody, what each person with parental authority says to it, and the steps at the family court."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.consents.codes import How
from cases.continuing.codes import CourtStep, Stand
from cases.custody.models import CustodyDecision
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.models import OfCase, Person
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedDateField, EncryptedMomentField


class Continuing(CaseAct):
    """One term of custody after the first two months, drafted by one person and decided by another.

    ``starts_at`` is the end of the term before, and written by the database (trigger ``continues_term``).
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"start", "starts_at", "until_on"}
    CONTENT: ClassVar[tuple[str, ...]] = (
        "start",
        "starts_at",
        "until_on",
        "reason",
        "opinion",
        "not_heard_why",
    )

    start = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="+", verbose_name=_("start of custody")
    )
    starts_at = models.DateTimeField(_("continued from"))
    until_on = models.DateField(_("continued until"))
    reason = EncryptedTextField(_("why custody is still necessary"))
    opinion = EncryptedTextField(_("the child's opinion"), null=True)
    not_heard_why = EncryptedTextField(_("why the child was not heard"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("continuing"),
            one_draft("one_continuing_draft"),
            models.UniqueConstraint(
                fields=["start", "starts_at"], condition=models.Q(approved=True), name="one_continuing"
            ),
        ]


class OfTerm(OfCase):
    """What is written about one term of a custody: ``term_at`` is the moment from which custody is continued."""

    OF_TERM_CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "start", "term_at", "recorded_by", "recorded_at",
    }  # fmt: skip

    start = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="+", verbose_name=_("start of custody")
    )
    term_at = models.DateTimeField(_("continued from"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        abstract = True


class TermStand(OfTerm):
    """What one person says to continuing custody, or why there is no answer. It never changes: the latest of a person counts."""

    CLEAR: ClassVar[frozenset[str]] = OfTerm.OF_TERM_CLEAR | {"person"}
    FACTS: ClassVar[tuple[str, ...]] = ("stand", "said_at", "how", "words")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    stand = EncryptedCodeField(Stand, _("stand on continuing custody"))
    said_at = EncryptedMomentField(_("when it was said"))
    how = EncryptedCodeField(How, _("how the person was asked"), null=True)
    words = EncryptedTextField(_("what was said, or why there is no answer"))

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class TermCourt(OfTerm):
    """One step at the family court. It never changes: a further step is a row of its own."""

    CLEAR: ClassVar[frozenset[str]] = OfTerm.OF_TERM_CLEAR
    FACTS: ClassVar[tuple[str, ...]] = ("step", "step_on", "court", "reference", "approved_until", "words")

    step = EncryptedCodeField(CourtStep, _("step at the family court"))
    step_on = EncryptedDateField(_("day of the step"))
    court = EncryptedTextField(_("court"))
    reference = EncryptedTextField(_("court's reference"), null=True)
    approved_until = EncryptedDateField(_("approved until"), null=True)
    words = EncryptedTextField(_("what else is to be known"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]
