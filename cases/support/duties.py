"""What a reception leaves to do on the same day: telling the headquarters, and notifying the child guidance center."""

from datetime import datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.duties.codes import DutyKind
from face.lines import Line
from security.walls import clock


def tonight() -> datetime:
    """The last moment of today."""
    return timezone.make_aware(datetime.combine(clock.today(), time(23, 59)))


def _reception(case_id: UUID, _cause: UUID) -> Line:
    return Line(reverse("support", args=[case_id]), _("how the juvenile came to the police"))


REPORT = DutyKind(
    code="support_report",
    label=_("report the victim to the juvenile section of the headquarters"),
    days=lambda _office: 0,
    after=_reception,
)
"""On the day of the reception (the police's own practice: no law sets the hour)."""

NOTIFY = DutyKind(
    code="support_notify",
    label=_("notify the child guidance center of the child"),
    days=lambda _office: 0,
    after=_reception,
)
"""At once (児童福祉法25条, 児童虐待防止法6条1項). Filing it here does it; where it was done by telephone or on paper, the note
of the duty says so."""

DECIDE = DutyKind(
    code="support_decide",
    label=_("decide whether continuing support is designated"),
    days=lambda office: office.support_decide_days,
    after=_reception,
)
"""The designation does it; where none is drafted, the note says why."""

REVIEW = DutyKind(
    code="support_review",
    label=_("review the plan of the support"),
    days=lambda office: office.support_review_days,
    after=_reception,
    of_plan=True,
)

FOLLOW_DAYS = (31, 92)
"""One month and three months after the release: the practice of the police."""

FOLLOW = DutyKind(
    code="support_follow",
    label=_("ask how the juvenile is after the release"),
    days=lambda _office: FOLLOW_DAYS[0],
    after=_reception,
)
"""One month and three months after the aims were reached."""
