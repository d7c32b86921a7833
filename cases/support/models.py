"""How a juvenile victim came to the police, what was notified, and continuing support: its plan, its reviews and its release."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.receipts.codes import Harm
from cases.records.codes import Answer
from cases.records.models import OfCase, Person
from cases.support.codes import Aid, Around, Danger, End, Means, Recognised
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedMomentField,
)


class SupportReception(OfCase):
    """A consultation (少年相談) or guidance on the street (街頭補導) with which a support case begins. It never changes: what
    is learned later is in the progress record.

    NULL is what the way in which it came does not ask for, or what was not filled in.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"received_by", "received_at"}

    received_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("received by"))
    received_at = models.DateTimeField(_("written at"))
    recognised = EncryptedCodeField(Recognised, _("how it was recognised"))
    happened_at = EncryptedMomentField(_("when it was received"))
    means = EncryptedCodeField(Means, _("by what means"), null=True)
    consultant = EncryptedTextField(_("who consulted, and relation to the juvenile"), null=True)
    worry = EncryptedTextField(_("main worry"), null=True)
    place = EncryptedTextField(_("where the juvenile was met"), null=True)
    company = EncryptedTextField(_("with whom the juvenile was"), null=True)
    behaviour = EncryptedTextField(_("what the juvenile did"), null=True)
    parents_told = EncryptedCodeField(Answer, _("custodian told"), null=True)
    agrees = EncryptedCodeField(Answer, _("the juvenile agrees to the support"), null=True)
    situation = EncryptedTextField(_("what happened"))
    words = EncryptedTextField(_("the juvenile's own words"), null=True)
    question = EncryptedTextField(_("what had been asked"), null=True)
    advice = EncryptedTextField(_("advice given"), null=True)
    harm = EncryptedCodeField(Harm, _("kind of harm"))
    crime_number = EncryptedTextField(_("number of the criminal case"), null=True)
    investigators = EncryptedTextField(_("section that investigates"), null=True)
    suspect = EncryptedTextField(_("suspect and relation to the juvenile"), null=True)
    mental = EncryptedTextField(_("mental state and symptoms"), null=True)
    danger = EncryptedCodeField(Danger, _("risk of suicide"))
    guardian = EncryptedTextField(_("state of the custodian"), null=True)
    aid = EncryptedCodeField(Aid, _("duty to notify the child guidance center"), null=True)

    CONSULTED: ClassVar[tuple[str, ...]] = ("means", "consultant", "worry")
    STREET: ClassVar[tuple[str, ...]] = ("place", "company", "behaviour", "parents_told", "agrees")
    FACTS: ClassVar[tuple[str, ...]] = (
        "recognised", "happened_at", *CONSULTED, *STREET, "situation", "words", "question", "advice", "harm",
        "crime_number", "investigators", "suspect", "mental", "danger", "guardian", "aid",
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        ordering = ["received_at", "id"]


class SupportNotice(OfCase):
    """That the child was notified to a child guidance center, by which filing. Nothing in clear leads from there to the case
    of the center (docs/adr/0018)."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "sent_by", "sent_at", "reference", "recipient",
    }  # fmt: skip

    sent_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("notified by"))
    sent_at = models.DateTimeField(_("notified at"))
    reference = models.CharField(_("reference of the notification"), max_length=20)
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )

    class Meta:
        app_label = "cases"
        ordering = ["sent_at", "id"]


class Designation(CaseAct):
    """That a juvenile victim is supported continuously (継続的支援の指定): the agreement of juvenile and guardian, a plan.
    ``guardian`` is of this case (trigger ``a_of_support``) and never a suspect, which the rule alone can read."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"guardian"}
    TEXTS: ClassVar[tuple[str, ...]] = (
        "juvenile_said", "guardian_said", "no_guardian_why", "scope", "aims", "frequency", "place", "counselor",
        "environment", "evaluation",
    )  # fmt: skip
    CODES: ClassVar[tuple[str, ...]] = (
        "school_may_know",
        "around",
        "adviser_asked",
        "supporter_asked",
        "next_on",
    )
    CONTENT: ClassVar[tuple[str, ...]] = ("guardian", *TEXTS, *CODES)

    juvenile_said = EncryptedTextField(_("the juvenile's agreement, in its own words"))
    guardian = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("guardian who agrees")
    )
    guardian_said = EncryptedTextField(_("what the guardian said"), null=True)
    no_guardian_why = EncryptedTextField(_("why no guardian is asked"), null=True)
    scope = EncryptedTextField(_("what the agreement covers"))
    school_may_know = EncryptedCodeField(Answer, _("may the school know"))
    aims = EncryptedTextField(_("recovery aims"))
    frequency = EncryptedTextField(_("how often"))
    place = EncryptedTextField(_("where"))
    counselor = EncryptedTextField(_("who counsels"))
    around = EncryptedCodesField(Around, _("environment to be adjusted"), null=True)
    environment = EncryptedTextField(_("how the environment is adjusted"), null=True)
    adviser_asked = EncryptedCodeField(Answer, _("counseling adviser asked"))
    supporter_asked = EncryptedCodeField(Answer, _("supporter asked"))
    next_on = EncryptedDateField(_("next date"))
    evaluation = EncryptedTextField(_("how it is evaluated"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("designation"), one_draft("one_designation_draft")]


class Release(CaseAct):
    """That continuing support ends (解除), after the talk with juvenile and guardian."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR
    TEXTS: ClassVar[tuple[str, ...]] = ("aims_state", "talked_with", "juvenile_said", "guardian_said")
    CONTENT: ClassVar[tuple[str, ...]] = ("ending", "talked_at", *TEXTS)

    ending = EncryptedCodeField(End, _("why the support ends"))
    aims_state = EncryptedTextField(_("what was reached of the aims"))
    talked_at = EncryptedMomentField(_("when it was talked over"))
    talked_with = EncryptedTextField(_("with whom"))
    juvenile_said = EncryptedTextField(_("what the juvenile said"))
    guardian_said = EncryptedTextField(_("what the guardian said"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("release"), one_draft("one_release_draft")]


class Supporter(OfCase):
    """A volunteer of the police who is to accompany the juvenile (被害少年サポーター): who, commissioned until when, for what. It
    never changes; a commission that is prolonged is a row of its own."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"named_by", "named_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("name", "reached", "commissioned_until", "task")

    named_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    named_at = models.DateTimeField(_("entered at"))
    name = EncryptedTextField(_("name of the supporter"))
    reached = EncryptedTextField(_("how the supporter is reached"), null=True)
    commissioned_until = EncryptedDateField(_("commissioned until"))
    task = EncryptedTextField(_("task of the supporter"))

    class Meta:
        app_label = "cases"
        ordering = ["-named_at", "-id"]


class SupporterReport(OfCase):
    """What a supporter told of one meeting, in two lines. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"supporter", "told_by", "told_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("met_on", "words")

    supporter = models.ForeignKey(
        Supporter, models.PROTECT, related_name="reports", verbose_name=_("supporter")
    )
    told_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    told_at = models.DateTimeField(_("written at"))
    met_on = EncryptedDateField(_("day of the meeting"))
    words = EncryptedTextField(_("what the supporter told"))

    class Meta:
        app_label = "cases"
        ordering = ["-told_at", "-id"]


class SupportReview(OfCase):
    """How far the plan came. It never changes: the next review is a further row."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"reviewed_by", "reviewed_at"}
    TEXTS: ClassVar[tuple[str, ...]] = ("aims_state", "changes")

    reviewed_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed at"))
    aims_state = EncryptedTextField(_("how far each aim is"))
    changes = EncryptedTextField(_("what changes"), null=True)
    next_on = EncryptedDateField(_("next date"))

    class Meta:
        app_label = "cases"
        ordering = ["-reviewed_at", "-id"]
