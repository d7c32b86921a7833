"""The cautions of a case."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, QuerySet

from cases.cautions.codes import CautionKind
from cases.cautions.models import Caution
from cases.records.models import Case
from face.reading import asked_once
from security.encryption.fields import value_of

LATEST = 40
"""How many cautions the case page shows: those in force, of which there are a dozen at most, and the lifted ones after them."""


@asked_once
def cautions_of(case: Case) -> list[Caution]:
    """Those in force first, each part from the latest on."""
    found = list(latest_cautions(case))
    for row in found:
        row.case = case
    return found


@asked_once
def latest_cautions(case: Case) -> QuerySet[Caution]:
    """The same rows, perhaps not read yet."""
    in_order = F("ended_at").desc(nulls_first=True), "-recorded_at", "-id"
    return all_cautions_of(case).order_by(*in_order)[:LATEST]


def all_cautions_of(case: Case) -> QuerySet[Caution]:
    """Every caution of the case."""
    return Caution.objects.filter(case=case).select_related("recorded_by__staff", "ended_by__staff")


def in_force(case: Case) -> list[Caution]:
    """What must be minded now, the latest first."""
    return [row for row in cautions_of(case) if row.ended_at is None]


def in_force_of(cases: Iterable[Case]) -> dict[UUID, list[Caution]]:
    """What must be minded now on each of these few cases, the latest first. A case has a dozen at most."""
    by_id = {case.pk: case for case in cases}
    found: dict[UUID, list[Caution]] = {case_id: [] for case_id in by_id}
    for row in Caution.objects.filter(case__in=by_id, ended_at=None).order_by("-recorded_at", "-id"):
        row.case = by_id[row.case_id]
        found[row.case_id].append(row)
    return found


def not_to_tell(case: Case) -> list[Caution]:
    """The people whom the child does not want to know, in force: shown above every form from which they could be reached."""
    return [row for row in in_force(case) if value_of(row.kind) is CautionKind.NOT_TO_TELL]
