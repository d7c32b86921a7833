"""Codes of diagnoses (調査・診断): what kind, who writes it, and where it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act, Permission, Role

JUDGEMENT = Act("judgement", _("comprehensive diagnosis"))
"""The director's, or of the person whom the director delegated it to, such as the head of the assessment section."""


class DiagnosisKind(models.TextChoices):
    """The kinds of diagnoses (児童相談所運営指針)."""

    SOCIAL = "social", _("social diagnosis")
    PSYCHOLOGICAL = "psychological", _("psychological diagnosis")
    MEDICAL = "medical", _("medical diagnosis")
    BEHAVIOURAL = "behavioural", _("behavioural diagnosis")
    OTHER = "other", pgettext_lazy("diagnosis", "other diagnosis")


ON_TEAMS = tuple(role for role in Role if role.may(Permission.WORK_ON_CASES) and role is not Role.DIRECTOR)
"""Who can be on a team and writes. The director decides on what a diagnosis is laid before."""

WRITERS: dict[DiagnosisKind, tuple[Role, ...]] = {
    DiagnosisKind.SOCIAL: (Role.CASEWORKER, Role.SUPERVISOR),
    DiagnosisKind.PSYCHOLOGICAL: (Role.PSYCHOLOGIST,),
    DiagnosisKind.MEDICAL: (Role.DOCTOR,),
    DiagnosisKind.BEHAVIOURAL: ON_TEAMS,
    DiagnosisKind.OTHER: ON_TEAMS,
}
"""The professions of the team that write each kind. A custody worker is on no team (ADR 88) and writes the behavioural one at the
facility (ADR 112); of a child that sleeps elsewhere whoever of the team was asked writes it."""

SEALED = frozenset({DiagnosisKind.PSYCHOLOGICAL, DiagnosisKind.MEDICAL})
"""The kinds whose findings are sealed apart, under a key of the diagnosis that not the whole team reads (ADR 97)."""


class DiagnosisState(models.TextChoices):
    """Where a diagnosis is; derived from its moments."""

    PLANNED = "planned", pgettext_lazy("diagnosis", "asked for")
    IN_PROGRESS = "in_progress", pgettext_lazy("diagnosis", "being written")
    SUBMITTED = "submitted", pgettext_lazy("diagnosis", "submitted")
    RETURNED = "returned", pgettext_lazy("diagnosis", "returned")
    ACCEPTED = "accepted", pgettext_lazy("diagnosis", "accepted at the conference")
    SUPERSEDED = "superseded", pgettext_lazy("diagnosis", "superseded by a later one")


MOVES: dict[DiagnosisState, tuple[DiagnosisState, ...]] = {
    DiagnosisState.PLANNED: (DiagnosisState.IN_PROGRESS, DiagnosisState.SUBMITTED),
    DiagnosisState.IN_PROGRESS: (DiagnosisState.IN_PROGRESS, DiagnosisState.SUBMITTED),
    DiagnosisState.SUBMITTED: (DiagnosisState.RETURNED, DiagnosisState.ACCEPTED),
    DiagnosisState.RETURNED: (),
    DiagnosisState.ACCEPTED: (DiagnosisState.ACCEPTED, DiagnosisState.SUPERSEDED),
    DiagnosisState.SUPERSEDED: (),
}
"""What becomes of a diagnosis. A returned one stays as it was submitted; it is written again as a row that names it.
A comprehensive diagnosis may rest on one that was accepted before."""

BADGES: dict[DiagnosisState, str] = {
    DiagnosisState.PLANNED: "info",
    DiagnosisState.IN_PROGRESS: "warning",
    DiagnosisState.SUBMITTED: "info",
    DiagnosisState.RETURNED: "danger",
    DiagnosisState.ACCEPTED: "ok",
    DiagnosisState.SUPERSEDED: "closed",
}


class SelfHarmThought(models.TextChoices):
    """Thoughts of self-harm or suicide. Stored encrypted; the team reads it, since it has to act."""

    NONE = "none", pgettext_lazy("thoughts of self-harm", "none told")
    THOUGHTS = "thoughts", _("thoughts, without a plan")
    PLAN = "plan", _("thoughts, and a plan was made")
    UNKNOWN = "unknown", pgettext_lazy("thoughts of self-harm", "not asked yet")
