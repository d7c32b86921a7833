"""Volunteers who accompany a juvenile victim (被害少年サポーター, 少年警察活動規則36条2項), and what they tell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from cases.support import actions, rules
from cases.support.models import Supporter, SupporterReport
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.support.made import support_case
from tests.unit.cases.support.test_plan import designated

WORDS = "家でゆっくり話した（架空）"


def facts(**more: Any) -> dict[str, Any]:
    usual = {"name": "架空 支子", "reached": "", "task": "月に1回の家庭訪問（架空）"}
    return usual | {"commissioned_until": clock.today() + timedelta(days=90)} | more


def named(cast: Cast, case: Case | None = None, **more: Any) -> Supporter:
    case = case or designated(cast)
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        return actions.name_supporter(fresh, facts(**more), by=cast.police)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


def report(row: Supporter, by: Position, days: int = 0) -> SupporterReport:
    told = {"met_on": clock.today() + timedelta(days=days), "words": WORDS}
    with acting_as(by):
        return actions.write_supporters_report(row, told, by=by)


def test_the_pages_from_the_supporter_to_what_was_told(cast: Cast) -> None:
    case, client = designated(cast), signed_in(cast.police)
    new = reverse("support_supporter", args=[case.pk])
    assert new in text_of(client.get(reverse("case", args=[case.pk])))
    typed = facts() | {"commissioned_until": f"{clock.today() + timedelta(days=30):%Y-%m-%d}"}
    assert client.post(new, typed).status_code == 302
    with acting_as(cast.police):
        (row,) = Supporter.objects.all()
    page = reverse("supporter_report", args=[case.pk, row.pk])
    wrong = client.post(page, {"met_on": f"{clock.today() + timedelta(days=1):%Y-%m-%d}", "words": WORDS})
    assert set(wrong.context["form"].errors) == {"met_on"}
    assert WORDS in text_of(wrong)
    assert client.post(page, {"met_on": f"{clock.today():%Y-%m-%d}", "words": WORDS}).status_code == 302
    for who in (cast.police, cast.positions["policechief"]):
        shown = text_of(signed_in(who).get(reverse("case", args=[case.pk])))
        assert "架空 支子" in shown
        assert WORDS in shown
    assert WORDS in text_of(client.get(reverse("progress_list", args=[case.pk])))


def test_only_while_the_juvenile_is_supported_and_within_the_commission(cast: Cast) -> None:
    waits = support_case(cast)
    refused("not_running", lambda: named(cast, waits))
    case = designated(cast)
    refused(
        "commissioned_until", lambda: named(cast, case, commissioned_until=clock.today() - timedelta(days=1))
    )
    row = named(cast, case, commissioned_until=clock.today())
    refused("met_on", lambda: report(row, cast.police, days=1))
    told = report(row, cast.police)
    later = clock.today() + timedelta(days=2)
    with acting_as(cast.police):
        assert reveal(told, "words") == WORDS
        refused("met_on", lambda: rules.check_met(row, later, later))


def test_nobody_else_reads_it_or_writes_it(cast: Cast) -> None:
    row = named(cast)
    report(row, cast.police)
    for who in (cast.caseworker, cast.director, cast.foreign_police, cast.station_officer, cast.school):
        for name, more in (("support_supporter", ()), ("supporter_report", (row.pk,))):
            assert signed_in(who).get(reverse(name, args=[row.case_id, *more])).status_code == 404, who.role
        with acting_as(who):
            assert not Supporter.objects.exists()
            assert not SupporterReport.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_supporter SET task = name",
        "UPDATE cases_supporterreport SET words = words",
        "DELETE FROM cases_supporter",
        "DELETE FROM cases_supporterreport",
    ],
)
def test_what_was_written_stays(cast: Cast, statement: str) -> None:
    report(named(cast), cast.police)
    with (
        acting_as(cast.police),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_by_sql_a_report_is_of_a_supporter_of_its_case(cast: Cast) -> None:
    row, other = named(cast), designated(cast)
    with acting_as(cast.police):
        told = SupporterReport(case=other, supporter=row, told_by=cast.police, told_at=clock.now())
        told.met_on, told.words = clock.today(), WORDS
        with pytest.raises(IntegrityError, match="supporter is of this case"), transaction.atomic():
            told.save(force_insert=True)
