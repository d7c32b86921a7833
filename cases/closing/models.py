"""The decision to close a case, drafted by one person and decided by another."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.closing.codes import ClosingReason
from cases.decisions.models import CaseAct, act_constraints, one_draft
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField


class ClosingDecision(CaseAct):
    """One draft and its decision.

    ``by_mistake``: whether its ``kind`` is that the case was recorded by mistake, in clear, since the database asks of any other
    kind for the decision of a conference; None in drafts of before version 0.2.0.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"by_mistake"}

    by_mistake = models.BooleanField(_("recorded by mistake"), null=True)

    kind = EncryptedCodeField(ClosingReason, _("why the case is closed"))
    reason = EncryptedTextField(_("reason"))
    child_told = EncryptedTextField(_("what the child was told and said to it"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("closing"), one_draft("one_closing_draft")]
