"""Signing a receipt in the list."""

from uuid import UUID

from django.db import transaction

from agencies.staff.models import Position
from cases.readings import rules
from cases.readings.models import ReceiptReading
from cases.records.actions import locked
from security.walls import clock


@transaction.atomic
def sign_reading(reading_id: UUID, *, note: str, by: Position) -> ReceiptReading:
    """Sign that the intake conference has read this receipt. Raises Refused. It changes nothing of the receipt."""
    reading = locked(ReceiptReading.objects.filter(pk=reading_id))
    rules.check_may_sign(reading, reading.case, by, clock.now())
    reading.read_by, reading.read_at, reading.note = by, clock.now(), note
    reading.save(update_fields=["read_by", "read_at", "note"])
    return reading
