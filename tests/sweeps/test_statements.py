"""How many statements a page of a case takes where everything happened: every room that tells something has it to tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.staff.acting import acting_as
from cases.records.codes import CasePage
from desk.case.stream import Chosen, kinds, stream_of
from security.rooms import rooms
from tests.sweeps.matrix import client_of, path_of
from tests.sweeps.world import World

MOST = 25
"""Statements of a request, its own walls, access log and frame included, as ``make bench`` counts them."""
HELP = {
    "counseling": "lead",
    "entrusted": "lead",
    "entrusted_plan": "therapist",
    "reliance_plan": "lead",
    "reliance": "institution",
    "welfare_new": "lead",
    "welfare_referral": "lead",
}
"""The pages of a plan of the long help, and who reads each."""
NOT_TOLD = {"clocks", "closing"}
"""Rooms without a line in the world: no limit passed, and the case is open. Both are read on every page all the same."""


def test_every_room_has_something_to_tell(shared_world: World) -> None:
    with acting_as(shared_world["lead"]):
        told = {
            kind
            for kind in kinds()
            if stream_of(shared_world.case, shared_world["lead"], Chosen(kind), {}).rows
        }
    assert {*kinds()} - told <= NOT_TOLD
    assert len(told) > 5
    assert {next(iter(room.cards)) for room in rooms() if room.moments_in} <= told


@pytest.mark.parametrize("reader", ["lead", "line", "director"])
@pytest.mark.parametrize("page", CasePage.values)
def test_a_page_of_a_case_where_everything_happened(shared_world: World, page: str, reader: str) -> None:
    _takes_few(shared_world, reader, page)


@pytest.mark.parametrize("page", HELP)
def test_a_page_of_a_plan_where_everything_happened(shared_world: World, page: str) -> None:
    _takes_few(shared_world, HELP[page], page)


def _takes_few(world: World, reader: str, page: str) -> None:
    """The second look of one session: what a process asks once is known by then."""
    client, address = client_of(world, reader), path_of(page, world)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    said = [query["sql"] for query in asked if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(said) <= MOST, "\n".join(said)
