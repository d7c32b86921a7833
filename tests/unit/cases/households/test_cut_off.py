"""A receipt of several children that is cut off leaves all of it or nothing; sent twenty times it is one household."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from agencies.staff.acting import acting_as
from cases.households.models import Household, HouseholdMember
from cases.records.models import Case
from config.embedded.place import BASE_DIR
from tests.cast import Cast
from tests.client import signed_in
from tests.conftest import superuser
from tests.sweeps.serving import fetch, pools_of, serving
from tests.sweeps.wire import cookies_of
from tests.unit.cases.households.test_children import BROTHER, PATH, SISTER, row_data, written
from tests.unit.cases.intake.test_pages import call_data

PARALLEL = 20
HELD = 91
"""The advisory lock that the third row waits for."""
POSTS = """
import json, sys, django
django.setup()
from django.test import Client
sent = json.load(sys.stdin)
client = Client()
client.cookies.load(sent["cookies"])
client.post(sent["path"], sent["fields"])
"""
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'runtime' AND state <> 'idle'"


def hold_the_third(other: psycopg.Connection, table: str) -> None:
    """The third row of a table waits for whoever holds the lock, here this session."""
    other.execute("CREATE SEQUENCE public.rows_so_far")
    other.execute(
        f"""
        CREATE FUNCTION public.third_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          IF nextval('public.rows_so_far') >= 3 THEN PERFORM pg_advisory_xact_lock({HELD}); END IF;
          RETURN NEW;
        END $$
        """
    )
    other.execute(
        f"CREATE TRIGGER third_waits BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public.third_waits()"
    )
    other.execute("SELECT pg_advisory_lock(%s)", [HELD])


def until(found: Callable[[], Any], what: str) -> Any:
    """What ``found`` gives once it gives something."""
    deadline = time.monotonic() + 60
    while not (answer := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return answer


def kill_web(web: "subprocess.Popen[str]", _other: psycopg.Connection, _session: int) -> None:
    web.send_signal(signal.SIGKILL)


def end_session(_web: "subprocess.Popen[str]", other: psycopg.Connection, session: int) -> None:
    other.execute("SELECT pg_terminate_backend(%s)", [session])


@pytest.mark.parametrize("table", ["cases_case", "cases_notification", "cases_householdmember"])
@pytest.mark.parametrize("cut", [kill_web, end_session])
def test_a_receipt_that_is_cut_off_at_the_third_child_leaves_nothing(
    cast: Cast, database: str, table: str, cut: Callable[..., None]
) -> None:
    """The web process is killed with -9, or its session of the database is ended. Afterwards the same form opens all three."""
    fields = call_data(cast, **row_data(2, SISTER), **row_data(3, BROTHER))
    client = signed_in(cast.caseworker)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    before = written()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.unit.cases.households.web_settings",
        "WEB_DATABASE": database,
    }
    with superuser(database) as other:
        hold_the_third(other, table)
        web = subprocess.Popen(
            [sys.executable, "-c", POSTS], cwd=BASE_DIR, env=environment, stdin=subprocess.PIPE, text=True
        )
        assert web.stdin
        web.stdin.write(json.dumps({"cookies": cookies, "path": PATH, "fields": fields}))
        web.stdin.close()

        def waiting() -> tuple[int] | None:
            assert web.poll() is None, "the process ended before it was cut off"
            return other.execute(WAITS).fetchone()

        (session,) = until(waiting, "the third row never came")
        cut(web, other, session)
        other.execute("SELECT pg_advisory_unlock(%s)", [HELD])
        web.wait(60)
        until(lambda: other.execute(OPEN).fetchone() == (0,), "the session goes on")
        other.execute(f"DROP TRIGGER third_waits ON {table}")
    assert web.returncode != 0
    assert written() == before
    assert client.post(PATH, fields).status_code == 302
    with acting_as(cast.caseworker):
        assert sorted(Case.objects.values_list("number", flat=True))[0].endswith("-0001")
        assert HouseholdMember.objects.values("household").distinct().count() == 1
        assert HouseholdMember.objects.count() == 3


def test_twenty_in_parallel_make_one_household(cast: Cast) -> None:
    rows = {**row_data(2, SISTER), **row_data(3, BROTHER)}
    fields = {**call_data(cast, another="on"), **rows, "_form": str(uuid.uuid4())}
    cookies = cookies_of(cast.caseworker)
    with pools_of(4), serving() as port, ThreadPoolExecutor(PARALLEL) as threads:
        sent = [
            threads.submit(fetch, port, PATH, cookies, method="POST", fields=fields)
            for _number in range(PARALLEL)
        ]
        answers = [one.result(120) for one in sent]
    assert {answer.status for answer in answers} == {302}
    with acting_as(cast.caseworker):
        assert Household.objects.count() == 1
        assert HouseholdMember.objects.count() == Case.objects.count() == 3
