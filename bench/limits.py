"""(g) The watch over the law's limits and over duties: how many it looks at a second, and what telling of one costs."""

import time
from pathlib import Path

import psycopg

from bench import data, place
from bench.measure import Part
from config.embedded.postgres import Server

CLOCKS, DUE = 100_000, 1_000
QUICK_CLOCKS, QUICK_DUE = 1_000, 20
AIM = 5_000
"""Limits, and duties, a second: a hundred thousand, far more than any office has, are looked at within a twentieth of an hour."""
TURNS = 20
# Due in 18 to 47 hours, so that nobody is told of them; some passed an hour ago.
FILL = """
INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)
SELECT md5('clock' || c)::uuid, md5('case' || c)::uuid, 'safety', start, start + interval '48 hours'
FROM (SELECT c, now() - CASE WHEN c <= %(due)s THEN 49 ELSE 1 + c %% 29 END * interval '1 hour' AS start
      FROM generate_series(1, %(clocks)s) c) made
"""
# Due in two to four weeks, or an hour ago and left a week before, so that neither was near when it was left.
DUTIES = """
INSERT INTO cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
SELECT md5('duty' || c)::uuid, id, 'conference_task', id, (SELECT min(position_id::text)::uuid FROM cases_grant), '{}',
  now() - interval '7 days',
  now() + CASE WHEN c <= %(due)s THEN interval '-1 hour' ELSE interval '14 days' + c %% 14 * interval '1 day' END
FROM (SELECT id, row_number() OVER (ORDER BY id) c FROM cases_case) made
"""
WATCHES = {"limits": "warn_clocks", "duties": "warn_duties"}
NUMBERED = "UPDATE cases_case SET number = 'BENCH-2030-' || lpad(substr(number, 3), 6, '0')"


def run(server: Server, *, quick: bool = False) -> Part:
    """Measure the watch in a database of its own."""
    clocks, due = (QUICK_CLOCKS, QUICK_DUE) if quick else (CLOCKS, DUE)
    name = "bench_limits"
    place.make_migrated(server, name)
    with place.bulk_load(server), psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
        data.fill(superuser, clocks, bulk=True)
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(NUMBERED)
        superuser.execute(FILL, {"clocks": clocks, "due": due})
        superuser.execute(DUTIES, {"due": due})
        superuser.execute("RESET session_replication_role")
        data.settle(superuser)
    part = Part(
        "(g) the watches over limits and duties: wall.warn_clocks and wall.warn_duties, as the worker calls them",
        [
            f"{clocks:,} running limits and as many open duties of as many cases, {due:,} of each passed an hour ago"
        ],
    )
    for what, watch in WATCHES.items():
        with psycopg.connect(server.conninfo(name), autocommit=True) as session:
            session.execute("SET SESSION AUTHORIZATION worker")
            told, took = _tell(session, watch)
            idle, before, after = _idle(session, watch)
        assert told >= due, (what, told)
        rate = clocks / idle
        part.notes += [
            f"{what} looked at with nothing to tell: {idle * 1000:.0f} ms, {rate:,.0f} a second; aim ≥ {AIM:,}: "
            + ("met" if rate >= AIM else "missed"),
            f"{what} told: {told:,}, 500 a turn: {took:.2f} s, {told / took:,.0f} a second",
            f"memory of its session: {before / 2**20:.1f} MB after two turns, {after / 2**20:.1f} MB after {TURNS}",
        ]
    place.drop_database(server, name)
    return part


def _tell(session: psycopg.Connection, watch: str) -> tuple[int, float]:
    """Turn until nothing is left to tell; how many were told, in how many seconds."""
    told, began = 0, time.perf_counter()
    while step := _turn(session, watch):
        told += step
    return told, time.perf_counter() - began


def _idle(session: psycopg.Connection, watch: str) -> tuple[float, int, int]:
    """The median seconds of a turn that tells nothing, and the bytes of the session after the second and the last one."""
    times, memory = [], []
    for _ in range(TURNS):
        began = time.perf_counter()
        _turn(session, watch)
        times.append(time.perf_counter() - began)
        memory.append(_memory(session.info.backend_pid))
    return sorted(times)[TURNS // 2], memory[1], memory[-1]


def _memory(pid: int) -> int:
    """The bytes that this process alone holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def _turn(session: psycopg.Connection, watch: str) -> int:
    found = session.execute(f"SELECT wall.{watch}()".encode()).fetchone()
    assert found is not None
    return int(found[0])
