"""Codes of diagnoses (調査・診断): what kind, who writes it, where it is, and the instruments whose scores are kept."""

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
"""The professions that write each kind. A custody worker is on no team (ADR 88): what happened in daily life is written from
the log of the facility by whoever of the team was asked."""

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


class Instrument(models.TextChoices):
    """Instruments by their names. Only scores of scales are kept, never an item or its answer (copyright; 守秘)."""

    TSCC = "tscc", "TSCC"
    TSCC_A = "tscc_a", "TSCC-A"
    UCLA = "ucla_ptsd_ri5", "UCLA PTSD RI-5"
    CAPS_CA = "caps_ca5", "CAPS-CA-5"
    CBCL = "cbcl", "CBCL"
    TRF = "trf", "TRF"
    SDQ = "sdq", "SDQ"
    ACBL_R = "acbl_r", "ACBL-R"
    IES_R = "ies_r", "IES-R"
    DSRS_C = "dsrs_c", "DSRS-C"
    CDI = "cdi", "CDI"
    WISC5 = "wisc5", "WISC-V"
    TANAKA_BINET = "tanaka_binet", _("Tanaka-Binet")
    KIDS_DEV = "kids_dev", _("Kyoto Scale (Shinpan K-shiki)")
    BENDER = "bg", _("Bender Gestalt")
    DRAWING = "hfd_tree", _("drawing test")
    SENTENCES = "sct", "SCT"
    GAF = "paf_cgas", _("GAF or CGAS")
    OTHER = "other", pgettext_lazy("instrument", "another instrument")


RANGES: dict[Instrument, tuple[int, int]] = {
    Instrument.UCLA: (0, 80),
    Instrument.CAPS_CA: (0, 80),
    Instrument.SDQ: (0, 40),
    Instrument.IES_R: (0, 88),
    Instrument.DSRS_C: (0, 36),
    Instrument.CDI: (0, 54),
    Instrument.WISC5: (1, 160),
    Instrument.GAF: (0, 100),
}
"""The least and the highest score that any scale of an instrument can have: its items times the points of one (20 × 4; SDQ four
scales of 5 × 2; 22 × 4; 18 × 2; 27 × 2), WISC-V from a scaled score to a composite. Of others a number is required."""
