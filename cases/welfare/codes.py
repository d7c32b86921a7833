"""Codes of what goes to the welfare office (福祉事務所), and of what it decided. Stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ANSWER_DAYS = 30
"""In how many days the decision of the welfare office is looked for. No law sets them: our own judgement."""


class Matter(models.TextChoices):
    """What the welfare office is to decide."""

    MOTHER_CHILD = "mother_child", _("mother and child living support facility (Art. 23)")
    SENT = "sent", _("the case is sent to the welfare office (Art. 26 (1))")


class Verdict(models.TextChoices):
    """What it decided."""

    DONE = "done", pgettext_lazy("welfare office", "it does what was asked")
    OTHER = "other", pgettext_lazy("welfare office", "it does something else")
    REFUSED = "refused", pgettext_lazy("welfare office", "it does not do it")


BADGES = {Verdict.DONE: "ok", Verdict.OTHER: "info", Verdict.REFUSED: "danger"}
"""The colour of each."""
