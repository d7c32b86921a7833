"""The clocks that the law sets on a case. They run on holidays too and are never moved to a working day."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ClockKind(models.TextChoices):
    """Which duty is timed.

    SAFETY: the child is seen at once after a notification (児童虐待防止法8条, 速やかに); national guideline: within
    48 hours, by direct sight. An office may set fewer hours (``Office.safety_hours``), never more.

    CONTACT: the same after a contact that is no notification of abuse, such as a consultation or a case transferred in: a rule of
    the office (``Office.contact_hours``), which no law sets.

    WARRANT: the 一時保護状 is requested from a judge within 7 days, the day custody starts being day 1
    (児童福祉法33条, in force 2025-06-01).

    CUSTODY_END: temporary custody ends within two months, the day it starts being its first, or is continued by a decision, each
    time for two months at most (児童福祉法33条12項, 13項).

    WARRANT_REVIEW: where the judge rejects the request, custody ends, or the reversal of the ruling is asked for within 3 days
    counted from the day after it (児童福祉法33条7項).

    PLACEMENT_TERM: a placement by the family court's approval ends within two years, its first day being the first, or is renewed
    with another approval (児童福祉法28条2項).
    """

    SAFETY = "safety", _("Safety of the child confirmed by sight")
    CONTACT = "contact", _("The child seen, as this office has it")
    WARRANT = "warrant", _("Temporary custody warrant requested")
    CUSTODY_END = "custody_end", _("Temporary custody ended or continued")
    WARRANT_REVIEW = "warrant_review", _("Custody ended, or reversal of the ruling asked for")
    PLACEMENT_TERM = "placement_term", _("Placement by the court's approval ended or renewed")


BASIS = {
    ClockKind.SAFETY: _(
        "Child Abuse Prevention Act, Art. 8; guideline: within 48 hours of the notification, holidays included"
    ),
    ClockKind.CONTACT: _(
        "Rule of this office, counted from the contact; the contact was no notification of abuse"
    ),
    ClockKind.WARRANT: _(
        "Child Welfare Act, Art. 33: 7 days counted from the day of the start, holidays included"
    ),
    ClockKind.CUSTODY_END: _(
        "Child Welfare Act, Art. 33: two months at most, counted from the day of the start or of the continuing, holidays"
        " included"
    ),
    ClockKind.WARRANT_REVIEW: _(
        "Child Welfare Act, Art. 33 (7): 3 days counted from the day after the ruling, holidays included"
    ),
    ClockKind.PLACEMENT_TERM: _(
        "Child Welfare Act, Art. 28 (2): two years at most from the first day of the placement, as the family court approved it"
    ),
}
"""What the page names as the source of the date."""


ENDS_WHEN = {
    ClockKind.SAFETY: _("the child is seen"),
    ClockKind.CONTACT: _("the child is seen"),
    ClockKind.WARRANT: _("the warrant is requested"),
    ClockKind.CUSTODY_END: _("the end of custody, or that it is continued, is decided"),
    ClockKind.WARRANT_REVIEW: _("custody is ended, or the reversal of the ruling is asked for"),
    ClockKind.PLACEMENT_TERM: _("the end of the placement, or its renewal, is decided"),
}
"""What has to be done for the limit to be kept, as the page says it."""


WARNED_BY = {
    ClockKind.SAFETY: ("sight_warn_hours", 1),
    ClockKind.CONTACT: ("sight_warn_hours", 1),
    ClockKind.WARRANT: ("warrant_warn_days", 24),
    ClockKind.WARRANT_REVIEW: ("warrant_warn_days", 24),
    ClockKind.CUSTODY_END: ("custody_last_days", 24),
    ClockKind.PLACEMENT_TERM: ("court_last_days", 24),
}
"""The rule of the office that says how long before the limit it is told, and how many hours one of its units has."""


SIGHT = (ClockKind.SAFETY, ClockKind.CONTACT)
"""The duties that sight of the child meets, the law's first."""


BEFOREHAND = frozenset({ClockKind.WARRANT, ClockKind.CUSTODY_END, ClockKind.PLACEMENT_TERM})
"""Duties that may be done before their clock starts, and whose start may lie ahead: custody and placement decided for a coming
day, and a warrant requested before it begins."""


DIRECTORS_TOO = frozenset({ClockKind.CUSTODY_END, ClockKind.PLACEMENT_TERM})
"""Limits that the directors and the supervisors are told of from the first step on: what comes next takes weeks and the
director's decision."""


class ClockState(models.TextChoices):
    """The state of a clock; derived from its dates."""

    RUNNING = "running", _("running")
    MET = "met", _("met")
    ENDED = "ended", _("ended without being needed")


class ClockWarningStep(models.TextChoices):
    """What is told of a limit that is not kept, in this order, each once. FAR and NEAR: only of limits that lie months ahead."""

    FAR = "far", _("the directors, the one in charge and the supervisors")
    NEAR = "near", _("the directors, the one in charge and the supervisors")
    SOON = "soon", _("the one in charge")
    DUE = "due", _("the one in charge and the supervisors")
    LATE = "late", _("the directors, the one in charge and the supervisors")


BEFORE_SOON = {
    ClockKind.CUSTODY_END: {
        ClockWarningStep.FAR: "custody_first_days",
        ClockWarningStep.NEAR: "custody_second_days",
    },
    ClockKind.PLACEMENT_TERM: {
        ClockWarningStep.FAR: "court_first_days",
        ClockWarningStep.NEAR: "court_second_days",
    },
}
"""Limits that are told earlier too, and the rule of the office that says how many days before."""


NOT_YET = (ClockWarningStep.FAR, ClockWarningStep.NEAR, ClockWarningStep.SOON)
"""The steps before the limit. Once the next has come, one of them is told no more."""


def who_is_told(kind: ClockKind, step: ClockWarningStep) -> str | Promise:
    """Whom a step of a limit of this kind is told."""
    return ClockWarningStep.LATE.label if kind in DIRECTORS_TOO else step.label
