"""Who sleeps at a facility, what it knows of each child, and the stays of a case."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from agencies.directory.models import Office, Section
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from cases.custody.models import CustodyDecision
from cases.records.codes import Answer, Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from cases.shelter.codes import FACILITY, LeaveStep
from cases.shelter.models import (
    Admission,
    Arrival,
    CareSheet,
    GivenBack,
    Leaving,
    OfAdmission,
    PlaceSheet,
    ShiftEntry,
)
from face.reading import asked_once
from security.encryption.fields import value_of, words_of
from security.encryption.keyring import current
from security.walls import clock

Row = TypeVar("Row", bound=OfAdmission)

MOST = 100
"""How many children the home page of a facility lists."""
LATEST = 20
"""How many stays of a case a page reads."""
# Every page of a case reads these with the rows of all rooms, in one statement that brings so many columns at most.
STAY = (
    *("case", "start", "office__name", "section__name", "sent_by__staff__name"),
    *("admitted_at", "sent_at", "left_at"),
)
ENTRY = ("case", "admission", "corrects", "written_at", "written_by__staff__name", *ShiftEntry.FACTS)


@dataclass(frozen=True)
class Facility:
    """A part of a child guidance center where children sleep: the office, or one section of it."""

    office: Office
    section: Section | None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.office.pk}:{self.section.pk if self.section else ''}"

    def __str__(self) -> str:
        return f"{self.office.name}　{self.section.name}" if self.section else self.office.name


def facilities() -> list[Facility]:
    """Where custody workers hold a position today, the own office and all others."""
    staff = positions_at_facilities().order_by("office__name", "section__name")
    found = {(one.office_id, one.section_id): Facility(one.office, one.section) for one in staff}
    return list(found.values())


def positions_at_facilities() -> QuerySet[Position]:
    """The custody workers of today."""
    staff = Position.objects.current(clock.today()).filter(role=Role.CUSTODY_STAFF)
    return staff.select_related("office", "section")


def staff_of(row: Admission) -> list[UUID]:
    """The positions that read this stay at the facility."""
    staff = positions_at_facilities().filter(office=row.office_id)
    return [one.pk for one in staff if row.section_id in (None, one.section_id)]


def stays_at(by: Position, now: datetime) -> QuerySet[Admission]:
    """The stays that a custody worker reads: children who sleep at the facility of the position or are expected there, and those
    who left so lately that the log is still open."""
    open_until = now - timedelta(hours=by.office.shelter_log_hours)
    here = Q(section=None) | Q(section=by.section_id)
    left = Q(left_at=None) | Q(left_at__gt=open_until)
    return Admission.objects.filter(here, left, office=by.office_id)


def stays_for(by: Position, now: datetime) -> QuerySet[Admission]:
    """The stays that a position reads: those at its facility, or those of the cases it works on."""
    if by.may(Permission.KEEP_SHELTER):
        return stays_at(by, now)
    return Admission.objects.filter(on_cases_of(by, Level.VIEW))


def children_here(by: Position, now: datetime) -> list[Admission]:
    """The stays of the children who sleep at the facility now, or are expected (``has_arrival``: the second half of the sheet is
    written; ``last_entry``: when the log was written last), the longest first. Their keys are loaded."""
    written = Exists(Arrival.objects.filter(admission=OuterRef("pk")))
    entries = ShiftEntry.objects.filter(admission=OuterRef("pk")).order_by("-written_at")
    lasts = Q(left_at=None) | Q(left_at__gt=now)
    told = (
        stays_at(by, now)
        .filter(lasts)
        .annotate(has_arrival=written, last_entry=Subquery(entries.values("written_at")[:1]))
    )
    rows: list[Admission] = list(told.order_by("admitted_at")[:MOST])
    current().prefetch(row.key_scope() for row in rows)
    return rows


def latest_of(rows: QuerySet[Row], admissions: Collection[UUID]) -> Mapping[UUID, Row]:
    """Of these few stays the row of this kind that was written last, by stay."""
    latest = rows.filter(admission__in=admissions).order_by("admission_id", "-written_at", "-id")
    return {row.admission_id: row for row in latest.distinct("admission_id")}


def sheets_of(admissions: Iterable[Admission]) -> Mapping[UUID, CareSheet]:
    """What counts now of the first half of each of these few sheets."""
    return latest_of(CareSheet.objects.all(), [row.pk for row in admissions])


def versions_of(row: Admission) -> tuple[QuerySet[CareSheet], QuerySet[Arrival]]:
    """Everything that was written of both halves of the sheet, the latest first, not read yet."""
    of_stay = {"admission": row.pk}
    return (
        CareSheet.objects.filter(**of_stay).select_related("written_by__staff"),
        Arrival.objects.filter(**of_stay).select_related("written_by__staff"),
    )


SHOWN, GLANCE = 30, 3
"""How many entries of the log its own page has, and the page of custody."""


def log_of(row: Admission, before: ShiftEntry | None = None) -> list[ShiftEntry]:
    """The entries of the log of one stay, the latest first, or those ``before`` an entry."""
    rows = ShiftEntry.objects.filter(admission=row.pk).select_related("written_by__staff")
    if before is not None:
        rows = rows.filter(written_at__lt=before.written_at)
    return list(rows[:SHOWN])


@asked_once
def glance_rows(case: Case) -> QuerySet[ShiftEntry]:
    """The latest entries of the log on a case's page, perhaps not read yet."""
    rows = ShiftEntry.objects.filter(case=case).select_related("written_by__staff").only(*ENTRY)
    return rows.order_by("-written_at", "-id")[:GLANCE]


def corrected_of(entries: Iterable[ShiftEntry]) -> set[UUID | None]:
    """Which of these entries were corrected by another one, on whatever page of the log that is."""
    rows = ShiftEntry.objects.filter(corrects__in=[one.pk for one in entries])
    return set(rows.values_list("corrects", flat=True))


def told_of_harm(entries: Iterable[ShiftEntry]) -> bool:
    """Whether one of these entries, latest first, says that the child told of harm, and was not corrected since."""
    listed = list(entries)
    corrected = {one.corrects_id for one in listed}
    return any(value_of(one.tells_of_harm) is Answer.YES for one in listed if one.pk not in corrected)


@dataclass(frozen=True)
class Absence:
    """One time that a child was away without leave, step by step."""

    steps: list[Leaving]

    @property
    def first(self) -> Leaving:
        """The step with which it begins."""
        return self.steps[0]

    @property
    def since(self) -> datetime | None:
        """When it was noticed."""
        return value_of(self.first.happened_at)

    def has(self, step: LeaveStep) -> bool:
        """Whether this step was written."""
        return any(one.step == step for one in self.steps)

    @property
    def is_over(self) -> bool:
        """Whether the child is there again, or was found."""
        return self.has(LeaveStep.FOUND)

    @property
    def police_told(self) -> bool:
        """Whether the police were told."""
        return self.has(LeaveStep.POLICE)


def absences_in(rows: Iterable[Leaving]) -> list[Absence]:
    """The steps put together, the latest time away first."""
    found: dict[UUID, list[Leaving]] = {}
    for row in sorted(rows, key=lambda one: (one.first_id is not None, one.written_at)):
        found.setdefault(row.first_id or row.pk, []).append(row)
    return [Absence(steps) for steps in reversed(found.values())]


def absences_at(admissions: Collection[UUID]) -> Mapping[UUID, list[Absence]]:
    """The times away of each of these few stays. Their keys are loaded."""
    found: dict[UUID, list[Leaving]] = {}
    for row in Leaving.objects.filter(admission__in=admissions).select_related("written_by__staff"):
        found.setdefault(row.admission_id, []).append(row)
    return {pk: absences_in(rows) for pk, rows in found.items()}


@asked_once
def leaving_rows(case: Case) -> QuerySet[Leaving]:
    """The latest steps of the case, the last first, perhaps not read yet."""
    return Leaving.objects.filter(case=case).order_by("-written_at", "-id")[:LATEST]


def absences_of(case: Case) -> list[Absence]:
    """The latest times away of the child of a case. No key is needed to say whether one goes on."""
    return absences_in(leaving_rows(case))


def given_back_of(row: Admission) -> QuerySet[GivenBack]:
    """What was given back of one stay, not read yet."""
    return GivenBack.objects.filter(admission=row.pk).select_related("written_by__staff")


def kept_of(arrivals: Iterable[Arrival], given: Iterable[GivenBack]) -> list[str]:
    """The belongings that are still kept, as the latest list has them, a line each."""
    latest = next(iter(arrivals), None)
    left = [line.strip() for line in words_of(latest.belongings).splitlines()] if latest else []
    for row in given:
        for line in words_of(row.items).splitlines():
            if line in left:
                left.remove(line)
    return [line for line in left if line]


@asked_once
def stay_rows(case: Case) -> QuerySet[Admission]:
    """The latest stays of the case, perhaps not read yet."""
    rows = Admission.objects.filter(case=case).select_related("office", "section", "sent_by__staff")
    return rows.only(*STAY)[:LATEST]


def admissions_in(start: CustodyDecision) -> list[Admission]:
    """The stays at facilities within one custody."""
    return list(Admission.objects.filter(start=start))


@asked_once
def place_sheet_rows(case: Case) -> QuerySet[PlaceSheet]:
    """What was written last for a place without an account, perhaps not read yet."""
    return PlaceSheet.objects.filter(case=case).select_related("written_by__staff")[:1]


def place_sheet_of(case: Case, start: CustodyDecision) -> PlaceSheet | None:
    """What was written last for a place without an account, where that is of this custody; else None."""
    return next((row for row in place_sheet_rows(case) if row.start_id == start.pk), None)


def present_admission(case: Case, now: datetime) -> Admission | None:
    """Where the child sleeps, or is expected; None at no facility."""
    return next((row for row in stay_rows(case) if row.lasts_at(now)), None)


def relations(position_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The cases of the children who sleep where this position works, for the access log."""
    works_there = Position.objects.filter(pk=position_id, role=Role.CUSTODY_STAFF)
    read = Admission.objects.filter(Exists(works_there), case__in=list(case_ids))
    return dict.fromkeys(read.values_list("case_id", flat=True), FACILITY)


def cases_of_stays(ids: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """The case of each stay whose key was used, for the access log."""
    return {pk: [case] for pk, case in Admission.objects.filter(pk__in=ids).values_list("pk", "case_id")}
