"""The bar at the head of every page of a case: whose it is, who works on it, what is due, what must be minded."""

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.records.actions import block_person
from cases.records.codes import Track
from cases.records.models import Case
from desk.case.bar import bar_of
from desk.case.folder import steps_of
from face.reading import one_reading
from face.wareki import school_year
from security.audit.models import CaseTrace
from tests.cast import FACTS, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import a_call

PAGES = (
    "case",
    "progress_list",
    "people_list",
    "progress_add",
    "intention_new",
    "visit_new",
    "child_address",
)
MOST = 15
"""Statements of a bar with its steps; the cards of a page ask most of them anyway."""


def bar_on(cast: Cast, case: Case, name: str, by: str = "caseworker") -> str:
    """The bar of a page of the case, in English."""
    client = signed_in(cast.positions[by])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = client.get(reverse(name, args=[case.pk])).content.decode()
    return text.partition('<section class="case-bar"')[2].partition("</section>")[0]


@pytest.mark.parametrize("name", PAGES)
def test_it_is_on_the_pages_and_forms_of_the_case(cast: Cast, name: str) -> None:
    case = a_call(cast).case
    bar = bar_on(cast, case, name)
    step = reverse("safety_check", args=[case.pk])
    for shown in (case.number, "職員 caseworker", "職員 supervisor", "reception", "left", step):
        assert shown in bar, shown
    with as_owner():
        assert "bar" in CaseTrace.objects.using("owner").latest("id").panels


def test_it_names_the_track_and_the_telephone_of_the_office(cast: Cast) -> None:
    with as_owner():
        cast.offices["kita"].telephone = "042-000-1234"
        cast.offices["kita"].save(using="owner", update_fields=["telephone"])
    bar = bar_on(cast, a_case(cast, facts=replace(FACTS, track=Track.THIRD_PARTY)), "progress_add")
    assert "third party" in bar
    assert "042-000-1234" in bar


def test_it_warns_and_names_no_barred_colleague(cast: Cast) -> None:
    case = a_case(cast)
    assert "barred" not in bar_on(cast, case, "case")
    assert "Address withheld" not in bar_on(cast, case, "case")
    with acting_as(cast.supervisor):
        block_person(case, cast.colleague.staff, by=cast.supervisor)
    with acting_as(cast.caseworker):
        child = Case.objects.select_related("child").get(pk=case.pk).child
        child.address_withheld = True
        child.save(update_fields=["address_withheld"])
    bar = bar_on(cast, case, "progress_add")
    assert "1 colleague barred" in bar
    assert "Address withheld" in bar
    assert cast.colleague.staff.name not in bar


def test_its_statements_are_few(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        row = Case.objects.select_related("child", "office").get(pk=case.pk)
        with one_reading(), CaptureQueriesContext(connection) as asked:
            bar_of(row, cast.caseworker, [step for _page, step in steps_of(row, cast.caseworker)])
    assert len(asked) <= MOST


@pytest.mark.parametrize(
    ("birth", "on", "year"),
    [
        ((2019, 4, 1), (2026, 3, 31), "elementary school, year 1"),
        ((2019, 4, 2), (2026, 3, 31), ""),
        ((2019, 4, 2), (2026, 4, 1), "elementary school, year 1"),
        ((2014, 6, 1), (2026, 11, 28), "elementary school, year 6"),
        ((2013, 6, 1), (2026, 11, 28), "junior high school, year 1"),
        ((2008, 4, 2), (2026, 11, 28), "of high school age, year 3"),
        ((2008, 4, 1), (2026, 11, 28), ""),
    ],
)
def test_the_school_year_turns_on_the_first_of_april(
    birth: tuple[int, int, int], on: tuple[int, int, int], year: str
) -> None:
    """学校教育法17条."""
    with override("en"):
        assert school_year(date(*birth), date(*on)) == year
