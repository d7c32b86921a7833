"""Codes of the file of a temporary custody warrant (一時保護状)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

WARRANT_REQUEST = Act("warrant_request", _("request for a custody warrant"))
"""The director, or who the director delegated it to, decides what goes to the judge (児童福祉法33条3項)."""


class WarrantPaper(models.TextChoices):
    """What is handed in with the request: the papers that the judge decides by. Each is there or not."""

    REQUEST = "request", pgettext_lazy("paper for the judge", "written request")
    EVIDENCE = "evidence", pgettext_lazy("paper for the judge", "prima facie evidence")
    CHILD = "child", pgettext_lazy("paper for the judge", "the child's opinion")
    AUTHORITY = (
        "authority",
        pgettext_lazy("paper for the judge", "opinion of those with parental authority"),
    )
    REGISTER = "register", pgettext_lazy("paper for the judge", "family register")


class WarrantState(models.TextChoices):
    """Where the file of a warrant is. From ``ASKED_MORE`` to ``QUASHED`` each is a step that is recorded as a row."""

    PREPARING = "preparing", pgettext_lazy("custody warrant", "being prepared")
    REQUESTED = "requested", pgettext_lazy("custody warrant", "requested")
    ASKED_MORE = "asked_more", pgettext_lazy("custody warrant", "the judge asked for more")
    ANSWERED = "answered", pgettext_lazy("custody warrant", "what the judge asked for was handed in")
    ISSUED = "issued", pgettext_lazy("custody warrant", "issued")
    REJECTED = "rejected", pgettext_lazy("custody warrant", "rejected")
    REVIEW_ASKED = "review_asked", pgettext_lazy("custody warrant", "reversal of the ruling asked for")
    UPHELD = "upheld", pgettext_lazy("custody warrant", "ruling upheld")
    QUASHED = "quashed", pgettext_lazy("custody warrant", "ruling reversed")
    RELEASED = "released", pgettext_lazy("custody warrant", "custody ended")


MOVES: dict[WarrantState, tuple[WarrantState, ...]] = {
    WarrantState.PREPARING: (WarrantState.REQUESTED,),
    WarrantState.REQUESTED: (WarrantState.ASKED_MORE, WarrantState.ISSUED, WarrantState.REJECTED),
    WarrantState.ASKED_MORE: (WarrantState.ANSWERED, WarrantState.ISSUED, WarrantState.REJECTED),
    WarrantState.ANSWERED: (WarrantState.ASKED_MORE, WarrantState.ISSUED, WarrantState.REJECTED),
    WarrantState.ISSUED: (),
    WarrantState.REJECTED: (WarrantState.REVIEW_ASKED, WarrantState.RELEASED),
    WarrantState.REVIEW_ASKED: (WarrantState.UPHELD, WarrantState.QUASHED),
    WarrantState.UPHELD: (WarrantState.RELEASED,),
    WarrantState.QUASHED: (WarrantState.ISSUED,),
    WarrantState.RELEASED: (),
}
"""What may follow what (児童福祉法33条4項・7項); the rules and the wall obey it. The court that reverses a ruling issues the
warrant itself. ``REQUESTED`` is the row that was handed in, ``RELEASED`` the decision that ends custody."""

NO_ROW = frozenset({WarrantState.PREPARING, WarrantState.REQUESTED, WarrantState.RELEASED})
STEPS = tuple(state for state in WarrantState if state not in NO_ROW)
"""The states that a row of their own brings about."""

MUST_END = frozenset({WarrantState.REJECTED, WarrantState.UPHELD})
"""While the file is in these, no judge allows custody to go on: it ends at once, unless the reversal is asked for in time."""

BADGES: dict[WarrantState, str] = {
    WarrantState.PREPARING: "warning",
    WarrantState.REQUESTED: "info",
    WarrantState.ASKED_MORE: "warning",
    WarrantState.ANSWERED: "info",
    WarrantState.ISSUED: "success",
    WarrantState.REJECTED: "danger",
    WarrantState.REVIEW_ASKED: "warning",
    WarrantState.UPHELD: "danger",
    WarrantState.QUASHED: "warning",
    WarrantState.RELEASED: "closed",
}
