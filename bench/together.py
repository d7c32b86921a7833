"""(e) Fifty people at once, as the product is, and without each of its promises: variants in turns over the same pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg import sql

from bench import data, office, people, place, web
from bench.browse import Browser, Visitor, visit
from bench.crowd import HEAD, Figures, drive
from bench.measure import Part, Row
from bench.settings import WEB_DATABASE, WITHOUT
from cases.records.models import Case, Child, Person, ProgressEntry
from config.embedded.place import BASE_DIR
from config.embedded.postgres import Server

AIM = 1.2
SEALED, CLEAR = "bench_crowd", "bench_crowd_clear"
# 51 caseworkers: with an even number half of them would have closed cases only, since every fourth case is open.
SIZE = office.Size(cases=5_000, line=1_000, lead=98, looks=100_000, notices=200, entries=60, persons=4)
QUICK = office.Size(cases=300, line=100, lead=42, looks=1_000, notices=20, entries=20, persons=1)
PEOPLE = {"caseworker": 44, "supervisor": 5, "director": 1}
QUICK_PEOPLE = {"caseworker": 3, "supervisor": 1, "director": 1}
ENTRIES = 20
WARM_SECONDS = 3.0


@dataclass(frozen=True)
class Variant:
    """A way to run the same pages: what it goes without, and the database that fits."""

    name: str
    without: frozenset[str] = frozenset()

    @property
    def database(self) -> str:
        """Where nothing is encrypted, the columns hold plaintext."""
        return CLEAR if "keys" in self.without else SEALED


PROMISES = ("walls", "keys", "looks")
VARIANTS = (
    Variant("as it is"),
    *(Variant(f"without {promise}", frozenset({promise})) for promise in PROMISES),
    Variant("with none of the three", frozenset(PROMISES)),
)


@dataclass
class Running:
    """A web server under measurement, with everybody signed in to it."""

    process: int
    visitors: list[Visitor]


def run(server: Server, seconds: float, rounds: int, *, quick: bool = False) -> Part:
    """Measure every variant for ``seconds`` in all, in ``rounds`` turns whose order is turned round each time."""
    size, people_of = (QUICK, QUICK_PEOPLE) if quick else (SIZE, PEOPLE)
    positions = make(server, size, people_of)
    postmaster = place.postmaster_of(server.data)
    warm = min(WARM_SECONDS, seconds / rounds)
    total = {variant: Figures() for variant in VARIANTS}
    with running(positions) as servers:
        for turn in range(rounds):
            for variant in VARIANTS[:: -1 if turn % 2 else 1]:
                walls(server, variant.database, standing="walls" not in variant.without)
                one = servers[variant]
                # What changed with the walls, and what others pushed out of memory, is made ready untimed.
                drive(one.visitors, warm, web=one.process, postgres=postmaster, seed=-1)
                found = drive(one.visitors, seconds / rounds, web=one.process, postgres=postmaster, seed=turn)
                total[variant].add(found)
    for name in (CLEAR, SEALED):
        place.drop_database(server, name)
    return report(total, size, people_of, rounds)


def report(
    total: Mapping[Variant, Figures], size: office.Size, people_of: Mapping[str, int], rounds: int
) -> Part:
    """The table, and what the promises cost in throughput."""
    whole = total[VARIANTS[0]]
    part = Part(
        f"(e) {sum(people_of.values())} people at once",
        [
            f"one office of {size.cases:,} cases and {size.looks:,} looks; "
            f"{', '.join(f'{n} {who}' for who, n in people_of.items())}, each signed in and without pause",
            "60 % case pages, 20 % lists, 10 % home pages, 10 % saved entries; gunicorn as in config/server.py, over HTTP",
            f"{rounds} turns of {whole.seconds / rounds:.0f} s each, after {WARM_SECONDS:.0f} s that do not count",
            "without walls: row-level security disabled on all tables (Python's filter stays); without keys: columns hold",
            "  plaintext; without looks: nothing is written of what was shown (saved changes are recorded all the same)",
            "base ms: a request's share of the time (seconds / answers) in the variant with less",
            "",
            HEAD,
            *(figures.line(variant.name) for variant, figures in total.items()),
            "",
        ],
    )
    for variant, figures in list(total.items())[1:]:
        aim = AIM if variant is VARIANTS[-1] else None
        part.rows.append(
            Row(f"throughput as it is; {variant.name}", 1000 / whole.rate, 1000 / figures.rate, aim)
        )
    least = total[VARIANTS[-1]]
    part.rows.append(Row("processor time; with none of the three", whole.processor, least.processor))
    errors = [error for figures in total.values() for error in figures.errors]
    part.notes.append(f"errors: {len(errors)} (aim: 0)" + "".join(f"; {error}" for error in errors[:5]))
    return part


def make(server: Server, size: office.Size, people_of: Mapping[str, int]) -> list[UUID]:
    """The office with ciphertext and its copy in clear; the positions of those who will work, each with open cases."""
    office.make(server, size, name=SEALED)
    with psycopg.connect(server.conninfo(SEALED), autocommit=True) as superuser:
        positions = _workers(superuser, people_of)
        for position, cases in positions.items():
            for case in cases:
                office.write_record(superuser, case, position, ENTRIES, 1)
        data.settle(superuser)
    place.copy_database(server, SEALED, CLEAR)
    with psycopg.connect(server.conninfo(CLEAR), autocommit=True) as superuser:
        _write_in_clear(superuser)
        data.settle(superuser)
    return list(positions)


def _workers(connection: psycopg.Connection, people_of: Mapping[str, int]) -> dict[UUID, list[UUID]]:
    """Positions of the office and the three latest open cases of each."""
    found: dict[UUID, list[UUID]] = {}
    for role, count in people_of.items():
        rows = connection.execute(
            """SELECT p.id, (array_agg(c.id ORDER BY c.opened_at DESC))[:3] FROM agencies_position p
               JOIN cases_grant g ON g.position_id = p.id AND g.ended_at IS NULL
               JOIN cases_case c ON c.id = g.case_id AND c.stage <> 'closed'
               WHERE p.role = %s GROUP BY p.id ORDER BY p.id LIMIT %s""",
            [role, count],
        ).fetchall()
        found |= dict(rows)
    return found


def _write_in_clear(connection: psycopg.Connection) -> None:
    """Every encrypted column of the office holds its plaintext, which is the same in all rows."""
    texts = {Child: office.CHILD, Case: office.CASE, ProgressEntry: office.ENTRY, Person: office.PERSON}
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for model, columns in texts.items():
            named = sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(text))
                for name, text in columns.items()
            )
            table = sql.Identifier(model._meta.db_table)
            connection.execute(sql.SQL("UPDATE {} SET {}").format(table, named))


def walls(server: Server, database: str, *, standing: bool) -> None:
    """Raise or lower the row-level security of every table that has it."""
    with psycopg.connect(server.conninfo(database), autocommit=True) as superuser:
        tables = superuser.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND EXISTS"
            " (SELECT 1 FROM pg_policy WHERE polrelid = c.oid) AND c.relrowsecurity <> %s",
            [standing],
        ).fetchall()
        for (table,) in tables:
            superuser.execute(
                f"ALTER TABLE {table} {'ENABLE' if standing else 'DISABLE'} ROW LEVEL SECURITY".encode()
            )


@contextmanager
def running(positions: list[UUID]) -> Iterator[dict[Variant, Running]]:
    """A web server for each variant, everybody signed in to each; all of them end with the block."""
    with web.all_ended() as started:
        found = {}
        for variant in VARIANTS:
            environment = {WITHOUT: " ".join(sorted(variant.without)), WEB_DATABASE: variant.database}
            log = Path(settings.VAR) / "web.log"
            server = web.start("bench.serve", BASE_DIR, environment, log)
            started.append(server)
            web.wait_until_ready(server, log)
            place.use_database(variant.database)
            browsers = [_browser(position, server.port) for position in positions]
            visitors = [visit(browser) for browser in browsers]
            shown = visitors[0].browser.get(visitors[0].cases[0]).text
            assert office.CHILD["family_name"] in shown, "every variant shows the child's name"
            found[variant] = Running(server.process.pid, visitors)
        yield found


def _browser(position: UUID, port: int) -> Browser:
    """Somebody signed in through the database in use: the session is minted as at a sign-in."""
    cookies = people.signed_in(people.position_of(position)).cookies
    return Browser("127.0.0.1", port, {name: cookie.value for name, cookie in cookies.items()})
