"""A form sent twice acts once: in parallel, one after the other, and for its own person only."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.sweeps.serving import fetch, pools_of, serving
from tests.sweeps.wire import cookies_of
from tests.unit.cases.intake.test_pages import call_data

PARALLEL = 20


def count(table: str) -> int:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_twenty_in_parallel_make_one_case(cast: Cast) -> None:
    fields = {**call_data(cast, another="on"), "_form": str(uuid.uuid4())}
    cookies = cookies_of(cast.caseworker)
    with pools_of(4), serving() as port, ThreadPoolExecutor(PARALLEL) as threads:
        sent = [
            threads.submit(fetch, port, "/intake/call/", cookies, method="POST", fields=fields)
            for _number in range(PARALLEL)
        ]
        answers = [one.result(120) for one in sent]
    assert {answer.status for answer in answers} == {302}
    assert len({dict(answer.headers)["Location"] for answer in answers}) == 1
    assert count("cases_case") == 1


def test_the_second_gets_the_page_of_the_first(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    fields = {**call_data(cast, another="on"), "_form": str(uuid.uuid4())}
    first, second = (client.post("/intake/call/", fields) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert count("cases_case") == 1
    another_text = client.post("/intake/call/", {**fields, "situation": "二人目のこどもについて"})
    assert another_text["Location"] != first["Location"], "nothing that somebody typed is passed over"
    assert count("cases_case") == 2


def test_what_was_not_taken_can_be_sent_again(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    fields = {**call_data(cast, another="on"), "_form": str(uuid.uuid4())}
    broken = {**fields, "family_name": "", "unknown": "x", "received_at": "x"}
    assert client.post("/intake/call/", broken).status_code == 200
    assert client.post("/intake/call/", broken).status_code == 200
    assert client.post("/intake/call/", fields).status_code == 302


def test_the_form_number_of_a_colleague_cannot_be_used_up(cast: Cast) -> None:
    fields = {**call_data(cast, another="on"), "_form": str(uuid.uuid4())}
    for position in (cast.colleague, cast.caseworker):
        assert signed_in(position).post("/intake/call/", fields).status_code == 302
    assert count("cases_case") == 2


@pytest.mark.parametrize("number", ["", "x", "0" * 40])
def test_a_number_that_is_none_is_passed_over(cast: Cast, number: str) -> None:
    client = signed_in(cast.caseworker)
    assert client.post("/intake/call/", {**call_data(cast, another="on"), "_form": number}).status_code == 302


def test_every_drawn_form_has_a_number_of_its_own(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    pages = [client.get("/intake/call/").content.decode() for _time in range(2)]
    numbers = [page.partition('name="_form" value="')[2][:36] for page in pages]
    assert len({uuid.UUID(number) for number in numbers}) == 2
