"""The choice of a position, sign-out, own sessions, idle and absolute limits."""

from datetime import datetime

import pytest
from django.db import connections
from django.test import Client

from agencies.staff.models import Position
from agencies.staff.views import SESSIONS
from security.audit.models import Event
from tests.between import just_before
from tests.cast import PASSWORD, Cast, as_owner
from tests.client import signed_in, signed_in_without_position


def set_identities(assignment: str) -> None:
    """Move the limits of all sessions."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"UPDATE wall.identity SET {assignment}")


def limit(column: str) -> datetime:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT max({column}) FROM wall.identity WHERE ended_at IS NULL")
        found: datetime = cursor.fetchone()[0]
        return found


def test_one_of_several_positions_is_chosen(cast: Cast) -> None:
    client = Client()
    first = client.post("/sign-in/?next=/inbox/", {"username": "two_positions", "password": PASSWORD})
    assert first["Location"] == "/position/?next=%2Finbox%2F"
    page = client.get("/position/?next=/inbox/").content.decode()
    assert str(cast.two_positions.pk) in page
    assert str(cast.positions["two_positions/director"].pk) in page
    chosen = client.post(
        "/position/?next=/inbox/", {"position": str(cast.positions["two_positions/director"].pk)}
    )
    assert chosen["Location"] == "/inbox/"
    assert client.get("/sessions/").context["request"].by == cast.positions["two_positions/director"]


@pytest.mark.parametrize("position", ["", "nonsense", "00000000-0000-0000-0000-000000000000", "director"])
def test_a_position_of_another_person_cannot_be_chosen(cast: Cast, position: str) -> None:
    client = signed_in(cast.two_positions)
    wanted = str(cast.director.pk) if position == "director" else position
    answer = client.post("/position/", {"position": wanted})
    # Without the id of a position no button was pressed.
    assert answer.status_code == (404 if "-" in wanted else 302)


def test_changing_the_position_keeps_the_absolute_limit(cast: Cast) -> None:
    client = signed_in(cast.two_positions)
    set_identities("ends_at = now() + interval '1 hour'")
    before = limit("ends_at")
    client.post("/position/", {"position": str(cast.positions["two_positions/director"].pk)})
    assert abs((limit("ends_at") - before).total_seconds()) < 5


def test_changing_the_position_after_a_pause_does_not_wait_for_itself(cast: Cast) -> None:
    client = signed_in(cast.two_positions)
    set_identities("idle_until = idle_until - interval '5 minutes'")
    response = client.post("/position/", {"position": str(cast.positions["two_positions/director"].pk)})
    assert response["Location"] == "/"


def test_a_position_that_ends_is_left_on_the_next_request(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    assert client.get("/sessions/").status_code == 200
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(ends_on="2020-05-01")
    assert client.get("/")["Location"] == "/position/"


def test_signing_out_ends_it_and_the_browser_forgets(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    key = client.cookies["session"].value
    response = client.post("/sign-out/")
    assert response["Location"] == "/sign-in/?out=1"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response.cookies["who"].value == ""
    assert response.cookies["session"].value == ""
    client.cookies["session"] = key
    assert client.get("/sessions/").status_code == 302
    with as_owner():
        assert Event.objects.using("owner").get(verb="SESSION_END").position_id == cast.caseworker.pk


def test_signing_out_takes_a_post_request_and_works_when_already_out(cast: Cast) -> None:
    assert signed_in(cast.caseworker).get("/sign-out/").status_code == 405
    assert Client().post("/sign-out/")["Location"] == "/sign-in/?out=1"


def test_own_sessions_are_listed_and_ended_elsewhere(cast: Cast) -> None:
    here = signed_in(cast.caseworker)
    there, other = signed_in(cast.caseworker), signed_in(cast.colleague)
    listed = here.get("/sessions/").context["sessions"]
    assert [one.is_this for one in listed].count(True) == 1
    assert len(listed) == 2
    (elsewhere,) = [one for one in listed if not one.is_this]
    here.post("/sessions/end/", {"session": str(elsewhere.id)})
    assert there.get("/sessions/").status_code == 302
    assert here.get("/sessions/").status_code == 200
    assert other.get("/sessions/").status_code == 200


def test_of_many_sessions_the_latest_are_listed_and_all_others_ended(cast: Cast) -> None:
    here = signed_in(cast.caseworker)
    for _number in range(SESSIONS + 3):
        signed_in(cast.caseworker)
    page = here.get("/sessions/")
    listed = page.context["sessions"]
    assert (len(listed), listed[0].is_this, page.context["more"]) == (SESSIONS, True, 4)
    assert "ほか4か所" in page.content.decode()
    assert [one.minted_at for one in listed[1:]] == sorted(
        [one.minted_at for one in listed[1:]], reverse=True
    )
    here.post("/sessions/end/", {"session": "all"})
    page = here.get("/sessions/")
    assert [one.is_this for one in page.context["sessions"]] == [True]
    assert page.context["more"] == 0


def test_a_session_of_another_person_cannot_be_ended(cast: Cast) -> None:
    victim = signed_in(cast.colleague)
    theirs = victim.get("/sessions/").context["sessions"][0].id
    attacker = signed_in(cast.caseworker)
    attacker.post("/sessions/end/", {"session": str(theirs)})
    attacker.post("/sessions/end/", {"session": "nonsense"})
    attacker.post("/sessions/end/", {"session": "all"})
    assert victim.get("/sessions/").status_code == 200


@pytest.mark.parametrize("column", ["idle_until", "ends_at"])
def test_a_session_past_its_limit_has_no_identity(cast: Cast, column: str) -> None:
    client = signed_in(cast.caseworker)
    set_identities(f"{column} = now() - interval '1 second'")
    assert client.get("/sessions/")["Location"] == "/sign-in/?next=%2Fsessions%2F"


def test_typing_counts_as_activity_but_never_past_the_absolute_limit(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    set_identities("idle_until = now() + interval '2 minutes'")
    before = limit("idle_until")
    assert client.post("/alive/").status_code == 204
    assert (limit("idle_until") - before).total_seconds() > 600
    set_identities("idle_until = now() + interval '2 minutes', ends_at = now() + interval '3 minutes'")
    assert client.post("/alive/").status_code == 204
    assert limit("idle_until") == limit("ends_at")


def test_alive_answers_only_a_living_session_and_only_post(cast: Cast) -> None:
    assert Client().post("/alive/").status_code == 302
    assert signed_in(cast.caseworker).get("/alive/").status_code == 405
    assert signed_in_without_position(cast.two_positions.staff).post("/alive/").status_code == 204


@pytest.mark.parametrize(
    ("has_position", "statement"), [(True, "agencies_position"), (False, "agencies_staff")]
)
def test_a_session_ended_in_the_middle_of_a_request_has_no_identity(
    cast: Cast, has_position: bool, statement: str
) -> None:
    client = (
        signed_in(cast.caseworker) if has_position else signed_in_without_position(cast.two_positions.staff)
    )
    with just_before(f'SELECT "{statement}"', lambda: set_identities("ended_at = now()")):
        answer = client.get("/sessions/")
    assert answer["Location"] == "/sign-in/?next=%2Fsessions%2F"
