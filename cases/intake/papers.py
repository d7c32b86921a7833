"""Of what the forms of a receipt are printed, and on which pages they are filled in (cases/receipts/papers.py)."""

from agencies.staff.models import Position
from cases.intake.models import Notification
from cases.intake.queries import notifications_of
from cases.records.models import Case
from cases.records.papers import named_by
from face.paper import Subject
from face.wareki import format_datetime


def receipts_to_print(case: Case, _by: Position) -> list[Subject]:
    """The notifications of a case, each by when it was received."""
    return [
        Subject(str(row.pk), format_datetime(row.received_at, style="short"))
        for row in notifications_of(case)
    ]


def notification_named(case: Case, key: str) -> Notification:
    """The notification that the key of a sheet names. Raises NoSubject."""
    return named_by(key, Notification.objects.filter(case=case).select_related("received_by__staff"))


FILLED_AT = (
    "register_call",
    "add_notification",
    "complete_notification",
    "incoming_filing",
    "register_filing",
    "attach_filing",
)
"""The pages on which a receipt is written, or taken over from what another office filed."""
