"""One case with every relation somebody can have to it. Made through the actions once in a process; every test has a copy.

The tables of the sweeps name people by these relations, so a missing one shows by eye.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.test import Client, RequestFactory, override_settings

from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from cases.nights.rules import A_DAY, night_at, working_day
from cases.records import actions as records
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import Finding, Level, Relation, Sex, StayKind, Track, Urgency
from cases.records.models import Case, Grant
from security.signin import drafts, parked
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.sweeps.canaries import canary, number
from tests.sweeps.reading import Form
from tests.sweeps.story import write_everything

# name, office, section, role; like the cast's
NEWCOMERS = (
    ("member", "kita", "相談第一係", Role.CASEWORKER),
    ("reader", "kita", "相談第一係", Role.PSYCHOLOGIST),
    ("ended", "kita", "相談第一係", Role.CASEWORKER),
    ("not_begun", "kita", "相談第一係", Role.CASEWORKER),
    ("blocked", "kita", "相談第一係", Role.CASEWORKER),
    ("moved", "kita", "相談第一係", Role.CASEWORKER),
    ("moved/minami", "minami", None, Role.CASEWORKER),
    ("school2", "school", None, Role.SCHOOL_COUNSELOR),
    ("facility", "kita", None, Role.CUSTODY_STAFF),
    ("facility2", "minami", None, Role.CUSTODY_STAFF),
)

# relation to the case → who of the cast has it
RELATIONS = {
    "lead": "caseworker",
    "line": "supervisor",
    "director": "director",
    "second_position_director": "two_positions/director",
    "glass": "duty",
    "none": "colleague",
    "second_position": "two_positions",
    "other_section": "other_section",
    "other_supervisor": "supervisor2",
    "stranger": "stranger",
    "stranger_director": "stranger_director",
    "school": "school",
    "clinician": "clinician",
    "institution": "institution",
    "therapist": "therapist",
    "giver_head": "homehead",
    "disclosed": "police",
    "withdrawn": "police2",
    "chief": "policechief",
    "foreign_police": "foreign_police",
    "rights": "rights",
    "rights_head": "rights_head",
    "privacy": "privacy",
    "admin": "admin",
}


CHILD = ChildFacts(
    family_name=canary("family_name"),
    given_name=canary("given_name"),
    family_kana=canary("family_kana"),
    given_kana=canary("given_kana"),
    sex=Sex.FEMALE,
    birth_date=date(1907, 11, 23),  # no child's, so that it can be looked for
    school=canary("school"),
    address=canary("address"),
    telephone=number("telephone"),
)
FACTS = CaseFacts(
    track=Track.ABUSE,
    urgency=Urgency.A,
    harm_type=canary("harm_type"),
    outline=canary("outline"),
    place_of_stay=StayKind.HOME,
    place_detail=canary("place_detail"),
)


@dataclass
class World:
    """``people`` by relation (None: nobody is signed in), ``case``, and one id for every argument of an address (``ids``).

    ``forms`` by path and relation, ``collected`` who has been asked for each address, and ``found_on`` who finds a form with
    these fields on a page: tests/sweeps/matrix.py fills them. ``covered``: sealed columns that had a word of their own and are
    empty in the end.
    """

    cast: Cast
    people: dict[str, Position | None]
    case: Case
    foreign: Case
    ids: dict[str, UUID | str] = field(default_factory=dict)
    elsewhere: dict[str, UUID | str] = field(default_factory=dict)
    withdrawn_id: UUID | None = None
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    nothing: bytes = b""
    forms: dict[str, dict[str, Form]] = field(default_factory=dict)
    collected: dict[str, set[str]] = field(default_factory=dict)
    found_on: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)
    renew: Callable[[], object] = lambda: None

    def __getitem__(self, relation: str) -> Position:
        position = self.people[relation]
        assert position is not None, relation
        return position


def build_world() -> World:
    """Fill the present database. What no action does (a grant that begins tomorrow) is arranged by SQL as ``wall``."""
    cast = Cast.load()
    people: dict[str, Position | None] = {
        relation: cast.positions[name] for relation, name in RELATIONS.items()
    }
    people |= _newcomers(cast)
    people["anonymous"] = None
    world = World(cast, people, a_case(cast, child=CHILD, facts=FACTS), a_case(cast, lead="stranger"))
    _make_team(world)
    _end_what_has_ended(world)
    write_everything(world)
    _sign_everybody_in(world)
    world.elsewhere["case_id"] = world.foreign.pk
    world.ids |= {"case_id": world.case.pk, "of_case": world.case.pk, "name": park_for(world, "member")}
    world.ids |= {"day": str(clock.today()), "viewer_id": world["lead"].staff_id}
    # The last night but one: its sheet can be received, whenever the sweep runs.
    world.ids["night"] = str(working_day(night_at(clock.now()), -A_DAY))
    client = Client()
    client.cookies.load(world.cookies["lead"])
    assert client.get(f"/cases/{world.case.pk}/").status_code == 200  # there is a day of hers in the log
    world.nothing = Client(raise_request_exception=False).get("/nothing/").content
    return world


def park_for(world: World, relation: str) -> str:
    """A form that waits for somebody, and a draft of the same; the form's name."""
    request = RequestFactory().post(f"/cases/{world.case.pk}/", {"text": canary("parked")})
    request.COOKIES.update(world.cookies[relation])
    assert parked.park(request)
    assert drafts.keep(request, world[relation].staff_id)
    return parked.forms_of(world[relation].staff_id)[0].id


def _sign_everybody_in(world: World) -> None:
    """Sessions made with the world last as long as the run."""
    with override_settings(TOMOSHIBI_IDLE=timedelta(hours=9)):
        for relation, position in world.people.items():
            signed = signed_in(position).cookies if position else {}
            world.cookies[relation] = {name: morsel.value for name, morsel in signed.items()}


def _newcomers(cast: Cast) -> dict[str, Position | None]:
    made: dict[str, Position | None] = {}
    with as_owner():
        for name, office, section, role in NEWCOMERS:
            username = name.split("/")[0]
            person, _ = Staff.objects.using("owner").get_or_create(
                username=username, defaults={"name": f"職員 {username}"}
            )
            where = cast.offices[office]
            made[name] = Position.objects.using("owner").create(
                staff=person,
                office=where,
                section=where.sections.using("owner").get(name=section) if section else None,
                role=role,
                starts_on=date(2020, 4, 1),
                confirmed_at=datetime(2020, 4, 1, tzinfo=UTC),
            )
    # Read anew: what came over the owner's connection must not be written through it.
    fresh = {
        position.pk: position
        for position in Position.objects.using("gate").select_related("staff", "office", "section")
    }
    return {name: fresh[position.pk] for name, position in made.items() if position is not None}


def _make_team(world: World) -> None:
    with acting_as(world["lead"]):
        for name, level in (
            ("member", Level.EDIT),
            ("reader", Level.VIEW),
            ("ended", Level.MANAGE),
            ("not_begun", Level.MANAGE),
        ):
            records.add_to_team(
                world.case, world[name], relation=Relation.MEMBER, level=level, by=world["lead"]
            )
        for name in ("blocked", "moved"):
            records.add_to_team(
                world.case, world[name], relation=Relation.MEMBER, level=Level.MANAGE, by=world["lead"]
            )
        records.take_off_team(_grant_of(world, "ended"), by=world["lead"])
        records.block_person(world.case, world["blocked"].staff, by=world["lead"])
    with acting_as(world["glass"]):
        grant = records.break_glass(world.case.pk, canary("glass"), by=world["glass"])
    with acting_as(world["line"]):
        grant = Grant.objects.select_related("content_object").get(pk=grant.pk)
        records.review_glass(grant, Finding.IMPROPER, canary("glass.finding"), by=world["line"])


def _grant_of(world: World, name: str) -> Grant:
    found: Grant = Grant.objects.get(position=world[name], content_object=world.case)
    return found


def _end_what_has_ended(world: World) -> None:
    sql(
        "UPDATE cases_grant SET starts_at = %s WHERE position_id = %s",
        clock.now() + timedelta(days=1),
        world["not_begun"].pk,
    )
    # In charge and blocked at once: the block is stronger than the strongest relation.
    sql("UPDATE cases_grant SET relation = 'lead' WHERE position_id = %s", world["blocked"].pk)
    sql(
        "UPDATE agencies_position SET ends_on = %s WHERE id = %s",
        clock.today() - timedelta(days=1),
        world["moved"].pk,
    )


def sql(statement: str, *parameters: Any) -> list[tuple[object, ...]]:
    """SQL as ``wall`` on the owner's login: to arrange what no action does, and to look past the walls."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def nothing_changes(world: World) -> Iterator[None]:
    """Every row of every table with content is afterwards what it was before."""
    before = fingerprint()
    yield
    after = fingerprint()
    assert after == before, {table for table in before if before[table] != after.get(table)}


# What every request may touch: the trace of it, the session it came with, the marks of failed sign-ins.
TOUCHED_BY_ANY = (
    "security_event%",
    "security_casetrace%",
    "security_session",
    "security_signintry",
    "django_%",
)


def fingerprint() -> dict[str, object]:
    """How many rows every table has but those any request touches, and which transaction wrote the latest."""
    clauses = " AND ".join(f"c.relname NOT LIKE '{pattern}'" for pattern in TOUCHED_BY_ANY)
    tables = sql(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind = 'r' AND n.nspname IN ('public', 'keys') AND {clauses}"
    )
    union = " UNION ALL ".join(
        f"SELECT '{table}', ARRAY[count(*), coalesce(max(xmin::text::bigint), 0)] FROM {table}"
        for (table,) in tables
    )
    return dict(sql(union))  # type: ignore[arg-type]  # pairs
