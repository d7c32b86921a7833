"""The night: what happened since the office closed, for the duty officer and as the sheet that is received in the morning."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.intake.actions import add_notification
from cases.nights.actions import take_sheet
from cases.nights.codes import CLOSES, Matter
from cases.nights.queries import night_of
from cases.nights.rules import A_DAY, at, night_at, working_day
from cases.records.actions import block_person, break_glass
from cases.records.models import Case, Grant
from desk.audit.queries import looks_at_my_cases, unexplained_looks
from referrals.police.models import PoliceContact
from referrals.police.queries import contacts_of_night
from security.audit.queries import EventFilter, looks_from_outside
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft
from tests.unit.cases.intake.test_actions import received
from tests.unit.referrals.police.test_looks import contact

REASON = "夜間に保護者が来所し、本児の所在を尋ねたため"
HOUR = timedelta(hours=1)


def a_night() -> date:
    """The last night but one, which is over whenever the tests run."""
    return working_day(night_at(clock.now()), -A_DAY)


def sheet(night: date | None = None, name: str = "night_of") -> str:
    return reverse(name, args=[night or a_night()])


def moved(model: type[models.Model], column: str, moment: datetime, **which: Any) -> None:
    """Arrange when something happened."""
    with as_owner():
        assert model._default_manager.using("owner").filter(**which).update(**{column: moment})


def that_night(case: Case, after: timedelta = HOUR) -> Case:
    """The case, opened so long after the office closed."""
    moved(Case, "opened_at", at(a_night(), CLOSES) + after, pk=case.pk)
    return case


def test_the_duty_officer_sees_numbers_and_no_name_of_cases_that_are_not_open_to_them(cast: Cast) -> None:
    hidden, own = that_night(a_case(cast)), that_night(a_case(cast, lead="duty"), 2 * HOUR)
    page = signed_in(cast.duty).get(sheet())
    assert [(row.happened.number, bool(row.child)) for row in page.context["rows"]] == [
        (hidden.number, False),
        (own.number, True),
    ]


def test_the_home_of_the_duty_officer_names_what_is_open_to_them(cast: Cast) -> None:
    hidden, own = a_case(cast), a_case(cast, lead="duty")
    for case in (hidden, own):
        moved(Case, "opened_at", clock.now(), pk=case.pk)
    home = signed_in(cast.duty).get(reverse("home"))
    [section] = [section for section in home.context["sections"] if section.name == "tonight"]
    assert [line.detail for line in section.lines] == [own.number]
    assert hidden.number not in home.content.decode()


def test_everything_of_the_night_by_time(cast: Cast) -> None:
    """Registered, notified again, decided orally, opened with broken glass, spoken about with the police."""
    case, evening = that_night(a_case(cast)), at(a_night(), CLOSES)
    with acting_as(cast.caseworker):
        for moment in (evening - 3 * HOUR, evening + 2 * HOUR):
            add_notification(case, received(moment), by=cast.caseworker)
    begins = evening + 3 * HOUR
    a_draft(cast, case, is_oral=True, said_by="所長 職員", said_at=begins, effective_at=begins)
    with acting_as(cast.duty):
        glass = break_glass(case.pk, REASON, by=cast.duty)
    moved(Grant, "created_at", evening + 4 * HOUR, pk=glass.pk)
    told = contact(cast, case, cast.caseworker)
    moved(PoliceContact, "recorded_at", evening + 5 * HOUR, pk=told.pk)
    rows = signed_in(cast.supervisor).get(sheet()).context["rows"]
    assert [row.happened.matter for row in rows] == [*Matter]
    assert {row.case for row in rows} == {case}


@pytest.mark.parametrize(
    ("is_morning", "clock_time", "shown"),
    [
        (False, time(17, 14, 59), False),
        (False, time(17, 15), True),
        (True, time(8, 59), True),
        (True, time(9), False),
    ],
)
def test_a_night_is_from_a_quarter_past_five_to_nine(
    cast: Cast, is_morning: bool, clock_time: time, shown: bool
) -> None:
    night, case = a_night(), a_case(cast)
    day = working_day(night, A_DAY) if is_morning else night
    moved(Case, "opened_at", at(day, clock_time), pk=case.pk)
    page = signed_in(cast.supervisor).get(sheet(night))
    assert bool(page.context["rows"]) is shown
    assert (case.number in page.content.decode()) is shown


def test_sheets_of_a_night_push_no_attempt_off_the_list(cast: Cast) -> None:
    cases = [that_night(a_case(cast)) for _number in range(5)]
    reader = signed_in(cast.duty)
    assert reader.get(reverse("case", args=[cases[0].pk])).status_code == 404
    for _time in range(5):
        reader.get(sheet())
    with acting_as(cast.caseworker):
        [attempt] = looks_at_my_cases(cast.caseworker)
    assert attempt.case_id == cases[0].pk


def test_the_sheet_of_a_night_is_no_look_without_a_relation(cast: Cast) -> None:
    that_night(a_case(cast))
    assert signed_in(cast.duty).get(sheet()).context["rows"]
    with acting_as(cast.privacy):
        assert unexplained_looks(cast.privacy) == []
    with acting_as(cast.caseworker):
        assert looks_at_my_cases(cast.caseworker) == []
        assert looks_from_outside().newest(EventFilter(), 5) != []  # it is in the log


def test_the_supervisor_reads_the_names_in_the_morning(cast: Cast) -> None:
    case = that_night(a_case(cast, lead="colleague"))
    page = signed_in(cast.supervisor).get(sheet()).content.decode()
    assert case.number in page
    assert "髙橋" in page


def test_neither_a_barred_person_nor_another_office_is_told(cast: Cast) -> None:
    case, today = a_case(cast), clock.today()
    contact(cast, case, cast.caseworker)
    with acting_as(cast.supervisor):
        block_person(case, cast.duty.staff, by=cast.supervisor)
        assert night_of(today - A_DAY, today + A_DAY)
        assert contacts_of_night(today - A_DAY, today + A_DAY)
    for who in ("duty", "stranger", "stranger_director", "privacy", "police", "admin", "school"):
        with acting_as(cast.positions[who]):
            assert night_of(today - A_DAY, today + A_DAY) == []
            assert contacts_of_night(today - A_DAY, today + A_DAY) == []


@pytest.mark.parametrize(("back", "days"), [(15, 2), (40, 2), (14, 13), (14, 0), (0, -1), (-1, 1)])
def test_raw_sql_asks_for_a_night_of_the_last_two_weeks_and_for_no_month(
    cast: Cast, back: int, days: int
) -> None:
    night = clock.today() - back * A_DAY
    case = a_case(cast)
    contact(cast, case, cast.caseworker)
    moment = at(night, CLOSES) + HOUR
    moved(Case, "opened_at", moment, pk=case.pk)
    moved(PoliceContact, "recorded_at", moment, case=case)
    with acting_as(cast.director):
        assert night_of(night, night + days * A_DAY) == []
        assert contacts_of_night(night, night + days * A_DAY) == []


def test_received_by_a_button_and_said_afterwards(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    client.cookies["django_language"] = "ja"
    answer = client.post(sheet(name="night_take"), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(sheet(), 302)]
    assert f"{cast.supervisor.staff.name}）。" in page
    assert "引継票を受け取りました（" in page
    assert sheet(name="night_take") not in page
    later = signed_in(cast.duty).get(sheet())
    assert later.context["receipt"].taken_by == cast.supervisor
    assert cast.supervisor.staff.name in later.content.decode()


def test_the_last_night_can_wait_for_its_morning(cast: Cast) -> None:
    page = signed_in(cast.duty).get(reverse("night_sheet"))
    assert page.context["night"] == night_at(clock.now())
    morning = at(working_day(page.context["night"], A_DAY), CLOSES).replace(hour=8, minute=30)
    assert bool(page.context["reason"]) is (clock.now() < morning)


@pytest.mark.parametrize("ahead", [-40, 1, 400])
def test_no_other_day_has_a_sheet(cast: Cast, ahead: int) -> None:
    day, client = clock.today() + ahead * A_DAY, signed_in(cast.supervisor)
    assert client.get(sheet(day)).status_code == 404
    assert client.post(sheet(day, "night_take")).status_code == 404


def test_few_statements_however_much_happened(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    client.get(sheet())
    counted = []
    for _time in range(2):
        that_night(a_case(cast))
        that_night(a_case(cast, lead="colleague"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(sheet()).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 22
    with acting_as(cast.supervisor):
        take_sheet(a_night(), by=cast.supervisor)
