"""The decision to close a case, drafted by one person and decided by another."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import TwoPersonAct, two_person_constraint
from cases.closing.codes import ClosingState
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class ClosingDecision(OfCase, TwoPersonAct):
    """One draft and its decision. What was drafted stays: a returned draft is drafted anew as another row."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | TwoPersonAct.TWO_PERSON_CLEAR

    kind = EncryptedTextField(_("why the case is closed"))
    reason = EncryptedTextField(_("reason"))
    child_told = EncryptedTextField(_("what the child was told and said to it"), null=True)
    note = EncryptedTextField(_("note on the decision"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            two_person_constraint("closing_takes_two"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(decided_at=None), name="one_closing_draft"
            ),
        ]

    @property
    def state(self) -> ClosingState:
        """Waiting, returned or approved."""
        if self.decided_at is None:
            return ClosingState.WAITING
        return ClosingState.APPROVED if self.approved else ClosingState.RETURNED
