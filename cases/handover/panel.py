"""What comes to a position, on its home page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.handover.models import HandoverCount
from cases.handover.queries import latest_counts, to_receive
from face.lines import Line
from face.wareki import format_date
from security.walls import clock


def to_do(by: Position, most: int) -> list[Line]:
    """The cases that will be handed over to this position, each with what was open on it when it was counted."""
    if not by.may(Permission.DRAFT_DECISIONS):
        return []  # is in charge of no case
    rows = list(to_receive(by, clock.now())[:most])
    counts = latest_counts([row.pk for row in rows])
    return [
        Line(
            reverse("handover", args=[row.batch]),
            _("A case will be handed over to you"),
            _detail(counts.get(row.pk)),
            on=row.first_day,
            case_id=row.case_id,
            number=row.reference,
        )
        for row in rows
    ]


def _detail(count: HandoverCount | None) -> str:
    if count is None:
        return ""
    return _("%(open)s (counted on %(day)s)") % {
        "open": _(", ").join(count.words) or _("nothing open"),
        "day": format_date(count.counted_on, style="short"),
    }
