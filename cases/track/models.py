"""The decision to change the track of a case, drafted by one person and decided by another."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.codes import Track
from security.encryption.fields import EncryptedTextField


class TrackChange(CaseAct):
    """One draft and its decision. Approved, it takes the case to ``to_track`` at once."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"to_track"}

    to_track = models.CharField(_("track from then on"), max_length=20, choices=Track.choices)
    reason = EncryptedTextField(_("reason"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("track_change"), one_draft("one_track_draft")]
