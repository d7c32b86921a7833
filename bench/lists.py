"""(a) The latest 50 cases of a caseworker (300), a supervisor (2,000) and a director (20,000), in databases of several sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench import data, place
from bench.measure import Part, Row, Side, medians
from cases.records.codes import Level
from cases.records.models import Case, CaseQuerySet
from cases.records.queries import cases_for
from config.embedded.postgres import Server

LATEST = 50
AIMS = {"caseworker": 2.0, "supervisor": 3.0, "director": 3.0}
GROWTH = 1.5
# What somebody would write who trusts the caller: the same rows, with grants that ended or are blocked left out. Which is the
# quickest depends on how many cases the position has: their ids first, EXISTS as PostgreSQL plans it, or the latest of the office
# with one look at the index of the grants for each, which a subquery for its value says so that nothing can be planned instead.
_VALID = """g.position_id = %(position)s AND g.permission_id = ANY(%(levels)s) AND g.ended_at IS NULL AND g.starts_at <= now()
            AND (g.ends_at IS NULL OR g.ends_at > now())"""
_REST = """AND c.id <> ALL(ARRAY(SELECT b.case_id FROM cases_block b WHERE b.staff_id = %(staff)s AND b.ended_at IS NULL))
           ORDER BY c.opened_at DESC, c.id DESC LIMIT 50"""
BY_IDS = f"""SELECT c.* FROM cases_case c
             WHERE c.id = ANY(ARRAY(SELECT g.case_id FROM cases_grant g WHERE {_VALID})) {_REST}"""
BY_EXISTS = f"""SELECT c.* FROM cases_case c
              WHERE c.office_id = %(office)s
                AND EXISTS (SELECT 1 FROM cases_grant g WHERE g.case_id = c.id AND {_VALID}) {_REST}"""
BY_WALK = f"""SELECT c.* FROM cases_case c
              WHERE c.office_id = %(office)s
                AND (SELECT true FROM cases_grant g WHERE g.case_id = c.id AND {_VALID} LIMIT 1) {_REST}"""
WAYS = {"by ids": BY_IDS, "EXISTS": BY_EXISTS, "walk": BY_WALK}
CHILDREN = b"SELECT * FROM cases_child WHERE id = ANY(%s)"


@dataclass(frozen=True)
class Times:
    """Milliseconds for one position in one database, and how many cases it sees there."""

    visible: int
    walls: float
    hand: float
    objects: float
    guardian: float
    way: str
    plans: str


def walled(position: Position) -> CaseQuerySet:
    """The list as the application makes it: Python's filter, the database's, and the children once the 50 are known."""
    return cases_for(position).prefetch_related("child")[:LATEST]


def run(server: Server, sizes: Sequence[int], runs: int) -> Part:
    """Measure all positions in databases of all sizes. The first one stays, for the parts that follow."""
    part = Part("(a) the latest 50 cases through the ORM and both walls", [])
    found: list[dict[str, Times]] = []
    for cases in sizes:
        name = f"bench_{cases}"
        place.make_migrated(server, name)
        with place.bulk_load(server), psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
            made = data.fill(superuser, cases, bulk=True)
            data.settle(superuser)
        found.append({who: times(getattr(made, who), runs) for who in AIMS})
        part.about.append(f"{made.cases:,} cases, {made.grants:,} grants: " + _seen(found[-1]))
        part.plans += [f"{who} at {cases:,} cases:\n{it.plans}" for who, it in found[-1].items()]
        if cases != sizes[0]:
            place.drop_database(server, name)
    for who, aim in AIMS.items():
        part.rows += _rows(who, aim, sizes, [there[who] for there in found])
    part.about += [
        "measured: cases_for(position)[:50] and the children of those, as runtime with an identity, until the objects are made",
        "hand SQL: the same columns in the same two statements, prepared, as wall past all policies, fetched as tuples;",
        "  the quickest of three: by the ids of the grants, EXISTS, or a walk along the office's latest; each has its index",
        "hand SQL as objects: the quickest way through Case.objects.raw, the children prefetched: the same objects",
        "guardian: get_objects_for_user(use_groups=False, any_perm=True) as wall, which knows neither ended grants nor blocks",
    ]
    return part


def _rows(who: str, aim: float, sizes: Sequence[int], found: Sequence[Times]) -> list[Row]:
    rows = []
    for size, there in zip(sizes, found, strict=True):
        at = f"{who}, {size:,} cases"
        rows.append(Row(f"{at}; hand SQL ({there.way})", there.walls, there.hand, aim))
        rows.append(Row(f"{at}; hand SQL as objects", there.walls, there.objects))
    small, large, ends = found[0], found[-1], f"{sizes[0]:,} to {sizes[-1]:,}"
    return [
        *rows,
        Row(f"{who}, growth from {ends}", large.walls, small.walls, GROWTH),
        Row(f"{who}, growth of the hand SQL", large.hand, small.hand),
        Row(f"{who}, {sizes[-1]:,} cases; guardian's own", large.walls, large.guardian),
    ]


def times(position_id: UUID, runs: int) -> Times:
    """Measure one position in the database in use."""
    position = Position.objects.using("gate").select_related("staff").get(pk=position_id)
    with acting_as(position), transaction.atomic(using="owner"), connections["owner"].cursor() as owner:
        owner.execute("SET LOCAL ROLE wall")
        owner.execute("SELECT wall.permissions_from('view')")
        values = {
            "position": position.pk,
            "levels": owner.fetchone()[0],
            "staff": position.staff_id,
            "office": position.office_id,
        }
        # psycopg's own cursor: parameters are bound by the server and the plan is kept, as for the application's statements.
        hand = psycopg.Cursor(connections["owner"].connection)

        def by_hand(statement: str) -> list[Any]:
            cases = hand.execute(statement.encode(), values, prepare=True).fetchall()
            child = [column.name for column in hand.description or ()].index("child_id")
            return [cases, hand.execute(CHILDREN, [[row[child] for row in cases]], prepare=True).fetchall()]

        def as_objects(statement: str) -> list[Case]:
            return list(Case.objects.using("owner").raw(statement, values).prefetch_related("child"))

        shown = [case.pk for case in walled(position)]
        for statement in WAYS.values():
            assert [row[0] for row in by_hand(statement)[0]] == shown, "both sides show the same rows"
        taken = medians(
            {
                "walls": Side(lambda: list(walled(position))),
                "guardian": Side(lambda: list(by_guardian(position))),
                **{way: Side(partial(by_hand, statement)) for way, statement in WAYS.items()},
                **{f"{way}, objects": Side(partial(as_objects, text)) for way, text in WAYS.items()},
            },
            runs,
        )
        way = min(WAYS, key=lambda each: taken[each])
        plans = [
            plan_of(cases_for(position)[:LATEST]),
            f"    by hand, {way}:",
            _plan(hand, WAYS[way], values),
        ]
        visible = cases_for(position).count()
    return Times(
        visible,
        walls=taken["walls"],
        hand=taken[way],
        objects=min(taken[f"{each}, objects"] for each in WAYS),
        guardian=taken["guardian"],
        way=way,
        plans="\n".join(plans),
    )


def by_guardian(position: Position) -> QuerySet[Case]:
    """guardian's stock query over the same rows, read past the walls."""
    levels = [f"cases.{level.value}_case" for level in Level]
    everything = Case.objects.using("owner")
    found = get_objects_for_user(
        position.staff, levels, klass=everything, use_groups=False, any_perm=True, accept_global_perms=False
    )
    listed: QuerySet[Case] = found.select_related("child")[:LATEST]
    return listed


def plan_of(cases: CaseQuerySet) -> str:
    """The plan of a list, with what each step took."""
    statement, parameters = cases.query.sql_with_params()
    with connection.cursor() as cursor:
        return _plan(cursor, statement, parameters)


def _plan(cursor: Any, statement: str, parameters: Any) -> str:
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) {statement}", parameters)
    return "\n".join(f"    {line}" for (line,) in cursor.fetchall())


def _seen(found: dict[str, Times]) -> str:
    return ", ".join(f"the {who} sees {it.visible:,}" for who, it in found.items())
