"""The demo is such as a director believes: ages fit schools, hours fit deeds, and the words fit who tells them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from desk.demo.hours import AFTER_SCHOOL, ALWAYS, DAYTIME, NIGHT, OFFICE, Hours
from desk.demo.owner import at
from desk.demo.people import read
from desk.demo.telling import Telling
from desk.demo.texts import (
    account_of,
    age_of,
    birth_of,
    entry_of,
    hours_of,
    households,
    people_of,
    school_of,
    seen_on,
    texts,
)
from face.wareki import age_on
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in

CASES: list[dict[str, Any]] = read("cases.toml")["cases"]
OFFICE_OF = {person["username"]: person["positions"][0]["office"] for person in read("cast.toml")["people"]}
DAYS = [date(2026, 11, 28), date(2027, 3, 31), date(2027, 4, 1), date(2030, 4, 2), date(2031, 1, 1)]
SCHOOLS_BY_AGE = {
    "保育所": range(7),
    "小学校": range(6, 13),
    "中学校": range(12, 16),
    "高等学校": range(15, 19),
}
ASKED_BY = {
    "school": {"養護教諭", "部活動の顧問", "スクールカウンセラー"},
    "nursery": {"主任保育士"},
    "family": {"母", "父", "祖母"},
    "hospital": {"救急外来の看護師"},
    "police": {"警察官"},
    "child": {"電話を受けた職員"},
    "neighbour": {""},
}
"""Who asks the child, by whom the notification comes from: a neighbour has not spoken with it."""


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["family"] + row["given"])
def test_the_school_fits_the_age(row: dict[str, Any]) -> None:
    for day in DAYS:
        birth = birth_of(row, day)
        school = school_of(row, OFFICE_OF[row["lead"]], day)
        if birth is None:
            assert school == row["school"]
            continue
        [ages] = [ages for kind, ages in SCHOOLS_BY_AGE.items() if kind in school]
        assert age_on(birth, day) in ages
        assert age_on(birth, day) < 18


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["family"] + row["given"])
def test_what_is_told_fits_the_age_and_who_tells_it(row: dict[str, Any]) -> None:
    account = account_of(row)
    youngest, oldest = account["ages"]
    assert youngest <= age_of(row, clock.today() - timedelta(days=row["days_ago"])) <= oldest
    assert account["asked_by"] in ASKED_BY[account["source"]]
    assert bool(account["question"]) == bool(account["asked_by"]) == any(account["words"])
    if row["state"] in ("filed", "registered"):
        assert account["source"] == "school"


def test_every_account_is_told_in_some_case() -> None:
    assert {row["account"] for row in CASES} == set(texts()["accounts"])


def test_siblings_name_each_other() -> None:
    homes = Counter(row["household"] for row in CASES if "household" in row)
    assert set(homes) == set(households())
    for name, count in homes.items():
        siblings = {person["name"] for person in households()[name]["people"] if person["role"] == "sibling"}
        children = {f"{row['family']}　{row['given']}" for row in CASES if row.get("household") == name}
        assert siblings == children
        assert count > 1


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["family"] + row["given"])
def test_who_lives_with_the_child_fits_what_is_told(row: dict[str, Any]) -> None:
    told = account_of(row)["notifier"]["relation"]
    for number in range(6):
        relations = {person["relation"] for person in people_of(row, number)}
        if told in ("母", "父") or row.get("caution") == "not_to_tell":
            assert (told if told in ("母", "父") else texts()["cautions"]["not_to_tell"]["whom"]) in relations
        if told == "祖母":
            assert "同居の祖母" not in relations
        if row.get("household") is None:
            assert not {"兄", "姉", "妹"} & relations


def test_a_child_is_seen_at_home_at_the_weekend_and_no_entry_is_written_twice() -> None:
    for row in CASES:
        assert seen_on(row, date(2026, 11, 28))["place"] == "自宅"
        assert seen_on(row, date(2026, 11, 27))["place"] != "自宅"
        assert entry_of(row, "home", 4, date(2026, 11, 27)) != entry_of(row, "home", 5, date(2026, 11, 27))


def test_cases_are_numbered_in_the_order_in_which_they_came() -> None:
    opened = [row["days_ago"] for row in CASES if row["state"] != "filed"]
    assert opened == sorted(opened, reverse=True)
    assert any(row["birth"] == "" for row in CASES)
    assert any(row["state"] == "expired" for row in CASES)


MOMENTS = [datetime(2026, 11, 27, tzinfo=UTC) + timedelta(minutes=37 * step) for step in range(300)]
WINDOWS = [ALWAYS, DAYTIME, OFFICE, AFTER_SCHOOL, NIGHT, *(hours_of(a) for a in texts()["accounts"].values())]


@pytest.mark.parametrize("hours", WINDOWS, ids=str)
def test_a_moment_is_moved_into_the_hours_of_the_deed(hours: Hours) -> None:
    for moment in MOMENTS:
        before, after = hours.before(moment), hours.after(moment)
        assert before <= moment <= after
        assert hours.hold(before)
        assert hours.hold(after)
        assert after - before < timedelta(days=4)


@pytest.mark.parametrize("begun", MOMENTS[::30], ids=str)
def test_time_passes_within_the_hours_and_never_beyond_the_present(begun: datetime) -> None:
    telling = Telling(0, {}, {}, None, begun, begun + timedelta(days=20))  # type: ignore[arg-type]  # nobody acts
    first = telling.later(DAYTIME, hours=3)
    second = telling.later(OFFICE, days=2)
    third = telling.until(AFTER_SCHOOL, days=1)
    assert begun < first < second < third <= telling.limit - timedelta(days=1)
    assert (DAYTIME.hold(first), OFFICE.hold(second), AFTER_SCHOOL.hold(third)) == (True, True, True)
    last = telling.later(OFFICE, days=30)
    assert third < last <= telling.limit


def test_the_seeder_leaves_nobody_signed_in(cast: Cast) -> None:
    for _moment in range(3):
        with at(clock.now(), cast.caseworker):
            pass
    (own,) = signed_in(cast.caseworker).get(reverse("sessions")).context["sessions"]
    assert own.is_this
