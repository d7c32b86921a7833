"""How far the progress list of the month is signed stands on the homes of those who sign it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records import actions as records
from cases.records.models import Case
from cases.reviews import actions
from cases.reviews.queries import Counted, counted_up_to
from desk.home.reviews import line_of
from face.months import month_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import text_of
from tests.unit.desk.home.test_roles import english


def sign(case: Case, by: Position) -> None:
    with acting_as(by):
        actions.sign_review(
            case, month_of(clock.today()), note="", next_task="架空", next_on=clock.today(), by=by
        )


def section_on_home(cast: Cast, name: str) -> Any:
    page = english(cast, name).get(reverse("home"))
    return next(one for one in page.context["sections"] if one.name == "reviews")


def test_a_supervisor_reads_how_many_lines_are_signed(cast: Cast) -> None:
    assert section_on_home(cast, "supervisor").lines == []
    case, _other, barred = a_case(cast), a_case(cast), a_case(cast)
    sign(case, cast.supervisor)
    with acting_as(cast.director):
        records.block_person(barred, cast.supervisor.staff, by=cast.director)
    shown = section_on_home(cast, "supervisor")
    assert str(shown.heading).endswith("1 of 2 signed")
    assert str(section_on_home(cast, "director").heading).endswith("1 of 3 signed")
    assert shown.more_url.startswith(reverse("review_list"))
    assert "1 of 2 signed" in text_of(english(cast, "supervisor").get(shown.more_url))


def test_the_director_reads_it_of_each_section(cast: Cast) -> None:
    first, other, none = a_case(cast), a_case(cast, lead="other_section"), a_case(cast, lead="duty")
    sign(other, cast.director)
    sections = section_on_home(cast, "director").lines
    assert [one.text for one in sections[:2]] == ["相談第一係", "相談第二係"]
    assert [str(one.detail) for one in sections] == ["0 of 1 signed", "1 of 1 signed", "0 of 1 signed"]
    page = english(cast, "director").get(sections[0].url)
    assert [row.line.case.pk for row in page.context["rows"]] == [first.pk]
    assert none.number in text_of(english(cast, "director").get(sections[2].url))


@pytest.mark.parametrize(("day", "signed", "presses"), [(24, 0, False), (25, 0, True), (25, 3, False)])
def test_from_the_25th_on_what_is_not_signed_presses(day: int, signed: int, presses: bool) -> None:
    assert line_of(Counted(None, "", 3, signed), date(2026, 11, day)).pressing is presses


def test_a_list_that_is_too_long_is_not_counted(cast: Cast) -> None:
    a_case(cast)
    a_case(cast)
    with acting_as(cast.supervisor):
        month = month_of(clock.today())
        assert counted_up_to(cast.supervisor, month, 1) is None
        assert [one.lines for one in counted_up_to(cast.supervisor, month, 2) or ()] == [2]


@pytest.mark.parametrize("name", ["caseworker", "duty", "privacy"])
def test_nobody_else_reads_it(cast: Cast, name: str) -> None:
    page = english(cast, name).get(reverse("home"))
    assert all(one.name != "reviews" for one in page.context["sections"])
