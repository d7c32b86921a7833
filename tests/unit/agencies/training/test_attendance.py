"""受講一覧: who attended which course in a fiscal year, on the page and on paper."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.training import attendance, views
from agencies.training.actions import withdraw_training
from agencies.training.attendance import attended_in
from agencies.training.codes import Course
from face.typeset import NotSet
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.agencies.training.test_register import day, enter

SHEET = "training_attended_sheet"


def this_year() -> int:
    today = clock.today()
    return today.year - (today.month < 4)


def held(on: int = -20, **more: Any) -> dict[str, Any]:
    return {"starts_on": day(on), "ends_on": day(on + 1), "attended": True, **more}


def test_the_list_has_who_attended_or_was_certified_once_and_nobody_else(cast: Cast) -> None:
    course = Course.TFCBT_INTRO
    first = enter(cast, course, **held(-2, hours_lecture=12, hours_practice=6))
    enter(cast, course, follows=first, **held(-2, hours_lecture=12, hours_practice=6, certified_on=day(0)))
    enter(cast, Course.PRIVACY, certified_on=day(0))
    enter(cast, Course.TRAUMA_INFORMED, starts_on=day(0))  # planned alone
    wrong = enter(cast, Course.SEXUAL_ABUSE, **held(-2))
    enter(cast, Course.NICHD, "supervisor", starts_on=date(this_year() - 1, 3, 30), attended=True)
    with acting_as(cast.admin):
        withdraw_training(wrong, by=cast.admin)
        rows = attended_in(this_year(), "", cast.admin)
        assert [(row.course, row.hours) for row in rows] == [(Course.PRIVACY, None), (course, 18)]
        assert [row.course for row in attended_in(this_year(), course, cast.admin)] == [course]
    with acting_as(cast.supervisor):
        assert len(attended_in(this_year(), "", cast.supervisor)) == 2
    with acting_as(cast.positions["stranger_director"]):
        assert attended_in(this_year(), "", cast.positions["stranger_director"]) == []


def test_a_section_sees_who_was_here_on_the_day_confirmed_or_not(cast: Cast) -> None:
    """Positions that nobody has to confirm are colleagues; who left before, or came after, attended for another office."""
    enter(cast, Course.PRIVACY, certified_on=day(-10))
    year = day(-10).year - (day(-10).month < 4)
    here, gone, later = (
        {"confirmed_at": None, "decided_by": None},
        {"ends_on": day(-11)},
        {"starts_on": day(-9)},
    )
    for facts, seen in ((here, 1), (gone, 0), ({"ends_on": day(-10)}, 1), (later | {"ends_on": None}, 0)):
        with as_owner():
            Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(**facts)
        with acting_as(cast.supervisor):
            assert len(attended_in(year, "", cast.supervisor)) == seen, facts
        with acting_as(cast.admin):
            assert len(attended_in(year, "", cast.admin)) == 1


def test_the_page_leads_to_the_sheet_and_the_sheet_has_what_the_page_has(cast: Cast) -> None:
    enter(cast, Course.TFCBT_INTRO, **held(-2, hours_lecture=12, certified_on=day(0), certificate_no="T-18"))
    client, asked = signed_in(cast.supervisor), f"?year={this_year()}&course=tfcbt_intro"
    page = text_of(client.get(reverse("training_attended") + asked))
    assert reverse(SHEET) in page
    sheet = client.get(reverse(SHEET) + asked)
    assert sheet["Content-Type"] == "application/pdf"
    words = text_of(sheet)
    for word in ("受講一覧", cast.caseworker.staff.name.replace(" ", ""), "T-18", "12", f"{this_year()}年度"):
        assert word in words, word


def test_what_cannot_be_printed_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.admin)
    assert text_of(client.get(reverse(SHEET))).count("<table") == 0  # nobody attended: the page says so
    for asked in ("?year=1999", "?year=x", "?course=knitting"):
        assert client.get(reverse(SHEET) + asked).status_code == 404, asked
    enter(cast, Course.PRIVACY, certified_on=day(0))
    enter(cast, Course.NICHD, "supervisor", **held(-2))
    monkeypatch.setattr(attendance, "MOST", 1)
    monkeypatch.setattr(views, "MOST", 1)
    many = client.get(reverse(SHEET))
    assert many["Content-Type"].startswith("text/html")
    assert "Choose one course" in text_of(many) or "研修を1つ選んで" in text_of(many)

    def fails(*_args: Any) -> bytes:
        raise NotSet("x")

    monkeypatch.setattr(views, "attendance_sheet", fails)
    assert client.get(reverse(SHEET) + "?course=privacy").status_code == 503
