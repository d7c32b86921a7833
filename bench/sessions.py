"""(i) The day and the month of one who gives help, with 200 plans and 4,000 sessions, against those of one with a tenth of it."""

from uuid import UUID

import psycopg
from django.urls import reverse

from bench import office, place
from bench.at_size import WARM
from bench.homes import QUICK, QUICK_RUNS, RUNS, side
from bench.measure import Part, Row, medians
from config.embedded.postgres import Server

PLANS, SESSIONS = 200, 4_000
AIM, GROWTH = 150.0, 1.5
SIZE = office.Size(cases=1_000, line=500, lead=450, looks=20_000, notices=500, entries=60, persons=5)
PAGES = {"day": "my_sessions", "month": "my_month"}
# Around today, one every eight hours, in turns of the cases; those of the past are recorded.
WRITE = """
INSERT INTO cases_session (id, case_id, course_id, provider_id, planned_for, planned_by_id, planned_at, ended_at)
SELECT gen_random_uuid(), c.case_id, c.case_id, c.position_id, s.at, c.position_id, now(), CASE WHEN s.at < now() THEN now() END
FROM (SELECT n, now() + (n - {sessions} / 2) * interval '8 hours' AS at FROM generate_series(1, {sessions}) n) s
JOIN (SELECT g.case_id, g.position_id, row_number() OVER (ORDER BY g.case_id) AS n FROM cases_grant g
      WHERE g.position_id = %s AND g.ended_at IS NULL LIMIT {plans}) c ON c.n = s.n %% {plans} + 1
"""


def write(superuser: psycopg.Connection, provider: UUID, plans: int, sessions: int) -> None:
    """So many sessions of this position on so many of its cases, without triggers and foreign keys."""
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(WRITE.format(plans=plans, sessions=sessions).encode(), [provider])
    superuser.execute("ANALYZE cases_session")


def run(server: Server, *, quick: bool = False) -> Part:
    """Make one office twice, with all the sessions and with a tenth of them, and fetch the pages of both in turns."""
    size, runs = (QUICK[0], QUICK_RUNS) if quick else (SIZE, RUNS)
    names = {"bench_sessions": 1, "bench_sessions_few": 10}
    offices = {}
    for name, part_of in names.items():
        offices[name] = office.make(server, size, name=name)
        with psycopg.connect(server.conninfo(name), autocommit=True) as superuser:
            giver = offices[name].readers["caseworker"].position.pk
            write(superuser, giver, PLANS // part_of, SESSIONS // part_of)
    part = Part(
        f"(i) the day and the month of who gives help: {PLANS} plans, {SESSIONS:,} sessions",
        [
            f"{size.cases:,} cases; three sessions a day over {SESSIONS // 3 // 365} years, those of the past recorded",
            f"baseline: the same page with a tenth of the plans and sessions, in a database of its own; medians of {runs} runs",
        ],
    )
    for page, address in PAGES.items():
        sides = {
            name: side(name, made.readers["caseworker"], reverse(address), 1 if quick else WARM)
            for name, made in offices.items()
        }
        many, few = medians(sides, runs).values()
        part.rows.append(Row(f"{page}; of a tenth", many, few, GROWTH))
        part.notes.append(f"{page}: {many:.0f} ms, aim ≤ {AIM:.0f}: " + ("met" if many <= AIM else "MISSED"))
    for name in names:
        place.drop_database(server, name)
    return part
