"""The requests for a custody warrant of a case: drafts, decisions, and what was handed in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.staff.models import Position
from cases.custody.models import LASTS, CustodyDecision
from cases.custody.queries import decisions_of
from cases.decisions.queries import PEOPLE
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from cases.warrants.codes import MUST_END, WarrantState
from cases.warrants.models import WarrantDraft, WarrantRequest, WarrantStep
from face.reading import asked_once


@asked_once
def draft_rows(case: Case) -> QuerySet[WarrantDraft]:
    """Every draft and its decision, the latest first, perhaps not read yet."""
    return WarrantDraft.objects.filter(case=case).select_related(
        *PEOPLE, "start", "replaced_by", "withdrawal__withdrawn_by__staff"
    )


@asked_once
def request_rows(case: Case) -> QuerySet[WarrantRequest]:
    """What was handed in, perhaps not read yet."""
    people = ("recorded_by__staff", "recorded_by__office")
    return WarrantRequest.objects.filter(case=case).select_related(*people)


@asked_once
def drafts_of(case: Case) -> list[WarrantDraft]:
    """The drafts, read."""
    return [_within(case, row) for row in draft_rows(case)]


@asked_once
def requests_of(case: Case) -> list[WarrantRequest]:
    """What was handed in, in its order."""
    return [_within(case, row) for row in request_rows(case)]


def _within(case: Case, row: Any) -> Any:
    row.case = case
    return row


def to_hand_in(case: Case) -> list[WarrantDraft]:
    """The requests that were approved and have not been handed in, the latest first."""
    handed_in = {row.draft_id for row in requests_of(case)}
    drafts = (row for row in drafts_of(case) if row.approved and not row.was_withdrawn)
    return [row for row in drafts if row.pk not in handed_in]


@asked_once
def step_rows(case: Case) -> QuerySet[WarrantStep]:
    """What happened after requests were handed in, without what was struck; perhaps not read yet."""
    people = ("recorded_by__staff", "recorded_by__office")
    return WarrantStep.objects.filter(case=case, struck_at=None).select_related(*people)


@asked_once
def steps_of(case: Case) -> list[WarrantStep]:
    """The same rows, read."""
    return [_within(case, row) for row in step_rows(case)]


@dataclass(frozen=True)
class File:
    """One request that was handed in, the custody it is for, and its steps, each after the one that it follows."""

    request: WarrantRequest
    start: CustodyDecision
    steps: tuple[WarrantStep, ...]

    @property
    def latest(self) -> WarrantStep | None:
        """The step that is followed by none."""
        return self.steps[-1] if self.steps else None

    @property
    def reached(self) -> WarrantState:
        """Where it is. The decision that ends custody ends a file that must end with it."""
        state = self.latest.state if self.latest else WarrantState.REQUESTED
        return WarrantState.RELEASED if state in MUST_END and self.start.ended_at else state

    @property
    def must_end(self) -> bool:
        """Whether no judge allows that custody goes on, while it does."""
        return self.reached in MUST_END


def in_order(steps: list[WarrantStep]) -> tuple[WarrantStep, ...]:
    """The steps of one request as they follow each other."""
    after: dict[UUID | None, WarrantStep] = {row.follows_id: row for row in steps}
    found: list[WarrantStep] = []
    while (row := after.pop(found[-1].pk if found else None, None)) is not None:
        found.append(row)
    return tuple(found)


@asked_once
def files_of(case: Case) -> list[File]:
    """The files of the case, of the latest request first."""
    starts, steps = {row.pk: row for row in decisions_of(case)}, steps_of(case)
    return [
        File(
            request,
            starts[request.decision_id],
            in_order([row for row in steps if row.request_id == request.pk]),
        )
        for request in reversed(requests_of(case))
        if request.decision_id in starts
    ]


def file_of(case: Case, request: UUID) -> File | None:
    """The file of this request of the case, as it is now."""
    return next((one for one in files_of(case) if one.request.pk == request), None)


def must_end(by: Position) -> QuerySet[WarrantStep]:
    """The rulings after which custody must end and has not, on the cases this position writes on; the first first."""
    next_one = WarrantStep.objects.filter(follows=OuterRef("pk"), struck_at=None)
    kinds = Q(kind__in=[state.value for state in MUST_END], struck_at=None)
    last = Q(request__decision__in=CustodyDecision.objects.filter(LASTS))
    rows = WarrantStep.objects.filter(kinds, last, ~Exists(next_one), on_cases_of(by, Level.EDIT))
    return rows.select_related("case").order_by("happened_at")
