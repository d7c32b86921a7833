"""Codes of every decision that one person drafts and another decides (起案 → 決裁)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a draft or its decision is; derived from its signatures and dates."""

    WAITING = "waiting", _("waits for decision")
    TAKEN_BACK = "taken_back", _("taken back")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", _("not approved")
    APPROVED = "approved", _("approved")
    ENDED = "ended", _("ended")


class Verdict(models.TextChoices):
    """What the decider says (決裁・差戻し・不承認)."""

    APPROVE = "approve", _("Approve")
    RETURN = "return", _("Return")
    REFUSE = "refuse", _("Do not approve")


MOVES: dict[State, tuple[State, ...]] = {
    State.WAITING: (State.APPROVED, State.RETURNED, State.REFUSED, State.TAKEN_BACK, State.ENDED),
    State.APPROVED: (State.ENDED,),
    State.TAKEN_BACK: (),
    State.RETURNED: (),
    State.REFUSED: (),
    State.ENDED: (),
}
"""What becomes of a draft; ``rules.check_move`` obeys it. A returned draft is drafted again as another row. One that waits
ends where what it rests on ends, as a report whose confirmation the child withdraws."""

LEADS_TO: dict[Verdict, State] = {
    Verdict.APPROVE: State.APPROVED,
    Verdict.RETURN: State.RETURNED,
    Verdict.REFUSE: State.REFUSED,
}

BADGES: dict[State, str] = {
    State.WAITING: "warning",
    State.TAKEN_BACK: "closed",
    State.RETURNED: "danger",
    State.REFUSED: "danger",
    State.APPROVED: "info",
    State.ENDED: "closed",
}
