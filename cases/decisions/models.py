"""The base of every decision about a case that takes two people."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import TwoPersonAct, two_person_constraint
from cases.decisions.codes import BADGES, State
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.walls import clock


class CaseAct(OfCase, TwoPersonAct):
    """One draft and its decision, as ``cases.decisions.actions.Decision`` handles it.

    The drafter changes it while it waits, which counts ``version`` up; decided or taken back it stays (trigger ``act_stays``). A
    returned draft is drafted again as another row, which ``replaces`` it.
    """

    CASE_ACT_CLEAR: ClassVar[frozenset[str]] = (
        OfCase.OF_CASE_CLEAR
        | TwoPersonAct.TWO_PERSON_CLEAR
        | frozenset({"version", "taken_back_at", "refused", "replaces"})
    )
    SIGNED: ClassVar[tuple[str, ...]] = (*TwoPersonAct.SIGNED, "refused", "note")

    version = models.PositiveIntegerField(default=1)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)
    refused = models.BooleanField(_("not approved"), default=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    note = EncryptedTextField(_("note on the decision"), null=True)

    class Meta:
        abstract = True

    @property
    def state(self) -> State:
        """:meth:`state_at` this moment, for pages."""
        return self.state_at(clock.now())

    def state_at(self, now: datetime) -> State:
        """Where it is, by its signatures and dates."""
        if self.taken_back_at is not None:
            return State.TAKEN_BACK
        if self.approved is False:
            return State.REFUSED if self.refused else State.RETURNED
        if self.is_over_at(now):
            return State.ENDED
        return State.WAITING if self.decided_at is None else State.APPROVED

    def is_over_at(self, now: datetime) -> bool:
        """Whether what it allowed, or what it rested on, has ended."""
        return False

    @property
    def is_held_up(self) -> bool:
        """Whether somebody else signs it before it can be approved."""
        return False

    @property
    def state_label(self) -> str | Promise:
        """The state in words; a room may have a better word for one of them."""
        return self.state.label

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]

    @property
    def confirm_by(self) -> datetime | None:
        """Until when it has to be decided, where something says so."""
        return None


def one_draft(name: str, *fields: str) -> models.UniqueConstraint:
    """The constraint that one draft of its kind waits at a time."""
    waiting = models.Q(decided_at=None, taken_back_at=None)
    return models.UniqueConstraint(fields=["case", *fields], condition=waiting, name=name)


def act_constraints(name: str) -> list[models.CheckConstraint]:
    """The CHECKs of every such table: two people decide, and only what was not approved was refused."""
    # A CHECK lets NULL through, so an undecided draft is named besides.
    refused: models.Q = models.Q(refused=False) | models.Q(approved__isnull=False, approved=False)
    return [
        two_person_constraint(f"{name}_takes_two"),
        models.CheckConstraint(condition=refused, name=f"{name}_refused_is_no"),
    ]
