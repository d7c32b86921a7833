"""Codes of the register of interviews: everybody who asked the child about the facts, or was told. All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

SECOND_INTERVIEW = Act("second_interview", _("second interview about the facts"), by_line=True)
"""A supervisor decides it, or the director: asked again, a child is harmed again, and its account is weakened."""


class InterviewKind(models.TextChoices):
    """How the child came to speak of what happened."""

    SPONTANEOUS = "spontaneous", _("told unasked")
    FIRST_HEARING = "first_hearing", _("first hearing by those around the child")
    OWN = "fact_own", _("interview on the facts by the child guidance center")
    JOINT_THREE = "joint3", _("joint interview of three agencies")
    JOINT_TWO = "joint2", _("joint interview of two agencies")
    POLICE = "police_only", _("interview by the police alone")
    PROSECUTOR = "prosecutor_only", _("interview by the prosecutor alone")
    MEDICAL = "medical_history", _("told at a medical examination")
    COURT = "court", _("examination in court")
    OTHER = "other", pgettext_lazy("kind of interview", "other")


JOINT = frozenset({InterviewKind.JOINT_THREE, InterviewKind.JOINT_TWO})
"""The recording of these holds the child's words; they are not written down a second time."""
VERBATIM = frozenset({InterviewKind.SPONTANEOUS, InterviewKind.FIRST_HEARING})
"""Those to whom the child spoke first write its own words, and what was asked."""
ON_THE_FACTS = JOINT | {InterviewKind.OWN, InterviewKind.POLICE, InterviewKind.PROSECUTOR}
"""Interviews on the facts: a second one needs reasons. Questions at a medical examination count as one."""


class Protocol(models.TextChoices):
    """By which protocol of forensic interviewing the child was asked."""

    NICHD = "nichd", _("NICHD protocol")
    CHILD_FIRST = "childfirst", _("ChildFirst or RIFCR")
    OTHER = "other", pgettext_lazy("protocol", "another")
    NONE = "none", pgettext_lazy("protocol", "none")


class Asker(models.TextChoices):
    """Who wants the child to be asked again."""

    CENTER = "center", _("our own office")
    POLICE = "police", pgettext_lazy("joint interview", "police")
    PROSECUTOR = "prosecutor", _("public prosecutor")
    OTHER = "other", _("another office")


class CopyState(models.TextChoices):
    """Whether the center has a copy of a recording that another agency keeps."""

    GIVEN = "given", _("given to the center")
    ASKED = "asked", _("asked for")
    REFUSED = "refused", _("refused")
    NONE = "none", _("not asked for")


class PlanState(models.TextChoices):
    """How far the plan of a joint interview is (協同面接)."""

    PROPOSED = "proposed", _("proposed")
    CONFERRING = "conferring", _("being conferred on")
    AGREED = "agreed", _("agreed")
    MOVED = "moved", _("moved to another time")
    HELD = "held", pgettext_lazy("joint interview", "held")
    NOT_NEEDED = "not_needed", _("not needed")
    CANCELLED = "cancelled", pgettext_lazy("joint interview", "cancelled")


_NO_INTERVIEW = (PlanState.NOT_NEEDED, PlanState.CANCELLED)

MOVES: dict[PlanState, tuple[PlanState, ...]] = {
    PlanState.PROPOSED: (PlanState.CONFERRING, *_NO_INTERVIEW),
    PlanState.CONFERRING: (PlanState.AGREED, *_NO_INTERVIEW),
    PlanState.AGREED: (PlanState.HELD, PlanState.MOVED, *_NO_INTERVIEW),
    PlanState.MOVED: (PlanState.HELD, PlanState.MOVED, *_NO_INTERVIEW),
    PlanState.HELD: (),
    PlanState.NOT_NEEDED: (),
    PlanState.CANCELLED: (),
}
"""What becomes of the plan of a joint interview; the rules and the database (``wall.plan_follows``) obey it."""

OPEN = (PlanState.PROPOSED, PlanState.CONFERRING)
"""The plan is still written."""
FIXED = (PlanState.AGREED, PlanState.MOVED)
"""The plan stands, and its interview is to be held."""

PLAN_BADGES = {
    PlanState.PROPOSED: "warning",
    PlanState.CONFERRING: "warning",
    PlanState.AGREED: "info",
    PlanState.MOVED: "info",
    PlanState.HELD: "ok",
    PlanState.NOT_NEEDED: "closed",
    PlanState.CANCELLED: "closed",
}
"""The colour of each."""

VIEW_DAYS = 3
"""Within how many days of the decision the office that asked learns the center's view. No law says so: our own value."""


TOLD = ("identity_min", "interview_plan")
"""What the sheet of a plan, and its agreement, tell the police of the child: items of what can be disclosed at all
(``Room.items``). The gate is asked for both."""


class Outside(models.TextChoices):
    """Which other office's person interviews, where none of the center does."""

    POLICE = "police", pgettext_lazy("joint interview", "police")
    PROSECUTOR = "prosecutor", _("public prosecutor")
