"""Every page that shows a case leaves exactly one committed event, with one trace for each case shown."""

from typing import Any

import pytest
from pytest_django import Settings

from agencies.staff.acting import acting_as
from cases.records.models import Case
from tests.client import text_of
from tests.sweeps import away, faulty_urls
from tests.sweeps.canaries import issued
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.wire import access_log
from tests.sweeps.world import World, sql

LOOKS = "verb NOT LIKE 'ROW%' AND decision = 'allowed'"
# Pages that name a case by its number and show nothing of it
NUMBER_ALONE = {
    "handovers": "the number of a case that is handed over, to who receives it and is not in charge yet",
    "inbox": "a notice holds the reference, like the mail beside it",
    "access_log_mine": "the numbers of the cases one has looked at oneself",
}
READERS = ("lead", "line", "glass", "reader", "disclosed", "privacy", "none")


def _last() -> int:
    return int(str(sql("SELECT coalesce(max(id), 0) FROM security_event")[0][0]))


def _looks_after(last: int) -> list[dict[str, object]]:
    return access_log(f"{LOOKS} AND id > {last}")


def _traces(event: dict[str, object]) -> list[object]:
    return [
        row[0]
        for row in sql("SELECT unnest(case_ids) FROM security_casetrace WHERE event_uuid = %s", event["uuid"])
    ]


def _of_one_home(world: World) -> set[object]:
    """The cases of the lead: the world's own, and the sibling's."""
    home = "SELECT household_id FROM cases_householdmember WHERE case_id = %s"
    found = {
        row[0]
        for row in sql(
            f"SELECT case_id FROM cases_householdmember WHERE household_id IN ({home})",
            world.case.pk,
        )
    }
    assert len(found) == 2
    return found


def _readers_of(name: str) -> list[str]:
    admitted = ROWS[name].get or frozenset()
    return [relation for relation in READERS if relation in admitted][:2] or sorted(admitted)[:1]


def _shown_on(text: str, world: World) -> list[str]:
    """What of the case stands on a page: words from its record, or its number where a list or a link names it.

    A filing and a child's letter belong to no case: their looks name them themselves. So does what an institution is asked: its
    look must not say whose case it is.
    """
    found = [
        label
        for label, word in issued().items()
        if word in text and not label.startswith(("filed.", "policed.", "lettered.", "placed."))
    ]
    return [*found, *(["the number"] if world.case.number in text else [])]


def _cases_of(shows: list[str], world: World) -> set[object]:
    """The case of the world, or the support case of the police, or both: as the words say."""
    return {world.ids["support_id"] if label.startswith("supported.") else world.case.pk for label in shows}


@pytest.mark.parametrize("name", [name for name in NAMES if name in ROWS and ROWS[name].get])
def test_one_event_for_one_page(shared_world: World, name: str) -> None:
    """GET, HEAD, and GET with the validators of an earlier answer: each is a look of its own, by the one who looked.

    An address that leads on is two requests, and each leaves its own event.
    """
    world, path = shared_world, path_of(name, shared_world)
    for relation in _readers_of(name):
        client = client_of(world, relation)
        first: Any = None
        shows: list[str] = []
        for method, headers in (("get", {}), ("head", {}), ("get", {"If-None-Match": "*"})):
            before = _last()
            answer: Any = getattr(client, method)(path, follow=True, headers=headers)
            new = _looks_after(before)
            if first is None:
                first = answer
                shows = _shown_on(text_of(first), world) if name not in NUMBER_ALONE else []
            # Whoever is signed in leaves a trace on every page: on lists, desks, forms and the administrator's pages, too.
            assert 1 <= len(new) <= 1 + len(answer.redirect_chain), (name, relation, method)
            assert answer.status_code in (first.status_code, 304), (name, relation, method)
            assert {event["actor_id"] for event in new} == {world[relation].staff_id}, (
                name,
                relation,
                method,
            )
            if not shows:
                continue
            assert {event["position_id"] for event in new} == {world[relation].pk}, (name, relation, method)
            traces = _traces(new[-1])
            for case in _cases_of(shows, world):
                assert traces.count(case) == 1, (name, relation, method, shows)
            assert len(traces) == len(set(traces))


def test_pages_without_a_trace_show_a_number_and_no_word(shared_world: World) -> None:
    for name in NUMBER_ALONE:
        for relation in _readers_of(name):
            text = client_of(shared_world, relation).get(path_of(name, shared_world)).content.decode()
            assert _shown_on(text, shared_world) in ([], ["the number"]), (name, relation)


def test_no_trace_no_content_on_any_page(world: World) -> None:
    """With the access log away every page that would show a case is a 503 without a word of it."""
    asked = [(name, relation) for name in NAMES if ROWS[name].get for relation in _readers_of(name)]
    shown = [(name, relation) for name, relation in asked if _page_shows(world, name, relation)]
    assert len(shown) > len(NAMES) / 2
    with away.access_log_refused(""):
        for name, relation in shown:
            answer = client_of(world, relation).get(path_of(name, world), follow=True)
            assert answer.status_code == 503, (name, relation)
            assert _shown_on(text_of(answer), world) == [], (name, relation)


def _page_shows(world: World, name: str, relation: str) -> bool:
    answer = client_of(world, relation).get(path_of(name, world), follow=True)
    return name not in NUMBER_ALONE and bool(_shown_on(text_of(answer), world))


def test_a_search_is_one_event(world: World) -> None:
    """Found or not, the event names every case shown and holds a keyed hash of the term, never the term."""
    client = client_of(world, "lead")
    for number, shown in ((world.case.number, [world.case.pk]), ("KITA-1999-0001", [])):
        before = _last()
        assert client.post("/find/", {"typed": number}).status_code == 200
        (event,) = _looks_after(before)
        assert (event["verb"], _traces(event)) == ("CASE_SEARCH", shown)
        assert event["detail"]
        assert number not in str(event)


def test_a_list_names_every_case(world: World) -> None:
    before = _last()
    text = client_of(world, "lead").get("/cases/").content.decode()
    (event,) = _looks_after(before)
    assert event["verb"] == "CASE_LIST"
    with acting_as(world["lead"]):
        listed = {case.pk for case in Case.objects.all() if case.number in text}
    assert {*_traces(event)} == listed > {world.case.pk}


@pytest.mark.parametrize("reader", ["lead", "disclosed"])
def test_the_look_survives_what_fails_afterwards(world: World, settings: Settings, reader: str) -> None:
    """An error after rendering takes back what the request wrote, but not that it was looked."""
    place = settings.MIDDLEWARE.index("security.walls.middleware.WallMiddleware") + 1
    broken = "tests.sweeps.faulty_urls.breaks_afterwards"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], broken, *settings.MIDDLEWARE[place:]]
    path = path_of("case" if reader == "lead" else "letter", world)
    before = _last()
    assert client_of(world, reader).get(path).status_code == 500
    (event,) = _looks_after(before)
    # The card of the home names the sibling too.
    assert {*_traces(event)} == (_of_one_home(world) if reader == "lead" else {world.case.pk})


def test_the_look_of_a_view_that_fails(world: World, settings: Settings) -> None:
    settings.ROOT_URLCONF = faulty_urls.__name__
    before = _last()
    assert client_of(world, "lead").get("/who/?fail=1").status_code == 500
    (event,) = _looks_after(before)
    assert world.case.pk in _traces(event)
