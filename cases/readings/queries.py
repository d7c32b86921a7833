"""Which receipts nobody has signed yet, which are signed, and the facts of each line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from agencies.staff.models import Position
from cases.readings.codes import MOST
from cases.readings.models import ReceiptReading
from cases.receipts.queries import Receipt, receipts_among
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import in_charge_of, on_cases_of, with_keys
from face.keyset import KeyedList
from face.reading import asked_once
from security.walls import clock
from security.walls.pages import walled_list

SIGNER = "read_by__staff"


@dataclass(frozen=True)
class Waiting:
    """A receipt that nobody has signed; ``pk`` is its reading's."""

    pk: UUID
    case: UUID
    received_at: datetime


def waiting_for(by: Position) -> list[Waiting]:
    """The receipts of the position's line that nobody has signed, what came first first; of more than ``MOST`` the earliest, one
    more than that."""
    rows = ReceiptReading.objects.filter(on_cases_of(by, Level.MANAGE), read_at=None)
    first = rows.order_by("notification__received_at", "pk")
    return [Waiting(*row) for row in first.values_list("pk", "case", "notification__received_at")[: MOST + 1]]


def signed_list() -> KeyedList[ReceiptReading]:
    """The receipts of the line that are signed, the latest signed first."""
    return walled_list(ReceiptReading.objects.select_related(SIGNER), "readings_page", moment="read_at")


@dataclass(frozen=True)
class Line:
    """A receipt in the list, with its case, whose child and keys are loaded; ``leads`` are the people in charge of it."""

    reading: ReceiptReading
    receipt: Receipt
    case: Case
    leads: frozenset[UUID]


def lines_of(readings: Iterable[ReceiptReading]) -> list[Line]:
    """The lines of these few readings, in their order."""
    rows = list(readings)
    receipts = receipts_among([row.notification_id for row in rows])
    cases = {case.pk: case for case in with_keys({one.notification.case for one in receipts.values()})}
    leads, found = in_charge_of(cases, clock.now()), []
    for row in rows:
        receipt = receipts.get(row.notification_id)
        if receipt is not None:
            case = receipt.notification.case = cases[row.case_id]
            row.notification = receipt.notification
            found.append(Line(row, receipt, case, frozenset(leads.get(case.pk, ()))))
    return found


@asked_once
def readings_on(case: Case) -> QuerySet[ReceiptReading]:
    """The readings of a case's receipts, perhaps not read yet."""
    return ReceiptReading.objects.filter(case=case).select_related(SIGNER)
