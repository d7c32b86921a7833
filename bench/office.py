"""A large office after some years: 20,000 cases with real ciphertext, 3 million looks, full inboxes, one very long case.

``data.fill`` makes the cases and grants; here their sealed columns get real ciphertext under real keys, and what lies around a
case is added by SQL.
"""

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from django.db import models
from psycopg import sql

from bench import data, people, place
from bench.people import Reader, sealed_fields
from cases.records.models import Case, Child, Person, ProgressEntry
from config.embedded.postgres import Server
from security.encryption.envelope import KEY_BYTES, Key
from security.encryption.keyring import Scope, context_of, current, open_keyring
from security.encryption.providers import get_provider
from security.encryption.secret import Typed, row_under

NAME = "bench_office"


@dataclass(frozen=True)
class Size:
    """How much there is. ``line`` is how many cases a supervisor has in line, ``lead`` how many a caseworker has."""

    cases: int = 20_000
    line: int = 5_000
    lead: int = 420
    looks: int = 3_000_000
    notices: int = 20_000
    entries: int = 3_000
    persons: int = 200


QUICK = Size(cases=400, line=200, lead=57, looks=2_000, notices=50, entries=30, persons=5)

CHILD = {
    "family_name": "髙橋",
    "given_name": "𠮷乃",
    "family_kana": "タカハシ",
    "given_kana": "ヨシノ",
    "sex": "female",
    "birth_date": "2013-05-01",
    "school": "若葉中学校 1年",
    "address": "架空市北町1-1",
    "address_withheld": "",
    "telephone": "03-0000-1111",
}
CASE = {
    "harm_type": "性的虐待",
    "outline": people.OUTLINE,
    "place_of_stay": "home",
    "place_detail": "",
}
ENTRY = {
    "happened_at": "2026-05-01T10:00:00+09:00",
    "method": "visit",
    "with_whom": "児童",
    "body": people.BODY,
}
PERSON = {
    "role": "relative",
    "name": "架空 花子",
    "kana": "カクウ ハナコ",
    "relation": "祖母",
    "age": "",
    "occupation": "",
    "telephone": "",
    "note": "",
}


@dataclass(frozen=True)
class BigOffice:
    """Who is measured, signed in; each of them sees the long case."""

    size: Size
    readers: dict[str, Reader]
    ordinary: UUID
    """A case of the same caseworker with twenty entries."""


def make(server: Server, size: Size, *, name: str = NAME) -> BigOffice:
    """Make the office in a database of its own on ``server`` and sign its people in; about two minutes in full size."""
    place.make_migrated(server, name)
    with place.bulk_load(server), psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
        made = data.fill(
            superuser,
            size.cases,
            bulk=True,
            plan=data.Plan(per_caseworker=size.lead, per_supervisor=size.line),
        )
        _seal_all(superuser)
        long_case, ordinary = open_cases_of(superuser, made.caseworker)
        write_record(superuser, long_case, made.caseworker, size.entries, size.persons)
        write_record(superuser, ordinary, made.caseworker, 20, 1)
        surround(superuser, size, long_case)
        data.settle(superuser)
        line = _line_of(superuser, long_case)
    positions = {"caseworker": made.caseworker, "supervisor": line, "director": made.director}
    return BigOffice(
        size, {role: people.reader_of(position, long_case) for role, position in positions.items()}, ordinary
    )


@contextmanager
def _unchecked(connection: psycopg.Connection) -> Iterator[None]:
    """A transaction without triggers and foreign keys: the rows below are made, not acted."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
        yield


def _seal_all(connection: psycopg.Connection) -> None:
    """Give every child and every case of the office a key, and put real ciphertext into their sealed columns."""
    for model, kind, texts in ((Child, "child", CHILD), (Case, "case", CASE)):
        table = model._meta.db_table
        rows = connection.execute(sql.SQL("SELECT id, office_id FROM {}").format(sql.Identifier(table)))
        owners: dict[UUID, UUID] = dict(rows.fetchall())
        with open_keyring(), _unchecked(connection):
            _make_keys(connection, kind, owners)
            columns = [sql.Identifier(name) for name in texts]
            connection.execute(
                sql.SQL(
                    "CREATE TEMP TABLE sealed ON COMMIT DROP AS SELECT id, {} FROM {} WHERE false"
                ).format(sql.SQL(", ").join(columns), sql.Identifier(table))
            )
            _copy(
                connection,
                "sealed",
                ["id", *texts],
                (_sealed(model, pk, Scope(kind, pk), texts) for pk in owners),
            )
            news = sql.SQL(", ").join(sql.SQL("{0} = sealed.{0}").format(column) for column in columns)
            connection.execute(
                sql.SQL("UPDATE {0} SET {1} FROM sealed WHERE sealed.id = {0}.id").format(
                    sql.Identifier(table), news
                )
            )


def _make_keys(connection: psycopg.Connection, kind: str, owners: Mapping[UUID, UUID]) -> None:
    """One key for each owner (id → its office), stored wrapped and kept in the open keyring."""
    provider, ring, now, rows = get_provider(), current(), datetime.now(tz=UTC), []
    for owner, office in owners.items():
        scope, secret = Scope(kind, owner), os.urandom(KEY_BYTES)
        key = Key(uuid.uuid4(), secret)
        wrapped = provider.wrap(secret, context_of(scope, key.id))
        rows.append((key.id, kind, owner, office, provider.primary, wrapped, key.commitment, now))
        ring.keep(scope, key)
    columns = ["id", "kind", "owner_id", "office_id", "root_version", "wrapped", "commitment", "created_at"]
    _copy(connection, "keys.data_key", columns, rows)


def _sealed(model: type[models.Model], pk: UUID, scope: Scope, texts: Mapping[str, str]) -> list[object]:
    row, fields = row_under(pk, scope), {field.name: field for field in sealed_fields(model)}
    return [pk, *(fields[name].seal(row, Typed(text.encode())).sealed for name, text in texts.items())]


def _copy(
    connection: psycopg.Connection, table: str, columns: list[str], rows: Iterable[Iterable[object]]
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(list(row))


def open_cases_of(connection: psycopg.Connection, caseworker: UUID) -> tuple[UUID, UUID]:
    """Two open cases this position is in charge of."""
    found = connection.execute(
        """SELECT c.id FROM cases_case c JOIN cases_grant g ON g.case_id = c.id AND g.ended_at IS NULL
           WHERE g.position_id = %s AND c.stage <> 'closed' ORDER BY c.opened_at DESC LIMIT 2""",
        [caseworker],
    ).fetchall()
    return found[0][0], found[1][0]


def _line_of(connection: psycopg.Connection, case: UUID) -> UUID:
    """The supervisor who has this case in line."""
    found = connection.execute(
        """SELECT g.position_id FROM cases_grant g JOIN agencies_position p ON p.id = g.position_id
           WHERE g.case_id = %s AND p.role = 'supervisor'""",
        [case],
    ).fetchone()
    assert found is not None
    return UUID(str(found[0]))


def write_record(
    connection: psycopg.Connection, case: UUID, author: UUID, entries: int, persons: int
) -> None:
    """Progress entries (one an hour, latest now) and people around the child."""
    scope, now = Scope("case", case), datetime.now(tz=UTC)
    with open_keyring(), _unchecked(connection):
        found = connection.execute(
            "SELECT id, wrapped, commitment FROM keys.data_key WHERE owner_id = %s", [case]
        )
        key_id, wrapped, _commitment = found.fetchone() or (None, b"", b"")
        current().keep(scope, Key(key_id, get_provider().unwrap(wrapped, context_of(scope, key_id))))
        rows = (
            [*_sealed(ProgressEntry, uuid.uuid4(), scope, ENTRY), case, author, now - timedelta(hours=number)]
            for number in range(entries)
        )
        _copy(
            connection, "cases_progressentry", ["id", *ENTRY, "case_id", "written_by_id", "written_at"], rows
        )
        around = (
            [*_sealed(Person, uuid.uuid4(), scope, PERSON), case, 1, now - timedelta(hours=number)]
            for number in range(persons)
        )
        _copy(connection, "cases_person", ["id", *PERSON, "case_id", "version", "written_at"], around)


def surround(connection: psycopg.Connection, size: Size, long_case: UUID) -> None:
    """Running clocks of the open cases, full inboxes, and the looks of three years."""
    values = {**{name: getattr(size, name) for name in ("looks", "notices")}, "long": str(long_case)}
    connection.execute("SET ROLE owner")  # whose the parts of the log are
    connection.execute(
        """SELECT public.make_access_log_month((date_trunc('month', now()) - make_interval(months => m))::date)
           FROM generate_series(2, 36) m"""
    )
    connection.execute("RESET ROLE")
    with _unchecked(connection):
        for statement in SURROUNDINGS:
            connection.execute(
                sql.SQL(statement).format(**{name: sql.Literal(value) for name, value in values.items()})
            )


SURROUNDINGS = (
    # One open case in ten has its safety limit still running, one in a hundred is late.
    """INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)
       SELECT gen_random_uuid(), c.id, 'safety', t.at, t.at + interval '48 hours'
       FROM (SELECT id, row_number() OVER (ORDER BY opened_at DESC) n FROM cases_case WHERE stage <> 'closed') c,
            LATERAL (SELECT now() - CASE WHEN c.n % 100 = 0 THEN interval '3 days'
                                          ELSE interval '1 hour' * (c.n % 40) END AS at) t
       WHERE c.n % 10 = 0""",
    # The measured people's inboxes; one notice in three is read.
    """INSERT INTO agencies_notice (id, position_id, kind, reference, path, cause, day, count, created_at, last_at, read_at)
       SELECT gen_random_uuid(), p.id, 'case_assigned', 'B-' || n, '/cases/', n, (now() - n * interval '7 minutes')::date, 1,
              now() - n * interval '7 minutes', now() - n * interval '7 minutes', CASE WHEN n % 3 = 0 THEN now() END
       FROM agencies_position p, generate_series(1, {notices}) n
       WHERE p.id IN (SELECT position_id FROM cases_grant WHERE case_id = {long} AND ended_at IS NULL)""",
    # One look in a hundred is a denial or of another relation; three in four stand in lists of 22 cases, each list one row.
    # The long case was printed and changed 5,000 times.
    """CREATE TEMP TABLE bench_team ON COMMIT DROP AS
       SELECT row_number() OVER (ORDER BY g.position_id, g.relation, g.id) AS n, g.case_id, g.relation, g.position_id,
       g.user_id, p.role,
              p.office_id
       FROM cases_grant g JOIN agencies_position p ON p.id = g.position_id""",
    "CREATE INDEX ON bench_team (n)",
    "ANALYZE bench_team",
    """CREATE TEMP TABLE bench_look ON COMMIT DROP AS
       SELECT md5('look' || l)::uuid AS event, now() - l * (interval '3 years' / {looks}) AS at, ARRAY[t.case_id] AS cases,
              l % 25 = 0 AS denied, 'CASE_VIEW' AS verb, t.relation, t.user_id, t.position_id, t.role, t.office_id
       FROM generate_series(4, {looks}, 4) l
       JOIN bench_team t ON t.n = 1 + (l::bigint * 7919) % (SELECT count(*) FROM bench_team)
       UNION ALL
       SELECT md5('list' || l)::uuid, now() - l * (interval '3 years' / {looks}),
              ARRAY(SELECT u.case_id FROM bench_team u WHERE u.n BETWEEN t.n AND t.n + 21 AND u.position_id = t.position_id
                    AND u.relation = t.relation),
              false, 'CASE_LIST', t.relation, t.user_id, t.position_id, t.role, t.office_id
       FROM generate_series(1, {looks}, 29) l
       JOIN bench_team t ON t.n = 1 + (l::bigint * 7919) % (SELECT count(*) FROM bench_team)
       UNION ALL
       SELECT md5(verb || l)::uuid, now() - l * interval '40 minutes', ARRAY[t.case_id], false, verb, t.relation, t.user_id,
              t.position_id, t.role, t.office_id
       FROM generate_series(1, least(5000, {looks})) l, unnest(ARRAY['CASE_PRINT', 'ROW_CREATE']) verb, bench_team t
       WHERE t.case_id = {long} AND t.relation = 'lead'""",
    """INSERT INTO security_casetrace (event_uuid, at, case_ids, relation, verb, decision, actor_id, position_id, role, office_id,
                                       panels)
       SELECT event, at, cases, CASE WHEN denied THEN 'none' ELSE relation END, CASE WHEN denied THEN 'ACCESS_DENY' ELSE verb END,
              CASE WHEN denied THEN 'denied' ELSE 'allowed' END, user_id, position_id, role, office_id, '{{child,basics}}'
       FROM bench_look WHERE verb <> 'ROW_CREATE' ORDER BY at""",
    """INSERT INTO security_event (uuid, "timestamp", verb, decision, action, actor_id, position_id, role, office_id, relation,
                                    case_id)
       SELECT event, at, CASE WHEN denied THEN 'ACCESS_DENY' ELSE verb END, CASE WHEN denied THEN 'denied' ELSE 'allowed' END,
              CASE verb WHEN 'ROW_CREATE' THEN 0 ELSE 3 END, user_id, position_id, role, office_id,
              CASE WHEN denied THEN 'none' ELSE relation END, CASE WHEN cardinality(cases) = 1 THEN cases[1] END
       FROM bench_look ORDER BY at""",
)
