"""(h) The home pages and the table of limits at 1,000 cases an office, against those of a small office in the same run."""

from collections.abc import Callable
from functools import partial

import psycopg
from django.urls import reverse

from bench import office, place
from bench.at_size import AIM, WARM
from bench.measure import Part, Row, Side, medians
from bench.people import Reader
from config.embedded.postgres import Server

# 31 and 3 caseworkers: with an even number half of them would have closed cases only, since every fourth case is open.
LARGE = office.Size(cases=1_000, line=333, lead=32, looks=20_000, notices=500, entries=60, persons=5)
SMALL = office.Size(cases=100, line=100, lead=32, looks=2_000, notices=500, entries=60, persons=5)
QUICK = (
    office.Size(cases=120, line=120, lead=40, looks=500, notices=20, entries=5, persons=1),
    office.Size(cases=60, line=60, lead=20, looks=500, notices=20, entries=5, persons=1),
)
RUNS, QUICK_RUNS = 15, 1
GROWTH = {"home": 1.5}
"""How many times the small office's page one may take. The table of limits has a line for each limit, and so only reports."""
PAGES = {"home": "home", "limits of the month": "limits"}
# Of the open cases every second has the limit of a warrant, which passes within the week.
WARRANTS = """
INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)
SELECT gen_random_uuid(), id, 'warrant', now() - interval '1 hour', now() + interval '1 hour' * (1 + n % 160)
FROM (SELECT id, row_number() OVER (ORDER BY opened_at DESC) n FROM cases_case WHERE stage <> 'closed') c WHERE n % 2 = 0
"""


def run(server: Server, *, quick: bool = False) -> Part:
    """Make both offices, each in a database of its own, and fetch the pages of both in turns."""
    sizes, runs = (QUICK, QUICK_RUNS) if quick else ((LARGE, SMALL), RUNS)
    names = ("bench_homes", "bench_homes_small")
    offices = {}
    for name, size in zip(names, sizes, strict=True):
        offices[name] = office.make(server, size, name=name)
        with psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(WARRANTS)
    large, small = sizes
    part = Part(
        f"(h) the homes and the month's limits at {large.cases:,} cases an office",
        [
            f"{large.cases:,} cases, a quarter open; of these half with the limit of a warrant, a tenth with the 48 hours",
            f"{large.lead} cases a caseworker, {large.line} a supervisor; {large.notices} notices each, {large.looks:,} looks",
            f"baseline: the same page at {small.cases:,} cases, in a database of its own; medians of {runs} runs in turns,"
            f" each after {WARM} that are not timed: a session of the pool has made its plans",
            "ms are of the server, as in part (d); aim: 100, a director's 150",
        ],
    )
    for role, aim in AIM.items():
        for page, address in PAGES.items():
            sides = {
                name: side(name, offices[name].readers[role], reverse(address), 1 if quick else WARM)
                for name in names
            }
            taken = medians(sides, runs)
            row = Row(
                f"{role}, {page}; of the small office", taken[names[0]], taken[names[1]], GROWTH.get(page)
            )
            part.rows.append(row)
            part.notes.append(
                f"{role}, {page}: {row.measured:.0f} ms, aim ≤ {aim:.0f}: "
                + ("met" if row.measured <= aim else "MISSED")
            )
    for name in names:
        place.drop_database(server, name)
    return part


def side(name: str, reader: Reader, address: str, warm: int) -> Side:
    """The page is fetched untimed after the other office's, until its session has made its plans, as in a day's work."""
    fetch: Callable[[], None] = partial(_fetch, reader, address)

    def ready() -> None:
        place.use_database(name)
        for _warm in range(warm):
            fetch()

    return Side(fetch, ready)


def _fetch(reader: Reader, address: str) -> None:
    response = reader.client.get(address)
    assert response.status_code == 200, (address, response.status_code)
