"""The children of a home stand together on the home page of who works on them, with which of them nobody has seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.staff.acting import acting_as
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.households import queries
from cases.households.panel import cautions
from cases.households.queries import homes_to_see
from cases.records import actions as records
from cases.records.models import Case
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in
from tests.unit.cases.households.test_homes import hidden
from tests.unit.cases.households.test_linked import linked, seen_at_a_visit, two


def a_home(cast: Cast, hours: int = 1) -> list[Case]:
    """Two children whose limits began so many hours ago."""
    cases = list(two(cast))
    linked(cast, *cases)
    with acting_as(cast.caseworker):
        for case in cases:
            began = clock.now() - timedelta(hours=hours)
            clocks.start(case, ClockKind.SAFETY, started_at=began, by=cast.caseworker)
    return cases


def groups(cast: Cast, name: str = "caseworker") -> list[list[tuple[object, bool]]]:
    with acting_as(cast.positions[name]):
        homes, _is_cut = homes_to_see(cast.positions[name])
        return [[(one.case.pk, one.is_unseen) for one in home] for home in homes]


def test_siblings_stand_together_the_home_that_is_due_first_at_the_top(cast: Cast) -> None:
    later, first = a_home(cast), a_home(cast, hours=5)
    alone = a_case(cast, child=replace(CHILD, given_name="葵", given_kana="アオイ"))
    with acting_as(cast.caseworker):
        clocks.start(alone, ClockKind.SAFETY, started_at=clock.now(), by=cast.caseworker)
    expected = [[(case.pk, True) for case in home] for home in (first, later)]
    assert groups(cast) == groups(cast, "supervisor") == expected
    seen_at_a_visit(cast, first[0])
    assert groups(cast)[0] == [(first[0].pk, False), (first[1].pk, True)]
    page = signed_in(cast.caseworker).get("/").content.decode()
    _before, _mark, card = page.partition('id="homes"')
    places = [card.index(case.number) for case in (*first, *later)]
    assert places == sorted(places)
    seen_at_a_visit(cast, first[1])
    assert len(groups(cast)) == 1


def test_of_many_homes_those_that_are_due_first_are_read_and_the_page_says_that_there_are_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home that was joined last is due first: it is not among those that are left out."""
    a_home(cast)
    second, first = a_home(cast, hours=4), a_home(cast, hours=5)
    monkeypatch.setattr(queries, "MOST_HOMES", 2)
    assert [home[0][0] for home in groups(cast)] == [first[0].pk, second[0].pk]
    with acting_as(cast.caseworker):
        assert homes_to_see(cast.caseworker)[1]
    page = signed_in(cast.caseworker).get("/").content.decode()
    assert "このほかにも世帯があります。" in page
    monkeypatch.setattr(queries, "MOST_HOMES", 3)
    with acting_as(cast.supervisor):
        homes, is_cut = homes_to_see(cast.supervisor)
        assert (len(homes), is_cut) == (3, False)


def test_who_does_not_see_a_sibling_finds_no_home(cast: Cast) -> None:
    case, other = a_home(cast)
    hidden(cast, other)
    assert groups(cast) == []
    page = signed_in(cast.caseworker).get("/").content.decode()
    assert 'id="homes"' not in page
    assert other.number not in page
    assert case.number in page


def test_as_many_statements_for_three_homes_as_for_one(cast: Cast) -> None:
    client, counts = signed_in(cast.caseworker), []
    for _home in range(3):
        a_home(cast)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[-1]


def test_the_head_of_both_cases_warns_of_a_suspected_sibling_with_the_same_lead(cast: Cast) -> None:
    """And of none where the reader does not see both, or where another colleague leads one of them."""
    case, other = two(cast)
    linked(cast, case, other)
    with acting_as(cast.caseworker):
        records.save_person(case, {"role": "suspect", "name": "髙橋 美羽"}, by=cast.caseworker)
    for name in ("caseworker", "supervisor"):
        for one in (case, other):
            assert warns(cast, one, name)
    with acting_as(cast.supervisor):
        records.name_lead(other, cast.colleague, by=cast.supervisor, keep_former=True)
    assert not warns(cast, case, "caseworker")
    hidden(cast, other)
    assert not warns(cast, case, "caseworker")


def warns(cast: Cast, case: Case, name: str) -> bool:
    with acting_as(cast.positions[name]):
        chips = cautions(Case.objects.get(pk=case.pk), cast.positions[name])
        return any(chip.kind == "warning" for chip in chips)
