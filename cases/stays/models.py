"""The change of place while custody lasts: it ends and starts no custody, and no time limit."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.custody.codes import Place
from cases.custody.models import CustodyDecision
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.stays.codes import Told
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedFlagField, EncryptedMomentField


class PlaceChange(CaseAct):
    """One move of the child, drafted by one person and decided by another.

    The place before is that of the approved change before it, or of the start. ``said_by`` and ``said_at``: who decided it by
    word of mouth, where the child had to be moved before it could be written.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"start", "moved_at"}

    start = models.ForeignKey(CustodyDecision, models.PROTECT, related_name="moves")
    moved_at = models.DateTimeField(_("moved at"))
    place_kind = EncryptedCodeField(Place, _("place of custody"))
    place = EncryptedTextField(_("name of the place"))
    place_withheld = EncryptedFlagField(_("place withheld"))
    reason = EncryptedTextField(_("reason"))
    told = EncryptedCodeField(Told, _("whether the child was told"))
    told_at = EncryptedMomentField(_("when the child was told"), null=True)
    words = EncryptedTextField(_("what the child said to it"), null=True)
    said_by = EncryptedTextField(_("who decided orally"), null=True)
    said_at = EncryptedMomentField(_("when it was said"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("place_change"), one_draft("one_place_draft")]
