"""Codes of visits and interviews (家庭訪問・面接). All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitKind(models.TextChoices):
    """Where the child or the family is met."""

    HOME = "home", _("home visit")
    OFFICE = "office", _("interview at the office")
    SCHOOL = "school", _("interview at school")
    ELSEWHERE = "elsewhere", _("interview elsewhere")


class Seen(models.TextChoices):
    """Whether the child was seen. Only sight confirms the child's safety (虐待対応の手引き: 目視)."""

    SEEN = "seen", _("seen by sight")
    NOT_SEEN = "not_seen", _("not seen")


class VisitState(models.TextChoices):
    """Where a visit is; derived from its moments."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


BADGES = {VisitState.PLANNED: "info", VisitState.HELD: "ok", VisitState.CANCELLED: "closed"}
"""The colour of each state."""

MOVES: dict[VisitState, tuple[VisitState, ...]] = {
    VisitState.PLANNED: (VisitState.HELD, VisitState.CANCELLED),
    VisitState.HELD: (),
    VisitState.CANCELLED: (),
}
"""What becomes of a visit; ``rules.check_move`` obeys it."""
