"""Codes of the self-reliance plan of an institution (自立支援計画). All but the state of a plan are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GOALS = 8
"""How many goals one plan has at most, as of a support guideline."""

FIRST_MONTHS_MOST = 3
"""The longest that an office can leave an institution for its first plan. No law sets it."""

READ_DAYS = 30
"""So many days after the end an institution still reads what it wrote, so that it can keep a copy. Our own judgement."""

INSTITUTION = "institution"
"""The relation, for the access log, of who works where the child is placed."""


class Area(models.TextChoices):
    """Which part of the plan a goal belongs to (本人・家庭・地域)."""

    CHILD = "child", pgettext_lazy("part of a plan", "the child")
    FAMILY = "family", pgettext_lazy("part of a plan", "the family")
    COMMUNITY = "community", pgettext_lazy("part of a plan", "the community")


class ChildAnswer(models.TextChoices):
    """What the child said to the plan when it was explained."""

    YES = "yes", _("agrees with the plan")
    PARTLY = "partly", _("agrees with a part of the plan")
    NO = "no", _("does not agree with the plan")
    UNSAID = "unsaid", _("did not or could not say")


class PlanState(models.TextChoices):
    """Where a plan is that was sent; told from its row, not stored."""

    WAITING = "waiting", pgettext_lazy("self-reliance plan", "waits for the center")
    RETURNED = "returned", pgettext_lazy("self-reliance plan", "asked back")
    IN_FORCE = "in_force", pgettext_lazy("self-reliance plan", "accepted, in force")
    REPLACED = "replaced", pgettext_lazy("self-reliance plan", "accepted, a later one took its place")
    OVER = "over", pgettext_lazy("self-reliance plan", "accepted, the stay has ended")
    LEFT = "left", pgettext_lazy("self-reliance plan", "not answered before the stay ended")


BADGES = {
    PlanState.WAITING: "warning",
    PlanState.RETURNED: "warning",
    PlanState.IN_FORCE: "success",
    PlanState.REPLACED: "neutral",
    PlanState.OVER: "neutral",
    PlanState.LEFT: "neutral",
}


class Reply(models.TextChoices):
    """What the center answers to a plan. Not stored as a code: the row says whether it was accepted."""

    ACCEPT = "accept", _("accept the plan")
    ASK_BACK = "ask_back", _("ask back, with a reason")
