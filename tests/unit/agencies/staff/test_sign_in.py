"""Signing in: right, wrong, locked, out of use; one answer for every refusal."""

from typing import Any

import pytest
from django.db import ProgrammingError, connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from agencies.staff import actions as signin
from agencies.staff.actions import set_password
from agencies.staff.models import Position, Staff
from security.audit.models import Event
from security.signin import tries
from tests.cast import PASSWORD, Cast, as_owner
from tests.client import signed_in

SIGN_IN = reverse("sign_in")


def send(client: Client, username: str, password: str = PASSWORD, path: str = SIGN_IN) -> Any:
    return client.post(path, {"username": username, "password": password})


def events(verb: str) -> list[Event]:
    with as_owner():
        return list(Event.objects.using("owner").filter(verb=verb).order_by("id"))


def test_right_password_with_one_position(cast: Cast) -> None:
    client = Client()
    response = send(client, "caseworker")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/sessions/").status_code == 200
    (event,) = events("SESSION_START")
    assert (event.actor_id, event.position_id, event.role) == (
        cast.caseworker.staff_id,
        cast.caseworker.pk,
        "caseworker",
    )


@pytest.mark.parametrize(
    ("path", "goes_to"),
    [
        ("/sign-in/?next=/inbox/", "/inbox/"),
        ("/sign-in/?next=//evil.example/", "/"),
        ("/sign-in/?next=https://evil.example/", "/"),
        ("/sign-in/?next=/%5Cevil.example/", "/"),
        ("/sign-in/?next=javascript:alert(1)", "/"),
        ("/sign-in/?kept=1", "/parked/"),
    ],
)
def test_where_it_leads(cast: Cast, path: str, goes_to: str) -> None:
    assert send(Client(), "caseworker", path=path)["Location"] == goes_to


def test_what_was_kept_is_announced(cast: Cast) -> None:
    assert "alert--info" in Client().get("/sign-in/?kept=1").content.decode()
    assert "alert--info" not in Client().get("/sign-in/").content.decode()


def test_choosing_a_position_ends_the_session_key_used_before(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    old = client.cookies["session"].value
    client.post("/position/", {"position": str(cast.caseworker.pk)})
    assert client.cookies["session"].value != old
    thief = Client()
    thief.cookies["session"] = old
    assert thief.get("/sessions/").status_code == 302


def refusal(client: Client, username: str, password: str = PASSWORD) -> tuple[int, str]:
    response = send(client, username, password)
    body = response.content.decode().replace(username, "NAME")
    return response.status_code, body[body.index("<main") : body.index("</main>")].split(
        "csrfmiddlewaretoken"
    )[0]


def test_every_refusal_reads_the_same(cast: Cast) -> None:
    with as_owner():
        Staff.objects.using("owner").filter(username="colleague").update(is_active=False)
    wrong = refusal(Client(REMOTE_ADDR="10.0.0.1"), "caseworker", "wrong")
    assert wrong[0] == 200
    assert wrong == refusal(Client(REMOTE_ADDR="10.0.0.2"), "nobody at all")
    assert wrong == refusal(Client(REMOTE_ADDR="10.0.0.3"), "colleague")
    assert [str(event.object_pk) for event in events("SESSION_REFUSE")] == [
        str(cast.caseworker.staff_id),
        "",
        str(cast.colleague.staff_id),
    ]
    assert {event.decision for event in events("SESSION_REFUSE")} == {"denied"}


def test_an_unknown_name_hashes_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from agencies.staff import actions as signin

    hashed: list[str] = []
    monkeypatch.setattr(signin, "make_password", hashed.append)
    assert signin.person_with_password("nobody", "x") is None
    assert hashed == ["x"]


def test_wrong_tries_lock_that_name_from_that_address_only(cast: Cast) -> None:
    client = Client()
    answers = [send(client, "caseworker", "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert send(client, "caseworker").status_code == 429
    assert send(client, "colleague").status_code == 302
    assert send(Client(REMOTE_ADDR="192.0.2.9"), "caseworker").status_code == 302
    assert events("SESSION_REFUSE")[-1].rule == "locked"


def test_unknown_names_lock_as_known_ones(cast: Cast) -> None:
    client = Client()
    answers = [send(client, "nobody", "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def test_success_forgets_the_wrong_tries(cast: Cast) -> None:
    for _ in range(2):
        client = Client()
        for _ in range(4):
            assert send(client, "caseworker", "wrong").status_code == 200
        assert send(client, "caseworker").status_code == 302


def test_without_a_current_position_there_is_no_way_on(cast: Cast) -> None:
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.colleague.pk).update(ends_on="2020-05-01")
    client = Client()
    assert send(client, "colleague")["Location"] == "/position/"
    assert client.get("/position/").status_code == 200
    assert client.get("/")["Location"] == "/position/"
    assert client.post("/position/", {"position": str(cast.colleague.pk)}).status_code == 404


def test_broken_input_is_refused_kindly(cast: Cast) -> None:
    for data in (
        {},
        {"username": "a\0b", "password": "x"},
        {"username": "x" * 500, "password": "x"},
        {"username": "x"},
    ):
        assert Client().post(SIGN_IN, data).status_code == 200
    assert Client().put(SIGN_IN).status_code == 405


def test_full_width_user_names_are_understood(cast: Cast) -> None:
    assert send(Client(), "ｃａｓｅｗｏｒｋｅｒ").status_code == 302


def test_csrf_is_checked(cast: Cast) -> None:
    assert send(Client(enforce_csrf_checks=True), "caseworker").status_code == 403


def test_no_page_may_be_kept(cast: Cast) -> None:
    for path in ("/sign-in/", "/sessions/", "/nothing/"):
        assert signed_in(cast.caseworker).get(path)["Cache-Control"] == "no-store"
    assert Client().get("/")["Cache-Control"] == "no-store"


def test_a_temporary_password_is_changed_first(cast: Cast) -> None:
    set_password(cast.caseworker.staff_id, "temporary-password", change_first=True)
    client = Client()
    assert (
        send(client, "caseworker", "temporary-password", "/sign-in/?next=/inbox/")["Location"]
        == "/password/?next=%2Finbox%2F"
    )
    assert client.get("/inbox/")["Location"] == "/password/?next=%2Finbox%2F"
    assert client.get("/position/")["Location"] == "/password/"
    assert client.post("/position/", {"position": str(cast.caseworker.pk)})["Location"] == "/password/"
    for closed in ("/sessions/", "/parked/"):
        assert client.get(closed)["Location"] == "/password/", closed
    same = client.post("/password/", {"password": "temporary-password", "again": "temporary-password"})
    assert same.status_code == 200, "whoever handed it over knows it"
    weak = client.post("/password/", {"password": "caseworker123", "again": "caseworker123"})
    assert weak.status_code == 200
    assert client.post("/password/", {"password": "a long new one", "again": "another"}).status_code == 200
    done = client.post("/password/?next=/inbox/", {"password": "a long new one", "again": "a long new one"})
    assert done["Location"] == "/inbox/"
    assert client.get("/sessions/").status_code == 200
    assert send(Client(), "caseworker", "temporary-password").status_code == 200
    assert send(Client(), "caseworker", "a long new one")["Location"] == "/"
    assert len(events("PASSWORD_CHANGE")) == 1


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("kurage-7", "12文字以上にしてください。"),
        ("caseworker123", "ユーザー名又はメールアドレスに似ています。別のものにしてください。"),
        ("qwerty123456", "よく使われるパスワードです。別のものにしてください。"),
        ("830571946204", "数字だけのパスワードは使えません。"),
    ],
)
def test_why_a_password_is_refused_is_said_in_our_words(cast: Cast, password: str, says: str) -> None:
    set_password(cast.caseworker.staff_id, "temporary-password", change_first=True)
    client = Client()
    send(client, "caseworker", "temporary-password")
    with translation.override("ja"):
        client.cookies["language"] = "ja"
        answer = client.post("/password/", {"password": password, "again": password})
    assert answer.context["form"].errors["password"] == [says]


def test_changing_it_later_needs_the_present_one_and_ends_other_sessions(cast: Cast) -> None:
    here, there = signed_in(cast.caseworker), signed_in(cast.caseworker)
    data = {"old": "wrong", "password": "a long new one", "again": "a long new one"}
    assert here.post("/password/", data).status_code == 200
    assert there.get("/sessions/").status_code == 200
    assert here.post("/password/", {**data, "old": PASSWORD})["Location"] == "/sessions/"
    assert there.get("/sessions/").status_code == 302
    assert here.get("/sessions/").status_code == 200
    assert Position.objects.using("gate").filter(pk=cast.caseworker.pk).exists()


def test_changing_it_does_not_wait_for_its_own_session(cast: Cast) -> None:
    """The request may hold its own identity's row (it puts the idle limit off); the gate must not wait for it."""
    client = signed_in(cast.caseworker)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE wall.identity SET idle_until = idle_until - interval '5 minutes'")
    data = {"old": PASSWORD, "password": "a long new one", "again": "a long new one"}
    assert client.post("/password/", data)["Location"] == "/sessions/"


def test_from_an_address_known_for_the_person_the_right_password_works_in_spite_of_others(cast: Cast) -> None:
    office = "10.0.0.7"
    assert send(Client(REMOTE_ADDR=office), "caseworker").status_code == 302
    assert [send(Client(REMOTE_ADDR=office), "caseworker", "wrong").status_code for _ in range(9)][4:] == [
        429
    ] * 5
    assert send(Client(REMOTE_ADDR=office), "caseworker").status_code == 302
    assert send(Client(REMOTE_ADDR="10.0.0.8"), "caseworker").status_code == 302


def test_at_a_known_address_too_a_day_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "AT_A_KNOWN_ADDRESS", 6)
    client = Client()
    assert send(client, "caseworker").status_code == 302
    for _ in range(6):
        send(Client(), "caseworker", "wrong")
    assert send(Client(), "caseworker").status_code == 429


@pytest.mark.parametrize("name", ["caseworker", "nobody"])
def test_over_all_addresses_a_name_slows_down(cast: Cast, name: str) -> None:
    answers = [send(Client(REMOTE_ADDR=f"10.1.0.{n}"), name, "wrong").status_code for n in range(22)]
    assert answers == [200] * 20 + [429] * 2
    assert send(Client(REMOTE_ADDR="10.2.0.1"), name).status_code == 429
    assert send(Client(REMOTE_ADDR="10.2.0.1"), "colleague").status_code == 302


def test_wrong_tries_are_told_to_the_person(cast: Cast) -> None:
    for n in range(3):
        send(Client(REMOTE_ADDR=f"10.1.0.{n}"), "caseworker", "wrong")
    client = Client()
    send(client, "caseworker")
    (told,) = client.get("/").context["messages"]
    assert "3" in told.message
    again = Client()
    send(again, "caseworker")
    assert list(again.get("/").context["messages"]) == []


def test_nothing_typed_at_sign_in_is_stored(cast: Cast) -> None:
    """Somebody types the password into the field of the name: neither is found in any table."""
    send(Client(REMOTE_ADDR="203.0.113.77"), "typed-in-the-wrong-field", "and-the-other")
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'keys', 'wall')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY (%s)",
                [["%typed-in%", "%and-the-other%"]],
            )
            assert cursor.fetchone() == (0,), table
        cursor.execute(
            "SELECT count(*) FROM security_signintry WHERE length(name) = 32 AND length(address) = 32"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("verb", ["SELECT * FROM", "DELETE FROM"])
def test_the_application_neither_reads_nor_removes_tries(cast: Cast, verb: str) -> None:
    with (
        connections["default"].cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute(f"{verb} security_signintry")


def test_a_closed_name_costs_a_password_check_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        send(Client(), "nobody", "wrong")
    hashed: list[str] = []
    monkeypatch.setattr(signin, "make_password", hashed.append)
    assert send(Client(), "nobody", "x").status_code == 429
    assert hashed == ["x"]
