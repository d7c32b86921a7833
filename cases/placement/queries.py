"""What was decided and written about the placement of a child, and where it is now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.clocks.queries import running_of
from cases.clocks.rules import JAPAN
from cases.conferences.models import ConferenceItem
from cases.decisions.queries import PEOPLE
from cases.placement.codes import (
    APPROVALS,
    BADGES,
    PLACES,
    CourtAct,
    DecisionKind,
    PlacementKind,
    PlacementState,
)
from cases.placement.models import (
    PlacementAnswer,
    PlacementArrival,
    PlacementCourt,
    PlacementDecision,
    PlacementExplained,
    PlacementHearing,
    PlacementVisit,
)
from cases.records.models import Case
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import value_of, words_of

Row = TypeVar("Row", bound=Model)
OFFERED = 20
"""How many hearings and decisions of conferences a form offers, the latest."""


def _named(rows: QuerySet[Row], *people: str) -> QuerySet[Row]:
    """The rows with the names of these people, and no other column of theirs: every page of a case reads them."""
    own = [field.name for field in rows.model._meta.concrete_fields]
    staff = [f"{who}__staff" for who in people]
    return rows.select_related(*staff).only(*own, *(f"{one}__name" for one in staff))


@asked_once
def decision_rows(case: Case) -> QuerySet[PlacementDecision]:
    """Every draft and decision, the latest first, with its hearing and arrival; perhaps not read yet."""
    beside = {"hearing": PlacementHearing, "arrival": PlacementArrival}
    columns = [f"{name}__{one.name}" for name, model in beside.items() for one in model._meta.concrete_fields]
    own = [field.name for field in PlacementDecision._meta.concrete_fields]
    staff = [
        f"{who}__staff"
        for who in ("drafted_by", "decided_by", "hearing__recorded_by", "arrival__recorded_by")
    ]
    rows = PlacementDecision.objects.filter(case=case).select_related(*beside, *staff)
    return rows.only(*own, *columns, *(f"{one}__name" for one in staff))


@asked_once
def decisions_of(case: Case) -> list[PlacementDecision]:
    """The same rows, read."""
    rows = list(decision_rows(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def answer_rows(case: Case) -> QuerySet[PlacementAnswer]:
    """What those with parental authority said, perhaps not read yet."""
    return _named(PlacementAnswer.objects.filter(case=case), "recorded_by")


@asked_once
def court_rows(case: Case) -> QuerySet[PlacementCourt]:
    """The steps at the family court, perhaps not read yet."""
    return _named(PlacementCourt.objects.filter(case=case), "recorded_by")


def first(case: Case) -> list[QuerySet[Any]]:
    """What the chips, the steps and the stream need on every page of a case."""
    return [decision_rows(case), answer_rows(case), court_rows(case)]


def arrival_of(row: PlacementDecision) -> PlacementArrival | None:
    """When the child came to where a decision of :func:`decisions_of` placed it."""
    return getattr(row, "arrival", None)


@dataclass(frozen=True)
class File:
    """Everything that is written, with the offices of who wrote it, for the card."""

    decisions: QuerySet[PlacementDecision]
    hearings: QuerySet[PlacementHearing]
    answers: QuerySet[PlacementAnswer]
    court: QuerySet[PlacementCourt]
    arrivals: QuerySet[PlacementArrival]
    explained: QuerySet[PlacementExplained]
    visits: QuerySet[PlacementVisit]


def file_of(case: Case) -> File:
    """The file of a placement, read in one statement."""
    by = ("recorded_by__staff", "recorded_by__office")
    file = File(
        PlacementDecision.objects.filter(case=case).select_related(*PEOPLE),
        PlacementHearing.objects.filter(case=case).select_related(*by),
        PlacementAnswer.objects.filter(case=case).select_related(*by, "person"),
        PlacementCourt.objects.filter(case=case).select_related(*by),
        PlacementArrival.objects.filter(case=case).select_related(*by),
        explained_rows(case),
        PlacementVisit.objects.filter(case=case).select_related(*by),
    )
    lists = (
        file.decisions,
        file.hearings,
        file.answers,
        file.court,
        file.arrivals,
        file.explained,
        file.visits,
    )
    read_together(*lists)
    return file


@asked_once
def hearing_rows(case: Case) -> QuerySet[PlacementHearing]:
    """How the child was heard, for the forms that rest on it."""
    return PlacementHearing.objects.filter(case=case)


def approved_of(case: Case) -> list[PlacementDecision]:
    """What was approved, in the order of the decisions."""
    rows = [row for row in decisions_of(case) if row.approved and row.decided_at is not None]
    return sorted(rows, key=lambda row: (row.decided_at, row.pk))


def came_last(case: Case) -> datetime | None:
    """When the child last came to where a decision has it stay."""
    came = [arrival_of(row) for row in approved_of(case)]
    return max((one.arrived_at for one in came if one is not None), default=None)


@dataclass(frozen=True)
class Standing:
    """Where the placement of a child is: the decision it began with, the one that says where the child is to be, and when the
    child came there."""

    reached: PlacementState
    start: PlacementDecision | None = None
    where: PlacementDecision | None = None
    arrival: PlacementArrival | None = None

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.reached]

    @property
    def lasts(self) -> bool:
        """Whether a placement was decided that has not ended."""
        return self.start is not None


@asked_once
def standing(case: Case) -> Standing:
    """Where the placement of this child is, by what was approved, one after the other, and by when the child came."""
    state, start, where, arrival = PlacementState.NONE, None, None, None
    for row in approved_of(case):
        if row.kind == DecisionKind.START:
            state, start, where, arrival = PlacementState.DECIDED, row, row, None
        elif row.kind == DecisionKind.CHANGE:
            where = row
        elif row.kind in AFTER:
            state = AFTER[DecisionKind(row.kind)]
        if row.kind in PLACES and (came := arrival_of(row)) is not None:
            arrival = came
            state = PlacementState.PLACED if state is PlacementState.DECIDED else state
    if state is PlacementState.ENDED:
        return Standing(state)
    return Standing(state, start, where, arrival)


AFTER = {
    DecisionKind.SUSPEND: PlacementState.SUSPENDED,
    DecisionKind.RESUME: PlacementState.PLACED,
    DecisionKind.END: PlacementState.ENDED,
}


def last_act(case: Case) -> PlacementDecision | None:
    """The latest approved decision that moved the state of the placement: a renewal moves none."""
    rows = [row for row in approved_of(case) if row.kind != DecisionKind.RENEW]
    return rows[-1] if rows else None


def lies_ahead(row: PlacementDecision) -> bool:
    """Whether a decision was made before the day from which it holds."""
    return row.decided_at is not None and row.effective_on > row.decided_at.astimezone(JAPAN).date()


def awaited(case: Case) -> PlacementDecision | None:
    """The decision by which the child comes somewhere, as nobody has written yet: where it is placed; and, where that was decided
    before its day, to where it stays from a suspension, its end, or the end of the placement on."""
    last, where = last_act(case), standing(case).where
    if last is not None and last.kind in (DecisionKind.SUSPEND, DecisionKind.END):
        return last if lies_ahead(last) and arrival_of(last) is None else None
    if where is not None and arrival_of(where) is None:
        return where
    resumed = last is not None and last.kind == DecisionKind.RESUME and lies_ahead(last)
    return last if last is not None and resumed and arrival_of(last) is None else None


def since_last(case: Case) -> datetime | None:
    """When the last decision was made on where the child is: what was said before it was said to that one."""
    kinds = {*PLACES, DecisionKind.END}
    moments = [row.decided_at for row in approved_of(case) if row.kind in kinds]
    return max((at for at in moments if at is not None), default=None)


def since_end(case: Case) -> datetime | None:
    """When the last placement was ended: what the court did before was about that one."""
    moments = [row.decided_at for row in approved_of(case) if row.kind == DecisionKind.END]
    return max((at for at in moments if at is not None), default=None)


@asked_once
def explained_rows(case: Case) -> QuerySet[PlacementExplained]:
    """Who was told why a placement is to end, perhaps not read yet."""
    by = ("recorded_by__staff", "recorded_by__office", "person")
    return PlacementExplained.objects.filter(case=case).select_related(*by)


def hearings_open(case: Case) -> list[PlacementHearing]:
    """The hearings on which no decision rests yet, the latest first."""
    used = {row.hearing_id for row in approved_of(case)}
    return [row for row in reversed(list(hearing_rows(case))) if row.pk not in used][:OFFERED]


def items_decided(case: Case) -> list[ConferenceItem]:
    """What conferences decided of this case, the latest first."""
    rows = ConferenceItem.objects.filter(case=case, approved=True).select_related("entry__sitting")
    return list(rows.order_by("-decided_at", "-id")[:OFFERED])


@dataclass(frozen=True)
class Court:
    """What the steps at the family court come to: the last one, what was approved, until when, and when it was asked."""

    last: CourtAct | None
    kinds: tuple[PlacementKind, ...] = ()
    until: date | None = None
    asked_on: date | None = None
    approved_on: date | None = None
    steps: tuple[PlacementCourt, ...] = ()

    @property
    def approves(self) -> bool:
        """Whether the last step is an approval."""
        return self.last in APPROVALS


def in_order(rows: Collection[PlacementCourt]) -> list[PlacementCourt]:
    """The steps by their day, and those of one day as they were written."""
    return sorted(rows, key=lambda row: (value_of(row.step_on) or date.min, row.recorded_at))


@asked_once
def court_of(case: Case) -> Court:
    """What the steps at the family court come to. A step of another version means nothing, and approves nothing."""
    since = since_end(case)
    rows = in_order([row for row in court_rows(case) if since is None or row.recorded_at > since])
    last: CourtAct | None = None
    kinds: tuple[PlacementKind, ...] = ()
    until, asked_on, approved_on = None, None, None
    for row in rows:
        last = value_of(row.step)
        if last in (CourtAct.PETITION, CourtAct.RENEWAL_ASKED):
            asked_on = value_of(row.step_on)
        elif last in APPROVALS:
            kinds, until = tuple(value_of(row.kinds) or kinds), value_of(row.until_day)
            approved_on = value_of(row.step_on)
    return Court(last, kinds, until, asked_on, approved_on, tuple(rows))


def term_of(case: Case) -> Clock | None:
    """The term that the court approved, as a time limit: from when, and until when."""
    return running_of(case, ClockKind.PLACEMENT_TERM)


def places_withheld(cases: Collection[Case]) -> list[str]:
    """The places of placement that are on no paper."""
    rows = PlacementDecision.objects.filter(case__in=cases, place_withheld__isnull=False)
    return [words_of(row.place) for row in rows if value_of(row.place_withheld)]
