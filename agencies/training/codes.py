"""Codes of the register of training, and which courses each role needs."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Permission, Role


class Course(models.TextChoices):
    """What people are trained in. The codes are stable."""

    PRE_APPOINTMENT = "pre_appointment", _("course before appointment as child welfare officer")
    AFTER_APPOINTMENT = "after_appointment", _("course after appointment as child welfare officer")
    SUPERVISING = "supervising", _("course for supervising child welfare officers")
    COORDINATING = "coordinating", _("course for specialists of the coordinating body")
    PSYCHOLOGY = "psychology", _("course for child psychologists")
    SEXUAL_ABUSE = "sexual_abuse", _("course on sexual abuse (national training centers)")
    CHILD_FIRST = "childfirst", _("ChildFirst or RIFCR")
    NICHD = "nichd", _("NICHD protocol")
    REPRESENTATIVE = "representative", _("representative interview (police and prosecutors)")
    FACTS = "facts", _("interview to confirm what was suffered")
    TFCBT_INTRO = "tfcbt_intro", _("TF-CBT: introduction")
    TFCBT_ADVANCED = "tfcbt_advanced", _("TF-CBT: advanced")
    TFCBT_GROUP = "tfcbt_group", _("TF-CBT: consultation group")
    TRAUMA_INFORMED = "trauma_informed", _("trauma-informed care")
    POLICE_COUNSELING = "police_counseling", _("counseling course of the police")
    SCHOOL = "school", _("sexual victimization, for nursing teachers and school counselors")
    PRIVACY = "privacy", _("personal information and use of this system")


INTERVIEW = (Course.NICHD, Course.CHILD_FIRST, Course.REPRESENTATIVE)
"""The courses that an interview of a child about what happened takes: a certificate of these ends, and is kept up by reviews."""


class Standing(models.TextChoices):
    """How far somebody is with a course, or what the certificate is worth today; derived from the row's dates."""

    PLANNED = "planned", _("training planned")
    APPLIED = "applied", _("applied for")
    ATTENDED = "attended", _("attended, no certificate yet")
    VALID = "valid", _("valid")
    ENDING = "ending", _("runs out soon")
    OVER = "over", _("not valid")
    WITHDRAWN = "withdrawn", _("withdrawn")


BADGES = {
    Standing.PLANNED: "neutral",
    Standing.APPLIED: "neutral",
    Standing.ATTENDED: "info",
    Standing.VALID: "ok",
    Standing.ENDING: "warning",
    Standing.OVER: "closed",
    Standing.WITHDRAWN: "closed",
}
"""The colour of each."""

_WORK = tuple(role for role in Role if role.may(Permission.WORK_ON_CASES) or role is Role.CUSTODY_STAFF)
_OWN = {
    Role.CASEWORKER: (Course.AFTER_APPOINTMENT, Course.SEXUAL_ABUSE),
    Role.SUPERVISOR: (Course.SUPERVISING, Course.SEXUAL_ABUSE),
    Role.PSYCHOLOGIST: (Course.PSYCHOLOGY, Course.SEXUAL_ABUSE),
}
NEEDED: dict[str, tuple[Course, ...]] = {role.value: (*_OWN.get(role, ()), Course.PRIVACY) for role in _WORK}
"""Which courses each role of a center needs. Who has none of them is named, and stopped by nothing: our own judgement."""

SOON = timedelta(days=90)
"""How long before its end the register says that a row runs out."""
HOURS_MOST = 999
"""The most hours of a course: our own bound."""
