"""Many people around one child: the page of the case shows the latest, their own page has all of them."""

import re

from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.actions import remove_person, save_person
from cases.records.models import Case, Person
from cases.records.panel import PEOPLE
from tests.cast import Cast, a_case
from tests.client import signed_in

MORE = 5


def _case_of_many(cast: Cast) -> tuple[Case, list[Person]]:
    """A case with five people more than a page holds, in the order in which they were written."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        texts = [{"role": "relative", "name": f"第{number}人"} for number in range(PEOPLE + MORE)]
        people = [save_person(case, each, by=cast.caseworker) for each in texts]
    return case, people


def _names(page: str) -> list[int]:
    """The people in the table of a page, by number."""
    rows = re.findall(r'<td data-label="[^"]+">\s*<span>\s*第(\d+)人', page)
    return [int(number) for number in rows]


def test_all_people_are_on_pages_of_their_list(cast: Cast) -> None:
    case, _people = _case_of_many(cast)
    client, all_of_them = signed_in(cast.caseworker), reverse("people_list", args=[case.pk])
    first = client.get(all_of_them)
    assert PEOPLE + MORE - 1 in _names(first.content.decode())  # whoever was written a moment ago
    older = client.get(f"{all_of_them}?{first.context['shown'].older}")
    found = _names(first.content.decode()), _names(older.content.decode())
    assert (len(found[0]), len(found[1])) == (PEOPLE, MORE)
    assert {*found[0], *found[1]} == set(range(PEOPLE + MORE))
    back = client.get(f"{all_of_them}?{older.context['shown'].newer}")
    assert _names(back.content.decode()) == found[0]


def test_a_removed_person_is_on_no_page(cast: Cast) -> None:
    case, people = _case_of_many(cast)
    with acting_as(cast.caseworker):
        for person in people[:MORE]:
            remove_person(case, person, by=cast.caseworker)
    client, all_of_them = signed_in(cast.caseworker), reverse("people_list", args=[case.pk])
    alone = client.get(all_of_them)
    assert sorted(_names(alone.content.decode())) == list(range(MORE, PEOPLE + MORE))
    assert not alone.context["shown"].older
