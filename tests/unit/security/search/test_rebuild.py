"""``manage.py plan_search``: tokens made again while the application works, killed anywhere, and gone on with."""

import dataclasses
import io
import logging
import os
import signal
from datetime import date
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from agencies.staff.acting import acting_as
from cases.records.actions import update_child
from cases.records.models import Case, Child
from cases.records.queries import cases_for, search_exact
from config.postgresql.base import close_pools
from desk.management.commands import plan_search
from security.search import index
from security.search.index import EXACT, candidates, plans_of_office
from security.search.models import SearchCount, SearchPlan, SearchToken
from security.search.startup import warn_of_growth
from security.search.tokens import FIRST, MOST_ROWS, POINTER_BYTES, Plan, Value
from security.search.tokens import tokens as tokens_of
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.conftest import superuser

KANA = ("イトウ", "ウエノ", "エンドウ")
BORN = CHILD.birth_date or date.min


def rebuild() -> str:
    said = io.StringIO()
    call_command("plan_search", rebuild=True, stdout=said)
    return said.getvalue()


def tokens() -> list[SearchToken]:
    with as_owner():
        return list(SearchToken.objects.using("owner"))


def found(cast: Cast, kana: str) -> list[UUID]:
    """Cases by the exact search, and the same children by the cut tokens of their reading."""
    with acting_as(cast.caseworker):
        cases = search_exact(cast.caseworker, kana=f"{kana} ヨシノ", birth_date=BORN)
        by_reading = candidates(cast.caseworker.office_id, "kana", f"{kana}ヨシノ")
        assert {case.child_id for case in cases} <= set(by_reading)
        return [case.pk for case in cases]


@pytest.fixture
def cases(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, Case]:
    """Three children, made again one by one; the first one's tokens are as version 0.1.0 wrote them."""
    monkeypatch.setattr(plan_search, "BATCH", 1)
    made = {kana: a_case(cast, child=dataclasses.replace(CHILD, family_kana=kana)) for kana in KANA}
    with acting_as(cast.caseworker):
        (child,) = candidates(cast.caseworker.office_id, EXACT, (f"{KANA[0]}ヨシノ", BORN))
    with as_owner():
        whole = tokens_of(cast.caseworker.office_id, EXACT, (f"{KANA[0]}ヨシノ", BORN), FIRST)
        old = SearchToken.objects.using("owner").filter(token__in=whole)
        old.update(object_id=child, pointer=None, release=None)
    return made


def test_every_child_is_found_before_and_after_and_no_row_names_one(
    cast: Cast, cases: dict[str, Case]
) -> None:
    assert sum(row.object_id is not None for row in tokens()) == 1
    for version in (1, 2):
        for kana, case in cases.items():
            assert found(cast, kana) == [case.pk]
        assert f"plan {version} for 3 children, 0 bits, 1 parts (used)" in rebuild()
        assert {(row.version, row.object_id) for row in tokens()} == {(version, None)}
        assert len(tokens()) == 9
    for kana, case in cases.items():
        assert found(cast, kana) == [case.pk]


def test_a_row_of_before_says_nothing_of_the_reading_until_tokens_are_made_again(
    cast: Cast, cases: dict[str, Case], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, kana = cast.caseworker.office_id, KANA[1]
    with monkeypatch.context() as before:
        before.setattr(index, "WITHIN", ())
        rebuild()
    assert {len(bytes(row.pointer or b"")) for row in tokens()} == {POINTER_BYTES}
    with acting_as(cast.colleague):
        assert len(candidates(office, "kana", f"{kana}ヨシノ")) == 3
        assert index.alike(office, {"kana": f"{kana}ヨシノ"}) == []
    assert warned(caplog)
    rebuild()
    assert not warned(caplog)
    with acting_as(cast.colleague):
        (found,) = index.alike(office, {"kana": f"{kana}ヨシノ"})
        assert found.record == cases[kana].child_id


def warned(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the check at the start warns."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        warn_of_growth()
    return "plan_search --rebuild" in caplog.text


def killed(step: int) -> None:
    """Rebuild in a process that a SIGKILL ends within its ``step``-th batch, before that is committed."""
    connections.close_all()
    close_pools()
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it came to its end before"
        return
    try:
        real, left = plan_search.put, [step]

        def put(child: Child, values: dict[str, Value], plan: Plan) -> None:
            real(child, values, plan)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        plan_search.put = put
        rebuild()
    finally:
        os._exit(1)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_killed_anywhere_it_goes_on(cast: Cast, cases: dict[str, Case], step: int) -> None:
    killed(step)
    for kana, case in cases.items():
        assert found(cast, kana) == [case.pk], "by the former tokens"
    assert len([row for row in tokens() if row.version == 1]) == 3 * (step - 1)
    assert "plan 1 for 3 children" in rebuild()
    assert [row.version for row in tokens()] == [1] * 9
    for kana, case in cases.items():
        assert found(cast, kana) == [case.pk]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_who_is_changed_or_comes_meanwhile_is_found(cast: Cast, cases: dict[str, Case], step: int) -> None:
    killed(step)
    with acting_as(cast.caseworker):
        for kana, case in cases.items():
            fresh = cases_for(cast.caseworker).get(pk=case.pk)
            update_child(fresh, dataclasses.replace(CHILD, family_kana=f"{kana}ダ"), by=cast.caseworker)
    late = a_case(cast, child=dataclasses.replace(CHILD, family_kana="オノ"))
    rebuild()
    assert len(tokens()) == 12
    assert found(cast, "オノ") == [late.pk]
    for kana, case in cases.items():
        assert found(cast, f"{kana}ダ") == [case.pk]
        assert found(cast, kana) == []


def test_the_order_of_the_rows_says_nothing_of_the_children(cast: Cast, cases: dict[str, Case]) -> None:
    """They were made child by child; a dump has tables as they lie."""
    rebuild()
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(id ORDER BY ctid) = array_agg(id ORDER BY id) FROM security_searchtoken"
        )
        assert cursor.fetchone() == (True,)


def test_what_was_planted_beside_a_plan_goes_with_it(cast: Cast, cases: dict[str, Case]) -> None:
    """Who is made again has what was made: of a child with planted rows a further one can be put again."""
    case = cases[KANA[1]]
    with as_owner():
        SearchCount.objects.using("owner").filter(pk=case.child_id).update(rows=MOST_ROWS)
    rebuild()
    with as_owner():
        assert {row.rows for row in SearchCount.objects.using("owner").all()} == {3}
        assert SearchCount.objects.using("owner").count() == len(cases)


def test_a_new_plan_waits_for_who_writes_by_the_former(cast: Cast) -> None:
    with acting_as(cast.caseworker), superuser(connection.settings_dict["NAME"]) as other:
        plans_of_office()
        other.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("BEGIN; LOCK TABLE security_searchplan IN EXCLUSIVE MODE")


def test_the_start_warns_of_an_office_that_has_doubled(
    cast: Cast, cases: dict[str, Case], caplog: pytest.LogCaptureFixture
) -> None:
    assert warned(caplog), "tokens of 0.1.0"
    rebuild()
    assert not warned(caplog)
    with as_owner():
        SearchPlan.objects.using("owner").update(rows=1)
    assert warned(caplog)
    rebuild()
    assert not warned(caplog)
