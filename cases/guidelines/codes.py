"""Codes of the support guideline (援助指針): how far ahead a goal lies, what became of it, and what a review comes to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act
from cases.conferences.codes import TO_SUPPORT, Measure

GUIDELINE = Act("guideline", _("support guideline"))
GUIDELINE_REVIEW = Act("guideline_review", _("evaluation of the support guideline"))
"""Both are the director's, or of the person whom the director delegated it to."""

GOALS = 8
"""How many goals one guideline has at most: more are no plan that a child could keep in mind."""

SHORT_MONTHS = 3
"""A short goal is to be reached within so many months (general knowledge of the field; no law sets it)."""


class Horizon(models.TextChoices):
    """How far ahead a goal lies."""

    SHORT = "short", _("short-term (three months at most)")
    LONG = "long", _("long-term")


class GoalState(models.TextChoices):
    """What became of a goal, as a review finds it."""

    REACHED = "reached", pgettext_lazy("goal", "reached")
    PARTLY = "partly", pgettext_lazy("goal", "partly reached")
    NOT_YET = "not_yet", pgettext_lazy("goal", "not yet reached")
    DROPPED = "dropped", pgettext_lazy("goal", "dropped")


OVER = frozenset({GoalState.REACHED, GoalState.DROPPED})
"""What a later guideline does not take up again by itself."""


class Outcome(models.TextChoices):
    """What a review comes to. Stored encrypted; that a guideline ends is clear from its having no further review."""

    CONTINUE = "continue", _("the guideline goes on as it is")
    CHANGE = "change", _("the guideline is to be changed: another one is drafted")
    END = "end", _("the guideline ends")


LEADS_HERE = TO_SUPPORT | {Measure.CHANGED, Measure.SUSPENDED}
"""Measures of a support policy conference after which a guideline is drafted, or drafted anew."""
