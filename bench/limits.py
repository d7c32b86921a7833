"""(g) The watch over the law's limits: how many running clocks it looks at a second, and what telling of one costs."""

import time
from pathlib import Path

import psycopg

from bench import data, place
from bench.measure import Part
from config.embedded.postgres import Server

CLOCKS, DUE = 100_000, 1_000
QUICK_CLOCKS, QUICK_DUE = 1_000, 20
AIM = 5_000
"""Clocks a second: a hundred thousand, far more than any office has, are looked at within a twentieth of an hour."""
TURNS = 20
# Due in 18 to 47 hours, so that nobody is told of them; some passed an hour ago.
FILL = """
INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)
SELECT md5('clock' || c)::uuid, md5('case' || c)::uuid, 'safety', start, start + interval '48 hours'
FROM (SELECT c, now() - CASE WHEN c <= %(due)s THEN 49 ELSE 1 + c %% 29 END * interval '1 hour' AS start
      FROM generate_series(1, %(clocks)s) c) made
"""
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
        superuser.execute("RESET session_replication_role")
        data.settle(superuser)
    with psycopg.connect(server.conninfo(name), autocommit=True) as session:
        session.execute("SET SESSION AUTHORIZATION worker")
        told, took = _tell(session)
        idle, before, after = _idle(session)
    place.drop_database(server, name)
    rate = clocks / idle
    return Part(
        "(g) the watch over the limits: wall.warn_clocks, as the worker calls it",
        [f"{clocks:,} running clocks of as many cases, {due:,} of which passed an hour ago"],
        notes=[
            f"looked at with nothing to tell: {idle * 1000:.0f} ms, {rate:,.0f} clocks a second; aim ≥ {AIM:,}: "
            + ("met" if rate >= AIM else "missed"),
            f"told of {told:,}, 500 a turn: {took:.2f} s, {told / took:,.0f} a second",
            f"memory of its session: {before / 2**20:.1f} MB after two turns, {after / 2**20:.1f} MB after {TURNS}",
        ],
    )


def _tell(session: psycopg.Connection) -> tuple[int, float]:
    """Turn until nothing is left to tell; how many were told, in how many seconds."""
    told, began = 0, time.perf_counter()
    while step := _turn(session):
        told += step
    return told, time.perf_counter() - began


def _idle(session: psycopg.Connection) -> tuple[float, int, int]:
    """The median seconds of a turn that tells nothing, and the bytes of the session after the second and the last one."""
    times, memory = [], []
    for _ in range(TURNS):
        began = time.perf_counter()
        _turn(session)
        times.append(time.perf_counter() - began)
        memory.append(_memory(session.info.backend_pid))
    return sorted(times)[TURNS // 2], memory[1], memory[-1]


def _memory(pid: int) -> int:
    """The bytes that this process alone holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def _turn(session: psycopg.Connection) -> int:
    found = session.execute("SELECT wall.warn_clocks()").fetchone()
    assert found is not None
    return int(found[0])
