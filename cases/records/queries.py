"""Which cases a position sees: the only door in Python, over the same SQL function as the database's own policies."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Lookup
from django.utils.timezone import localdate

from agencies.directory.models import Office
from agencies.staff.models import Position, PositionQuerySet
from agencies.staff.roles import ACTS_OF, Act, Permission, Role
from agencies.staff.rules import may_decide
from cases.records.codes import Level, Relation, Stage
from cases.records.models import (
    UNKNOWN,
    Block,
    Case,
    CaseQuerySet,
    Child,
    Grant,
    Person,
    ProgressEntry,
    StageMove,
    levels_from,
)
from face.keyset import Place
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import Scope, current
from security.rooms import latest_of, sights
from security.search import index
from security.search.names import name_key, number_key, school_key
from security.search.tokens import Value
from security.walls import clock
from security.walls.pages import page_call

LEAVES_WITHIN = timedelta(days=30)
"""How long before the end of a position its cases are listed for another person in charge."""

MOVES = 50
"""How many changes of the stage the pages of a case show."""


class _Held(Lookup):
    """A lookup on the id of a case whose right side is (position id, level)."""

    prepare_rhs = False
    condition: str

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return self.condition.format(column), (*parameters, *self.rhs)


@models.UUIDField.register_lookup
class HeldBy(_Held):
    """``pk__held_by=(position id, level)``: one array, computed once for a statement and searched in the index."""

    lookup_name = "held_by"
    condition = "{} = ANY((SELECT wall.own_case_ids(%s, %s))::uuid[])"


@models.UUIDField.register_lookup
class ProbedBy(_Held):
    """``pk__probed_by=(position id, level)``: one look at the index of the grants for each row that comes so far."""

    lookup_name = "probed_by"
    condition = (
        "(SELECT true FROM wall.my_grants WHERE held_case = {} AND held_position = %s"
        " AND held_permission = ANY((SELECT wall.permissions_from(%s))::integer[]) LIMIT 1)"
    )


def on_cases_of(position: Position, level: Level, case: str = "case__pk") -> Q:
    """The condition that ``case`` (a path to the id of a case) names one on which ``position`` holds ``level`` now.

    A position in the line of many cases asks of each row: the list that is narrowed so needs an index for the few rows that wait.
    The few cases of all others are found by their ids.
    """
    lookup = "probed_by" if position.may(Permission.REVIEW_LINE) else "held_by"
    return Q(**{f"{case}__{lookup}": (position.pk, str(level))})


def cases_for(position: Position, level: Level = Level.VIEW) -> CaseQuerySet:
    """The cases on which ``position`` holds ``level`` now; latest first. A line's are walked from the latest of the office."""
    cases = Case.objects.filter(on_cases_of(position, level, "pk"))
    return cases.filter(office=position.office_id) if position.may(Permission.REVIEW_LINE) else cases


def case_for(position: Position, case_id: UUID, level: Level = Level.VIEW) -> CaseQuerySet:
    """This case, if ``position`` holds ``level`` on it now."""
    return Case.objects.filter(pk=case_id, pk__probed_by=(position.pk, str(level)))


@asked_once
def level_on(position: Position, case_id: UUID) -> Level | None:
    """The highest level that ``position`` holds on one case now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.own_level(%s, %s)", [position.pk, case_id])
        (level,) = cursor.fetchone()
    return Level(level) if level else None


def holds(position: Position, case_id: UUID, level: Level) -> bool:
    """Whether ``position`` holds ``level`` on one case now."""
    return level_on(position, case_id) in levels_from(level)


def rank(relation: str) -> int:
    """Lead, member, line, glass; the receiver and one that this version does not know come last."""
    return Relation.values.index(relation) if relation in Relation.values else len(Relation)


def cases_of_children(child_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The visible cases of each child record."""
    found: dict[UUID, list[UUID]] = {}
    for child_id, case_id in Case.objects.filter(child_id__in=child_ids).values_list("child_id", "pk"):
        found.setdefault(child_id, []).append(case_id)
    return found


def with_keys(cases: Iterable[Case]) -> list[Case]:
    """The cases with their children in one query and all their keys in another, for a list that shows names.

    A list leaves ``select_related("child")`` out: joined, the children of all visible cases would be read before the latest
    ones are known.
    """
    rows = list(cases)
    models.prefetch_related_objects(rows, "child")
    current().prefetch(
        [Scope("case", case.pk) for case in rows] + [Scope("child", case.child_id) for case in rows]
    )
    return rows


def last_seen_of(cases: Iterable[Case]) -> dict[UUID, datetime]:
    """When the child of each of these few cases, whose keys are loaded, was last seen by sight: every room says it of its own."""
    told = sights([case.pk for case in cases])
    read_together(*(one.rows for one in told))
    return latest_of(told)


def last_seen_on(wanted: Collection[UUID]) -> dict[UUID, datetime]:
    """The same of many cases, with these ids: a statement a room, however many they are."""
    return latest_of(sights(wanted))


def search_values(
    family_kana: str, given_kana: str, birth_date: date | None, school: str
) -> dict[str, Value]:
    """What a child record is searched by: nothing where a part of the reading is 不詳, or has no sound."""
    kana = family_kana + given_kana
    if UNKNOWN in (family_kana, given_kana) or not name_key(kana):
        return {}
    values: dict[str, Value] = {"kana": kana}
    if birth_date:
        values[index.EXACT] = kana, birth_date
    if school_key(school):
        values[index.SCHOOL] = kana, school
    return values


def search_exact(
    position: Position, *, number: str = "", kana: str = "", birth_date: date | None = None, school: str = ""
) -> list[Case]:
    """The position's cases with this number, or of a child by the exact rule: this full kana and birth date or, where no birth
    date is given, this full kana and school. Candidates are checked decrypted."""
    if number:
        return with_keys(cases_for(position).filter(number=number_key(number)))
    found = _by_exact_rule(position, kana, birth_date, school)
    cases = with_keys(cases_for(position).filter(child_id__in=found)) if found else []
    return [case for case in cases if _is_child(case.child, kana, birth_date, school)]


def _by_exact_rule(position: Position, kana: str, birth_date: date | None, school: str) -> list[UUID]:
    if not name_key(kana) or not (birth_date or school_key(school)):
        return []
    if birth_date:
        return index.candidates(position.office_id, index.EXACT, (kana, birth_date))
    return index.candidates(position.office_id, index.SCHOOL, (kana, school))


def search_reading(position: Position, kana: str) -> list[Case]:
    """The position's cases that may be of a child with this full reading: the caller compares it, their keys are loaded."""
    found = index.candidates(position.office_id, "kana", kana)
    return with_keys(cases_for(position).filter(child_id__in=found)) if found else []


def _is_child(child: Child, kana: str, birth_date: date | None, school: str) -> bool:
    if name_key(f"{reveal(child, 'family_kana')}{reveal(child, 'given_kana')}") != name_key(kana):
        return False
    if birth_date:
        return bool(value_of(child.birth_date) == birth_date)
    return school_key(str(reveal(child, "school"))) == school_key(school)


def search_alike(
    position: Position, family_kana: str, given_kana: str, birth_date: date | None, school: str
) -> list[UUID]:
    """The children of the position's office with wholly this reading who may be the same because a birth date is not known, here
    or there. One of another known school is not among them."""
    values = search_values(family_kana, given_kana, birth_date, school)
    rows = index.alike(position.office_id, values) if values else []
    return [row.record for row in rows if row.birth_date is None and row.school is not False]


@dataclass(frozen=True)
class BehindGlass:
    """What may be shown of a case of the caller's office before the glass is broken."""

    case_id: UUID
    number: str
    in_charge: str
    telephone: str


def behind_glass(
    position: Position, *, number: str = "", kana: str = "", birth_date: date | None = None, school: str = ""
) -> list[BehindGlass]:
    """The cases of the position's office with this number, or of a child by the exact rule: that they exist."""
    found = _by_exact_rule(position, kana, birth_date, school)
    return _before_glass(
        "SELECT * FROM wall.behind_glass(%s::uuid[], %s)", found, number_key(number) if number else ""
    )


def alike_behind_glass(position: Position, children: Collection[UUID]) -> list[BehindGlass]:
    """The cases of the position's office of these children, found by :func:`search_alike`: that they exist."""
    return _before_glass("SELECT * FROM wall.behind_glass(%s::uuid[], '')", list(children))


def before_glass(case_id: UUID) -> BehindGlass | None:
    """The same of one case; None for a case that is not the acting position's to open: another office's, or blocked."""
    return next(iter(_before_glass("SELECT * FROM wall.before_glass(%s)", case_id)), None)


def _before_glass(statement: str, *parameters: Any) -> list[BehindGlass]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [BehindGlass(*row) for row in cursor.fetchall()]


def glasses_to_review(by: Position) -> models.QuerySet[Grant]:
    """Broken glasses that wait for this supervisor's review: on cases of the position's line, and never its own."""
    return (
        Grant.objects.filter(relation=Relation.GLASS, reviewed_at=None)
        .filter(content_object__id__probed_by=(by.pk, Level.MANAGE.value))
        .exclude(user_id=by.staff_id)
        .select_related("position__staff", "position__office", "position__section")
        # After the few are known: joined, every visible case would be read first.
        .prefetch_related("content_object")
        .order_by("created_at")
    )


@dataclass(frozen=True)
class Unreviewed:
    """Broken glasses of an office that wait for their review, the oldest ``since`` then."""

    office: Office
    waiting: int
    since: datetime


def glasses_unreviewed() -> list[Unreviewed]:
    """For a reader of the access log: each office with broken glasses to review, the longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.glasses_unreviewed() ORDER BY since")
        rows = cursor.fetchall()
    offices = Office.objects.in_bulk([row[0] for row in rows])
    return [Unreviewed(offices[office], waiting, since) for office, waiting, since in rows]


def numbers_for_log(case_ids: Collection[UUID], wanted: str = "") -> dict[UUID, str]:
    """For a reader of the access log: the numbers of these cases, and the case of the number ``wanted``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.numbers_for_log(%s, %s)", [[*case_ids], wanted])
        return dict(cursor.fetchall())


def standing_grants(case: Case, now: datetime) -> models.QuerySet[Grant]:
    """The grants on a case that count now or will, from their first day (positions and blocks apart)."""
    return _lasting(now).filter(content_object=case)


def valid_grants(case: Case, now: datetime) -> models.QuerySet[Grant]:
    """The grants on a case that count at this moment (positions and blocks apart)."""
    return standing_grants(case, now).filter(starts_at__lte=now)


def valid_leads(now: datetime) -> models.QuerySet[Grant]:
    """The grants of persons in charge that count at this moment (positions and blocks apart)."""
    return _lasting(now).filter(relation=Relation.LEAD, starts_at__lte=now)


def in_charge_of(cases: Collection[UUID], now: datetime) -> dict[UUID, dict[UUID, str]]:
    """Who is in charge of each of these few cases, in whichever position: person → name, the earliest first."""
    found: dict[UUID, dict[UUID, str]] = {}
    leads = valid_leads(now).filter(content_object_id__in=cases).order_by("starts_at")
    for case, person, name in leads.values_list("content_object_id", "user_id", "position__staff__name"):
        found.setdefault(case, {})[person] = name
    return found


def _lasting(now: datetime) -> models.QuerySet[Grant]:
    return Grant.objects.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now), ended_at=None)


@asked_once
def team_of(case: Case) -> list[Grant]:
    """Who is on the team now or will be, the one in charge first. ``barred``: see ``barred_on``."""
    blocks = Block.objects.filter(case=OuterRef("content_object"), ended_at=None).order_by().values("case")
    people = standing_grants(case, clock.now()).select_related(
        "position__staff", "position__office", "position__section", "permission"
    )
    people = people.annotate(barred=Subquery(blocks.annotate(count=Count("pk")).values("count")))
    read_together(people, _around(case))  # the head of every page of a case asks for both
    return sorted(people, key=lambda grant: (rank(grant.relation), grant.starts_at))


def barred_on(case: Case) -> int:
    """How many colleagues get nothing of the case; asked with the team, whom every page of the case shows."""
    return max((grant.barred or 0 for grant in team_of(case)), default=0)  # type: ignore[attr-defined]  # counted there


@asked_once
def blocks_of(case: Case) -> models.QuerySet[Block]:
    """The blocks in force, perhaps not read yet."""
    return Block.objects.filter(case=case, ended_at=None).select_related("staff", "blocked_by__staff")


def leads_to_replace(by: Position) -> models.QuerySet[Grant]:
    """The grants of persons in charge whose position has ended or ends within a month, on open cases of this position's line that
    no other person is in charge of; the first to leave first."""
    soon = clock.today() + LEAVES_WITHIN
    leaving = Position.objects.filter(models.Q(ends_on__lte=soon) | models.Q(staff__is_active=False))
    # The few positions first: their grants are then found by index, whatever the reader sees.
    positions = list(leaving.filter(office=by.office_id).values_list("pk", flat=True))
    leads = Grant.objects.filter(relation=Relation.LEAD, ended_at=None)
    leads = leads.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=clock.now()))
    stays = Position.objects.current(clock.today()).exclude(ends_on__lte=soon)
    handed_over = models.Q(starts_at__gt=clock.now())  # from a day to come
    other = leads.filter(
        models.Q(position__in=stays) | handed_over, content_object=models.OuterRef("content_object")
    )
    found = leads.filter(position__in=positions, content_object__id__probed_by=(by.pk, Level.MANAGE.value))
    kept = found.exclude(content_object__stage=Stage.CLOSED).exclude(models.Exists(other)).defer("reason")
    return kept.select_related("content_object", "position__staff").order_by(
        "position__ends_on", "content_object_id"
    )


def colleagues(case: Case, permission: Permission | None = None) -> list[Position]:
    """The positions held today at the responsible office; with ``permission``, those whose role has it."""
    roles = [role.value for role in Role if permission is None or role.may(permission)]
    positions = Position.objects.current(clock.today()).filter(office_id=case.office_id, role__in=roles)
    return list(positions.select_related("staff", "section", "office"))


def people_of(case: Case) -> models.QuerySet[Person]:
    """The people around the child who have not been removed, the one written last first."""
    return Person.objects.filter(case=case, removed_at=None).order_by("-written_at", "-id")


@asked_once
def _around(case: Case) -> models.QuerySet[Person]:
    return people_of(case)


def everybody_around(case: Case) -> list[Person]:
    """All of them, for what is said of the whole: one household and a few more."""
    return list(_around(case))


def addresses_withheld(cases: Collection[Case]) -> list[str]:
    """The addresses that are on no paper: of the children where they are withheld, and of the people around them."""
    children = {case.pk: case.child for case in cases}
    found = [reveal(child, "address") for child in children.values() if value_of(child.address_withheld)]
    for person in Person.objects.filter(case__in=cases, address__isnull=False):
        if person.withholds_address(children[person.case_id]):
            found.append(reveal(person, "address"))
    return [address for address in found if address]


def holders_of_authority(case: Case, on: date) -> list[Person]:
    """Who has parental authority or guardianship on a day, the one written last first: these are asked (児童福祉法33条)."""
    return [person for person in everybody_around(case) if person.holds_authority(on)]


@asked_once
def latest_progress(case: Case, limit: int) -> list[ProgressEntry]:
    """The newest entries of the progress record, as ``progress_of`` has them."""
    return list(progress_of(case)[:limit])


def progress_of(case: Case) -> models.QuerySet[ProgressEntry]:
    """The entries of the progress record that correct no other, latest first; each with its corrections in order."""
    corrections = ProgressEntry.objects.select_related("written_by__staff").order_by("written_at", "id")
    roots = ProgressEntry.objects.filter(case=case, corrects=None).select_related("written_by__staff")
    return roots.prefetch_related(models.Prefetch("corrections", corrections)).order_by("-written_at", "-id")


def stage_moves_of(case: Case) -> models.QuerySet[StageMove]:
    """The changes of the stage, the latest first."""
    moves = StageMove.objects.filter(case=case).select_related("moved_by__staff")
    return moves.order_by("-moved_at", "-id")


@asked_once
def latest_moves(case: Case) -> list[StageMove]:
    """The latest changes of the stage, as the pages of the case show them."""
    return list(stage_moves_of(case)[:MOVES])


def can_lead(by: Position) -> PositionQuerySet:
    """The positions of the acting office whose role can be in charge of a case, past and coming ones too: it drafts decisions."""
    leads = Permission.KEEP_SUPPORT if by.may(Permission.KEEP_SUPPORT) else Permission.DRAFT_DECISIONS
    roles = [role.value for role in Role if role.may(leads)]
    positions = Position.objects.filter(office=by.office_id, role__in=roles)
    return positions.select_related("staff", "section", "office")


def progress_page(
    case: Case, writer: UUID | None, place: Place | None, size: int
) -> list[tuple[ProgressEntry, list[ProgressEntry]]]:
    """The entries beside ``place`` and one more, by one person or all, nearest first; each with its corrections in order.

    One statement: the page is found by the wall's function, and its rows by two indexes.
    """
    call, values = page_call("progress_page", [case.pk, writer], place, size)
    column = f'"{ProgressEntry._meta.db_table}".'
    wanted = f"{column}id = ANY(ARRAY({call})) OR {column}corrects_id = ANY(ARRAY({call}))"
    rows = ProgressEntry.objects.filter(RawSQL(wanted, values * 2, models.BooleanField()))  # noqa: S611 - ours
    found: dict[UUID, tuple[ProgressEntry, list[ProgressEntry]]] = {}
    for row in rows.select_related("written_by__staff").order_by("written_at", "id"):
        if row.corrects_id is None:
            found[row.pk] = (row, [])
        else:
            found[row.corrects_id][1].append(row)
    upwards = place is not None and place.newer
    return list(found.values())[:: 1 if upwards else -1]


def who_can_lead(by: Position) -> list[Position]:
    """Those of :func:`can_lead` who can be in charge now, by name."""
    return list(can_lead(by).current(clock.today()).order_by("staff__name"))


def deciders_of(case: Case, act: Act, *, besides: Position) -> list[UUID]:
    """The positions to tell that ``act`` waits for a decision: they have the power and write on the case, and are another person.

    If there are none, the supervisor line, who see to it that the power is given to a person.
    """
    able = able_to_decide(case, act, besides=besides)
    if (
        act.by_line
    ):  # the director sees it among the drafts, and is told only where no supervisor is there to decide it
        able = [position for position in able if position.role != Role.DIRECTOR] or able
    found = [position.pk for position in able]
    line = Position.objects.current(clock.today()).filter(
        office=case.office_id, pk__in=positions_of_case(case.pk, Relation.LINE)
    )
    return found or list(line.exclude(staff_id=besides.staff_id).values_list("pk", flat=True))


def able_to_decide(case: Case, act: Act, *, besides: Position) -> list[Position]:
    """Who has the power to decide ``act`` now, writes on the case and is another person: the director first, then the others."""
    now = clock.now()
    current = Position.objects.current(localdate(now))
    others = current.filter(office=case.office_id).exclude(staff_id=besides.staff_id)
    by_role = [Role.DIRECTOR, *(role for role, its in ACTS_OF.items() if getattr(act, its))]
    able = others.filter(models.Q(role__in=by_role) | models.Q(delegations__acts__contains=[act.value]))
    on_case = positions_of_case(case.pk, Relation.LEAD, Relation.MEMBER, Relation.LINE)
    able = able.filter(pk__in=on_case).distinct().select_related("staff", "office").order_by("staff__name")
    found = [position for position in able if may_decide(position, act, now)]
    return sorted(found, key=lambda position: position.role != Role.DIRECTOR)


def positions_of_case(case_id: UUID, *relations: Relation) -> list[UUID]:
    """The positions to tell of something on this case, by relation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.positions_of_case(%s, %s)", [case_id, list(relations)])
        return [row[0] for row in cursor.fetchall()]


def count_by_case(rows: models.QuerySet[Any], cases: Collection[UUID]) -> Mapping[UUID, int]:
    """How many of ``rows`` each of the cases has, without those that have none: for ``Room.open_on``."""
    return dict(rows.filter(case__in=cases).order_by().values_list("case").annotate(Count("pk")))
