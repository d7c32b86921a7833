"""A progress conference (進行管理会議) goes through the progress list, and decides nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.staff.rules import Refused
from cases.conferences.codes import SittingKind
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import held, investigated, planned, put, refused_by_sql


def test_it_lists_the_open_cases_and_each_line_is_signed(cast: Cast) -> None:
    at_once = timedelta(0)  # in the month in which the case was opened
    case, sitting = investigated(cast), planned(cast, SittingKind.PROGRESS, ago=at_once)
    page = reverse("sitting", args=[sitting.pk])
    chair = signed_in(cast.supervisor)
    before = text_of(chair.get(page))
    assert case.number in before
    assert "1件のうち0件" in before
    held(cast, sitting, ago=at_once)
    sign = reverse("review_sign", args=[case.pk])
    typed = {
        "next_task": "学校へ様子を聞く（架空）",
        "next_on": str(clock.today() + timedelta(days=7)),
        "note": "",
    }
    assert chair.post(sign, typed).status_code == 302
    assert "1件のうち1件" in text_of(chair.get(page))


def test_who_signs_no_lines_sees_none(cast: Cast) -> None:
    case, sitting = investigated(cast), planned(cast, SittingKind.PROGRESS)
    page = text_of(signed_in(cast.caseworker).get(reverse("sitting", args=[sitting.pk])))
    assert case.number not in page
    assert "進行管理台帳" in page


def test_a_case_needs_no_place_on_its_agenda(cast: Cast) -> None:
    case, sitting = investigated(cast), planned(cast, SittingKind.PROGRESS)
    with pytest.raises(Refused, match="progress"):
        put(cast, case, sitting)
    with refused_by_sql(cast.caseworker) as cursor:
        cursor.execute(
            "INSERT INTO cases_agendaentry (id, case_id, sitting_id, put_by_id, put_at, matter)"
            " VALUES (gen_random_uuid(), %s, %s, %s, now(), '\\x00')",
            [case.pk, sitting.pk, cast.caseworker.pk],
        )
    page = signed_in(cast.caseworker).get(reverse("conference_put", args=[case.pk]))
    assert page.context["has_sittings"] is False
