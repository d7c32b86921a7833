"""Who of a section lacks which course, and how many took which course in a year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from agencies.directory.models import Office
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission, Role
from agencies.training.codes import BADGES, NEEDED, Course, Standing
from agencies.training.models import Training
from agencies.training.queries import with_terms
from face.keyset import Page, by_fields, page_of

NOT_YET = (Standing.ATTENDED, Standing.APPLIED, Standing.PLANNED)
"""How far somebody is who has no valid certificate, the nearest to one first."""


@dataclass(frozen=True)
class Cell:
    """One course of one person: not needed, or how far it is (None: nothing was entered) and until when it holds."""

    course: Course
    needed: bool
    standing: Standing | None = None
    until: date | None = None

    @property
    def badge(self) -> str:
        """The colour of that."""
        return BADGES[self.standing] if self.standing else "danger"


@dataclass(frozen=True)
class Line:
    """One person of the section and the cells of the table's courses."""

    person: Staff
    roles: list[str]
    cells: list[Cell]


@dataclass(frozen=True)
class Overview:
    """A page of the table: its courses, its lines, and the links to its neighbours."""

    courses: list[Course]
    lines: list[Line]
    page: Page[Any]

    @property
    def columns(self) -> list[str]:
        """The heads of the table."""
        return [_("Person"), *(str(course.label) for course in self.courses)]


def overview_of(by: Position, asked: Mapping[str, Any], today: date, *, size: int = 50) -> Overview:
    """The people whom this position leads: of its section, or of the whole office for a director or where it has no section."""
    held = Position.objects.current(today).filter(office=by.office_id, role__in=NEEDED)
    if by.section_id is not None and Role(by.role) is not Role.DIRECTOR:
        held = held.filter(section=by.section_id)
    people = Staff.objects.filter(pk__in=held.order_by().values("staff"))
    people = people.prefetch_related(Prefetch("positions", held, to_attr="led"))
    page = page_of(by_fields(people, ("kana", "username")), asked, bound=f"training {by.pk}", size=size)
    needs = {
        person.pk: {course for position in person.led for course in NEEDED.get(position.role, ())}  # type: ignore[attr-defined]  # to_attr
        for person in page.rows
    }
    wanted = set().union(*needs.values())
    courses = [course for course in Course if course in wanted]
    rows: dict[tuple[UUID, str], list[Training]] = {}
    for row in with_terms(Training.objects.filter(staff__in=needs, course__in=courses, withdrawn_at=None)):
        rows.setdefault((row.staff_id, row.course), []).append(row)
    lines = [
        Line(
            person,
            [position.role_label for position in person.led],  # type: ignore[attr-defined]  # to_attr
            [
                _cell(course, course in needs[person.pk], rows.get((person.pk, course), ()))
                for course in courses
            ],
        )
        for person in page.rows
    ]
    return Overview(courses, lines, page)


def _cell(course: Course, needed: bool, rows: Sequence[Training]) -> Cell:
    """By the row that holds longest; without one by the row that is furthest."""
    if not needed or not rows:
        return Cell(course, needed)
    valid = [row for row in rows if row.standing in (Standing.VALID, Standing.ENDING)]
    if valid:
        best = max(valid, key=lambda row: row.valid_until or date.max)
        return Cell(course, needed, best.standing, best.valid_until)
    standings = {row.standing for row in rows}
    return Cell(course, needed, next((one for one in NOT_YET if one in standings), Standing.OVER))


@dataclass(frozen=True)
class Count:
    """How many people of an office were certified in a course."""

    office: Office
    course: str
    people: int

    @property
    def label(self) -> str:
        """The course in words; a code that is not known as it is."""
        return str(dict(Course.choices).get(self.course, self.course))


def counts_of(year: int, by: Position) -> list[Count]:
    """The certificates of a fiscal year (April to March) by office and course; others than administrators see their own office.

    Somebody who held positions in two offices on that day counts in both, and a certificate that was entered again for a later
    peer review once.
    """
    rows = Training.objects.filter(
        withdrawn_at=None, certified_on__range=(date(year, 4, 1), date(year + 1, 3, 31))
    )
    given = set(rows.order_by().values_list("staff", "course", "certified_on"))
    held = Position.objects.filter(
        Q(confirmed_at__isnull=False) | Q(refused_at=None), staff__in=rows.order_by().values("staff")
    ).select_related("office")
    if not by.may(Permission.ADMINISTER):
        held = held.filter(office=by.office_id)
    offices: dict[UUID, list[Position]] = {}
    for position in held:
        offices.setdefault(position.staff_id, []).append(position)
    counted: Counter[tuple[Office, str]] = Counter()
    for person, course, day in given:
        there = {one.office for one in offices.get(person, ()) if day and _held_on(one, day)}
        counted.update((office, course) for office in there)
    places = {course.value: place for place, course in enumerate(Course)}
    found = [Count(office, course, n) for (office, course), n in counted.items()]
    return sorted(
        found, key=lambda one: (one.office.kind, one.office.name, places.get(one.course, len(places)))
    )


def _held_on(position: Position, day: date) -> bool:
    return position.starts_on <= day and (position.ends_on is None or position.ends_on >= day)
