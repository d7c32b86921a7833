"""The receipt of a demo case is read at the next regular intake conference, whose chair signs it."""

from datetime import timedelta

from agencies.staff.roles import Role
from cases.intake.models import Notification
from cases.readings.actions import sign_reading
from cases.readings.models import ReceiptReading
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling


def signed(t: Telling) -> None:
    """The director signs it where the conference of the week has been; what came since waits."""
    received = Notification.objects.filter(case=t.case.pk).order_by("received_at").first()
    read_at = OFFICE.after(received.received_at + timedelta(days=6)) if received else t.limit
    director = t.of_role(Role.DIRECTOR)
    if read_at < t.limit:
        with at(read_at, director):
            sign_reading(ReceiptReading.objects.get(case=t.case.pk).pk, note="", by=director)
