"""Codes of a request for a place (受入れ照会): the anonymous sheet, its way between two offices, and why it was declined."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgeGroup(models.TextChoices):
    """How old the child is, and no more exactly."""

    BABY = "0_1", _("0 to 1")
    INFANT = "2_5", _("2 to 5")
    LOWER = "6_8", _("6 to 8")
    UPPER = "9_11", _("9 to 11")
    JUNIOR = "12_14", _("12 to 14")
    HIGH = "15_17", _("15 to 17")
    ADULT = "18_19", _("18 to 19")


class Wanted(models.TextChoices):
    """For whom a place is wanted."""

    GIRL = "girl", _("a girl")
    BOY = "boy", _("a boy")
    EITHER = "either", pgettext_lazy("child a place is wanted for", "say by telephone")


class Pressing(models.TextChoices):
    """How soon an answer is needed."""

    EMERGENCY = "emergency", _("emergency: an answer within hours")
    NORMAL = "normal", _("normal: an answer within days")


class PlaceState(models.TextChoices):
    """How far a request to one institution is. Stored in clear: it says nothing of the child."""

    SENT = "sent", pgettext_lazy("state of a request for a place", "sent")
    SEEN = "seen", pgettext_lazy("state of a request for a place", "opened")
    ASKED_BACK = "asked_back", pgettext_lazy("state of a request for a place", "asked back")
    OFFERED = "offered", pgettext_lazy("state of a request for a place", "offered")
    DECLINED = "declined", pgettext_lazy("state of a request for a place", "declined")
    CHOSEN = "chosen", pgettext_lazy("state of a request for a place", "chosen")
    CONFIRMED = "confirmed", pgettext_lazy("state of a request for a place", "confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a request for a place", "withdrawn")


S = PlaceState
BY_INSTITUTION: dict[PlaceState, tuple[PlaceState, ...]] = {
    S.SENT: (S.SEEN,),
    S.SEEN: (S.ASKED_BACK, S.OFFERED, S.DECLINED),
    S.ASKED_BACK: (S.OFFERED, S.DECLINED),
    S.OFFERED: (S.OFFERED, S.DECLINED),
    S.CHOSEN: (S.CONFIRMED, S.DECLINED),
}
"""The steps of the institution. An offer can be made anew for longer, also once it has run out."""
BY_CENTER: dict[PlaceState, tuple[PlaceState, ...]] = {
    S.SENT: (S.WITHDRAWN,),
    S.SEEN: (S.WITHDRAWN,),
    S.ASKED_BACK: (S.SEEN, S.WITHDRAWN),
    S.OFFERED: (S.CHOSEN, S.WITHDRAWN),
    S.CHOSEN: (S.WITHDRAWN,),
}
"""The steps of the center: it answers a question, chooses an offer that still holds, or withdraws the request."""
MOVES: dict[PlaceState, tuple[PlaceState, ...]] = {
    state: tuple(dict.fromkeys((*BY_INSTITUTION.get(state, ()), *BY_CENTER.get(state, ()))))
    for state in PlaceState
}
"""Both together. What was declined, confirmed or withdrawn has ended."""
ENDED = (S.DECLINED, S.CONFIRMED, S.WITHDRAWN)
TO_ANSWER = (S.SENT, S.SEEN)
"""States in which the institution owes the answer."""
BADGES = {
    S.SENT: "info",
    S.SEEN: "info",
    S.ASKED_BACK: "warning",
    S.OFFERED: "ok",
    S.DECLINED: "closed",
    S.CHOSEN: "warning",
    S.CONFIRMED: "ok",
    S.WITHDRAWN: "closed",
}
"""The colour of each."""


class Decline(models.TextChoices):
    """Why an institution cannot take the child."""

    NO_BED = "no_bed", _("no open bed")
    MIX = "mix", _("mix with the children who live here")
    STAFFING = "staffing", _("staffing")
    DISTANCE = "distance", _("distance")
    CARE_LEVEL = "care_level", _("cannot meet the care needed")
    OTHER = "other", pgettext_lazy("reason for declining", "other")


class Term(models.TextChoices):
    """For how long an offer holds: one press each."""

    DAY = "1", _("Offer a place for 24 hours")
    THREE_DAYS = "3", _("Offer a place for 3 days")
    WEEK = "7", _("Offer a place for 7 days")


LONGEST_OFFER_DAYS = 7
"""How long an offer holds at most before it is made anew: our own bound, since a bed is kept free meanwhile."""
READ_DAYS = 30
"""How many days an institution still reads a request that has ended: our own value."""
MOST_ASKED = 20
"""How many institutions one request goes to at most: our own bound."""
