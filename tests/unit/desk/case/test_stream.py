"""経過: entries and events in one stream, each on one page of it, narrowed to a kind, a person or a month."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from cases.cautions.queries import LATEST as CAUTIONS
from cases.records.actions import add_to_team, write_progress
from cases.records.codes import ContactMethod, Level, Relation
from cases.records.models import Case
from cases.visits.queries import LATEST as VISITS
from desk.case.stream import SIZE, kinds
from security.audit.models import CaseTrace
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.conftest import superuser
from tests.unit.cases.cautions.test_cautions import lifted, recorded
from tests.unit.cases.intake.test_actions import a_call
from tests.unit.cases.visits.test_visits import held, planned


def write(case: Case, by: Position, body: str, *, days: int = 0) -> None:
    """An entry that was written so many days ago."""
    with acting_as(by):
        entry = write_progress(
            case, happened_at=timezone.now(), method=ContactMethod.VISIT, with_whom="本児", body=body, by=by
        )
    _turn_back("cases_progressentry", "written_at", str(entry.pk), days)


def _turn_back(table: str, column: str, key: str, days: int) -> None:
    with superuser(connection.settings_dict["NAME"]) as session:
        session.execute("SET session_replication_role = replica")
        turned = f"UPDATE {table} SET {column} = {column} - %s * interval '1 day' WHERE id = %s"
        session.execute(turned.encode(), [days, key])


def told(client: Client, case: Case, **asked: Any) -> list[str]:
    """The lines of a page of the stream: of an entry its text, of an event its heading."""
    page = client.get(reverse("progress_list", args=[case.pk]), asked)
    assert page.status_code == 200
    return [row.entry.body if row.entry else str(row.moment.heading) for row in page.context["shown"].rows]


def test_every_line_is_on_one_page_whichever_way_the_pages_are_turned(cast: Cast) -> None:
    case = a_call(cast).case
    for number in range(2 * SIZE):
        write(case, cast.caseworker, f"第{number}回", days=number)
    client, address = signed_in(cast.caseworker), reverse("progress_list", args=[case.pk])
    pages, query = [], ""
    while True:
        page = client.get(f"{address}?{query}").context["shown"]
        pages.append([row.id for row in page.rows])
        if not page.older:
            break
        query = page.older
    assert [len(page) for page in pages] == [SIZE, SIZE, 2]
    assert len({row for page in pages for row in page}) == 2 * SIZE + 2
    back = client.get(f"{address}?{page.newer}").context["shown"]
    assert [row.id for row in back.rows] == pages[1]


def turned(client: Client, case: Case, **asked: Any) -> list[list[Any]]:
    """The lines of every page, one page after another."""
    address, query, pages = reverse("progress_list", args=[case.pk]), urlencode(asked), []
    while True:
        page = client.get(f"{address}?{query}").context["shown"]
        pages.append(page.rows)
        if not page.older:
            return pages
        query = page.older


def test_of_visits_and_cautions_the_oldest_are_told_too(cast: Cast) -> None:
    """More than their cards show, and all visits of one moment."""
    case, at = a_call(cast).case, clock.now()
    visits = [held(cast, planned(cast, case), held_at=at) for _number in range(VISITS + 4)]
    cautions = [lifted(cast, recorded(cast, case)) for _number in range(CAUTIONS + 2)]
    client = signed_in(cast.caseworker)
    pages = turned(client, case)
    rows = [row for page in pages for row in page]
    assert sorted(row.id for row in rows if row.kind == "visits") == sorted(visit.pk for visit in visits)
    assert sorted(row.id for row in rows if row.kind == "cautions") == sorted(
        [one.pk for one in cautions] * 2
    )
    assert all(len(page) == SIZE for page in pages[:-1])
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    last, narrowed = clock.today(), {"kind": "visits", "person": cast.caseworker.staff_id}
    assert sum(map(len, turned(client, case, month=f"{last:%Y-%m}", **narrowed))) == len(visits)
    assert not told(client, case, kind="visits", person=str(cast.supervisor.staff_id))


def test_a_long_case_takes_few_statements_more(cast: Cast) -> None:
    case = a_call(cast).case
    client, address = signed_in(cast.caseworker), reverse("progress_list", args=[case.pk])
    counts = []
    for number in (1, VISITS, 10):
        for _number in range(number):
            held(cast, planned(cast, case))
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1
    assert counts[2] == counts[1]


def test_the_look_names_what_is_on_the_page_and_nothing_else(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    told(client, case)
    assert {"intake", "progress"} <= panels_of_last_look()
    assert not {"cautions", "intention"} & panels_of_last_look()
    recorded(cast, case)
    told(client, case)
    assert {"cautions", "intake"} <= panels_of_last_look()
    told(client, case, kind="intake")
    assert not {"cautions", "progress"} & panels_of_last_look()


def panels_of_last_look() -> set[str]:
    """What the newest look says was shown; the warnings at the head of the page are in "bar"."""
    with as_owner():
        return set(CaseTrace.objects.using("owner").latest("id").panels)


def test_a_person_is_named_where_a_line_or_the_team_names_them(cast: Cast) -> None:
    case = a_call(cast).case
    client, address = signed_in(cast.caseworker), reverse("progress_list", args=[case.pk])
    for other in (cast.stranger, cast.police, cast.admin):
        page = client.get(address, {"person": str(other.staff_id)})
        assert page.context["shown"].rows == []
        assert other.staff.name not in page.content.decode()
    own = client.get(address, {"person": str(cast.caseworker.staff_id)}).content.decode()
    assert re.search(rf'value="{cast.caseworker.staff_id}" lang="ja" selected', own)


def test_it_is_in_the_order_of_time(cast: Cast) -> None:
    case = a_call(cast).case
    write(case, cast.caseworker, "あとで")
    write(case, cast.caseworker, "まえに", days=3)
    lines = told(signed_in(cast.caseworker), case)
    assert lines[0] == "あとで"
    assert lines[-1] == "まえに"
    assert len(lines) == 4


def test_it_is_narrowed_to_a_kind_a_person_and_a_month(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.supervisor):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.supervisor)
    _turn_back("cases_case", "opened_at", str(case.pk), 100)  # never the month of 62 days ago
    write(case, cast.caseworker, "今月")
    write(case, cast.caseworker, "二か月前", days=62)
    write(case, cast.colleague, "同僚")
    with as_owner():  # a name with which another one begins
        Staff.objects.filter(pk=cast.colleague.staff_id).update(name=cast.caseworker.staff.name[:-1])
    client = signed_in(cast.caseworker)
    assert set(told(client, case, kind="progress")) >= {"今月", "二か月前", "同僚"}
    received = told(client, case, kind="intake")
    assert len(received) == 1
    assert received[0] not in ("今月", "二か月前", "同僚")
    assert told(client, case, person=str(cast.colleague.staff_id)) == ["同僚"]
    before = timezone.localdate(clock.now() - timedelta(days=62))
    assert told(client, case, month=f"{before:%Y-%m}") == ["二か月前"]
    assert told(client, case, month=f"{before:%Y-%m}", kind="intake") == []
    whole = told(client, case)
    assert told(client, case, kind="x", person="x", month="x") == whole
    assert len(whole) == 5


def test_a_kind_that_is_not_asked_for_is_not_read(cast: Cast) -> None:
    case = a_call(cast).case
    client, address = signed_in(cast.caseworker), reverse("progress_list", args=[case.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address, {"kind": "progress"})
    assert not any("cases_safetycheck" in query["sql"] for query in asked)
    assert any("progress_page" in query["sql"] for query in asked)


@pytest.mark.parametrize(
    "kind", ["progress", "intake", "custody", "intention", "police", "contacts", "visits", "closing"]
)
def test_each_room_that_tells_something_can_be_chosen(kind: str) -> None:
    assert kind in kinds()


def test_the_choices_are_named(cast: Cast) -> None:
    case = a_call(cast).case
    page = signed_in(cast.caseworker).get(reverse("progress_list", args=[case.pk]))
    options = re.findall(r'<option value="(\d{4}-\d\d)"', page.content.decode())
    assert options == [f"{datetime.now(tz=timezone.get_current_timezone()):%Y-%m}"]
    assert cast.caseworker.staff in page.context["people"]
