"""Codes of the plan of counseling and guidance (心理支援・指導): what kind, on what legal form, for whom, how often."""

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act
from cases.conferences.codes import Measure

COUNSELING_PLAN = Act("counseling_plan", _("plan of counseling and guidance"), by_line=True)
"""A supervisor decides it, the director, or a delegate such as the head of the psychology section."""

COUNSELING_END = Act("counseling_end", _("end of counseling and guidance"), by_line=True)
"""Decided by the same."""

REPORT_DAYS, FOLLOW_UP_DAYS = 14, 180
"""Within how many days the end is drafted after a review that came to it, and what is proposed for the follow-up: no law sets
either."""


class CounselingKind(models.TextChoices):
    """What is done. Stored encrypted."""

    COUNSELING = "psych_counsel", _("counseling by a child psychologist")
    GUIDANCE = "cwo_guidance", _("guidance by a child welfare officer")
    PLAY = "play", _("play therapy")
    SANDPLAY = "sandplay", _("sandplay")
    PSYCHOEDUCATION = "psychoed", _("psychoeducation")
    TFCBT = "tfcbt", "TF-CBT"
    EMDR = "emdr", "EMDR"
    PCIT = "pcit", "PCIT"
    CPT = "cpt", "CPT"
    GROUP = "group", _("group therapy")
    PARENTS = "parent_support", _("support of the non-offending caregiver")
    ENVIRONMENT = "env_adjust", _("environment adjustment")
    SAFETY = "safety_plan", _("safety plan")
    CRISIS = "crisis", _("crisis intervention")


FOR_CUSTODIANS = frozenset({CounselingKind.GUIDANCE, CounselingKind.PARENTS})
"""Kinds that are help for custodians, whoever else they are for."""


class LegalForm(models.TextChoices):
    """On what the help rests. The two of the law are measures: the child is heard before (児童福祉法33条の3の3)."""

    NONE = "none", _("not a measure")
    ARTICLE_26 = "26_1_2", _("guidance under Art. 26 (1)(ii)")
    ARTICLE_27 = "27_1_2", _("guidance under Art. 27 (1)(ii)")


DECIDED_AS: dict[LegalForm, Measure] = {
    LegalForm.ARTICLE_26: Measure.GUIDANCE_26,
    LegalForm.ARTICLE_27: Measure.GUIDANCE_27,
}
"""As which measure a support policy conference decides it."""


class ForWhom(models.TextChoices):
    """Who is helped. Stored encrypted."""

    CHILD = "child", pgettext_lazy("help for", "the child")
    CAREGIVER = "caregiver", _("non-offending caregiver")
    SIBLING = "sibling", pgettext_lazy("help for", "a sibling")


class Frequency(models.TextChoices):
    """How often. Stored encrypted."""

    TWICE_A_WEEK = "twice_a_week", _("twice a week")
    WEEKLY = "weekly", _("once a week")
    FORTNIGHTLY = "fortnightly", _("every two weeks")
    MONTHLY = "monthly", _("once a month")
    AS_NEEDED = "as_needed", _("as needed")


EVERY_DAYS: dict[Frequency, int] = {
    Frequency.WEEKLY: 7,
    Frequency.FORTNIGHTLY: 14,
    Frequency.MONTHLY: 28,
}
"""After how many days the next session is, where that is the same each time."""


class ChildStand(models.TextChoices):
    """What the child says to the plan. Stored encrypted."""

    AGREES = "agrees", pgettext_lazy("stand of the child", "agrees")
    UNDECIDED = "undecided", _("undecided")
    AGAINST = "against", pgettext_lazy("stand of the child", "does not want it")
    TOO_YOUNG = "too_young", _("cannot say so yet; how the child reacts is written down")


class CustodianStand(models.TextChoices):
    """What a custodian says to the plan. Stored encrypted."""

    AGREES = "agrees", pgettext_lazy("stand of a custodian", "agrees")
    AGAINST = "against", pgettext_lazy("stand of a custodian", "does not agree")
    NOT_REACHED = "not_reached", pgettext_lazy("stand of a custodian", "cannot be reached")
    NOT_ASKED = "not_asked", pgettext_lazy("stand of a custodian", "not asked, with the reason")


class FactInterview(models.TextChoices):
    """Where the interview on the facts is, as the register of interviews says."""

    AHEAD = "ahead", _("an interview on the facts is still ahead")
    NONE = "none", _("no interview on the facts is recorded")
    OVER = "over", _("an interview on the facts has been held, and none is ahead")


class PlanState(models.TextChoices):
    """Where an approved plan is; derived from its days and signatures."""

    AHEAD = "ahead", pgettext_lazy("counseling plan", "approved, not begun")
    RUNNING = "running", pgettext_lazy("counseling plan", "running")
    TO_REVIEW = "to_review", pgettext_lazy("counseling plan", "running; review overdue")
    AMENDED = "amended", pgettext_lazy("counseling plan", "amended by a later one")
    ENDED = "ended", pgettext_lazy("counseling plan", "ended")


class GoalState(models.TextChoices):
    """How far a goal is. Stored encrypted."""

    REACHED = "reached", pgettext_lazy("goal", "reached")
    PARTLY = "partly", pgettext_lazy("goal", "partly reached")
    NOT_YET = "not_yet", pgettext_lazy("goal", "not yet reached")
    DROPPED = "dropped", pgettext_lazy("goal", "dropped")


class ReviewOutcome(models.TextChoices):
    """What a review comes to. Stored encrypted."""

    CONTINUE = "continue", _("goes on as planned")
    CHANGE = "change", _("the plan is to be amended")
    END = "end", _("the help is to end")


class PlanEnd(models.TextChoices):
    """Why the help ends. Stored encrypted."""

    COMPLETED = "completed", _("aims reached")
    MOVED = "moved", _("moved away or transferred")
    CHILD_WISH = "child_wish", _("wish of the child")
    FAMILY_WISH = "family_wish", _("wish of the family")
    LOST = "lost", _("contact lost")
    HANDED_OVER = "handed_over", pgettext_lazy("end of counseling", "handed over to others")
    OTHER = "other", pgettext_lazy("end of counseling", "other")


OWN = "child_goal"
"""The child's own goal, where it is named among the others."""


def goal_label(code: str) -> str:
    """The heading of a goal: its number, or that it is the child's own."""
    if code == OWN:
        return gettext("The child's own goal")
    return gettext("Goal %(n)s") % {"n": code.removeprefix("goal_")}


class Occasion(models.TextChoices):
    """At which point of the help its effect was measured. Stored encrypted."""

    START = "start", pgettext_lazy("measured", "at the start")
    REVIEW = "review", pgettext_lazy("measured", "at a review")
    END = "end", pgettext_lazy("measured", "at the end")
    FOLLOW_UP = "follow_up", pgettext_lazy("measured", "at the follow-up")
