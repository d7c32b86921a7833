"""The exact rule over the office's other cases: full reading and birth date or, where that is unknown, the school."""

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.actions import block_person, update_child
from cases.records.queries import cases_for
from security.audit.models import Event
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in

UNDATED = dataclasses.replace(CHILD, birth_date=None, school="星見小学校　3年")
BY_SCHOOL = {"by": "child", "kana": "たかはし よしの", "birth_date_unknown": "on", "school": "星見小学校"}


def search(cast: Cast, who: str, **typed: str) -> Any:
    response = signed_in(cast.positions[who]).post(reverse("find"), BY_SCHOOL | typed)
    assert response.status_code == 200
    return response


def hidden(cast: Cast, who: str, **typed: str) -> list[Any]:
    return [row.case_id for row in search(cast, who, **typed).context["hidden"]]


@pytest.mark.parametrize("school", ["星見小学校", "星見小学校4年", "星見小学校　４年２組", "星見　小学校"])
def test_unknown_birth_date_and_the_school_find_a_case_behind_the_glass(cast: Cast, school: str) -> None:
    case = a_case(cast, child=UNDATED)
    assert hidden(cast, "duty", school=school) == [case.pk]
    assert [row.case.pk for row in search(cast, "caseworker", school=school).context["rows"]] == [case.pk]


def test_a_known_birth_date_does_not_hide_the_child_from_who_knows_the_school(cast: Cast) -> None:
    case = a_case(cast, child=dataclasses.replace(CHILD, school="星見小学校"))
    assert hidden(cast, "duty") == [case.pk]


@pytest.mark.parametrize(
    "typed",
    [{"school": "星見中学校"}, {"school": "星見"}, {"kana": "タカハシ"}, {"kana": "タカハシ ヨシコ"}],
)
def test_no_part_of_it_is_enough(cast: Cast, typed: dict[str, str]) -> None:
    a_case(cast, child=UNDATED)
    response = search(cast, "duty", **typed)
    assert (response.context["rows"], response.context["hidden"]) == ([], [])
    assert 'class="empty"' in response.content.decode()


@pytest.mark.parametrize("school", ["", " ", "3年", "・"])
def test_without_a_birth_date_the_school_is_required(cast: Cast, school: str) -> None:
    a_case(cast, child=dataclasses.replace(UNDATED, school=""))
    response = search(cast, "duty", school=school)
    assert "field__error" in response.content.decode()
    assert "hidden" not in response.context


@pytest.mark.parametrize("who", ["stranger", "stranger_director"])
def test_another_office_finds_nothing(cast: Cast, who: str) -> None:
    a_case(cast, child=UNDATED)
    assert hidden(cast, who) == []


def test_who_is_barred_finds_nothing(cast: Cast) -> None:
    case = a_case(cast, child=UNDATED)
    with acting_as(cast.supervisor):
        fresh = cases_for(cast.supervisor).get(pk=case.pk)
        block_person(fresh, cast.duty.staff, by=cast.supervisor)
    assert hidden(cast, "duty") == []


def test_a_changed_school_is_found_and_the_former_one_not(cast: Cast) -> None:
    case = a_case(cast, child=UNDATED)
    with acting_as(cast.caseworker):
        fresh = cases_for(cast.caseworker).get(pk=case.pk)
        update_child(fresh, dataclasses.replace(UNDATED, school="北山小学校"), by=cast.caseworker)
    assert hidden(cast, "duty") == []
    assert hidden(cast, "duty", school="北山小学校 5年") == [case.pk]


def test_it_is_recorded_without_the_words(cast: Cast) -> None:
    a_case(cast, child=UNDATED)
    search(cast, "duty")
    with as_owner():
        event = Event.objects.using("owner").get(verb="CASE_SEARCH")
    assert event.detail.startswith("child_school:")
    assert "星見" not in str(vars(event))


def test_it_asks_few_statements(cast: Cast) -> None:
    a_case(cast, child=UNDATED)
    search(cast, "duty")
    with CaptureQueriesContext(connection) as asked:
        search(cast, "duty")
    assert len(asked) <= 25, [one["sql"] for one in asked]
