"""The night: what was registered since the office closed, for the duty officer and as the sheet of the morning."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.actions import block_person
from cases.records.models import Case
from cases.records.queries import opened_since
from desk.audit.queries import looks_at_my_cases, unexplained_looks
from desk.home.night import closed_at
from security.audit.queries import EventFilter, looks_from_outside
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in

SHEET = reverse("night_sheet")
JAPAN = ZoneInfo("Asia/Tokyo")
A_WEEK = timedelta(days=7)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, whose 27th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("now", "back", "closed"),
    [
        (at(27, 9), 0, at(26, 17, 15)),
        (at(27, 17, 15), 0, at(27, 17, 15)),
        (at(28, 23), 0, at(27, 17, 15)),
        (at(30, 9), 0, at(27, 17, 15)),
        (at(30, 9), 1, at(26, 17, 15)),
        (at(30, 9), 6, at(19, 17, 15)),
    ],
)
def test_the_office_closed_last_on_a_working_day(now: datetime, back: int, closed: datetime) -> None:
    assert closed_at(now, back) == closed


def test_the_duty_officer_sees_numbers_and_no_name_of_cases_that_are_not_open_to_them(cast: Cast) -> None:
    hidden, own = a_case(cast), a_case(cast, lead="duty")
    page = signed_in(cast.duty).get(SHEET, {"back": "1"})
    assert [(row.opened.number, bool(row.child)) for row in page.context["nights"]] == [
        (hidden.number, False),
        (own.number, True),
    ]
    home = signed_in(cast.duty).get(reverse("home"))
    [section] = [section for section in home.context["sections"] if section.name == "tonight"]
    assert [line.detail for line in section.lines] == [own.number]
    assert hidden.number not in home.content.decode()


def test_sheets_of_a_night_push_no_attempt_off_the_list(cast: Cast) -> None:
    cases = [a_case(cast) for _number in range(5)]
    reader = signed_in(cast.duty)
    assert reader.get(reverse("case", args=[cases[0].pk])).status_code == 404
    for _time in range(5):
        reader.get(SHEET, {"back": "1"})
    with acting_as(cast.caseworker):
        [attempt] = looks_at_my_cases(cast.caseworker)
    assert attempt.case_id == cases[0].pk


def test_the_sheet_of_a_night_is_no_look_without_a_relation(cast: Cast) -> None:
    a_case(cast)
    assert signed_in(cast.duty).get(SHEET, {"back": "1"}).context["nights"]
    with acting_as(cast.privacy):
        assert unexplained_looks(cast.privacy) == []
    with acting_as(cast.caseworker):
        assert looks_at_my_cases(cast.caseworker) == []
        assert looks_from_outside().newest(EventFilter(), 5) != []  # it is in the log


def test_the_supervisor_reads_the_names_in_the_morning(cast: Cast) -> None:
    case = a_case(cast, lead="colleague")
    page = signed_in(cast.supervisor).get(SHEET, {"back": "1"}).content.decode()
    assert case.number in page
    assert "髙橋" in page


def test_neither_a_barred_person_nor_another_office_is_told(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.supervisor):
        block_person(case, cast.duty.staff, by=cast.supervisor)
    for who in ("duty", "stranger", "stranger_director", "privacy", "police"):
        with acting_as(cast.positions[who]):
            assert opened_since(clock.now() - A_WEEK) == []


def test_what_came_before_is_not_on_it(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(opened_at=clock.now() - timedelta(days=40))
    with acting_as(cast.director):
        assert opened_since(clock.now() - timedelta(days=90)) == []


@pytest.mark.parametrize("back", ["", "9", "-1", "x", "99999999999999", "٣"])
def test_any_number_of_days_gives_a_sheet_in_few_statements(cast: Cast, back: str) -> None:
    a_case(cast)
    client = signed_in(cast.supervisor)
    client.get(SHEET)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(SHEET, {"back": back}).status_code == 200
    assert len(asked) <= 20
