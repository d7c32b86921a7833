"""Many cases, made by SQL as the role ``wall``: offices, positions, children, cases, three grants a case (some ended),
some blocks.

The encrypted columns hold text of the length and form of an envelope that nobody reads: lists are measured as fetched.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from security.encryption import envelope

PER_OFFICE = 20_000
PER_CASEWORKER = 316  # five in a hundred lead grants are ended, so about 300 are left
PER_SUPERVISOR = 2_000
TABLES = ("cases_child", "cases_case", "cases_grant", "cases_block")


@dataclass(frozen=True)
class Made:
    """What was made, and the positions that are measured."""

    cases: int
    grants: int
    caseworker: UUID
    supervisor: UUID
    director: UUID


@dataclass(frozen=True)
class Plan:
    """How the cases are shared out."""

    per_office: int = PER_OFFICE
    per_caseworker: int = PER_CASEWORKER
    per_supervisor: int = PER_SUPERVISOR


def fill(connection: psycopg.Connection, cases: int, *, bulk: bool = False, plan: Plan = Plan()) -> Made:
    """Write ``cases`` cases over ``connection``, a session that may become ``wall``.

    ``bulk`` (a superuser's session) leaves out foreign keys and builds the secondary indexes afterwards, which at a million
    cases saves minutes and changes nothing of what is stored.
    """
    with connection.transaction(), _without_indexes(connection, bulk):
        if bulk:
            connection.execute(
                "SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off"
            )
        connection.execute("SET LOCAL ROLE wall")
        sizes = {
            "offices": max(1, cases // plan.per_office),
            "each": min(cases, plan.per_office),
            "workers": max(1, min(cases, plan.per_office) // plan.per_caseworker),
            "lines": max(1, min(cases, plan.per_office) // plan.per_supervisor),
            "cases": cases,
            "text": envelope.to_text(envelope.HEAD + os.urandom(16 + 12 + 32 + 16)),
            "note": envelope.to_text(envelope.HEAD + os.urandom(16 + 12 + 256 + 16)),
        }
        for statement in STATEMENTS:
            # Each value is a number of ours or base64; a literal lets one text hold a whole statement without casts.
            connection.execute(
                sql.SQL(statement).format(**{name: sql.Literal(value) for name, value in sizes.items()})
            )
        connection.execute("RESET ROLE")
    with connection.transaction():
        connection.execute("SET LOCAL ROLE wall")
        made = _summary(connection)
    return made


def settle(connection: psycopg.Connection) -> None:
    """What autovacuum would do in the following minutes: visibility map and statistics (a superuser or the owner, autocommit)."""
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


STATEMENTS = (
    # Ids are hashes of running numbers, as scattered as the random ones the application makes.
    """INSERT INTO agencies_office (id, code, kind, name, telephone, address, active, safety_hours)
       SELECT md5('office' || o)::uuid, 'b' || o, 'cgc', 'bench ' || o, '', '', true, 48 FROM generate_series(1, {offices}) o""",
    """CREATE TEMP TABLE bench_position ON COMMIT DROP AS
       SELECT o, role, n, md5(role || o || '-' || n)::uuid AS position, md5('person' || role || o || '-' || n)::uuid AS staff
       FROM generate_series(1, {offices}) o, LATERAL (
         SELECT 'director' AS role, 1 AS n UNION ALL
         SELECT 'supervisor', n FROM generate_series(1, {lines}) n UNION ALL
         SELECT 'caseworker', n FROM generate_series(1, {workers}) n) p""",
    """INSERT INTO agencies_staff (id, username, name, kana, email, is_active, is_superuser, credential_stamp)
       SELECT staff, role || o || '-' || n, role || n, '', '', true, false, staff FROM bench_position""",
    """INSERT INTO agencies_position (id, staff_id, office_id, role, starts_on, confirmed_at, refusal)
       SELECT position, staff, md5('office' || o)::uuid, role, '2020-04-01', now(), '' FROM bench_position""",
    """INSERT INTO cases_child (id, office_id, version, created_at, family_name, given_name, family_kana, given_kana, sex,
                                birth_date, school, address, address_withheld, telephone)
       SELECT md5('child' || c)::uuid, md5('office' || (1 + (c - 1) / {each}))::uuid, 1, now(), {text}, {text}, {text}, {text},
              {text}, {text}, {text}, {note}, {text}, {text}
       FROM generate_series(1, {cases}) c""",
    """INSERT INTO cases_case (id, number, child_id, office_id, track, stage, urgency, version, opened_at, closed_at, harm_type,
                               outline, place_of_stay, place_detail)
       SELECT md5('case' || c)::uuid, 'B-' || c, md5('child' || c)::uuid, md5('office' || (1 + (c - 1) / {each}))::uuid, 'abuse',
              CASE WHEN c % 4 = 0 THEN 'support' ELSE 'closed' END, 'B', 1,
              now() - interval '10 years' * ((hashint4(c::int)::bigint + 2147483648) / 4294967296.0)::double precision,
              CASE WHEN c % 4 <> 0 THEN now() END,
              {text}, {note}, {text}, {text}
       FROM generate_series(1, {cases}) c""",
    """INSERT INTO cases_grant (id, case_id, position_id, user_id, permission_id, relation, granted_by_id, created_at, starts_at,
                                ended_at)
       SELECT md5('grant' || p.role || c)::uuid, md5('case' || c)::uuid, p.position, p.staff, wall.permission_id('manage'),
              CASE p.role WHEN 'caseworker' THEN 'lead' ELSE 'line' END, p.position, now() - interval '1 year',
              now() - interval '1 year',
              CASE WHEN p.role = 'caseworker' AND c % 20 = 0 THEN now() - interval '1 day' END
       FROM generate_series(1, {cases}) c JOIN bench_position p ON p.o = 1 + (c - 1) / {each} AND p.n = CASE p.role
              WHEN 'director' THEN 1 WHEN 'supervisor' THEN 1 + (c * 7) % {lines} ELSE 1 + (c * 13) % {workers} END""",
    """INSERT INTO cases_block (id, case_id, staff_id, blocked_by_id, created_at)
       SELECT md5('block' || p.role || c)::uuid, md5('case' || c)::uuid, p.staff, p.position, now()
       FROM generate_series(1, {cases}, 500) c JOIN bench_position p ON p.o = 1 + (c - 1) / {each} AND (p.role = 'director'
              OR (p.role = 'caseworker' AND p.n = 1 + (c * 13) % {workers}))""",
)


def _summary(connection: psycopg.Connection) -> Made:
    found = connection.execute(
        """SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM cases_grant),
                  md5('caseworker1-1')::uuid, md5('supervisor1-1')::uuid, md5('director1-1')::uuid"""
    ).fetchone()
    assert found is not None
    return Made(*found)


@contextmanager
def _without_indexes(connection: psycopg.Connection, bulk: bool) -> Iterator[None]:
    """Drop what no constraint needs, and make it anew at the end."""
    found: list[tuple[str, str]] = []
    if bulk:
        found = connection.execute(
            """SELECT x.indexrelid::regclass::text, pg_get_indexdef(x.indexrelid) FROM pg_index x
               WHERE x.indrelid::regclass::text = ANY(%s)
                 AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)""",
            [list(TABLES)],
        ).fetchall()
        for name, _definition in found:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _name, definition in found:
        connection.execute(definition.encode())
