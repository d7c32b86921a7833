"""Codes of entrusted help (委託): how far a plan is at the office that gives it, and what that office sends back."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.directory.models import OfficeKind
from referrals.disclosures.codes import PLAN_ITEMS, Item


class EntrustState(models.TextChoices):
    """How far an entrusted plan is. Stored in clear: it says nothing of the child."""

    SENT = "sent", pgettext_lazy("entrusted plan", "sent")
    ASKED_BACK = "asked_back", pgettext_lazy("entrusted plan", "asked back")
    ACCEPTED = "accepted", pgettext_lazy("entrusted plan", "accepted")
    RUNNING = "running", pgettext_lazy("entrusted plan", "help is given")
    DECLINED = "declined", pgettext_lazy("entrusted plan", "declined")
    ENDED = "ended", pgettext_lazy("entrusted plan", "ended")
    WITHDRAWN = "withdrawn", pgettext_lazy("entrusted plan", "withdrawn")


S = EntrustState
BY_OFFICE: dict[EntrustState, tuple[EntrustState, ...]] = {
    S.SENT: (S.ACCEPTED, S.ASKED_BACK, S.DECLINED),
    S.ASKED_BACK: (S.ACCEPTED, S.DECLINED),
    S.ACCEPTED: (S.RUNNING,),
}
"""The steps of the office that gives the help. It runs with the first session that was held."""
BY_CENTER: dict[EntrustState, tuple[EntrustState, ...]] = {
    S.SENT: (S.WITHDRAWN,),
    S.ASKED_BACK: (S.SENT, S.WITHDRAWN),
    S.ACCEPTED: (S.WITHDRAWN, S.ENDED),
    S.RUNNING: (S.WITHDRAWN, S.ENDED),
}
"""The steps of the center: it answers a question, withdraws, or accepts the end report, with which the help there ends."""
MOVES: dict[EntrustState, tuple[EntrustState, ...]] = {
    state: tuple(dict.fromkeys((*BY_OFFICE.get(state, ()), *BY_CENTER.get(state, ()))))
    for state in EntrustState
}
"""Both together. What was declined, ended or withdrawn is closed to the office that had it."""
OVER = (S.DECLINED, S.ENDED, S.WITHDRAWN)
GIVING = (S.ACCEPTED, S.RUNNING)
"""States in which the office gives the help and sends something back."""
BADGES = {
    S.SENT: "info",
    S.ASKED_BACK: "warning",
    S.ACCEPTED: "ok",
    S.RUNNING: "ok",
    S.DECLINED: "danger",
    S.ENDED: "closed",
    S.WITHDRAWN: "closed",
}
"""The colour of each."""


class ReturnKind(models.TextChoices):
    """What the office sends back. Stored in clear: by it the database knows whom to tell how soon."""

    SESSION = "session", pgettext_lazy("sent back on an entrusted plan", "attendance and two lines")
    DANGER = "danger", pgettext_lazy("sent back on an entrusted plan", "sign of danger")
    REVIEW = "review", pgettext_lazy("sent back on an entrusted plan", "review")
    END = "end", pgettext_lazy("sent back on an entrusted plan", "end report")


SENDS = {
    ReturnKind.SESSION: pgettext_lazy("sent back on an entrusted plan", "Report attendance and two lines"),
    ReturnKind.DANGER: pgettext_lazy("sent back on an entrusted plan", "Report a sign of danger"),
    ReturnKind.REVIEW: pgettext_lazy("sent back on an entrusted plan", "Report a review"),
    ReturnKind.END: pgettext_lazy("sent back on an entrusted plan", "Report the end"),
}
"""What the office does with each: the button and the heading of its form."""


class ReturnState(models.TextChoices):
    """What the center says to it."""

    SENT = "sent", pgettext_lazy("sent back on an entrusted plan", "not answered yet")
    ACCEPTED = "accepted", pgettext_lazy("sent back on an entrusted plan", "accepted")
    ASKED_BACK = "asked_back", pgettext_lazy("sent back on an entrusted plan", "asked back")
    CORRECTED = "corrected", pgettext_lazy("sent back on an entrusted plan", "sent anew")


R = ReturnState
RETURN_MOVES: dict[ReturnState, tuple[ReturnState, ...]] = {
    R.SENT: (R.ACCEPTED, R.ASKED_BACK),
    R.ASKED_BACK: (R.CORRECTED,),
    R.ACCEPTED: (),
    R.CORRECTED: (),
}
"""The center accepts or asks back; what was asked back is sent anew, as a further row."""
RETURN_BADGES = {R.SENT: "info", R.ACCEPTED: "ok", R.ASKED_BACK: "warning", R.CORRECTED: "closed"}
"""The colour of each."""


class Basis(models.TextChoices):
    """On what the plan is told to the other office. Stored encrypted."""

    CHILD = "consent_child", _("the child agrees")
    AUTHORITY = "consent_authority", _("those with parental authority agree")
    DISCLOSURE = "disclosure", _("the disclosure to the police, with what it rests on")
    MEASURE = (
        "measure",
        _("guidance entrusted as a measure (Child Welfare Act, Art. 26 (1)(ii), Art. 27 (1)(ii))"),
    )


class NamingReason(models.TextChoices):
    """Why the head of the office names another person. In clear: it says nothing of the child, and the head holds no key."""

    LEFT = "left", pgettext_lazy("why another person is named", "the position ends or has ended")
    LEAVE = "leave", pgettext_lazy("why another person is named", "long leave")
    DUTIES = "duties", pgettext_lazy("why another person is named", "work is shared out anew")
    TIES = "ties", pgettext_lazy("why another person is named", "a tie to the child or those around it")


TOLD = (Item.IDENTITY_MIN, *PLAN_ITEMS)
"""What can be told with a plan, in this order."""
TOLD_TO_POLICE = (Item.IDENTITY_MIN, Item.PLAN_SUPPORT, Item.CONSIDERATIONS)
"""What of the package of its disclosure is shown with the plan at a juvenile support center."""
NEEDED = (Item.PLAN_KIND, Item.PLAN_GOAL)
"""Without these nobody could give the help."""
KINDS = (OfficeKind.INSTITUTION, OfficeKind.FAMILY_CENTER, OfficeKind.MEDICAL)
"""Kinds of office that a plan is entrusted to."""

ANSWER_DAYS = 7
"""Offered as the days within which the other office answers; the sender chooses. No law sets them."""
LATEST_ANSWER_DAYS = 60
"""And the longest that can be chosen: our own bound."""
READ_DAYS = 7
"""Within how many days the center accepts what was sent back or asks back, and the office sends it anew: our own value."""
DANGER_WITHIN = timedelta(hours=1)
"""A sign of danger is read at once, as one of the center's own sessions."""
