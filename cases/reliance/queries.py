"""The files of a case and of an institution, what was told, the drafts, and the versions that were sent."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from cases.guidelines.codes import GoalState, Horizon
from cases.guidelines.queries import Result
from cases.records.models import Case
from cases.reliance.codes import BADGES, INSTITUTION, READ_DAYS, Area, PlanState
from cases.reliance.models import PlanFacts, RelianceDraft, RelianceFile, ReliancePlan, RelianceTold
from face.reading import asked_once
from security.encryption.fields import reveal
from security.encryption.keyring import current
from security.walls import clock

MOST = 100
"""How many children the home page of an institution lists."""
LATEST = 10
"""How many files, and how many versions, a page of the case reads."""
WRITERS = tuple(role for role in Role if role.may(Permission.WRITE_RELIANCE))
# Every page of a case reads these with the rows of all rooms, in one statement that brings so many columns at most.
FILE = (
    "case",
    "decision",
    "institution__name",
    "opened_at",
    "first_by",
    "ended_at",
    "opened_by__staff__name",
)
PLAN = (
    *("case", "file", "version", "review_on", "sent_at", "accepted", "answered_at"),
    *("sent_by__staff__name", "answered_by__staff__name", "child_wish", "goals"),
)


@dataclass(frozen=True)
class Aim:
    """One goal: of which part of the plan, what is to be reached, by what means, by whom, until when."""

    area: Area
    horizon: Horizon
    goal: str
    means: str
    who: str
    until: date


@dataclass(frozen=True)
class Version:
    """A plan that was sent, and where it is."""

    row: ReliancePlan
    state: PlanState

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]

    @property
    def waits(self) -> bool:
        """Whether the center has still to answer it."""
        return self.state is PlanState.WAITING


def kept_aims(aims: Sequence[Aim]) -> str:
    """The goals as they are stored."""
    rows = [
        {
            "area": one.area.value,
            "horizon": one.horizon.value,
            "goal": one.goal,
            "means": one.means,
            "who": one.who,
            "until": one.until.isoformat(),
        }
        for one in aims
    ]
    return json.dumps(rows, ensure_ascii=False)


def aims_of(row: PlanFacts) -> list[Aim]:
    """The goals of a plan, in their order."""
    return [
        Aim(
            Area(one["area"]),
            Horizon(one["horizon"]),
            one["goal"],
            one["means"],
            one["who"],
            date.fromisoformat(one["until"]),
        )
        for one in json.loads(reveal(row, "goals") or "[]")
    ]


def results_in(row: PlanFacts) -> list[Result]:
    """What became of the goals of the plan before, in their order."""
    kept = json.loads(reveal(row, "results") or "[]")
    return [Result(GoalState(one["state"]), one["words"]) for one in kept]


def institutions() -> list[Office]:
    """The institutions at which somebody writes plans today: the others are asked on paper."""
    staff = Position.objects.current(clock.today()).filter(role__in=WRITERS)
    return list(Office.objects.filter(pk__in=staff.values("office"), active=True).order_by("name", "pk"))


@asked_once
def file_rows(case: Case) -> QuerySet[RelianceFile]:
    """The latest files of a case, perhaps not read yet."""
    rows = RelianceFile.objects.filter(case=case).select_related("institution", "opened_by__staff")
    return rows.only(*FILE)[:LATEST]


@asked_once
def plan_rows(case: Case) -> QuerySet[ReliancePlan]:
    """The latest versions of a case, with what their card says of each; perhaps not read yet."""
    rows = ReliancePlan.objects.filter(case=case).select_related("sent_by__staff", "answered_by__staff")
    return rows.only(*PLAN).order_by("-sent_at", "-id")[:LATEST]


def open_file(case: Case) -> RelianceFile | None:
    """The file that goes on."""
    row = next((one for one in file_rows(case) if one.ended_at is None), None)
    if row is not None:
        row.case = case
    return row


def plans_of(case: Case) -> list[Version]:
    """The latest versions of a case, each with where it is, the last first."""
    files = {row.pk: row for row in file_rows(case)}
    rows = list(plan_rows(case))
    for row in rows:
        row.case = case
    return [
        version
        for pk, file in files.items()
        for version in states_of(file, [row for row in rows if row.file_id == pk])
    ]


def states_of(file: RelianceFile, rows: Iterable[ReliancePlan]) -> list[Version]:
    """Where each version of one file is; ``rows`` are all of them, the last first."""
    found, taken = [], False
    for row in sorted(rows, key=lambda one: -one.version):
        if row.accepted is None:
            state = PlanState.LEFT if file.ended_at else PlanState.WAITING
        elif not row.accepted:
            state = PlanState.RETURNED
        elif taken:
            state = PlanState.REPLACED
        else:
            state, taken = (PlanState.OVER if file.ended_at else PlanState.IN_FORCE), True
        found.append(Version(row, state))
    return found


def versions_at(file: RelianceFile) -> list[Version]:
    """Every version of one file with all of it, the last first."""
    rows = ReliancePlan.objects.filter(file=file.pk)
    return states_of(file, rows.select_related("sent_by__staff", "answered_by__staff"))


def in_force(versions: Iterable[Version]) -> ReliancePlan | None:
    """The accepted one that holds."""
    return next((one.row for one in versions if one.state is PlanState.IN_FORCE), None)


def due_of(file: RelianceFile, current_plan: ReliancePlan | None) -> date:
    """Until which day the next plan is accepted: the first, or that of the review."""
    return current_plan.review_on if current_plan is not None else localdate(file.first_by)


def told_to(file: RelianceFile) -> list[RelianceTold]:
    """What the center told, the latest first."""
    return list(RelianceTold.objects.filter(file=file.pk).select_related("written_by__staff"))


def draft_of(file: RelianceFile) -> RelianceDraft | None:
    """The draft that was not sent yet, as the institution alone reads it."""
    sent = ReliancePlan.objects.filter(file=OuterRef("file"), version=OuterRef("version"))
    rows = RelianceDraft.objects.filter(~Exists(sent), file=file.pk).select_related("saved_by__staff")
    return rows.first()


def files_at(by: Position, now: datetime) -> QuerySet[RelianceFile]:
    """The files that the position's institution reads."""
    if not by.may(Permission.WRITE_RELIANCE):
        return RelianceFile.objects.none()
    read = Q(ended_at=None) | Q(ended_at__gt=now - timedelta(days=READ_DAYS))
    return RelianceFile.objects.filter(read, institution=by.office_id).select_related("center", "institution")


@dataclass(frozen=True)
class Here:
    """A child placed at the institution, as its home page lists it."""

    file: RelianceFile
    told: RelianceTold
    versions: list[Version]
    has_draft: bool

    @property
    def waits(self) -> bool:
        """Whether a version waits for the center."""
        return any(one.waits for one in self.versions)

    @property
    def asked_back(self) -> bool:
        """Whether the last version came back."""
        return bool(self.versions) and self.versions[0].state is PlanState.RETURNED

    @property
    def due(self) -> date:
        """Until when the next plan is accepted."""
        return due_of(self.file, in_force(self.versions))


def placed_here(by: Position, now: datetime) -> list[Here]:
    """The children for whom the institution writes plans now, what is due first at the top. A constant number of statements;
    their keys are loaded."""
    files = list(files_at(by, now).filter(ended_at=None).order_by("first_by", "id")[:MOST])
    current().prefetch(file.key_scope() for file in files)
    pks = [file.pk for file in files]
    told = {
        row.file_id: row
        for row in RelianceTold.objects.filter(file__in=pks)
        .order_by("file_id", "-written_at", "-id")
        .distinct("file_id")
    }
    plans: dict[UUID, list[ReliancePlan]] = {pk: [] for pk in pks}
    for plan in ReliancePlan.objects.filter(file__in=pks).defer(*PlanFacts.TEXTS, "goals", "results"):
        plans[plan.file_id].append(plan)
    drafts = set(RelianceDraft.objects.filter(file__in=pks).values_list("file", "version"))
    found = []
    for file in files:
        if file.pk in told:
            versions = states_of(file, plans[file.pk])
            next_one = max((one.row.version for one in versions), default=0) + 1
            found.append(Here(file, told[file.pk], versions, (file.pk, next_one) in drafts))
    return sorted(found, key=lambda one: (one.waits, one.due))


def relations(position_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The cases of the children who are placed where this position works, for the access log."""
    works_there = Position.objects.filter(
        pk=position_id, role__in=WRITERS, office_id=OuterRef("institution_id")
    )
    read = RelianceFile.objects.filter(Exists(works_there), case__in=list(case_ids))
    return dict.fromkeys(read.values_list("case_id", flat=True), INSTITUTION)


def cases_of_files(ids: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """The case of each file whose key was used, for the access log."""
    return {pk: [case] for pk, case in RelianceFile.objects.filter(pk__in=ids).values_list("pk", "case_id")}
