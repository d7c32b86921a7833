"""The box: part of a name, of its reading or of a number, over the cases that the reader sees."""

import dataclasses
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.finding import queries
from cases.records.actions import break_glass
from cases.records.models import Case
from security.audit.models import CaseTrace, Event
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in

SAKAKI = dataclasses.replace(
    CHILD,
    family_name="榊",
    given_name="葵",
    family_kana="サカキ",
    given_kana="アオイ",
    birth_date=None,
)


def find(cast: Cast, typed: str, who: str = "caseworker") -> Any:
    response = signed_in(cast.positions[who]).post(reverse("find"), {"typed": typed})
    assert response.status_code == 200
    return response


def found(cast: Cast, typed: str, who: str = "caseworker") -> list[Any]:
    return [row.case.pk for row in find(cast, typed, who).context.get("rows", [])]


@pytest.mark.parametrize(
    "typed",
    [
        "榊",
        "サカキ",
        "さかき",
        "ｻｶｷ",
        "カキ",
        "あおい",
        "葵",
        "榊 葵",
        "榊　葵",
        "サカキアオイ",
        "サカキ・アオイ",
        "アオイ・サカキ",
        "葵 榊",
    ],
)
def test_part_of_a_name_in_any_spelling(cast: Cast, typed: str) -> None:
    case = a_case(cast, child=SAKAKI)
    other = a_case(cast)
    assert found(cast, typed) == [case.pk]
    assert other.pk not in found(cast, typed)


@pytest.mark.parametrize("typed", ["港みらい", "みらい小学校", "港ミライ小学校 3年"])
def test_part_of_a_school_after_those_who_are_named_so(cast: Cast, typed: str) -> None:
    there = a_case(cast, child=dataclasses.replace(SAKAKI, school="港みらい小学校5年"))
    named = a_case(cast, child=dataclasses.replace(SAKAKI, family_name="みらい小学校", school="港南小学校"))
    a_case(cast)
    page = find(cast, typed)
    shown = [(row.case.pk, row.school) for row in page.context["rows"]]
    by_name = [(named.pk, "")] if typed == "みらい小学校" else []
    assert shown == [*by_name, (there.pk, "港みらい小学校5年")]
    assert "港みらい小学校5年" in page.content.decode()
    assert found(cast, typed, "colleague") == []


def test_a_letter_alone_is_no_school(cast: Cast) -> None:
    case = a_case(cast, child=dataclasses.replace(SAKAKI, school="港みらい小学校5年"))
    assert found(cast, "小") == []
    assert found(cast, "小学校") == [case.pk]


@pytest.mark.parametrize("typed", ["高橋", "髙", "吉乃", "よしの"])
def test_old_and_new_kanji_are_one(cast: Cast, typed: str) -> None:
    case = a_case(cast)
    assert found(cast, typed) == [case.pk]


def spellings(case: Case) -> list[str]:
    office, year, last = case.number.split("-")
    return [
        case.number,
        case.number.lower(),
        f"{office}-{year}-{int(last)}",
        f"{year}-{last}",
        last,
        str(int(last)),
    ]


def test_a_number_in_every_form(cast: Cast) -> None:
    case = a_case(cast)
    full_width = str.maketrans("0123456789-", "０１２３４５６７８９ー")
    for typed in spellings(case):
        assert found(cast, typed) == [case.pk], typed
        assert found(cast, f"　{typed.translate(full_width)} ") == [case.pk], typed
    assert found(cast, "9999") == []
    assert found(cast, "OTHER-2026-0001") == []


def test_a_number_of_an_earlier_year(cast: Cast) -> None:
    case = a_case(cast)
    office = case.number.split("-")[0]
    for year in ("2019", "1999"):
        with as_owner():
            Case.objects.using("owner").filter(pk=case.pk).update(number=f"{office}-{year}-0077")
        assert found(cast, "77") == ([case.pk] if year == "2019" else [])
        assert found(cast, f"{year}-77") == [case.pk]


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "*",
        "?",
        "サ_キ",
        "サ%",
        "サ*",
        "' OR 1=1 --",
        "\\",
        "・",
        "ー",
        "😀",
        "\u3042" * 100,
        "サカキ😀",
    ],
)
def test_what_is_no_part_of_a_name_finds_nothing_and_says_where_else_to_look(cast: Cast, typed: str) -> None:
    a_case(cast, child=SAKAKI)
    response = find(cast, typed)
    assert response.context["rows"] == []
    assert 'class="empty"' in response.content.decode()


@pytest.mark.parametrize("typed", ["", "　 ", "\0", "サ\u202eカキ", "あ" * 101, "a" * 10_000])
def test_what_cannot_be_searched_is_said_beside_the_box(cast: Cast, typed: str) -> None:
    a_case(cast, child=SAKAKI)
    assert b"field__error" in find(cast, typed).content


def test_what_was_typed_stays_above_what_was_found(cast: Cast) -> None:
    case = a_case(cast, child=SAKAKI)
    page = find(cast, "さか<b>").content.decode()
    assert 'value="さか&lt;b&gt;"' in page
    page = find(cast, "さかき").content.decode()
    assert page.index('value="さかき"') < page.index(case.number)


@pytest.mark.parametrize("who", ["colleague", "duty", "other_section", "stranger", "stranger_director"])
def test_nobody_finds_a_case_they_do_not_see(cast: Cast, who: str) -> None:
    case = a_case(cast, child=SAKAKI)
    for typed in ("榊", "サカキ", case.number.split("-")[2]):
        response = find(cast, typed, who)
        assert (response.context["rows"], response.context["hidden"]) == ([], []), typed


def test_only_the_whole_number_names_a_case_behind_the_glass(cast: Cast) -> None:
    case = a_case(cast, child=SAKAKI)
    assert [row.case_id for row in find(cast, case.number, "duty").context["hidden"]] == [case.pk]
    with acting_as(cast.duty):
        break_glass(case.pk, "夜間に保護者が来所し、本児の所在を尋ねたため", by=cast.duty)
    assert found(cast, "榊", "duty") == [case.pk]


@pytest.mark.parametrize("who", ["police", "school", "privacy", "admin"])
def test_other_roles_have_no_box(cast: Cast, who: str) -> None:
    client = signed_in(cast.positions[who])
    assert client.post(reverse("find"), {"typed": "榊"}).status_code == 404
    assert 'id="find-anywhere"' not in client.get(reverse("home")).content.decode()


def test_the_box_is_in_the_head_of_every_page(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    for name in ("home", "case_list", "find", "inbox"):
        assert 'id="find-anywhere"' in client.get(reverse(name)).content.decode(), name


def test_the_look_names_who_was_shown_and_not_who_was_compared(cast: Cast) -> None:
    case, _other = a_case(cast, child=SAKAKI), a_case(cast)
    page = find(cast, "さかき").content.decode()
    assert _other.number not in page
    with as_owner():
        event = Event.objects.using("owner").get(verb="CASE_SEARCH")
        traces = list(CaseTrace.objects.using("owner").filter(event_uuid=event.uuid))
    assert [trace.case_ids for trace in traces] == [[case.pk]]
    assert event.detail.startswith("kana:")
    assert "さかき" not in str(vars(event))
    assert "サカキ" not in str(vars(event))


def test_older_cases_than_were_compared_are_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    old = a_case(cast, child=SAKAKI)
    a_case(cast)
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 1)
    response = find(cast, "榊")
    assert (response.context["rows"], response.context["more"]) == ([], True)
    assert found(cast, "サカキ") == []
    assert found(cast, "さかき アオイ") == [old.pk], "by the full reading"
    assert found(cast, old.number) == [old.pk]
