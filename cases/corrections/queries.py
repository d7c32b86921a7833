"""The corrections of a case, and what can be corrected."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cases.corrections.models import CustodyCorrection, StepCorrection
from cases.custody.models import CustodyDecision
from cases.custody.queries import decisions_of
from cases.decisions.queries import PEOPLE
from cases.prints.models import Print
from cases.records.models import Case
from cases.warrants.models import WarrantStep
from cases.warrants.queries import File, files_of
from face.reading import asked_once

LATEST = 20
"""Papers with an old date that a page names."""


@asked_once
def custody_rows(case: Case) -> QuerySet[CustodyCorrection]:
    """Every draft that custody began or ended at another moment, the latest first; perhaps not read yet."""
    return CustodyCorrection.objects.filter(case=case).select_related(*PEOPLE, "decision", "replaced_by")


@asked_once
def step_rows(case: Case) -> QuerySet[StepCorrection]:
    """Every draft that a step of a warrant was wrong, the latest first; perhaps not read yet."""
    return StepCorrection.objects.filter(case=case).select_related(*PEOPLE, "step", "replaced_by")


def within(case: Case, rows: QuerySet[Any]) -> list[Any]:
    """The rows, read, of this case."""
    found = list(rows)
    for row in found:
        row.case = case
    return found


def in_effect(case: Case) -> list[CustodyDecision]:
    """The decisions on custody that took effect, the latest first: what can be corrected."""
    return [row for row in decisions_of(case) if took_effect(row)]


def took_effect(row: CustodyDecision) -> bool:
    """Whether it was approved, or was decided orally and waits to be confirmed."""
    return bool(row.approved) or (row.is_oral and row.approved is None and not row.taken_back_at)


def decision_named(case: Case, which: str | UUID) -> CustodyDecision | None:
    """The decision of this id that took effect."""
    return next((row for row in in_effect(case) if str(row.pk) == str(which)), None)


def step_named(case: Case, which: str | UUID) -> tuple[File, WarrantStep] | None:
    """The step of this id with its file, as long as it is not struck."""
    return next((one for one in steps_written(case) if str(one[1].pk) == str(which)), None)


def steps_written(case: Case) -> list[tuple[File, WarrantStep]]:
    """The steps that are not struck, each with its file."""
    return [(file, step) for file in files_of(case) for step in file.steps]


@asked_once
def printed_before(case: Case) -> list[Print]:
    """The papers of a case on which custody is, printed before a correction of it was approved: they bear the old date."""
    decided = [row.decided_at for row in custody_rows(case) if row.approved and row.decided_at]
    if not decided:
        return []
    rows = Print.objects.filter(case=case, paper__in=DATED, printed_at__lt=max(decided))
    return list(rows.select_related("printed_by__staff").defer("content")[:LATEST])


DATED = (
    "custody_form", "custody_notice", "custody_end_notice", "entrustment_notice", "custody_childs_sheet", "warrant_request_form",
)  # fmt: skip
"""The forms on which the beginning or the end of custody is."""
