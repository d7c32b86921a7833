"""The conferences of an office, what of their agendas a reader sees, and the items of a case."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from cases.conferences.codes import (
    BADGES,
    BEFORE_MINUTES,
    CONFERENCE,
    IN_MINUTES,
    INTAKE_ITEM,
    ChildHeard,
    CouncilWay,
    ItemState,
    Measure,
    SittingKind,
    Stand,
)
from cases.conferences.models import (
    Acceptance,
    AgendaEntry,
    ConferenceItem,
    CouncilRecord,
    ItemHearing,
    Sitting,
    SittingChange,
)
from cases.decisions.codes import State
from cases.decisions.queries import PEOPLE
from cases.records.codes import Answer, Level, PersonRole, Stage
from cases.records.models import Case, CaseQuerySet, Person
from cases.records.queries import cases_for, everybody_around, on_cases_of, with_keys
from face.reading import asked_once
from security.encryption.fields import reveal, value_of, words_of
from security.walls import clock

M = TypeVar("M", ConferenceItem, Acceptance)
CARE = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING})
"""Who cares for the child: what they say is written down one by one, besides those with parental authority."""
SIGNED_BY = "chair_signed_by__staff"
PEOPLE_OF = ("chair__staff", "secretary__staff", "office")


@dataclass(frozen=True)
class Task:
    """Something a conference gave somebody to do; ``owner`` is a position."""

    what: str
    owner: UUID
    until: date


@dataclass(frozen=True)
class Item:
    """An item of an agenda, with the minutes that count: the latest that were not taken back."""

    entry: AgendaEntry
    minutes: ConferenceItem | Acceptance | None

    @property
    def state(self) -> ItemState:
        """:meth:`state_at` this moment, for pages."""
        return self.state_at(clock.now())

    def state_at(self, now: datetime) -> ItemState:
        """Where it is, by its sitting and its minutes."""
        if self.minutes is not None:
            if self.minutes.waits_for_chair and self.minutes.state_at(now) is State.WAITING:
                return ItemState.TO_SIGN
            return IN_MINUTES[self.minutes.state_at(now)]
        return BEFORE_MINUTES[self.entry.sitting.state]

    def awaits_minutes_of(self, by: Position) -> bool:
        """Whether this position, the secretary, still has to write the minutes."""
        written = self.state not in (ItemState.HELD, ItemState.RETURNED)
        return not written and self.entry.sitting.secretary_id == by.pk

    @property
    def name(self) -> str:
        """The id of the entry, as an address names it."""
        return str(self.entry.pk)

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]

    @property
    def act(self) -> str:
        """The name of its decision in addresses."""
        return (INTAKE_ITEM if self.entry.sitting.is_intake else CONFERENCE).value


def sittings(by: Position) -> QuerySet[Sitting]:
    """The conferences of the office, the latest first."""
    return (
        Sitting.objects.filter(office=by.office_id).select_related(*PEOPLE_OF).order_by("-held_from", "-id")
    )


def planned(by: Position) -> list[Sitting]:
    """Those that a case can still be put before, the next first."""
    return list(sittings(by).filter(held_to=None, cancelled_at=None).order_by("held_from", "id"))


def changes_of(sitting: Sitting) -> list[SittingChange]:
    """When it was moved, and that it was cancelled, in order."""
    return list(SittingChange.objects.filter(sitting=sitting).select_related("made_by__staff"))


def sittings_ahead(by: Position) -> QuerySet[Sitting]:
    """The planned conferences that this position chairs, writes up or is invited to, the next first."""
    mine = Q(chair=by) | Q(secretary=by) | Q(invited__contains=[by.pk])
    return Sitting.objects.filter(mine, held_to=None, cancelled_at=None).order_by("held_from", "id")


def minutes_to_write(by: Position) -> QuerySet[AgendaEntry]:
    """The items held whose minutes this position has still to write, of the cases that it reads, the oldest first."""
    written = Q(decided_at=None) | Q(approved=True) | Q(refused=True)
    items = ConferenceItem.objects.filter(written, entry=OuterRef("pk"), taken_back_at=None)
    accepted = Acceptance.objects.filter(written, entry=OuterRef("pk"), taken_back_at=None)
    held = AgendaEntry.objects.filter(sitting__secretary=by, sitting__held_to__isnull=False)
    rows = held.exclude(Exists(items)).exclude(Exists(accepted)).exclude(case__stage=Stage.CLOSED)
    return rows.select_related("sitting", "case").order_by("sitting__held_from", "id")


def agenda_of(sitting: Sitting) -> list[Item]:
    """What of the agenda the reader sees, each with its case, whose keys are loaded: the wall leaves the others out."""
    entries = list(AgendaEntry.objects.filter(sitting=sitting).select_related("case", "put_by__staff"))
    model = Acceptance if sitting.is_intake else ConferenceItem
    more = ("in_charge__staff",) if sitting.is_intake else ("council",)
    drafts = model._default_manager.filter(entry__in=entries).select_related(*PEOPLE, SIGNED_BY, *more)
    with_keys(row.case for row in entries)
    for row in entries:
        row.sitting = sitting
    return _items(entries, drafts)


def _items(entries: Iterable[AgendaEntry], drafts: Iterable[ConferenceItem | Acceptance]) -> list[Item]:
    latest: dict[UUID, ConferenceItem | Acceptance] = {}
    for row in sorted(drafts, key=lambda one: one.drafted_at):
        if row.taken_back_at is None:
            latest[row.entry_id] = row
    return [Item(entry, latest.get(entry.pk)) for entry in entries]


def others_on(sitting: Sitting) -> int:
    """How many items of the agenda the reader does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.others_on_agenda(%s)", [sitting.pk])
        (count,) = cursor.fetchone()
    return int(count)


@asked_once
def entry_rows(case: Case) -> QuerySet[AgendaEntry]:
    """The agenda entries of a case, the latest first, perhaps not read yet."""
    rows = AgendaEntry.objects.filter(case=case).select_related(
        "sitting__secretary__staff", "sitting__chair__staff", "put_by__staff"
    )
    return rows.order_by("-put_at", "-id")


@asked_once
def item_rows(case: Case) -> QuerySet[ConferenceItem]:
    """Every draft of minutes on the case with its decision, the latest first, perhaps not read yet."""
    return ConferenceItem.objects.filter(case=case).select_related(*PEOPLE, SIGNED_BY, "council")


@asked_once
def acceptance_rows(case: Case) -> QuerySet[Acceptance]:
    """Every draft of an acceptance of the case with its decision, the latest first, perhaps not read yet."""
    return Acceptance.objects.filter(case=case).select_related(
        *PEOPLE, SIGNED_BY, "in_charge__staff", "in_charge__office"
    )


@asked_once
def items_of(case: Case) -> list[Item]:
    """The items of a case, the latest first."""
    entries = list(entry_rows(case))
    for row in entries:
        row.case = case
    return _items(entries, [*item_rows(case), *acceptance_rows(case)])


def to_minute(case: Case, by: Position, *, intake: bool = False) -> list[Item]:
    """The items of a case of which this position still has to write the minutes: of the conferences that accept cases
    (``intake``), or of the others."""
    return [
        one for one in items_of(case) if one.entry.sitting.is_intake is intake and one.awaits_minutes_of(by)
    ]


def to_sign(model: type[M], by: Position) -> QuerySet[M]:
    """What this position has still to sign as the chair, of the cases on which it works; the oldest first."""
    waiting = model._default_manager.filter(decided_at=None, taken_back_at=None, chair_signed_at=None)
    rows = waiting.filter(on_cases_of(by, Level.EDIT), chair_signs=True, entry__sitting__chair=by)
    return rows.select_related("case", "entry__sitting").order_by("drafted_at", "id")


def policy_decision(case: Case) -> ConferenceItem | None:
    """What the latest support policy conference decided of a case, by its decision; None where none was approved."""
    found = [
        one.minutes
        for one in items_of(case)
        if one.entry.sitting.known_kind is SittingKind.POLICY
        and isinstance(one.minutes, ConferenceItem)
        and one.minutes.approved
    ]
    return max(found, key=lambda row: (row.decided_at or row.drafted_at, row.pk), default=None)


def is_on_no_agenda(case: Case) -> bool:
    """Whether the conference that the case was put before last was cancelled: it then comes before another one."""
    latest = next(iter(items_of(case)), None)
    return latest is not None and latest.minutes is None and latest.state is ItemState.CANCELLED


def other_offices(by: Position) -> list[Office]:
    """The offices of the directory besides the own one, to pick from."""
    return list(Office.objects.filter(active=True).exclude(pk=by.office_id).order_by("name"))


def cases_to_accept(by: Position) -> CaseQuerySet:
    """The received cases that an intake conference has still to accept, of those this position manages; the oldest first."""
    waiting = Acceptance.objects.filter(case=OuterRef("pk"), decided_at=None, taken_back_at=None)
    received = cases_for(by, Level.MANAGE).filter(stage=Stage.RECEPTION)
    return received.exclude(Exists(waiting)).order_by("opened_at", "id")


def tasks_of(row: ConferenceItem | Acceptance) -> list[Task]:
    """The tasks of an item."""
    kept = reveal(row, "tasks")
    return [
        Task(one["what"], UUID(one["owner"]), date.fromisoformat(one["until"]))
        for one in (json.loads(kept) if kept else [])
    ]


def decides(row: ConferenceItem | None, measures: Collection[Measure]) -> bool:
    """Whether minutes decide one of these measures."""
    return row is not None and bool(set(value_of(row.measures) or ()) & set(measures))


@dataclass(frozen=True)
class CustodianView:
    """What one of them said, or why nothing is known of it; ``stand`` where the person has parental authority; whether it was
    ``suspected`` when that was written down."""

    person: UUID
    words: str
    stand: Stand | None = None
    suspected: bool = False


def custodians_around(case: Case, on: date) -> list[Person]:
    """Whose view is written down, each by itself; a suspect's too, marked as one."""
    return [
        one
        for one in everybody_around(case)
        if (one.roles & CARE and not one.has_died(on)) or one.holds_authority(on)
    ]


@dataclass(frozen=True)
class Around:
    """One of them, with what of it counts for the minutes on that day."""

    person: Person
    is_suspected: bool
    holds_authority: bool


def around(case: Case, on: date) -> list[Around]:
    """The same, read once: whose view is asked, and of whom also where it stands."""
    return [
        Around(one, PersonRole.SUSPECT in one.roles, one.holds_authority(on))
        for one in custodians_around(case, on)
    ]


def views_of(row: ConferenceItem | Acceptance) -> list[CustodianView]:
    """The views that are written in these minutes. A stand that is unknown today is none."""
    kept = reveal(row, "custodians")
    return [
        CustodianView(
            UUID(one["person"]),
            one["words"],
            Stand(one["stand"]) if one["stand"] in Stand.values else None,
            one["suspected"],
        )
        for one in (json.loads(kept) if kept else [])
    ]


def named_views(row: ConferenceItem | Acceptance) -> list[tuple[Person, CustodianView]]:
    """The same with the people, also those who were removed since."""
    views = views_of(row)
    people = {one.pk: one for one in Person.objects.filter(case=row.case_id)} if views else {}
    for person in people.values():
        person.case = row.case
    return [(people[one.person], one) for one in views if one.person in people]


@dataclass(frozen=True)
class Council:
    """How the child welfare council comes to its word on minutes: the opinion it gave (``record``), whether that is followed, and
    why not, or why it could not be heard before."""

    way: CouncilWay
    record: CouncilRecord | None = None
    followed: Answer | None = None
    why: str = ""


def council_of(row: ConferenceItem) -> Council | None:
    """The same of minutes that are stored; None where the council has no part in them."""
    way = value_of(row.council_way)
    if way is None:
        return None
    return Council(way, row.council, value_of(row.council_followed), words_of(row.council_why))


@dataclass(frozen=True)
class Outsider:
    """Somebody of another office at a conference: by office and position, never by name."""

    office: str
    position: str


def outsiders_of(row: ConferenceItem) -> list[Outsider]:
    """Those who sat for this case from other offices."""
    kept = reveal(row, "outsiders")
    return [Outsider(one["office"], one["position"]) for one in (json.loads(kept) if kept else [])]


def staff_of_office(by: Position) -> list[Position]:
    """Who of the office can be at a conference."""
    roles = [role for role in Role if role.may(Permission.WORK_ON_CASES)]
    rows = Position.objects.current(clock.today()).filter(office=by.office_id, role__in=roles)
    return list(rows.select_related("staff", "section").order_by("staff__kana", "staff__name", "role"))


def names_of(positions: list[UUID]) -> list[Position]:
    """The positions with these ids."""
    rows = Position.objects.filter(pk__in=positions).select_related("staff", "section")
    return list(rows.order_by("staff__kana", "staff__name"))


@asked_once
def hearing_rows(case: Case) -> QuerySet[ItemHearing]:
    """How the child was heard after the conferences of a case, perhaps not read yet."""
    return ItemHearing.objects.filter(case=case).select_related("recorded_by__staff")


def is_unheard(row: ConferenceItem, heard: Mapping[UUID, ItemHearing]) -> bool:
    """Whether the child is still to be heard on what was approved; ``heard`` by the id of the minutes."""
    return row.approved is True and value_of(row.heard) is ChildHeard.URGENT and row.pk not in heard
