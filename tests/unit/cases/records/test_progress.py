"""The progress record and the people around the child."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.records.actions import write_progress
from cases.records.codes import ContactMethod
from cases.records.models import Case, Person, ProgressEntry
from cases.records.panel import basics_card, child_card, entries_of, latest_card, team_card
from cases.records.queries import people_of, progress_of
from security.encryption.fields import reveal
from tests.cast import Cast, a_case
from tests.client import signed_in

ENTRY = {
    "happened_at": "2026-06-01T09:05",
    "method": "telephone",
    "with_whom": "養護教諭",
    "body": "「いたい」と話した。\n改行も残る。",
}
PERSON = {
    "version": "0",
    "role": "suspect",
    "name": "\ufa19谷　髙",
    "kana": "かみや",
    "relation_code": "keifu",
    "relation": "",
    "telephone": "",
    "note": "",
}
FULL_WIDTH = {"telephone": "０３－１２３４－５６７８"}
OUTSIDE = (
    "colleague",
    "other_section",
    "supervisor2",
    "duty",
    "stranger",
    "police",
    "school",
    "privacy",
    "admin",
)


def _add(client: Client, case: Case, **changes: str) -> int:
    return client.post(reverse("progress_add", args=[case.pk]), ENTRY | changes).status_code


def _entries(case: Case, cast: Cast) -> list[ProgressEntry]:
    with acting_as(cast.caseworker):
        return list(progress_of(case))


def test_an_entry_is_added_as_typed(cast: Cast) -> None:
    case = a_case(cast)
    assert _add(signed_in(cast.caseworker), case) == 302
    with acting_as(cast.caseworker):
        (entry,) = entries_of(progress_of(case))
        assert (entry.method, entry.with_whom, entry.body) == (
            str(ContactMethod.TELEPHONE.label),
            "養護教諭",
            ENTRY["body"],
        )
        assert entry.happened_at.isoformat() == "2026-06-01T09:05:00+09:00"


def test_a_further_entry_left_as_above_has_the_time_of_the_one_above(cast: Cast) -> None:
    """With every field that the page drew, as a browser sends it."""
    case, client = a_case(cast), signed_in(cast.caseworker)
    form = client.get(reverse("progress_add", args=[case.pk])).context["form"]
    drawn = {
        part["name"]: part["value"] or ""
        for number in range(2, 6)
        for part in form[f"happened_at_{number}"].field.widget.get_context(
            f"happened_at_{number}", form[f"happened_at_{number}"].value(), {}
        )["widget"]["subwidgets"]
    }
    assert drawn
    answer = client.post(reverse("progress_add", args=[case.pk]), ENTRY | drawn | {"body_2": "続けて話した"})
    assert answer.status_code == 302
    with acting_as(cast.caseworker):
        first, second = entries_of(progress_of(case))
    assert first.happened_at == second.happened_at


def test_several_entries_are_written_on_one_page(cast: Cast) -> None:
    case = a_case(cast)
    more = {
        "body_2": "続けて話した",
        "happened_at_3": "2026-06-01T10:00",
        "method_3": "visit",
        "with_whom_3": "母",
        "body_3": "来所の約束",
        "body_5": "もう一件",
    }
    client = signed_in(cast.caseworker)
    answer = client.post(reverse("progress_add", args=[case.pk]), ENTRY | more, follow=True)
    assert "4件" in answer.content.decode()
    with acting_as(cast.caseworker):
        written = entries_of(progress_of(case))[::-1]
    telephone, visit = str(ContactMethod.TELEPHONE.label), str(ContactMethod.VISIT.label)
    assert [(entry.method, entry.with_whom, entry.body) for entry in written] == [
        (telephone, "養護教諭", ENTRY["body"]),
        (telephone, "養護教諭", "続けて話した"),
        (visit, "母", "来所の約束"),
        (visit, "母", "もう一件"),
    ]
    times = [timezone.localtime(entry.happened_at).hour for entry in written]
    assert times == [9, 9, 10, 10]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"with_whom_2": "母"}, "body_2"),
        ({"method_4": "visit"}, "body_4"),
        ({"happened_at_5": "2026-06-01T10:00"}, "body_5"),
        ({"body_3": "字", "happened_at_3": "x"}, "happened_at_3"),
    ],
)
def test_a_wrong_entry_is_named_and_none_is_written(cast: Cast, change: dict[str, str], named: str) -> None:
    case = a_case(cast)
    answer = signed_in(cast.caseworker).post(reverse("progress_add", args=[case.pk]), ENTRY | change)
    assert list(answer.context["form"].errors) == [named]
    page = answer.content.decode()
    assert f"{named[-1]}件目" in page.partition("error-summary")[2].partition("</ul>")[0]
    assert page.count('<details class="folded" open>') == 1
    form = answer.context["form"]
    assert [form[name].value() for name in change if not name.startswith("happened_at")] == [
        value for name, value in change.items() if not name.startswith("happened_at")
    ]
    assert all(value in page for name, value in change.items() if name == "happened_at_3")
    assert _entries(case, cast) == []


BAD = [
    {"body": ""},
    {"happened_at": "2026-06-01"},
    {"happened_at": "x"},
    {"method": "x"},
    {"with_whom": ""},
    {"body": "a\0"},
]


@pytest.mark.parametrize("change", [*BAD, {"happened_at": "2999-01-01T00:00"}, {"body": "字" * 8001}])
def test_a_bad_field_is_named_and_the_rest_kept(cast: Cast, change: dict[str, str]) -> None:
    case = a_case(cast)
    response = signed_in(cast.caseworker).post(reverse("progress_add", args=[case.pk]), ENTRY | change)
    assert response.status_code == 200
    page = response.content.decode()
    assert "error-summary" in page
    assert ("養護教諭" in page) or change == {"with_whom": ""}
    assert _entries(case, cast) == []


def test_an_hour_to_come_is_refused(cast: Cast) -> None:
    later = timezone.localtime() + timedelta(minutes=30)
    assert (
        _add(signed_in(cast.caseworker), a_case(cast), happened_at=later.isoformat(timespec="minutes")) == 200
    )


def test_a_corrected_entry_shows_its_newest_text_and_keeps_the_earlier_ones(cast: Cast) -> None:
    case = a_case(cast)
    client, other = signed_in(cast.caseworker), signed_in(cast.supervisor)
    _add(client, case)
    (first,) = _entries(case, cast)
    address = reverse("progress_correct", args=[case.pk, first.pk])
    form = client.get(address).content.decode().partition('class="form-card"')[2]
    assert ENTRY["with_whom"] in form
    assert "「いたい」" in form
    assert client.post(address, ENTRY | {"body": "一度目の訂正"}).status_code == 302
    form = client.get(address).content.decode().partition('class="form-card"')[2]
    assert "一度目の訂正" in form
    assert "「いたい」" not in form
    assert other.post(address, ENTRY | {"body": "二度目の訂正"}).status_code == 302
    with acting_as(cast.caseworker):
        (entry,) = entries_of(progress_of(case))
        assert entry.body == ENTRY["body"]
        assert [(found.body, found.written_by.name) for found in entry.corrections] == [
            ("一度目の訂正", "職員 caseworker"),
            ("二度目の訂正", "職員 supervisor"),
        ]
    page = client.get(reverse("progress_list", args=[case.pk])).content.decode()
    assert page.index("二度目の訂正") < page.index('<details class="folded"') < page.index("一度目の訂正")
    assert page.index("一度目の訂正") < page.index("「いたい」")


def test_the_correction_of_a_correction_names_the_first_entry(cast: Cast) -> None:
    case = a_case(cast)
    facts: dict[str, Any] = {
        "happened_at": timezone.now(),
        "method": "visit",
        "with_whom": "本児",
        "by": cast.caseworker,
    }
    with acting_as(cast.caseworker):
        first = write_progress(case, body="一", **facts)
        second = write_progress(case, body="二", corrects=first, **facts)
        third = write_progress(case, body="三", corrects=second, **facts)
        assert (second.corrects_id, third.corrects_id) == (first.pk, first.pk)
        foreign = write_progress(a_case(cast), body="他", **facts)
        with pytest.raises(ValueError, match="another case"):
            write_progress(case, body="四", corrects=foreign, **facts)
    client = signed_in(cast.caseworker)
    for entry in (second, foreign):
        assert client.get(reverse("progress_correct", args=[case.pk, entry.pk])).status_code == 404


def test_the_record_is_paged(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        for number in range(23):
            write_progress(
                case,
                happened_at=timezone.now(),
                method=ContactMethod.VISIT,
                with_whom="本児",
                body=f"第{number}回。",
                by=cast.caseworker,
            )
    client, address = signed_in(cast.caseworker), reverse("progress_list", args=[case.pk])
    first = client.get(address)
    record = first.content.decode()
    assert "第22回。" in record
    assert "第2回。" not in record
    older = client.get(f"{address}?{first.context['shown'].older}").content.decode()
    assert "第2回。" in older
    assert client.get(address, {"older": "x"}).status_code == 400


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_progressentry SET body = body",
        "DELETE FROM cases_progressentry",
    ],
)
def test_raw_sql_changes_no_entry(cast: Cast, statement: str) -> None:
    case = a_case(cast)
    _add(signed_in(cast.caseworker), case)
    with (
        acting_as(cast.caseworker),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def _person(cast: Cast, case: Case) -> Person | None:
    with acting_as(cast.caseworker):
        return next(iter(people_of(case)), None)


def test_a_person_is_added_edited_and_removed(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    assert client.post(reverse("person_add", args=[case.pk]), PERSON | FULL_WIDTH).status_code == 302
    person = _person(cast, case)
    assert person is not None
    with acting_as(cast.caseworker):
        found = Person.objects.get(pk=person.pk)
        assert (reveal(found, "name"), reveal(found, "kana")) == ("\ufa19谷　髙", "カミヤ")
        assert reveal(found, "telephone") == "03-1234-5678"
    edited = PERSON | {"version": "1", "telephone": "", "name": "不詳", "started": "{}"}
    assert client.post(reverse("person_edit", args=[case.pk, person.pk]), edited).status_code == 302
    assert (
        client.post(reverse("person_edit", args=[case.pk, person.pk]), edited).status_code == 200
    )  # a newer version
    assert client.get(reverse("person_remove", args=[case.pk, person.pk])).status_code == 200
    assert client.post(reverse("person_remove", args=[case.pk, person.pk])).status_code == 302
    assert _person(cast, case) is None
    assert client.get(reverse("person_edit", args=[case.pk, person.pk])).status_code == 404
    late = client.post(
        reverse("person_edit", args=[case.pk, person.pk]), PERSON | {"version": "2", "note": "打ちかけ"}
    )
    assert late.status_code == 200
    assert late.context["form"].non_field_errors()
    assert "打ちかけ" in late.content.decode()


def test_a_bad_person_is_not_added(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    bad = ({"role": "x"}, {"name": ""}, {"kana": "漢字"}, {"version": ""}, {"telephone": "番号"})
    for change in (*bad, {"relation_code": ""}, {"birth_date": "3000-01-01"}, {"roles_more": "suspect"}):
        assert client.post(reverse("person_add", args=[case.pk]), PERSON | change).status_code == 200
    assert _person(cast, case) is None


def test_a_person_or_entry_of_another_case_is_not_there(cast: Cast) -> None:
    mine, client = a_case(cast), signed_in(cast.caseworker)
    other = a_case(cast)
    client.post(reverse("person_add", args=[other.pk]), PERSON)
    person = _person(cast, other)
    assert person is not None
    for key in (person.pk, uuid.uuid4()):
        assert client.get(reverse("person_edit", args=[mine.pk, key])).status_code == 404
        assert client.post(reverse("person_remove", args=[mine.pk, key])).status_code == 404


PAGES = (
    "child_edit",
    "basics_edit",
    "person_add",
    "progress_add",
    "progress_list",
    "people_list",
    "child_address",
)


@pytest.mark.parametrize("who", OUTSIDE)
def test_foreign_and_missing_are_the_same_404(cast: Cast, who: str) -> None:
    case, client = a_case(cast), signed_in(cast.positions[who])
    for name in PAGES:
        foreign, missing = (client.get(reverse(name, args=[key])) for key in (case.pk, uuid.uuid4()))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content


def test_the_panels_are_drawn_for_a_position_that_only_reads(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    _add(client, case)
    with acting_as(cast.caseworker):
        row = Case.objects.select_related("child", "office", "section").get(pk=case.pk)
        for closed in (False, True):
            row.stage = "closed" if closed else "accepted"
            parts = {
                p.name: render_to_string(p.template, {"p": p.context, "case": row})
                for p in (
                    make(row, cast.caseworker) for make in (child_card, basics_card, latest_card, team_card)
                )
            }
            assert (reverse("child_edit", args=[case.pk]) in parts["child"]) is not closed
            assert (reverse("basics_edit", args=[case.pk]) in parts["basics"]) is not closed
            assert "養護教諭" in parts["latest"]
