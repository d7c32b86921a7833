"""The same child is looked for before another case is opened: nothing is written before the answer."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agencies.staff.acting import acting_as
from cases.clocks.models import Clock
from cases.finding.queries import known_children
from cases.intake.models import Notification
from cases.records.actions import ChildFacts, block_person
from cases.records.models import Case
from security.encryption.models import DataKey
from security.search.names import school_key
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_filing import opened
from tests.unit.cases.intake.test_pages import call_data, looks_at


def rows() -> list[int]:
    with as_owner():
        return [model.objects.using("owner").count() for model in (Case, Clock, Notification, DataKey)]


def call(cast: Cast, who: str = "caseworker", **more: Any) -> Any:
    return signed_in(cast.positions[who]).post("/intake/call/", call_data(cast, **more))


def test_nothing_is_written_before_the_answer(cast: Cast) -> None:
    known = a_case(cast)
    before = rows()
    asked = call(cast)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert known.number in page
    assert f"/cases/{known.pk}/notifications/add/" in page
    assert "養護教諭からの電話" in page  # nothing typed is lost
    assert rows() == before
    assert call(cast, another="on").status_code == 302
    assert rows()[0] == before[0] + 1


def test_a_child_nobody_knows_is_registered_at_once(cast: Cast) -> None:
    a_case(cast)
    assert b'name="another"' not in signed_in(cast.caseworker).get("/intake/call/").content
    assert call(cast, given_kana="ヨシエ").status_code == 302


def test_the_notification_is_added_to_the_known_case_with_what_was_typed(cast: Cast) -> None:
    known = a_case(cast)
    path = f"/cases/{known.pk}/notifications/add/"
    assert path in call(cast).content.decode()
    answer = signed_in(cast.caseworker).post(path, call_data(cast))
    assert answer["Location"] == f"/cases/{known.pk}/reception/#intake"
    with acting_as(cast.caseworker):
        assert Notification.objects.get().case_id == known.pk


def test_a_colleagues_case_is_named_as_before_the_glass(cast: Cast) -> None:
    known = a_case(cast, lead="other_section")
    page = call(cast, "duty").content.decode()
    assert known.number in page
    assert cast.other_section.staff.name in page
    assert "notifications/add" not in page
    assert looks_at("behind_glass") == 1


def test_without_a_birth_date_a_colleagues_case_is_found_by_the_school(cast: Cast) -> None:
    known = a_case(cast, lead="other_section", child=replace(CHILD, birth_date=None, school="星見小学校 3年"))
    assert known.number in call(cast, "duty", birth_date="不詳", school="星見小学校　4年2組").content.decode()
    assert call(cast, "duty", birth_date="不詳", school="月見小学校").status_code == 302


NO_DATE = "生年月日が不詳"
"""How the page says that a birth date is missing, on whichever side."""


@pytest.mark.parametrize(
    ("stored", "typed", "words"),
    [
        ({"birth_date": None, "school": ""}, {}, f"そのケースでは{NO_DATE}"),
        ({"birth_date": None, "school": "星見小学校"}, {}, f"そのケースでは{NO_DATE}"),
        ({"birth_date": None, "school": "星見小学校"}, {"school": "星見小学校"}, f"そのケースでは{NO_DATE}"),
        ({}, {"birth_date": "不詳"}, f"同じです。{NO_DATE}"),
        ({"birth_date": None, "school": ""}, {"birth_date": "不詳"}, f"同じです。{NO_DATE}"),
        ({"school": ""}, {"birth_date": "不詳", "school": "月見小学校"}, f"同じです。{NO_DATE}"),
    ],
)
def test_a_colleagues_child_of_the_same_reading_is_found_where_a_birth_date_is_not_known(
    cast: Cast, stored: dict[str, Any], typed: dict[str, str], words: str
) -> None:
    known = a_case(cast, lead="other_section", child=replace(CHILD, **stored))
    page = call(cast, "duty", **typed).content.decode()
    assert known.number in page
    assert cast.other_section.staff.name in page
    assert words in page
    assert "notifications/add" not in page
    assert looks_at("behind_glass") == 1
    assert call(cast, "duty", **typed, another="on").status_code == 302


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({"birth_date": date(2012, 1, 1)}, {}),
        ({"birth_date": None, "school": "星見小学校"}, {"school": "月見小学校"}),
        ({"birth_date": None, "given_kana": "ヨシエ"}, {}),
        ({"birth_date": None, "given_kana": "不詳"}, {}),
        ({"birth_date": None}, {"given_kana": "不詳"}),
        ({"school": "星見小学校"}, {"birth_date": "不詳", "school": "月見小学校"}),
    ],
)
def test_a_colleagues_other_child_is_not_told(
    cast: Cast, stored: dict[str, Any], typed: dict[str, str]
) -> None:
    a_case(cast, lead="other_section", child=replace(CHILD, **stored))
    assert call(cast, "duty", **typed).status_code == 302


def test_without_a_birth_date_nobody_is_told_of_a_case_from_which_they_are_barred(cast: Cast) -> None:
    known = a_case(cast, lead="other_section", child=replace(CHILD, birth_date=None))
    with acting_as(cast.director):
        block_person(known, cast.duty.staff, by=cast.director)
    assert call(cast, "duty").status_code == 302


def test_ones_own_case_without_a_birth_date_is_found_beyond_the_latest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.finding.queries.LOOKED_THROUGH", 1)
    case = a_case(cast, child=replace(CHILD, birth_date=None))
    a_case(cast, child=replace(CHILD, given_kana="ヨシエ"))
    with acting_as(cast.caseworker):
        assert known_children(cast.caseworker, CHILD).cases == [case]


@pytest.mark.parametrize(("lead", "who"), [("caseworker", "caseworker"), ("other_section", "duty")])
def test_a_filing_asks_before_it_opens_a_case(cast: Cast, lead: str, who: str) -> None:
    known, filing = a_case(cast, lead=lead), opened(cast, who)
    client = signed_in(cast.positions[who])
    path = f"/intake/filings/{filing.pk}/"
    data = {"track": "abuse", "urgency": "B", "in_charge": str(cast.caseworker.pk)}
    before = rows()
    asked = client.post(f"{path}register/", data)
    page = asked.content.decode().split('id="register"')[1].split('id="attach"')[0]
    assert known.number in page
    assert (f'name="number" value="{known.number}"' in page) == (who == lead)
    assert rows() == before
    assert client.post(f"{path}register/", data | {"another": "on"}).status_code == 302
    assert rows()[0] == before[0] + 1


@pytest.mark.parametrize(
    ("child", "asked", "may_be"),
    [
        (
            {"birth_date": None, "school": "星見小学校 3年"},
            {"birth_date": None, "school": "星見小学校　4年2組"},
            True,
        ),
        ({"birth_date": None, "school": "星見小学校 3年"}, {"school": "星見小学校"}, True),
        ({"school": ""}, {"birth_date": None, "school": "月見小学校"}, True),
        ({"birth_date": None, "school": "星見小学校 3年"}, {"school": "月見小学校 3年"}, False),
        ({"birth_date": None}, {"birth_date": None, "given_kana": "ヨシエ"}, False),
        ({}, {"birth_date": None, "family_kana": "不詳"}, True),
        ({}, {"birth_date": None, "family_kana": "不詳", "given_name": "吉江"}, False),
        ({"family_kana": "不詳"}, {}, True),
        ({}, {"family_kana": "不詳", "family_name": "不詳"}, False),
        ({}, {"family_name": "高橋"}, True),
    ],
)
def test_what_is_not_known_of_a_child(
    cast: Cast, child: dict[str, Any], asked: dict[str, Any], may_be: bool
) -> None:
    case = a_case(cast, child=replace(CHILD, **child))
    facts: ChildFacts = replace(CHILD, **asked)
    with acting_as(cast.caseworker):
        assert known_children(cast.caseworker, facts).cases == ([case] if may_be else [])
    with acting_as(cast.colleague):
        assert known_children(cast.colleague, facts).cases == []


@pytest.mark.parametrize("school", ["星見小学校3年", "星見小学校 三年一組", "星見小学校　３年", "星見小学校"])
def test_the_key_of_a_school_has_no_grade(school: str) -> None:
    assert school_key(school) == school_key("星見小学校")
