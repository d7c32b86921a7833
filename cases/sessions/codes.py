"""Codes of a session of counseling or guidance: who came, what was done, how the child found it. All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Attendance(models.TextChoices):
    """What became of a session that was planned."""

    HELD = "held", pgettext_lazy("session", "held")
    LATE = "late", pgettext_lazy("session", "held; came late")
    ABSENT_CHILD = "absent_child", _("child absent")
    ABSENT_ADULT = "absent_adult", _("adult absent")
    CANCEL_US = "cancel_us", _("cancelled by us")
    CANCEL_FAMILY = "cancel_family", _("cancelled by the family")


MET = frozenset({Attendance.HELD, Attendance.LATE})
"""The help was given."""

ABSENT = frozenset({Attendance.ABSENT_CHILD, Attendance.ABSENT_ADULT})
"""Nobody came, and nobody had called it off: its time has come."""

MISSED = ABSENT | {Attendance.CANCEL_FAMILY}
"""It was not, and not because of us: two of these in a row are told. A family that calls off again and again is told as well."""


class Component(models.TextChoices):
    """The components of TF-CBT (PRACTICE), in their order."""

    ASSESSMENT = "assessment", _("A: assessment")
    PSYCHOEDUCATION = "psychoeducation", _("P: psychoeducation")
    PARENTING = "parenting", _("P: parenting skills")
    RELAXATION = "relaxation", _("R: relaxation")
    AFFECT = "affect", _("A: affect")
    COGNITIVE = "cognitive", _("C: cognitive coping")
    NARRATION = "narration", _("T: trauma narration")
    IN_VIVO = "in_vivo", _("I: in vivo exposure")
    CONJOINT = "conjoint", _("C: conjoint session")
    FUTURE_SAFETY = "future_safety", _("E: future safety")


class Rating(models.TextChoices):
    """How the child found the session, in its own number."""

    N0 = "n0", "0"
    N1 = "n1", "1"
    N2 = "n2", "2"
    N3 = "n3", "3"
    N4 = "n4", "4"
    N5 = "n5", "5"
    N6 = "n6", "6"
    N7 = "n7", "7"
    N8 = "n8", "8"
    N9 = "n9", "9"
    N10 = "n10", "10"


class SessionState(models.TextChoices):
    """Where a session is; derived from its moments."""

    PLANNED = "planned", pgettext_lazy("session", "planned")
    HELD = "held", pgettext_lazy("session", "held")
    NOT_HELD = "not_held", pgettext_lazy("session", "not held")


BADGES = {SessionState.PLANNED: "info", SessionState.HELD: "ok", SessionState.NOT_HELD: "closed"}
"""The colour of each state."""

MOVES: dict[SessionState, tuple[SessionState, ...]] = {
    SessionState.PLANNED: (SessionState.PLANNED, SessionState.HELD, SessionState.NOT_HELD),
    SessionState.HELD: (),
    SessionState.NOT_HELD: (),
}
"""What becomes of a session; one that is planned is moved to another time."""
