"""What the police answer to a report, and what can follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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

ASKS_OF_THE_CENTER = (Step.INTERVIEW_ASKED, Step.NOT_TAKEN)
"""Answers after which the sender has something to do."""
