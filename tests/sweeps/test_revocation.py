"""Whatever ends somebody's access during an open session: their next request is refused already."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agencies.administration import actions as administration
from agencies.staff.acting import acting_as
from agencies.staff.actions import set_password
from agencies.staff.models import Position
from cases.records import actions as records
from cases.records.models import Grant
from referrals.consent import actions as consent
from referrals.consent.models import Intention
from referrals.disclosures import actions as disclosures
from referrals.disclosures.models import Disclosure
from security.signin import parked
from security.walls import clock
from tests.client import TOKEN, text_of
from tests.sweeps.matrix import client_of, leak, path_of
from tests.sweeps.reading import forms_of
from tests.sweeps.world import World, sql


def _revoke(world: World) -> None:
    grant = Grant.objects.select_related("content_object").get(
        position=world["member"], content_object=world.case, ended_at=None
    )
    records.take_off_team(grant, by=world["lead"])


def _block(world: World) -> None:
    records.block_person(world.case, world["member"].staff, by=world["lead"])


def _disable(world: World) -> None:
    administration.take_out_of_use(
        world["member"].staff, by=world["admin"], left_behind="退職のため係で引き継ぐ"
    )


def _end_position(world: World) -> None:
    position = Position.objects.get(pk=world["member"].pk)  # the world's own copy outlives this database
    yesterday = clock.today() - timedelta(days=1)
    administration.end_position(position, yesterday, by=world["admin"], left_behind="退職のため係で引き継ぐ")


def _renew_password(world: World) -> None:
    set_password(world["member"].staff_id, "a quite different password", change_first=True)


# What ends it, who does that, and what the next request of "member" is answered
ENDS: dict[str, tuple[Callable[[World], None], str, int, str]] = {
    "revoke": (_revoke, "lead", 404, ""),
    "block": (_block, "lead", 404, ""),
    "disable": (_disable, "admin", 302, "/sign-in/"),
    "end the position": (_end_position, "admin", 302, "/position/"),
    "renew the password": (_renew_password, "admin", 302, "/sign-in/"),
}


@pytest.mark.parametrize("how", ENDS)
def test_the_next_request_is_refused(world: World, how: str) -> None:
    end, by, status, where = ENDS[how]
    client, path = client_of(world, "member"), path_of("progress_list", world)
    assert client.get(path).status_code == 200
    with acting_as(world[by]):
        end(world)
    for name in ("progress_list", "case", "child_edit"):
        answer = client.get(path_of(name, world))
        assert (answer.status_code, answer.headers.get("Location", "")[: len(where)]) == (status, where), name
        assert leak("nobody", answer.content.decode()) == ""


@pytest.mark.parametrize("how", ENDS)
def test_a_form_that_was_open_is_not_taken(world: World, how: str) -> None:
    """Rights are checked again at save: nothing is written, and what was typed waits for its author."""
    end, by, status, _where = ENDS[how]
    client, path = client_of(world, "member"), path_of("progress_add", world)
    page = client.get(path)
    (form,) = (one for one in forms_of(path, "", page.content.decode()) if one.action == path)
    with acting_as(world[by]):
        end(world)
    before = sql("SELECT count(*) FROM cases_progressentry")
    assert client.post(path, {**form.fields, "csrfmiddlewaretoken": TOKEN}).status_code == status
    assert sql("SELECT count(*) FROM cases_progressentry") == before
    kept = [found for found in parked.forms_of(world["member"].staff_id) if found.path == path]
    assert len(kept) == 1


def test_a_grant_that_runs_out(world: World) -> None:
    """No job ends a broken glass: its next request after four hours is refused by the clock alone."""
    client, path = client_of(world, "glass"), path_of("case", world)
    assert client.get(path).status_code == 200
    sql(
        "UPDATE cases_grant SET ends_at = now() - interval '1 second' WHERE position_id = %s",
        world["glass"].pk,
    )
    assert client.get(path).status_code == 404


def _withdraw(world: World) -> None:
    intention = Intention.objects.select_related("case").get(pk=world.ids["intention_id"])
    consent.withdraw(intention, by=world["lead"])


def _close(world: World) -> None:
    disclosures.close_report(Disclosure.objects.get(pk=world.ids["disclosure_id"]), by=world["lead"])


@pytest.mark.parametrize("end", [_withdraw, _close])
def test_the_package_closes_at_once(world: World, end: Callable[[World], None]) -> None:
    client = client_of(world, "disclosed")
    assert leak("nobody", client.get(path_of("letter", world)).content.decode()) != ""
    with acting_as(world["lead"]):
        end(world)
    for name in ("letter", "letter_print"):
        answer = client.get(path_of(name, world))
        assert answer.status_code == 200
        assert leak("nobody", text_of(answer)) == ""


def test_signed_out_elsewhere(world: World) -> None:
    """Ending one's other sessions, and signing out, end them for good: the cookie is worth nothing afterwards."""
    client, path = client_of(world, "lead"), path_of("case", world)
    assert client.get(path).status_code == 200
    answer = client_of(world, "lead").post("/sign-out/")
    assert answer.status_code == 302
    assert client.get(path).status_code == 302
