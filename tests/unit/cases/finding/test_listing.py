"""My cases, and the exact search."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.clocks.actions import start
from cases.clocks.codes import ClockKind
from cases.finding import listing
from cases.finding.listing import list_of
from cases.intake.actions import record_safety_check, retract_safety_check
from cases.intake.codes import Outcome
from cases.intake.models import SafetyCheck
from cases.records.codes import Urgency
from cases.records.models import Case
from cases.records.queries import cases_for
from cases.visits.actions import plan_visit, record_visit
from cases.visits.codes import Seen, VisitKind
from face.keyset import Page
from security.audit.models import CaseTrace, Event
from security.walls import clock
from tests.cast import CHILD, FACTS, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.records.test_progress import ENTRY
from tests.unit.cases.support.made import support_case


def _search(client: Client, **terms: str) -> str:
    response = client.post(reverse("find"), terms)
    assert response.status_code == 200
    return response.content.decode()


def test_lists_own_cases_and_records_each(cast: Cast) -> None:
    mine, foreign = a_case(cast), a_case(cast, lead="other_section")
    page = signed_in(cast.caseworker).get(reverse("case_list")).content.decode()
    for shown in (mine.number, "髙橋　𠮷乃", "タカハシ"):
        assert shown in page
    assert foreign.number not in page
    with as_owner():
        event = Event.objects.using("owner").get(verb="CASE_LIST")
        traces = list(CaseTrace.objects.using("owner").filter(event_uuid=event.uuid))
    assert [(trace.case_ids, trace.relation, trace.panels) for trace in traces] == [
        ([mine.pk], "lead", ["list"])
    ]


def test_a_colleagues_case_of_the_same_child_is_shown_behind_the_glass(cast: Cast) -> None:
    mine, other = a_case(cast), a_case(cast, lead="other_section")
    terms = {"by": "child", "kana": "タカハシ ヨシノ", "birth_date": "2013-05-01"}
    page = signed_in(cast.caseworker).post(reverse("find"), terms)
    assert [row.case.pk for row in page.context["rows"]] == [mine.pk]
    assert [row.case_id for row in page.context["hidden"]] == [other.pk]
    assert reverse("case_glass", args=[other.pk]) in page.content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("caseworker", True),
        ("supervisor", True),
        ("director", True),
        ("colleague", False),
        ("duty", False),
        ("stranger", False),
    ],
)
def test_who_sees_it_in_the_list(cast: Cast, who: str, seen: bool) -> None:
    case = a_case(cast)
    assert (case.number in signed_in(cast.positions[who]).get(reverse("case_list")).content.decode()) is seen


def test_the_police_list_their_support_cases_and_none_of_a_center(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.police)
    assert client.get(reverse("case_list")).context["total"] == 0
    assert client.post(reverse("find"), {"typed": case.number}).status_code == 404
    own = support_case(cast)
    assert own.number in client.get(reverse("case_list")).content.decode()


@pytest.mark.parametrize("who", ["school", "privacy", "admin"])
def test_other_roles_have_no_list(cast: Cast, who: str) -> None:
    client = signed_in(cast.positions[who])
    assert client.get(reverse("case_list")).status_code == 404
    assert client.post(reverse("find"), {"typed": "KITA-1"}).status_code == 404


def test_an_empty_list_says_so(cast: Cast) -> None:
    response = signed_in(cast.colleague).get(reverse("case_list"), headers={"accept-language": "en"})
    assert response.status_code == 200
    assert b'class="empty"' in response.content


@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_pages_meet_without_gap_or_double(cast: Cast, who: str) -> None:
    position = cast.positions[who]
    cases = [a_case(cast) for _ in range(7)]
    with as_owner():  # four of them at the very same moment, across the border of two pages
        together = [case.pk for case in cases[1:5]]
        Case.objects.using("owner").filter(pk__in=together).update(opened_at=cases[3].opened_at)
    with acting_as(position):
        expected = list(cases_for(position).order_by("-opened_at", "-pk"))
        seen: list[Case] = []
        place: dict[str, str] = {}
        while True:
            page = list_of(position, place, size=3)
            seen += page.rows
            if not page.older:
                break
            place = dict([page.older.split("=")])
        assert seen == expected
        back = list_of(position, dict([page.newer.split("=")]), size=3)
        assert back.rows == expected[3:6]
        top = list_of(position, dict([back.newer.split("=")]), size=3)
        assert (top.rows, top.newer) == (expected[:3], "")


BAD = [
    "x",
    "1",
    "-",
    "1-1",
    "99999999999999999999-" + "0" * 32,
    "1-" + "g" * 32,
    "１-" + "0" * 32,
    "%00",
    "1-" + "0" * 31,
]


@pytest.mark.parametrize("name", ["older", "newer"])
@pytest.mark.parametrize("place", BAD)
def test_a_bad_place_is_400(cast: Cast, name: str, place: str) -> None:
    assert signed_in(cast.caseworker).get(reverse("case_list"), {name: place}).status_code == 400


def test_a_place_without_a_signature_is_400(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    for place in ("0-" + "0" * 32, "9" * 17 + "-" + "f" * 32):
        for name in ("older", "newer"):
            assert client.get(reverse("case_list"), {name: place}).status_code == 400


@pytest.mark.parametrize("query", [{"stage": "x"}, {"urgency": "Z"}, {"state": "x"}, {"stage": "\0"}])
def test_an_unknown_filter_is_400(cast: Cast, query: dict[str, str]) -> None:
    assert signed_in(cast.caseworker).get(reverse("case_list"), query).status_code == 400


def test_the_list_says_how_many_who_is_in_charge_and_what_is_due(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_case(cast), a_case(cast)
    due = clock.now() - timedelta(hours=1)
    signed_in(cast.caseworker).post(reverse("progress_add", args=[first.pk]), ENTRY)
    with acting_as(cast.caseworker):
        start(first, ClockKind.SAFETY, started_at=due - timedelta(hours=48), by=cast.caseworker)
    client = signed_in(cast.caseworker)
    page = client.get(reverse("case_list"))
    assert page.context["total"] == 2
    by_case = {row.case.pk: row.standing for row in page.context["rows"]}
    assert by_case[first.pk].lead == cast.caseworker.staff.name
    assert by_case[first.pk].last_entry is not None
    assert (by_case[first.pk].next_limit, by_case[first.pk].is_overdue) == (due, True)
    assert (by_case[second.pk].last_entry, by_case[second.pk].next_limit) == (None, None)
    overdue = client.get(reverse("case_list"), {"overdue": "1"})
    assert [row.case.pk for row in overdue.context["rows"]] == [first.pk]
    assert client.get(reverse("case_list"), {"urgency": "AA"}).context["total"] == 0
    monkeypatch.setattr("cases.finding.views.COUNTED", 1)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("case_list"))
    assert "More than 1 cases" in page.content.decode()


def test_a_child_is_last_seen_at_a_visit_or_a_safety_check_where_it_was_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, visited, missed, older = (a_case(cast) for _case in range(4))
    with acting_as(cast.caseworker):
        _check(cast, checked, 5, Outcome.SEEN)
        _check(cast, checked, 1, Outcome.NOT_SEEN)
        _visit(cast, visited, 3, Seen.SEEN)
        _visit(cast, missed, 2, Seen.NOT_SEEN)
        _check(cast, older, 9, Outcome.SEEN)
        _visit(cast, older, 8, Seen.SEEN)
        retract_safety_check(_check(cast, older, 1, Outcome.SEEN), "another child", by=cast.caseworker)
    client = signed_in(cast.caseworker)
    client.post(reverse("progress_add", args=[missed.pk]), ENTRY)
    page = client.get(reverse("case_list"), {"order": "seen"})
    now = clock.now()
    days = {
        row.case.pk: row.standing.last_seen and (now - row.standing.last_seen).days
        for row in page.context["rows"]
    }
    assert list(days.items()) == [(missed.pk, None), (older.pk, 8), (checked.pk, 5), (visited.pk, 3)]
    # Those that were compared are not shown.
    monkeypatch.setattr(listing, "SIZE", 1)
    client.get(reverse("case_list"), {"order": "seen"})
    with as_owner():
        assert CaseTrace.objects.using("owner").latest("id").case_ids == [missed.pk]


def _check(cast: Cast, case: Case, days: int, outcome: Outcome) -> SafetyCheck:
    texts = {"place": "自宅", "seen_by": "職員", "condition": "元気である"}
    at = clock.now() - timedelta(days=days)
    return record_safety_check(case, outcome=outcome, seen_at=at, texts=texts, by=cast.caseworker)


def _visit(cast: Cast, case: Case, days: int, seen: Seen) -> None:
    at, by = clock.now() - timedelta(days=days), cast.caseworker
    visit = plan_visit(case, kind=VisitKind.HOME, planned_for=at, place="自宅", who="本人", by=by)
    record_visit(visit, held_at=at, seen=seen, result="会った。", by=by)


def test_a_supervisor_narrows_the_list_to_one_in_charge(cast: Cast) -> None:
    a_case(cast)
    mine = a_case(cast, lead="supervisor")
    client = signed_in(cast.supervisor)
    page = client.get(reverse("case_list"), {"lead": str(cast.supervisor.pk)})
    assert [row.case.pk for row in page.context["rows"]] == [mine.pk]
    assert cast.supervisor in page.context["leads"]
    assert client.get(reverse("case_list"), {"lead": "x"}).status_code == 400
    assert signed_in(cast.caseworker).get(reverse("case_list")).context["leads"] == []


def test_the_list_in_another_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kana = ("ワダ", "アベ", "サトウ")
    cases = [a_case(cast, child=dataclasses.replace(CHILD, family_kana=name)) for name in kana]
    signed_in(cast.caseworker).post(reverse("progress_add", args=[cases[0].pk]), ENTRY)
    with acting_as(cast.caseworker):
        start(cases[2], ClockKind.SAFETY, started_at=clock.now(), by=cast.caseworker)
    client = signed_in(cast.caseworker)

    def listed(order: str, **more: str) -> list[int]:
        rows = client.get(reverse("case_list"), {"order": order, **more}).context["rows"]
        return [cases.index(row.case) for row in rows]

    assert listed("") == [2, 1, 0]
    assert listed("kana") == [1, 2, 0]
    assert listed("limit")[0] == 2
    assert listed("entry")[-1] == 0
    monkeypatch.setattr(listing, "SIZE", 2)
    assert listed("kana") == [1, 2]
    with as_owner():
        event = Event.objects.using("owner").filter(verb="CASE_LIST").order_by("-timestamp", "-id")[0]
        traces = CaseTrace.objects.using("owner").filter(event_uuid=event.uuid)
        assert {case for trace in traces for case in trace.case_ids} == {cases[1].pk, cases[2].pk}
    monkeypatch.setattr("cases.finding.views.SORTED", 2)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("case_list"), {"order": "kana"})
    assert "Lists of at most 2 cases" in page.content.decode()
    assert client.get(reverse("case_list"), {"order": "x"}).status_code == 400


@pytest.mark.parametrize("gone", [False, True])
def test_pages_of_a_sorted_list_meet_in_both_directions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, gone: bool
) -> None:
    kana = ("ワダ", "アベ", "サトウ", "イトウ", "カトウ")
    cases = [a_case(cast, child=dataclasses.replace(CHILD, family_kana=name)) for name in kana]
    monkeypatch.setattr(listing, "SIZE", 2)
    client, address = signed_in(cast.caseworker), reverse("case_list")

    def turned(query: str) -> tuple[list[int], Page[Case]]:
        answer = client.get(f"{address}?{query}")
        return [cases.index(row.case) for row in answer.context["rows"]], answer.context["shown"]

    first, page = turned("order=kana&urgency=A")
    assert (first, page.back) == ([1, 3], "")
    if gone:  # the case beside which the next page begins leaves the list meanwhile
        with as_owner():
            Case.objects.using("owner").filter(pk=cases[3].pk).update(urgency="AA")
    second, page = turned(page.on)
    assert second == [4, 2]
    assert "urgency=A" in page.on
    last, end = turned(page.on)
    assert (last, end.on) == ([0], "")
    assert turned(end.back)[0] == second
    assert turned(page.back)[0] == ([1] if gone else [1, 3])


def test_a_place_of_another_order_or_none_is_400(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    a_case(cast)
    a_case(cast)
    monkeypatch.setattr(listing, "SIZE", 1)
    client, address = signed_in(cast.caseworker), reverse("case_list")
    on = client.get(address, {"order": "kana"}).context["shown"].on
    assert client.get(f"{address}?{on}").status_code == 200
    assert client.get(f"{address}?{on.replace('kana', 'limit')}").status_code == 400
    assert client.get(address, {"order": "kana", "newer": "1"}).status_code == 400


def test_filters(cast: Cast) -> None:
    urgent = a_case(cast, facts=dataclasses.replace(FACTS, urgency=Urgency.AA))
    closed = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=closed.pk).update(stage="closed", closed_at=closed.opened_at)
    client = signed_in(cast.caseworker)

    def numbers(**query: str) -> tuple[bool, bool]:
        page = client.get(reverse("case_list"), query).content.decode()
        return urgent.number in page, closed.number in page

    assert numbers() == (True, False)
    assert numbers(state="closed") == (False, True)
    assert numbers(state="all") == (True, True)
    assert numbers(state="all", urgency="AA") == (True, False)
    assert numbers(stage="reception") == (True, False)
    assert numbers(stage="support") == (False, False)


def test_queries_do_not_grow_with_the_list(cast: Cast) -> None:
    client = signed_in(cast.caseworker)

    def asked_for_a_list() -> list[str]:
        asked: list[str] = []

        def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
            asked.append(sql)
            return execute(sql, *rest)

        with connections["default"].execute_wrapper(note):
            client.get(reverse("case_list"))
        return asked

    a_case(cast)
    asked_for_a_list()
    one = asked_for_a_list()
    for _ in range(4):
        a_case(cast)
    five = asked_for_a_list()
    assert len(five) == len(one), [sql[:200] for sql in five]


KANA = ["タカハシヨシノ", "たかはし　よしの", "ﾀｶﾊｼ ﾖｼﾉ", "タカハシ・ヨシノ"]


@pytest.mark.parametrize("kana", KANA)
def test_search_by_kana_in_any_spelling(cast: Cast, kana: str) -> None:
    case = a_case(cast)
    page = _search(signed_in(cast.caseworker), by="child", kana=kana, birth_date="2013-05-01")
    assert case.number in page


@pytest.mark.parametrize(
    "born", [{"birth_date": "H25.5.1"}, {"birth_date_era": "heisei", "birth_date_year": "25"}]
)
def test_search_takes_both_calendars(cast: Cast, born: dict[str, str]) -> None:
    case = a_case(cast)
    if "birth_date_era" in born:
        from face.wareki import ERAS

        born |= {"birth_date_era": next(era.code for era in ERAS if era.start.year == 1989)}
        born |= {"birth_date_month": "５", "birth_date_day": "1"}
    assert case.number in _search(signed_in(cast.caseworker), by="child", kana="タカハシヨシノ", **born)


@pytest.mark.parametrize("spelled", [str.lower, lambda number: "　" + number.replace("-", "ー") + " "])
def test_search_by_number_in_any_width(cast: Cast, spelled: object) -> None:
    case = a_case(cast)
    assert callable(spelled)
    page = _search(signed_in(cast.caseworker), typed=spelled(case.number))
    assert reverse("case", args=[case.pk]) in page


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        (("オオノ", "ユウ"), "おーの ゆう"),
        (("ワタナベ", "ヴィオラ"), "ﾜﾀﾅﾍﾞ ﾋﾞｵﾗ"),
        (("ニシ", "シュン"), "にし しゆん"),
        (("ア", "ジュゲムジュゲムゴコウノスリキレ" * 4), "あ" + "ジュゲムジュゲムゴコウノスリキレ" * 4),
    ],
)
def test_recall_of_readings(cast: Cast, stored: tuple[str, str], asked: str) -> None:
    case = a_case(cast, child=dataclasses.replace(CHILD, family_kana=stored[0], given_kana=stored[1]))
    assert case.number in _search(signed_in(cast.caseworker), by="child", kana=asked, birth_date="2013-05-01")


def test_another_child_is_not_found(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    assert case.number not in _search(client, by="child", kana="タカハシヨシコ", birth_date="2013-05-01")
    assert case.number not in _search(client, by="child", kana="タカハシヨシノ", birth_date="2013-05-02")


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"typed": ""},
        {"typed": "　 "},
        {"typed": "\0"},
        {"typed": "あ" * 101},
        {"typed": "あ" * 10_000},
        {"by": "child", "kana": "ー", "birth_date": "2013-05-01"},
        {"by": "child", "kana": "タカハシ", "birth_date": "2013-02-30"},
        {"by": "child", "kana": "高橋", "birth_date": "2013-05-01"},
        {"by": "child", "birth_date": "9999-01-01"},
        {"by": "nothing", "typed": ""},
    ],
)
def test_bad_terms_are_errors_beside_the_field(cast: Cast, terms: dict[str, str]) -> None:
    response = signed_in(cast.caseworker).post(reverse("find"), terms)
    assert response.status_code == 200
    assert b"field__error" in response.content


def test_the_term_is_recorded_as_a_keyed_hash_only(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    for _ in range(2):
        _search(client, by="child", kana="タカハシヨシノ", birth_date="2013-05-01")
    _search(client, typed=case.number)
    with as_owner():
        events = list(Event.objects.using("owner").filter(verb="CASE_SEARCH").order_by("id"))
    details = [event.detail for event in events]
    assert details[0] == details[1] != details[2]
    assert all("タカハシ" not in text and "2013" not in text and case.number not in text for text in details)
    assert {event.case_id for event in events} == {case.pk}


def test_a_child_without_birth_date_is_found_by_number_alone(cast: Cast) -> None:
    case = a_case(cast, child=dataclasses.replace(CHILD, birth_date=None))
    client = signed_in(cast.caseworker)
    assert case.number in _search(client, typed=case.number)
    today = date.today() - timedelta(days=1)  # noqa: DTZ011 - any day will do
    assert case.number not in _search(client, by="child", kana="タカハシヨシノ", birth_date=today.isoformat())
