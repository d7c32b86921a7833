"""Codes of environment adjustment (環境調整). Stored encrypted, but for the state, which is derived."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """With whom something around the child is changed."""

    FAMILY = "family", _("family")
    SCHOOL = "school", _("school")
    CENTER = "center", _("child guidance center")
    POLICE = "police", _("police")
    WORKPLACE = "workplace", _("workplace")
    LANDLORD = "landlord", _("landlord")
    COURT = "court", _("court")


class TaskState(models.TextChoices):
    """Where it is; derived from its days."""

    OPEN = "open", _("under way")
    DONE = "done", _("done")
    DROPPED = "dropped", _("no longer wanted")


BADGES = {TaskState.OPEN: "info", TaskState.DONE: "ok", TaskState.DROPPED: "closed"}
"""The colour of each state."""

MOVES: dict[TaskState, tuple[TaskState, ...]] = {
    TaskState.OPEN: (TaskState.DONE, TaskState.DROPPED),
    TaskState.DONE: (),
    TaskState.DROPPED: (),
}
"""What becomes of it; ``rules.check_may_end`` obeys it."""
