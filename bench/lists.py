"""(a) The latest 50 cases of somebody who sees about 300, and of somebody who sees 20,000, in a small and in a large database."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import psycopg
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user

from agencies.staff.acting import acting_as
from agencies.staff.models import Post
from bench import data, place
from bench.measure import Part, Row, Side, medians
from cases.records.codes import Level
from cases.records.models import Case, CaseQuerySet
from cases.records.queries import cases_for
from config.embedded.postgres import Server

LATEST = 50
AIM = 3.0
GROWTH = 1.5
# What somebody would write who trusts the caller: the same rows, with grants that ended or are blocked left out.
HAND = """
SELECT c.*, k.* FROM (
  SELECT c.* FROM cases_case c
  WHERE c.id IN (SELECT g.case_id FROM cases_grant g
                 WHERE g.post_id = %s AND g.permission_id = ANY(%s) AND g.ended_at IS NULL AND g.starts_at <= now()
                   AND (g.ends_at IS NULL OR g.ends_at > now()))
    AND NOT EXISTS (SELECT 1 FROM cases_block b WHERE b.case_id = c.id AND b.staff_id = %s AND b.ended_at IS NULL)
  ORDER BY c.opened_at DESC, c.id DESC LIMIT 50) c
JOIN cases_child k ON k.id = c.child_id ORDER BY c.opened_at DESC, c.id DESC
"""


@dataclass(frozen=True)
class Times:
    """Milliseconds for one post in one database, and how many cases it sees there."""

    visible: int
    walls: float
    hand: float
    guardian: float
    plan: str


def walled(post: Post) -> CaseQuerySet:
    """The list as the application makes it: Python's filter, the database's, and the children once the 50 are known."""
    return cases_for(post).prefetch_related("child")[:LATEST]


def run(server: Server, sizes: tuple[int, int], runs: int) -> Part:
    """Measure both posts in databases of both sizes. The smaller one stays, for the parts that follow."""
    part = Part("(a) the latest 50 cases through the ORM and both walls", [])
    found: list[dict[str, Times]] = []
    for cases in sizes:
        name = f"bench_{cases}"
        place.make_migrated(server, name)
        with psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
            made = data.fill(superuser, cases, bulk=True)
            data.settle(superuser)
        found.append({"caseworker": times(made.caseworker, runs), "director": times(made.director, runs)})
        part.about.append(f"{made.cases:,} cases, {made.grants:,} grants: " + _seen(found[-1]))
        part.plans += [f"plan for the {who} at {cases:,} cases:\n{it.plan}" for who, it in found[-1].items()]
    place.drop_database(server, f"bench_{sizes[1]}")
    for who in ("caseworker", "director"):
        for size, there in zip(sizes, found, strict=True):
            part.rows.append(
                Row(f"{who}, {size:,} cases; hand SQL, no walls", there[who].walls, there[who].hand, AIM)
            )
        small, large = found[0][who], found[1][who]
        part.rows.append(
            Row(f"{who}, growth from {sizes[0]:,} to {sizes[1]:,}", large.walls, small.walls, GROWTH)
        )
        part.rows.append(Row(f"{who}, growth of the hand SQL", large.hand, small.hand))
        part.rows.append(Row(f"{who}, {sizes[1]:,} cases; guardian's own", large.walls, large.guardian))
        part.rows.append(Row(f"{who}, guardian's own; hand SQL", large.guardian, large.hand))
    part.about += [
        "measured: cases_for(post)[:50] and the children of those, as runtime with an identity, until the objects are made",
        "baseline: the same rows by hand-written SQL as wall, fetched as tuples; the quicker of two plans",
        "guardian: get_objects_for_user(use_groups=False, any_perm=True) as wall, which knows neither ended grants nor blocks",
    ]
    part.notes += [
        "a director's rows grow by more than the database: where it is smaller than 20,000, all of it is seen"
    ]
    return part


def times(post_id: UUID, runs: int) -> Times:
    """Measure one post in the database in use."""
    post = Post.objects.using("gate").select_related("staff").get(pk=post_id)
    with acting_as(post), transaction.atomic(using="owner"), connections["owner"].cursor() as hand:
        hand.execute("SET LOCAL ROLE wall")
        hand.execute("SELECT wall.permissions_from('view')")
        parameters = [post.pk, hand.fetchone()[0], post.staff_id]

        def planned(sorting: str) -> None:
            hand.execute(f"SET LOCAL enable_sort = {sorting}")

        def by_hand() -> list[tuple[object, ...]]:
            hand.execute(HAND, parameters)
            rows: list[tuple[object, ...]] = hand.fetchall()
            return rows

        assert [row[0] for row in by_hand()] == [case.pk for case in walled(post)], (
            "both sides show the same rows"
        )
        taken = medians(
            {
                "walls": Side(lambda: list(walled(post))),
                # As PostgreSQL plans it, and made to walk the index of the latest cases: the quicker one is the baseline.
                "hand": Side(by_hand, partial(planned, "on")),
                "walk": Side(by_hand, partial(planned, "off")),
                "guardian": Side(lambda: list(by_guardian(post)), partial(planned, "on")),
            },
            runs,
        )
        taken["hand"] = min(taken["hand"], taken.pop("walk"))
        return Times(cases_for(post).count(), **taken, plan=plan_of(cases_for(post)[:LATEST]))


def by_guardian(post: Post) -> QuerySet[Case]:
    """guardian's stock query over the same rows, read past the walls."""
    levels = [f"cases.{level.value}_case" for level in Level]
    everything = Case.objects.using("owner")
    found = get_objects_for_user(
        post.staff, levels, klass=everything, use_groups=False, any_perm=True, accept_global_perms=False
    )
    listed: QuerySet[Case] = found.select_related("child")[:LATEST]
    return listed


def plan_of(cases: CaseQuerySet) -> str:
    """The plan of a list, with what each step took."""
    statement, parameters = cases.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) {statement}", parameters)
        return "\n".join(f"    {line}" for (line,) in cursor.fetchall())


def _seen(found: dict[str, Times]) -> str:
    return ", ".join(f"the {who} sees {it.visible:,}" for who, it in found.items())
