"""When the office was last in contact with the child itself, by the progress record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from cases.records.codes import Answer
from cases.records.models import ProgressEntry
from security.encryption.fields import value_of

LATEST = 30
"""So many entries of each case are looked at; the page says so where the child took part in none of them."""


def last_contact(cases: Collection[UUID]) -> dict[UUID, datetime]:
    """When the child of each of these few cases, whose keys are loaded, took part in a contact of the progress record last. A
    corrected entry counts as it was corrected."""
    rank = Window(RowNumber(), partition_by="case_id", order_by=(F("written_at").desc(), F("id").desc()))
    rows = ProgressEntry.objects.filter(case__in=cases).annotate(rank=rank).filter(rank__lte=LATEST)
    found: dict[UUID, datetime] = {}
    settled: set[UUID] = set()
    for row in rows.only("case", "written_at", "corrects", "happened_at", "with_child").order_by(
        "-written_at", "-id"
    ):
        entry = row.corrects_id or row.pk
        if entry in settled:
            continue
        settled.add(entry)
        happened = value_of(row.happened_at) if value_of(row.with_child) is Answer.YES else None
        if happened is not None:
            found[row.case_id] = max(happened, found.get(row.case_id, happened))
    return found
