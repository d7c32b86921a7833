"""A conference, the cases on its agenda, and what was laid before it and decided of each."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.conferences.codes import (
    INTAKE_KINDS,
    SITTING_BADGES,
    ChangeWhy,
    ChildHeard,
    CouncilStep,
    CouncilWay,
    Measure,
    Opposed,
    SightWay,
    SittingKind,
    SittingPlace,
    SittingState,
    Stand,
)
from cases.decisions.codes import State
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.hearings.models import Hearing
from cases.records.codes import Answer, Stage
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedFlagField,
)


class Sitting(models.Model):
    """One conference. It holds no word about any case; each case has its own item, under its own key.

    Planned until ``held_to`` is written, with the positions of those ``present`` and which of them were there by telephone or
    online, or until it is cancelled; then it does not change any more. Another time and the cancellation come with a
    ``SittingChange``, and in no other way.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", "kind", "place", "held_from", "held_to", "chair", "secretary", "present"}
        | {"by_telephone", "invited", "cancelled_at", "made_by", "made_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("responsible office"))
    kind = models.CharField(_("kind of conference"), max_length=20, choices=SittingKind.choices)
    place = models.CharField(_("place of the conference"), max_length=20, choices=SittingPlace.choices)
    held_from = models.DateTimeField(_("held from"))
    held_to = models.DateTimeField(_("held to"), null=True)
    chair = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("chair"))
    secretary = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("secretary"))
    present: Any = ArrayField(models.UUIDField(), default=list, verbose_name=_("present"))
    by_telephone: Any = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        verbose_name=_("of these present, by telephone or online"),
    )
    invited: Any = ArrayField(models.UUIDField(), default=list, verbose_name=_("invited"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    made_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        app_label = "cases"
        ordering = ["-held_from", "-id"]
        indexes = [models.Index(fields=["office", "-held_from", "-id"], name="sitting_latest")]

    @property
    def known_kind(self) -> SittingKind | None:
        """Its kind; None for a code that is unknown today."""
        return SittingKind(self.kind) if self.kind in SittingKind.values else None

    @property
    def is_intake(self) -> bool:
        """Whether it accepts cases."""
        return self.known_kind in INTAKE_KINDS

    @property
    def is_progress(self) -> bool:
        """Whether it goes through the progress list, and has no agenda of its own."""
        return self.known_kind is SittingKind.PROGRESS

    @property
    def state(self) -> SittingState:
        """Where it is."""
        if self.cancelled_at is not None:
            return SittingState.CANCELLED
        return SittingState.PLANNED if self.held_to is None else SittingState.HELD

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return SITTING_BADGES[self.state]


class SittingChange(models.Model):
    """That a planned conference was moved to ``new_from``, or cancelled where that is empty. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", "sitting", "why", "was_from", "new_from", "made_by", "made_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("responsible office"))
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="changes", verbose_name=_("conference"))
    why = models.CharField(_("reason"), max_length=10, choices=ChangeWhy.choices)
    was_from = models.DateTimeField(_("planned for until then"))
    new_from = models.DateTimeField(_("moved to"), null=True)
    made_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        app_label = "cases"
        ordering = ["made_at", "id"]


class AgendaEntry(OfCase):
    """That a case comes before a conference. It never changes; the minutes are a row of their own."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"sitting", "put_by", "put_at"}

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="entries", verbose_name=_("conference"))
    put_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("put by"))
    put_at = models.DateTimeField(_("put at"))
    matter = EncryptedTextField(_("what is to be decided"))
    papers = EncryptedTextField(_("papers shown"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["put_at", "id"]
        constraints = [models.UniqueConstraint(fields=["sitting", "case"], name="once_on_an_agenda")]


class Minuted(CaseAct):
    """What a conference came to: written by its secretary, signed by its chair, decided by the director.

    ``chair_signs``: whether the director's approval waits for the chair, which the database says when it is drafted or changed
    (trigger ``c_chair``). A changed draft is signed anew. Drafts of before version 0.2.0 wait for no chair.
    """

    MINUTED_CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "entry", "chair_signs", "chair_signed_by", "chair_signed_at",
    }  # fmt: skip
    entry: Any  # of the agenda; each table has its own
    CHAIR: ClassVar[tuple[str, ...]] = ("chair_signs", "chair_signed_by", "chair_signed_at")

    chair_signs = models.BooleanField(_("signed by the chair first"), default=False)
    chair_signed_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by the chair")
    )
    chair_signed_at = models.DateTimeField(_("signed by the chair at"), null=True)

    class Meta:
        abstract = True

    @property
    def waits_for_chair(self) -> bool:
        """Whether the chair has still to sign what is decided then."""
        return self.chair_signs and self.chair_signed_at is None and self.decided_at is None

    @property
    def goes_unsigned(self) -> bool:
        """Whether it is decided without the signature of a chair who is not the director: one who does not write on the case, or
        of a draft from before chairs signed. Which of the two is not kept."""
        return not self.chair_signs and self.entry.sitting.chair.role != Role.DIRECTOR

    @property
    def is_held_up(self) -> bool:
        """Until its chair has signed."""
        return self.waits_for_chair

    @property
    def state_label(self) -> str | Promise:
        """While it waits for the chair, that."""
        if self.waits_for_chair and self.state is State.WAITING:
            return _("waits for the chair")
        return super().state_label


class ConferenceItem(Minuted):
    """The minutes of one case: drafted by the secretary, decided by the director. Approved, the case goes to ``to_stage``.

    ``tasks`` is a JSON list of what is to be done, by which position and until which day; approved, they are duties.
    ``custodians`` is a JSON list of those who care for the child or have parental authority, each with what it said and where it
    stands, and whether it was suspected then; ``custodians_view`` says what of custodians belongs to none of them.
    ``outsiders`` is a JSON list of the offices and positions of others who sat for this case; no names. ``of_council``: it was
    held as a conference of the council for children requiring aid (要保護児童対策地域協議会). ``hear_owner`` hears the child
    afterwards, ``council`` the opinion of the child welfare council (児童福祉審議会) it rests on. ``opens`` are in clear those of
    its measures on which an act of another room rests (``codes.OPENING``); None in minutes of before version 0.2.0.
    """

    CLEAR: ClassVar[frozenset[str]] = Minuted.MINUTED_CLEAR | {
        "to_stage",
        "opens",
        "next_on",
        "council",
        "hear_owner",
    }
    OPINIONS: ClassVar[tuple[str, ...]] = ("social", "psychological", "medical", "conduct", "supervisor")
    TEXTS: ClassVar[tuple[str, ...]] = (
        "facts", *OPINIONS, "child_view", "view_how", "advocate_note", "heard_why", "custodians_view", "conditions", "reasons",
        "minority", "minority_who",
    )  # fmt: skip
    WRITTEN: ClassVar[tuple[str, ...]] = (
        *TEXTS, "custodians", "heard", "stand", "approved_on", "measures", "opposed", "council_way", "council_followed",
        "council_why", "tasks", "outsiders", "of_council",
    )  # fmt: skip

    entry = models.ForeignKey(
        AgendaEntry, models.PROTECT, related_name="items", verbose_name=_("item of the agenda")
    )
    to_stage = models.CharField(_("stage from then on"), max_length=20, choices=Stage.choices, null=True)
    opens: Any = ArrayField(
        models.CharField(max_length=20, choices=Measure.choices),
        null=True,
        verbose_name=_("measures on which an act rests"),
    )
    next_on = models.DateField(_("next time before the conference"))
    facts = EncryptedTextField(_("facts laid before the conference"))
    social = EncryptedTextField(_("social opinion"))
    psychological = EncryptedTextField(_("psychological opinion"), null=True)
    medical = EncryptedTextField(_("medical opinion"), null=True)
    conduct = EncryptedTextField(_("opinion on conduct"), null=True)
    supervisor = EncryptedTextField(_("opinion of the supervisor"), null=True)
    heard = EncryptedCodeField(ChildHeard, _("hearing of the child"))
    child_view = EncryptedTextField(_("the child's view and wishes"))
    view_how = EncryptedTextField(_("how the child's view was obtained"), null=True)
    advocate_note = EncryptedTextField(_("note of the advocate"), null=True)
    heard_why = EncryptedTextField(_("why the child is heard afterwards, or was not heard"), null=True)
    hear_owner = models.ForeignKey(
        Position,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who hears the child afterwards"),
    )
    custodians = EncryptedTextField(_("view of each person with parental authority or care"), null=True)
    custodians_view = EncryptedTextField(_("view of further custodians"), null=True)
    stand = EncryptedCodeField(Stand, _("those with parental authority"))
    approved_on = EncryptedDateField(_("day of the family court's approval"), null=True)
    measures = EncryptedCodesField(Measure, _("what is decided"))
    opposed = EncryptedCodesField(Opposed, _("whose opinion differs from the measure"), null=True)
    council_way = EncryptedCodeField(CouncilWay, _("child welfare council"), null=True)
    council = models.ForeignKey(
        "cases.CouncilRecord",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("opinion of the council that it rests on"),
    )
    council_followed = EncryptedCodeField(
        Answer, _("whether the opinion of the council is followed"), null=True
    )
    council_why = EncryptedTextField(
        _("why the council is not followed, or could not be heard before"), null=True
    )
    conditions = EncryptedTextField(_("conditions"), null=True)
    reasons = EncryptedTextField(_("reasons"))
    minority = EncryptedTextField(_("minority view"), null=True)
    minority_who = EncryptedTextField(_("whose minority view"), null=True)
    tasks = EncryptedTextField(_("tasks"), null=True)
    outsiders = EncryptedTextField(_("present from other offices"), null=True)
    of_council = EncryptedFlagField(_("held as a conference of the council"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("conference"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(decided_at=None, taken_back_at=None),
                name="one_conference_draft",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(approved=True), name="one_conference_decision"
            ),
        ]


class ItemHearing(Hearing):
    """How the child was heard after a conference whose decision could not wait, and what it said."""

    CLEAR: ClassVar[frozenset[str]] = Hearing.HEARING_CLEAR | {"item"}

    item = models.OneToOneField(
        ConferenceItem, models.PROTECT, related_name="hearing", verbose_name=_("minutes of a conference")
    )
    opinion = EncryptedTextField(_("the child's opinion"))

    class Meta(Hearing.Meta):
        app_label = "cases"
        abstract = False


class CouncilRecord(OfCase):
    """One step of hearing the child welfare council (児童福祉審議会), after the conference that sent the matter there: that it
    was asked, its opinion, or that it was told of a measure that could not wait. Never changed. The step is clear, so that the
    database keeps their order; on which day and in which words is sealed."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"item", "step", "recorded_by", "recorded_at"}

    item = models.ForeignKey(
        ConferenceItem,
        models.PROTECT,
        related_name="council_records",
        verbose_name=_("minutes of a conference"),
    )
    step = models.CharField(_("step"), max_length=10, choices=CouncilStep.choices)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    happened_on = EncryptedDateField(_("on which day"))
    words = EncryptedTextField(_("what the council was asked, or what it said"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class Acceptance(Minuted):
    """What an intake conference decided of one case: drafted by its secretary, decided by the director. Approved, the case is
    accepted, and ``in_charge`` is in charge of it from then on.

    What was laid before it and said of it is kept as in other minutes (``ConferenceItem``); rows of before version 0.2.0 have
    none of it.
    """

    CLEAR: ClassVar[frozenset[str]] = Minuted.MINUTED_CLEAR | {"in_charge", "next_on"}
    OPINIONS: ClassVar[tuple[str, ...]] = ConferenceItem.OPINIONS
    NEEDED: ClassVar[tuple[str, ...]] = ("facts", "social", "child_view", "view_how", "reasons")
    TEXTS: ClassVar[tuple[str, ...]] = (
        "facts", *ConferenceItem.OPINIONS, "child_view", "view_how", "advocate_note", "custodians_view", "reasons", "minority",
        "minority_who",
    )  # fmt: skip
    WRITTEN: ClassVar[tuple[str, ...]] = (
        "decision", "sight", "who_goes", "to_investigate", "attendees", *TEXTS, "custodians", "tasks",
    )  # fmt: skip

    entry = models.ForeignKey(
        AgendaEntry, models.PROTECT, related_name="acceptances", verbose_name=_("item of the agenda")
    )
    in_charge = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("person in charge")
    )
    decision = EncryptedTextField(_("decision"))
    sight = EncryptedCodesField(SightWay, _("how the child is to be seen"), null=True)
    who_goes = EncryptedTextField(_("who goes to see the child"), null=True)
    to_investigate = EncryptedTextField(_("what is investigated"), null=True)
    attendees = EncryptedTextField(_("other attendees"), null=True)
    next_on = models.DateField(_("next time before the conference"), null=True)
    facts = EncryptedTextField(_("facts laid before the conference"), null=True)
    social = EncryptedTextField(_("social opinion"), null=True)
    psychological = EncryptedTextField(_("psychological opinion"), null=True)
    medical = EncryptedTextField(_("medical opinion"), null=True)
    conduct = EncryptedTextField(_("opinion on conduct"), null=True)
    supervisor = EncryptedTextField(_("opinion of the supervisor"), null=True)
    child_view = EncryptedTextField(_("the child's view and wishes"), null=True)
    view_how = EncryptedTextField(_("how the child's view was obtained"), null=True)
    advocate_note = EncryptedTextField(_("note of the advocate"), null=True)
    custodians = EncryptedTextField(_("view of each person with parental authority or care"), null=True)
    custodians_view = EncryptedTextField(_("view of further custodians"), null=True)
    reasons = EncryptedTextField(_("reasons"), null=True)
    minority = EncryptedTextField(_("minority view"), null=True)
    minority_who = EncryptedTextField(_("whose minority view"), null=True)
    tasks = EncryptedTextField(_("tasks"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("acceptance"),
            one_draft("one_acceptance_draft"),
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(approved=True), name="one_acceptance"
            ),
        ]
