"""The access log by days: one line a day and person, what counts, what leads on, and in which relation somebody looked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.actions import open_case
from cases.records.models import Case
from desk.audit.days import CHIPS, most_sensitive
from face.keyset import KeyedList, Place
from security.audit import scribe
from security.audit.days import DayFilter, Days
from security.audit.models import CaseTrace
from security.audit.verbs import Verb
from security.rooms import merged
from tests.cast import CHILD, FACTS, Cast, a_case, as_owner
from tests.client import signed_in
from tests.conftest import superuser
from tests.unit.desk.audit.test_pages import look, text

FIRST = datetime(2025, 5, 31, 15, 0, tzinfo=UTC)
"""Midnight of 1 June 2025 in Japan."""


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


@pytest.fixture
def dated(database: str) -> Callable[[datetime], None]:
    """Dates the looks written since the last call. The log itself is never changed but past its walls."""
    last = 0

    def date_them(moment: datetime) -> None:
        nonlocal last
        with superuser(database) as session:
            session.execute("SET session_replication_role = replica")
            session.execute("UPDATE security_casetrace SET at = %s WHERE id > %s", [moment, last])
            row = session.execute("SELECT max(id) FROM security_casetrace").fetchone()
            last = row[0] if row else 0

    return date_them


def lines(reader: Position, case: Case, wanted: DayFilter | None = None) -> list[tuple[date, int, int]]:
    with acting_as(reader):
        found = Days("case", case.pk).newest(wanted or DayFilter(), 50)
    return [(line.day, line.looks, line.refused) for line in found]


def test_a_day_ends_at_midnight_in_japan(cast: Cast, case: Case, dated: Callable[[datetime], None]) -> None:
    for moment in (FIRST - timedelta(microseconds=1), FIRST, FIRST + timedelta(hours=23)):
        look(cast.director, case, "child")
        dated(moment)
    assert lines(cast.supervisor, case) == [(date(2025, 6, 1), 2, 0), (date(2025, 5, 31), 1, 0)]
    day = DayFilter(since=date(2025, 6, 1), until=date(2025, 6, 1))
    assert lines(cast.supervisor, case, day) == [(date(2025, 6, 1), 2, 0)]


def test_a_line_says_who_how_often_and_what_was_the_gravest(cast: Cast, case: Case) -> None:
    look(cast.director, case, "child", "notifier")
    look(cast.director, case, "team", verb=Verb.CASE_PRINT)
    look(cast.director, case, "list", verb=Verb.CASE_LIST)
    look(cast.stranger, case, denied=True)
    page = text(cast.caseworker, "case_looks", case.pk)
    table = page.partition("<tbody>")[2]
    for expected in ("職員 director", "supervisor line", "2 times", "who notified", "print", "refused 1"):
        assert expected in table, expected
    assert "the child" not in table
    assert "3 times" in text(cast.caseworker, "case_looks", case.pk, lists="on").partition("<tbody>")[2]
    assert reverse("case_looks_day", args=[case.pk, _today(), cast.director.staff_id]) in page
    opened = text(cast.caseworker, "case_looks_day", case.pk, _today(), cast.director.staff_id)
    assert opened.count("<tr>") - 1 == 3
    assert "the child, who notified" in opened


def _today() -> date:
    return (datetime.now(tz=UTC) + timedelta(hours=9)).date()


def test_the_chips_choose_what_counts(cast: Cast, case: Case) -> None:
    look(cast.director, case, "child", "notifier")
    look(cast.supervisor, case, "withheld_address")
    look(cast.supervisor2, case, "withheld_place", verb=Verb.CASE_PRINT)
    look(cast.stranger, case, denied=True)
    found = {
        chip: {
            name
            for name in ("director", "supervisor", "supervisor2", "stranger")
            if f"職員 {name}<"
            in text(cast.caseworker, "case_looks", case.pk, only=chip).partition("<tbody>")[2]
        }
        for chip in CHIPS
    }
    assert found == {
        "outside": {"supervisor2", "stranger"},
        "glass": set(),
        "denied": {"stranger"},
        "notifier": {"director"},
        "address": {"supervisor", "supervisor2"},
        "print": {"supervisor2"},
    }
    assert "<tbody>" not in text(cast.caseworker, "case_looks", case.pk, only="nothing")


def test_pages_by_key_show_each_line_once(cast: Cast, case: Case, dated: Callable[[datetime], None]) -> None:
    for number in range(20):
        look(cast.director, case, "child")
        look(cast.supervisor, case, "child")
        dated(FIRST + timedelta(days=number))
    with acting_as(cast.privacy):
        listed = Days("case", case.pk).listed(DayFilter(until=date(2025, 12, 31)))
        assert len(_all(listed)) == len(set(_all(listed))) == 40
        of_one = Days("person", cast.director.staff_id).listed(DayFilter(until=date(2025, 12, 31)))
        assert len(_all(of_one)) == len(set(_all(of_one))) == 20


def _all(listed: KeyedList[Any]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    place = None
    while True:
        rows, more = listed.read(place, 7)
        found += [tuple(listed.key(row)) for row in rows]
        if not more:
            return found
        place = Place(found[-1], newer=False)


def test_a_supervisor_reads_the_days_of_own_people_at_own_cases(cast: Cast, case: Case) -> None:
    elsewhere = a_case(cast, lead="other_section")
    look(cast.other_section, elsewhere, "child")
    look(cast.other_section, elsewhere, "child")
    look(cast.other_section, case, denied=True)
    page = text(cast.supervisor, "access_log_person", cast.other_section.staff_id).partition("<tbody>")[2]
    assert "refused 1" in page
    assert "0 times" in page
    opened = text(cast.supervisor, "access_log_person_day", cast.other_section.staff_id, _today())
    assert case.number in opened
    assert elsewhere.number not in opened
    for foreign in (cast.police.staff_id, uuid4()):
        url = reverse("access_log_person_day", args=[foreign, _today()])
        assert signed_in(cast.supervisor).get(url).status_code == 404


@pytest.mark.parametrize(
    "day", ["9999-12-31", "0001-01-01", "2025-02-30", "2025-1-1", "9999-99-99", "0000-01-01"]
)
def test_no_such_day(cast: Cast, case: Case, day: str) -> None:
    url = f"{reverse('case_looks', args=[case.pk])}{day}/{cast.director.staff_id}/"
    assert signed_in(cast.caseworker).get(url).status_code == 404


def test_the_gravest_of_what_was_seen() -> None:
    ranks = merged("sensitive")
    assert most_sensitive([], ranks) == []
    assert most_sensitive(["list", "child", "progress"], ranks) == ["child", "progress"]
    assert most_sensitive(["withheld_address", "notifier", "package"], ranks) == [
        "notifier",
        "withheld_address",
    ]
    assert most_sensitive(["of_an_older_version", "team"], ranks) == ["of_an_older_version"]


# --- The relation is that of the beginning of the request -----------------------------------------------------------------


def relations(case: Case, position: Position) -> list[str]:
    """In which relations a person looked, the newest first."""
    with as_owner():
        found = CaseTrace.objects.using("owner").filter(
            actor_id=position.staff_id, case_ids__contains=[case.pk]
        )
        return [trace.relation for trace in found]


def test_who_hands_a_case_over_looked_as_the_one_in_charge(cast: Cast, case: Case) -> None:
    client = signed_in(cast.caseworker)
    facts = {"position": str(cast.colleague.pk), "day": str(_today())}
    client.post(reverse("lead_change", args=[case.pk]), facts)
    assert relations(case, cast.caseworker) == ["lead"]


def test_who_takes_a_case_over_did_not_look_as_the_one_in_charge_yet(cast: Cast, case: Case) -> None:
    client = signed_in(cast.supervisor)
    client.post(reverse("team_add", args=[case.pk]), {"position": str(cast.colleague.pk), "level": "edit"})
    colleague = signed_in(cast.colleague)
    colleague.get(reverse("case", args=[case.pk]))
    assert relations(case, cast.colleague) == ["member"]


def test_who_breaks_the_glass_looked_from_outside(cast: Cast, case: Case) -> None:
    client = signed_in(cast.duty)
    client.post(reverse("case_glass", args=[case.pk]), {"reason": "夜間の緊急対応のため確認する"})
    client.get(reverse("case", args=[case.pk]))
    assert relations(case, cast.duty) == ["glass", "none"]


def test_a_case_that_was_opened_meanwhile_was_opened_by_the_one_in_charge(cast: Cast) -> None:
    with acting_as(cast.caseworker) as one:
        case = open_case(CHILD, FACTS, in_charge=cast.caseworker, by=cast.caseworker)
        one.note_shown(case.pk, "intake")
        scribe.write(one, set())
    assert relations(case, cast.caseworker)[0] == "lead"
