"""A form is numbered, kept with its number, recorded before it leaves, and says so when it is printed again."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.prints.models import Print
from cases.records import actions as records
from cases.records.codes import ContactMethod
from cases.records.models import Case
from face import typeset
from security.audit.models import Event
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.security.walls.test_raw_sql import refused

EVIL = '#read("/etc/passwd") *太字* _x_ [y] $z$ <l> @w \\ // #let'


def a_record(cast: Cast, body: str = "担任から電話（架空）") -> Case:
    """A case with one entry of its progress record."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        records.write_progress(
            case,
            happened_at=clock.now(),
            method=ContactMethod.TELEPHONE,
            with_whom="担任",
            body=body,
            by=cast.caseworker,
        )
    return case


def a_row(case: Case, by: Position) -> Print:
    """A print as it is stored, with the number that the database gave it."""
    row = Print(case=case, office=case.office, fiscal_year=0, number=0, paper="x", subject="", printed_by=by)
    row.printed_at, row.content = clock.now(), "{}"
    row.save(force_insert=True)
    row.refresh_from_db()
    return row


def printed(cast: Cast, case: Case, sheet: str = "progress_form:1", by: str = "caseworker") -> Any:
    """The answer to the button and, where it leads on, to what it leads to."""
    client = signed_in(cast.positions[by])
    return client.post(reverse("print_new", args=[case.pk]), {"sheet": sheet}, follow=True)


def words_on(answer: Any) -> list[str]:
    """The words of each page."""
    assert answer["Content-Type"] == "application/pdf", answer.content[:300]
    return text_of(answer).split("\n")


def test_a_button_pressed_twice_takes_one_number(cast: Cast) -> None:
    case, client = a_record(cast), signed_in(cast.caseworker)
    page = client.get(reverse("prints", args=[case.pk])).content.decode()
    numbers = re.findall(r'name="_form" value="([^"]+)"', page)
    assert numbers
    sent = {"sheet": "progress_form:1", "_form": numbers[0]}
    first, second = (client.post(reverse("print_new", args=[case.pk]), sent) for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    with acting_as(cast.caseworker):
        assert Print.objects.filter(case=case).count() == 1


def test_the_button_gives_a_number_and_opens_the_sheet(cast: Cast) -> None:
    case = a_record(cast)
    answer = printed(cast, case)
    (page,) = words_on(answer)
    for word in (
        "経過記録",
        "北児童相談所長",
        "相談第一係",
        "取扱注意",
        "第1号",
        "起案",
        "所長",
        "担任から電話（架空）",
        "1/1",
    ):
        assert word in page, word
    assert f"印刷：北児童相談所職員{cast.caseworker.staff.username}" in page
    assert "再印刷" not in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('inline; filename="tomoshibi-')


def test_a_reprint_keeps_number_and_content_and_says_so(cast: Cast) -> None:
    case = a_record(cast)
    answer = printed(cast, case)
    with acting_as(cast.caseworker):
        row = Print.objects.get()
        records.write_progress(
            case,
            happened_at=clock.now(),
            method=ContactMethod.OFFICE,
            with_whom="母",
            body="あとから",
            by=cast.caseworker,
        )
    (again,) = words_on(signed_in(cast.supervisor).get(reverse("print_pdf", args=[case.pk, row.pk])))
    assert "第1号" in again
    assert "再印刷" in again
    assert "あとから" not in again
    assert f"職員{cast.supervisor.staff.username}" in again
    assert "第1号" in words_on(answer)[0]


def test_each_print_is_in_the_access_log_before_it_leaves(cast: Cast) -> None:
    case = a_record(cast)
    printed(cast, case)
    with acting_as(cast.director):
        row = Print.objects.get()
        (event,) = Event.objects.filter(verb="CASE_PRINT")
    assert (event.case_id, event.actor_id, event.object_pk) == (
        case.pk,
        cast.caseworker.staff_id,
        str(row.pk),
    )
    assert set(event.panels) == {"progress_form", "progress", "child"}


def test_without_the_access_log_nothing_is_printed(cast: Cast) -> None:
    case = a_record(cast)
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON security_event FROM scribe")
    assert printed(cast, case).status_code == 503
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()


def test_what_was_typed_is_never_read_as_markup(cast: Cast) -> None:
    (page,) = words_on(printed(cast, a_record(cast, EVIL)))
    assert re.sub(r"\s", "", EVIL) in page
    assert "root:" not in page


def test_numbers_have_no_gap_when_twenty_print_at_once(cast: Cast) -> None:
    """Every third is rolled back, and gives its number back."""
    case = a_record(cast)

    def one(turn: int) -> None:
        try:
            with acting_as(cast.caseworker), transaction.atomic():
                a_row(case, cast.caseworker)
                if turn % 3 == 0:
                    transaction.set_rollback(True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(one, range(20)))
    with acting_as(cast.caseworker):
        numbers = sorted(Print.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 14))


def test_each_office_counts_for_itself(cast: Cast) -> None:
    for name in ("caseworker", "stranger", "caseworker"):
        case = a_case(cast, lead=name)
        with acting_as(cast.positions[name]):
            row = a_row(case, cast.positions[name])
    assert (row.number, row.office_id) == (2, cast.offices["kita"].pk)


def test_what_cannot_be_set_takes_no_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_record(cast)
    monkeypatch.setattr(typeset, "SETTER", typeset.SETTER.with_name("there_is_none.py"))
    answer = printed(cast, case)
    assert answer.status_code == 503
    assert "PDF" not in answer.content.decode()
    assert "文書番号も使用していません" in answer.content.decode()
    monkeypatch.undo()
    assert "第1号" in words_on(printed(cast, case))[0]
    with acting_as(cast.caseworker):
        row = Print.objects.get()
    monkeypatch.setattr(typeset, "SETTER", typeset.SETTER.with_name("there_is_none.py"))
    again = signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, row.pk]))
    assert again.status_code == 503
    assert "文書番号はそのままです" in again.content.decode()


def test_the_office_says_its_mark_and_who_approves(cast: Cast) -> None:
    office = cast.offices["kita"]
    client = signed_in(cast.admin)
    path = reverse("office", args=[office.pk])
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    many = client.post(path, typed | {"approval_seats": "あ、い、う、え、お、か、き、く、け"})
    assert "approval_seats" in many.context["form"].errors
    assert (
        client.post(
            path, typed | {"document_mark": "北児相", "approval_seats": "起案, 係長，所長、"}
        ).status_code
        == 302
    )
    (page,) = words_on(printed(cast, a_record(cast)))
    assert "北児相第1号" in page
    assert "起案係長所長" in page
    assert "次長" not in page


def test_a_sheet_that_is_not_offered_is_not_printed(cast: Cast) -> None:
    case = a_record(cast)
    wrong = ("", "1", "0", "-1", "１", "x" * 400, str(uuid4()))
    for sheet in ("", "x:1", "progress_form:2", *(f"reception_form:{key}" for key in wrong)):
        assert printed(cast, case, sheet).redirect_chain[0][0] == reverse("prints", args=[case.pk])
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()


@pytest.mark.parametrize(
    "change", ["number = 9", "content = 'x'", "printed_at = now()", "paper = 'y'", "fiscal_year = 2000"]
)
def test_raw_sql_changes_no_print(cast: Cast, change: str) -> None:
    printed(cast, a_record(cast))
    refused(cast.caseworker, f"UPDATE cases_print SET {change}")
    refused(cast.caseworker, "DELETE FROM cases_print")
    refused(cast.caseworker, "UPDATE cases_documentnumber SET last = 0")
    new = (
        "INSERT INTO cases_documentnumber (office_id, fiscal_year, last) VALUES (gen_random_uuid(), 2030, 5)"
    )
    refused(cast.caseworker, new)


def test_a_form_is_in_japanese_for_every_reader(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    case = a_record(cast)
    answer = client.post(reverse("print_new", args=[case.pk]), {"sheet": "progress_form:1"}, follow=True)
    (page,) = words_on(answer)
    assert "取扱注意" in page
    assert "Handle" not in page
