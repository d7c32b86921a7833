"""A worker is killed in the middle of a hundred warnings: none is lost, and none is told twice."""

import os
import signal
import subprocess
import sys
import time

from django.db import connections

from agencies.notices.models import Notice
from cases.clocks.models import ClockWarning
from cases.clocks.tasks import warn
from cases.records.models import Case
from config.embedded.place import BASE_DIR
from tests.cast import Cast, a_case, as_owner, as_role
from tests.conftest import superuser

HUNDRED = 100
RUN = "import django; django.setup(); from cases.clocks.tasks import warn; warn()"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'worker' AND wait_event_type = 'Lock'"


def many_clocks(case: Case) -> None:
    """A hundred limits of as many cases that have passed; the directors are told of each."""
    new = {"id": "gen_random_uuid()", "number": "'KITA-2030-' || 1000 + n"}
    columns = [str(field.column) for field in Case._meta.concrete_fields]
    copied = ", ".join(new.get(column, f"c.{column}") for column in columns)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_case ({', '.join(columns)}) SELECT {copied} FROM cases_case c, generate_series(2, %s) n"
            " WHERE c.id = %s",
            [HUNDRED, case.pk],
        )
        cursor.execute(
            "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at) SELECT gen_random_uuid(), id, 'safety',"
            " now() - interval '49 hours' - n * interval '1 second', now() - interval '1 hour' - n * interval '1 second'"
            " FROM (SELECT id, CASE WHEN id = %s THEN 50.5 ELSE row_number() OVER (ORDER BY id) END AS n FROM cases_case) c",
            [case.pk],
        )


def test_a_worker_killed_among_its_warnings_loses_none_and_repeats_none(cast: Cast, database: str) -> None:
    many_clocks(a_case(cast))
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.unit.security.outbox.worker_settings",
        "WORKER_DATABASE": database,
        "WORKER_FOLDER": "/nowhere",
    }
    with superuser(database) as other:
        with other.transaction():
            # The one in charge is told of one limit alone, in the midst of the others: its inbox is held.
            other.execute("SELECT 1 FROM agencies_position WHERE id = %s FOR UPDATE", [cast.caseworker.pk])
            worker = subprocess.Popen([sys.executable, "-c", RUN], cwd=BASE_DIR, env=environment)
            deadline = time.monotonic() + 60
            with superuser(database) as looks:
                while looks.execute(WAITS).fetchone() != (1,):
                    assert worker.poll() is None, "the worker ended by itself"
                    assert time.monotonic() < deadline, "the worker never came to the held inbox"
                    time.sleep(0.05)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        while other.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'worker'").fetchone() != (
            0,
        ):
            assert time.monotonic() < deadline, "the session of the killed worker never ended"
            time.sleep(0.05)
    # A server that was asked goes on although nobody waits for its answer: it told of all, or of none.
    with as_owner():
        before = ClockWarning.objects.using("owner").filter(step="due").count()
    assert before in (0, HUNDRED)
    with as_role("worker"):
        assert [warn(), warn()] == [HUNDRED - before, 0]
    with as_owner():
        told = Notice.objects.using("owner").filter(kind="clock_due", position=cast.director)
        assert [row.count for row in told] == [1] * (HUNDRED - 1)
