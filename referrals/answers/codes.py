"""What the police answer to a report, and what can follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(models.TextChoices):
    """How far the police are with a report. That they received it is no answer: taking the envelope says it."""

    RECEIVED = "received", _("received by the police")
    ACCEPTED = "accepted", _("accepted by the police")
    ADVICE_ONLY = "advice_only", _("advice alone was given")
    NOT_TAKEN = "not_taken", _("not accepted by the police")
    INVESTIGATING = "investigating", _("under investigation")
    INTERVIEW_ASKED = "interview_asked", _("the interview is to be agreed on")
    TO_PROSECUTOR = "to_prosecutor", _("sent to the prosecutor")
    CLOSED = "closed", _("ended by the police")


_FROM_THERE = (Step.TO_PROSECUTOR, Step.CLOSED)

MOVES: dict[Step, tuple[Step, ...]] = {
    Step.RECEIVED: (Step.ACCEPTED, Step.ADVICE_ONLY, Step.NOT_TAKEN),
    Step.ACCEPTED: (Step.INVESTIGATING, *_FROM_THERE),
    Step.ADVICE_ONLY: (Step.ACCEPTED,),
    Step.NOT_TAKEN: (Step.ACCEPTED,),
    Step.INVESTIGATING: (Step.INTERVIEW_ASKED, *_FROM_THERE),
    Step.INTERVIEW_ASKED: (Step.INVESTIGATING, *_FROM_THERE),
    Step.TO_PROSECUTOR: (),
    Step.CLOSED: (),
}
"""Which answer can follow which; the rules and the database (``wall.answer_follows``) obey it."""

BADGES = {
    Step.RECEIVED: "info",
    Step.ACCEPTED: "ok",
    Step.ADVICE_ONLY: "warning",
    Step.NOT_TAKEN: "danger",
    Step.INVESTIGATING: "ok",
    Step.INTERVIEW_ASKED: "warning",
    Step.TO_PROSECUTOR: "ok",
    Step.CLOSED: "closed",
}
"""The colour of each."""


class Says(models.TextChoices):
    """What the center says to an answer. Asked back, it can be accepted all the same later, as after a telephone call."""

    ACCEPTED = "accepted", pgettext_lazy("answer of the police", "accepted by the center")
    ASKED_BACK = "asked_back", pgettext_lazy("answer of the police", "asked back by the center")


SAID_AFTER: dict[str, tuple[Says, ...]] = {
    "": (Says.ACCEPTED, Says.ASKED_BACK),
    Says.ASKED_BACK.value: (Says.ACCEPTED,),
    Says.ACCEPTED.value: (),
}
"""What the center can say after what it said ("": nothing yet); the rules and the database (``wall.word_follows``) obey it."""
SAID_BADGES = {Says.ACCEPTED: "ok", Says.ASKED_BACK: "warning"}
"""The colour of each."""


class Why(models.TextChoices):
    """Why the center asks back. Sealed with the words."""

    UNCLEAR = "unclear", _("it is not clear what was decided")
    MISSING = "missing", _("section, officer, number or date is missing")
    NEXT = "next", _("what follows, and when, is not said")
    REASON = "reason", _("the reason is not said, or does not fit what was reported")
    OTHER_CASE = "other_case", _("it seems to be about another report")
    OTHER = "other", pgettext_lazy("asking back", "another reason")


OWED = "police_answer"
"""The duty that an answer leaves with whoever is in charge of the case (``Room.duties``)."""
ACCEPT_DAYS = 3
"""Within how many days the center accepts an answer of the police or asks back. No law says so: our own value."""

ASKS_OF_THE_CENTER = (Step.INTERVIEW_ASKED, Step.NOT_TAKEN)
"""Answers after which the sender has something to do."""
