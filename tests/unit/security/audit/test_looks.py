"""One event a request, one trace a case, whatever the page forgot; and no content where the access log cannot be written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from agencies.staff.acting import acting_as
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case, Person
from security.audit.models import CaseTrace, Event
from security.audit.verbs import Verb
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.conftest import superuser

pytestmark = pytest.mark.urls("tests.unit.security.audit.pages")


def looks() -> list[Event]:
    """All looks in this test's database (not the changes), oldest first."""
    with as_owner():
        return list(Event.objects.using("owner").filter(action=3).order_by("timestamp"))


def traces() -> list[CaseTrace]:
    """All traces in this test's database."""
    with as_owner():
        return list(CaseTrace.objects.using("owner").order_by("at"))


def cases_shown() -> list[UUID]:
    """Every case that every trace names."""
    return sorted(case_id for trace in traces() for case_id in trace.case_ids)


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast.caseworker, raise_request_exception=False)


def test_a_name_shown_without_saying_so_leaves_its_trace(cast: Cast, case: Case, client: Client) -> None:
    assert CHILD.family_name in client.get(f"/name/{case.pk}/").content.decode()
    (event,), (trace,) = looks(), traces()
    assert event.fields == ["cases_child.family_name"]
    assert (trace.case_ids, trace.relation, trace.event_uuid) == ([case.pk], "lead", event.uuid)
    assert (trace.actor_id, trace.position_id, trace.role) == (
        cast.caseworker.staff_id,
        cast.caseworker.pk,
        "caseworker",
    )


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", "/cases/{id}/", None),
        ("head", "/cases/{id}/", None),
        ("post", "/cases/{id}/", {"name": "架空 花子"}),
        ("get", "/", None),
    ],
)
def test_exactly_one_event_a_request(case: Case, client: Client, method: str, path: str, data: Any) -> None:
    assert getattr(client, method)(path.format(id=case.pk), data).status_code == 200
    assert len(looks()) == 1
    assert cases_shown() == [case.pk]


def test_a_list_leaves_one_trace_for_each_case(cast: Cast, case: Case, client: Client) -> None:
    other = a_case(cast)
    client.get("/")
    (event,) = looks()
    assert event.verb == Verb.CASE_LIST
    assert len(traces()) == 1
    assert cases_shown() == sorted([case.pk, other.pk])


@pytest.mark.parametrize("path", ["/breaks/{id}/", "/breaks/sql/{id}/"])
def test_the_event_survives_an_exception(case: Case, client: Client, path: str) -> None:
    assert client.get(path.format(id=case.pk)).status_code == 500
    assert len(looks()) == 1
    assert cases_shown() == [case.pk]


def test_a_foreign_case_is_refused_and_recorded(cast: Cast, case: Case) -> None:
    response = signed_in(cast.stranger).get(f"/cases/{case.pk}/")
    assert response.status_code == 404
    (event,) = looks()
    assert (event.verb, event.decision, event.case_id, event.relation) == (
        "ACCESS_DENY",
        "denied",
        case.pk,
        "none",
    )
    assert event.object_pk == f"/cases/{case.pk}/"


TYPED = [
    "/cases/not-an-id/",
    "/%ff%fe/",
    "/" + "x" * 3000 + "/",
    "/sign-in/secret-password/",
    "/髙橋花子/",
    "/kept/髙橋花子/x/",
]


@pytest.mark.parametrize("path", TYPED)
def test_any_address_is_404_and_recorded_without_what_was_typed(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    assert [client.get(where).status_code for where in (path, path, "/another/")] == [404] * 3
    one, again, another = looks()
    assert {event.decision for event in (one, again, another)} == {"denied"}
    # Whether it was the same address again can be told, and nothing else.
    assert one.object_pk == again.object_pk != another.object_pk
    assert re.fullmatch(r"\? [0-9a-f]{12}", one.object_pk)


def test_of_a_known_address_only_ids_are_kept(cast: Cast, case: Case, client: Client) -> None:
    assert client.get(f"/kept/髙橋花子/{case.pk}/").status_code == 404
    (event,) = looks()
    assert event.object_pk == f"/kept/…/{case.pk}/"


def test_a_page_that_says_nothing_is_recorded_all_the_same(cast: Cast, client: Client) -> None:
    for method in ("get", "head"):
        assert getattr(client, method)("/people/").status_code == 200
    assert [(event.verb, event.object_pk) for event in looks()] == [("PAGE_VIEW", "/people/")] * 2
    assert Client().get("/people/").status_code == 302
    assert len(looks()) == 2


def test_a_page_that_is_refused_in_the_end_has_shown_nothing(cast: Cast, case: Case, client: Client) -> None:
    assert client.get(f"/refuses/{case.pk}/").status_code == 404
    (event,), (trace,) = looks(), traces()
    assert (event.decision, event.panels) == ("denied", [])
    assert (trace.case_ids, trace.decision, trace.panels) == ([case.pk], "denied", [])


def test_a_page_that_names_its_rule_is_refused_under_that_one(cast: Cast, client: Client) -> None:
    assert client.get("/ruled/").status_code == 404
    (event,) = looks()
    assert (event.decision, event.rule) == ("denied", "a rule of its own")


def test_the_relation_is_the_one_the_request_began_with(cast: Cast, case: Case) -> None:
    """Whoever gives up their place in a case has looked with it, and looks without one afterwards."""
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.MANAGE, by=cast.caseworker)
    client = signed_in(cast.colleague)
    assert client.post(f"/leaves/{case.pk}/").status_code == 200
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert [(trace.relation, trace.decision) for trace in traces()] == [
        ("member", "allowed"),
        ("none", "denied"),
    ]


@pytest.mark.parametrize("address", ["", "not an address", "fe80::1%eth0", "1.2.3.4, 5.6.7.8"])
def test_a_bad_address_is_no_fault(cast: Cast, case: Case, client: Client, address: str) -> None:
    response = client.get(f"/cases/{case.pk}/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR="10.0.0.1")
    assert response.status_code == 200
    assert looks()[0].remote_addr != "10.0.0.1"


def test_a_failed_decryption_is_what_the_event_says(cast: Cast, case: Case, client: Client) -> None:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE cases_case SET outline = harm_type WHERE id = %s", [case.pk])
    assert client.get(f"/swallows/{case.pk}/").status_code == 500
    (event,) = looks()
    assert event.verb == Verb.DECRYPTION_FAIL
    assert event.rule.startswith("cases_case.outline")
    assert event.case_id == case.pk


# --- The access log away -----------------------------------------------------------------------------------------


@contextmanager
def wrong_port() -> Iterator[None]:
    """Nobody listens where the access log is looked for."""
    settings = connections["audit"].settings_dict
    connections["audit"].close()
    before, settings["PORT"] = settings["PORT"], "1"
    try:
        yield
    finally:
        connections["audit"].close()
        settings["PORT"] = before


@contextmanager
def no_right() -> Iterator[None]:
    """The role that writes the access log lost its right, in this test's own database."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON security_event FROM scribe")
    yield


@contextmanager
def no_role() -> Iterator[None]:
    """Every connection of the database role is cut in the middle of the day."""
    with connections["audit"].cursor() as cursor:
        cursor.execute("SELECT 1")
    with superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'scribe' AND datname = %s",
            [connections["audit"].settings_dict["NAME"]],
        )
    yield


@pytest.mark.parametrize("away", [wrong_port, no_right, no_role])
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_no_access_log_no_content(case: Case, client: Client, away: Callable[[], Any], method: str) -> None:
    with away():
        response = getattr(client, method)(f"/cases/{case.pk}/", {"name": "架空 花子"})
    assert response.status_code == 503
    assert CHILD.family_name not in response.content.decode()
    assert response["Retry-After"]
    with as_owner():
        assert not Person.objects.using("owner").exists()
    assert looks() == []
    assert traces() == []


def test_it_recovers_by_itself(case: Case, client: Client) -> None:
    with wrong_port():
        assert client.get(f"/cases/{case.pk}/").status_code == 503
    assert client.get(f"/cases/{case.pk}/").status_code == 200
