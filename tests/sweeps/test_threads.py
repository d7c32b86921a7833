"""Many callers on few connections: every answer is the caller's own, whatever failed before on that connection."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import UUID

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from pytest_django import Settings

from agencies.staff.models import Position
from tests.cast import Cast, a_case, as_owner
from tests.sweeps import away, faulty_urls
from tests.sweeps.serving import fetch, pools_of, serving
from tests.sweeps.wire import Answer, access_log, cookies_of

THREADS, TURNS, POOL = 50, 8, 2


@pytest.fixture(autouse=True)
def _faulty(settings: Settings) -> None:
    settings.ROOT_URLCONF = faulty_urls.__name__


def test_no_identity_is_carried_over_and_nothing_deadlocks(cast: Cast) -> None:
    """50 threads, two people and nobody, pools of two connections for the pages and two for the access log, random errors."""
    people: list[Position | None] = [cast.caseworker, cast.stranger, None]
    cases = {
        position.pk: str(a_case(cast, lead=name).pk)
        for name in ("caseworker", "stranger")
        for position in [cast.positions[name]]
    }
    cookies = {position: cookies_of(position) for position in people}
    wrong: list[object] = []
    started = threading.Barrier(THREADS)

    def work(number: int) -> None:
        dice = random.Random(number)
        position = people[0] if number % 2 else people[1]
        started.wait(30)
        for _turn in range(TURNS):
            caller = None if dice.random() < 0.1 else position
            path = dice.choice(["/who/", "/who/", "/who/?fail=1", "/fault/integrity/", "/nothing/"])
            answer = fetch(port, path, cookies[caller])
            if not _is_right(answer, path, caller, cases):
                wrong.append((path, caller, answer.status, answer.text[:300]))

    with pools_of(POOL), serving() as port, ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work, number) for number in range(THREADS)]:
            done.result(120)
        assert _left_in_the_pool() <= {None, ""}
    assert wrong == []
    _access_log_names_the_right_people(cases)


def _left_in_the_pool() -> set[object]:
    """The identities that the connections of the pages still carry when nobody uses them."""
    wrapper = connections["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    with ExitStack() as held:
        idle = [held.enter_context(wrapper.pool.connection()) for _ in range(POOL)]
        return {
            one.execute("SELECT current_setting('tomoshibi.session', true)").fetchone()[0] for one in idle
        }


def _is_right(answer: Answer, path: str, caller: Position | None, cases: dict[UUID, str]) -> bool:
    if path == "/nothing/":
        return answer.status == 404
    if caller is None:
        return answer.status == 302 and answer.header("Location").startswith("/sign-in/")
    if path != "/who/":
        return answer.status == 500 and not any(case in answer.everything for case in cases.values())
    seen = json.loads(answer.text) if answer.status == 200 else {}
    return seen == {"by": str(caller.pk), "position": str(caller.pk), "cases": [cases[caller.pk]]}


def _access_log_names_the_right_people(cases: dict[UUID, str]) -> None:
    """Every look at a case, those of the pages that failed afterwards too, is in the name of the one who sees that case."""
    rows = access_log("case_id IS NOT NULL AND decision = 'allowed' AND verb NOT LIKE 'ROW%%'")
    assert len(rows) > THREADS
    assert {(row["position_id"], str(row["case_id"])) for row in rows} == set(cases.items())


def test_a_lost_pool_comes_back(cast: Cast, database: str) -> None:
    """Connections that die inside a pool are replaced before a request gets one; a database away gives 503 until it is back."""
    cookies = cookies_of(cast.caseworker)
    with pools_of(POOL, wait=2), serving() as port:
        assert fetch(port, "/who/", cookies).status == 200
        away.kill_backends(database)
        assert fetch(port, "/who/", cookies).status == 200
        with away.database_away(database):
            assert fetch(port, "/who/", cookies).status == 503
        assert fetch(port, "/who/", cookies).status == 200


def test_killed_in_the_middle_of_a_request(cast: Cast, database: str) -> None:
    """A request that waits for a lock loses its connection: 503, nothing saved, and the next one is served."""
    case = a_case(cast)
    cookies = cookies_of(cast.caseworker)
    with pools_of(POOL), serving() as port, ThreadPoolExecutor(1) as threads:
        with as_owner(), connections["owner"].cursor() as cursor:
            cursor.execute("LOCK TABLE cases_case IN ACCESS EXCLUSIVE MODE")
            waiting = threads.submit(fetch, port, "/who/", cookies)
            away.wait_for_lock(database)
            away.kill_backends(database, "runtime")
            assert waiting.result(30).status == 503
        answer = fetch(port, "/who/", cookies)
        assert (answer.status, str(case.pk) in answer.text) == (200, True)
