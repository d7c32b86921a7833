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


class CopyState(models.TextChoices):
    """Whether the center has a copy of a recording that another agency keeps."""

    GIVEN = "given", _("given to the center")
    ASKED = "asked", _("asked for")
    REFUSED = "refused", _("refused")
    NONE = "none", _("not asked for")
