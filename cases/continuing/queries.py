"""What was decided and written about continuing the custody of a case."""

from django.db.models import QuerySet

from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.clocks.queries import running_of
from cases.continuing.models import Continuing, TermCourt, TermStand
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from face.reading import asked_once


@asked_once
def continuing_rows(case: Case) -> QuerySet[Continuing]:
    """Every draft and decision, the latest first, perhaps not read yet."""
    return Continuing.objects.filter(case=case).select_related(*PEOPLE, "start", "replaced_by")


@asked_once
def continuings_of(case: Case) -> list[Continuing]:
    """The same rows, read."""
    rows = list(continuing_rows(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def stand_rows(case: Case) -> QuerySet[TermStand]:
    """What the persons with parental authority said to continuing, perhaps not read yet."""
    return TermStand.objects.filter(case=case).select_related("person", "recorded_by__staff")


@asked_once
def court_rows(case: Case) -> QuerySet[TermCourt]:
    """The steps at the family court, perhaps not read yet."""
    return TermCourt.objects.filter(case=case).select_related("recorded_by__staff")


def term_of(case: Case) -> Clock | None:
    """The term of the custody that lasts, as a time limit: from when, and until when."""
    return running_of(case, ClockKind.CUSTODY_END)
