"""Every receipt of the line stands on the list of the intake conference until one who has no part in it signs it, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.intake import actions as intake
from cases.intake.codes import ReceiptKind
from cases.readings import actions, queries
from cases.readings.models import ReceiptReading
from cases.readings.queries import readings_on, waiting_for
from cases.records import actions as records
from cases.records.models import Case
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import CHILD, FACTS, Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.intake.test_actions import received
from tests.unit.cases.receipts.test_receipts import a_receipt, approve, drafted

NOTE = "学校にも確かめること（架空）"


def reading_of(case: Case, by: Position) -> ReceiptReading:
    with acting_as(by):
        return ReceiptReading.objects.get(case=case)


def signed(case: Case, by: Position, note: str = "") -> ReceiptReading:
    with acting_as(by):
        return actions.sign_reading(ReceiptReading.objects.get(case=case).pk, note=note, by=by)


def listed(by: Position) -> list[Any]:
    with acting_as(by):
        return [one.case for one in waiting_for(by)]


def test_every_receipt_waits_the_earliest_first_until_it_is_signed(cast: Cast) -> None:
    later = a_receipt(cast, ReceiptKind.CONSULTATION, hours_ago=2)
    first = a_receipt(cast, ReceiptKind.NOTIFICATION, hours_ago=30)
    a_case(cast)  # opened without a receipt
    assert listed(cast.supervisor) == listed(cast.director) == [first.pk, later.pk]
    row = signed(first, cast.supervisor, NOTE)
    assert listed(cast.supervisor) == [later.pk]
    with acting_as(cast.caseworker):
        assert [(one.pk, reveal(one, "note")) for one in readings_on(first)] == [(row.pk, NOTE)]
    page = signed_in(cast.caseworker).get(reverse("case_reception", args=[first.pk]))
    assert NOTE in text_of(page)


def test_of_more_than_are_listed_the_earliest_are_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [a_receipt(cast, ReceiptKind.CONSULTATION, hours_ago=hours) for hours in (2, 3, 40, 1, 30)]
    monkeypatch.setattr(queries, "MOST", 1)
    assert listed(cast.supervisor) == listed(cast.director) == [rows[2].pk, rows[4].pk]


def test_a_second_receipt_of_a_case_waits_for_itself(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    signed(case, cast.supervisor)
    with acting_as(cast.caseworker):
        intake.add_notification(Case.objects.get(pk=case.pk), received(timezone.now()), by=cast.caseworker)
    assert listed(cast.supervisor) == [case.pk]


def test_one_that_ended_with_advice_stays_until_it_is_signed(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    approve(cast, drafted(cast, case))
    assert listed(cast.director) == [case.pk]
    signed(case, cast.director)
    assert listed(cast.director) == []


@pytest.mark.parametrize("name", ["caseworker", "colleague", "stranger", "police", "privacy", "admin"])
def test_only_the_line_signs(cast: Cast, name: str) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with pytest.raises((Refused, DatabaseError, ReceiptReading.DoesNotExist)):
        signed(case, cast.positions[name])


def test_nobody_signs_what_they_took_or_are_in_charge_of(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        told = received(timezone.now() - timedelta(hours=1))
        case = intake.register_call(CHILD, FACTS, told, in_charge=cast.caseworker, by=cast.supervisor).case
    with pytest.raises(Refused, match="own_receipt"):
        signed(case, cast.supervisor)
    led = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.director):
        records.name_lead(Case.objects.get(pk=led.pk), cast.supervisor, by=cast.director, keep_former=False)
    with pytest.raises(Refused, match="lead"):
        signed(led, cast.supervisor)
    assert signed(case, cast.director).read_by == signed(led, cast.director).read_by == cast.director


def test_signed_once(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    signed(case, cast.supervisor, NOTE)
    with pytest.raises(Refused, match="signed"):
        signed(case, cast.director)


@pytest.mark.parametrize(
    ("who", "change", "words"),
    [
        ("supervisor", "read_at = NULL", "once"),
        ("supervisor", "note = note", "once"),
        ("caseworker", "read_at = now()", "by the line"),
        ("lead", "read_at = now()", "by the line"),
        ("taker", "read_at = now()", "by the line"),
    ],
)
def test_the_database_refuses_the_same(cast: Cast, who: str, change: str, words: str) -> None:
    by = cast.caseworker if who == "caseworker" else cast.supervisor
    if who == "taker":
        with acting_as(by):
            told = received(timezone.now() - timedelta(hours=1))
            case = intake.register_call(CHILD, FACTS, told, in_charge=cast.caseworker, by=by).case
    else:
        case = a_receipt(cast, ReceiptKind.CONSULTATION)
    if who == "lead":
        with acting_as(cast.director):
            records.name_lead(Case.objects.get(pk=case.pk), by, by=cast.director, keep_former=False)
    statement = f"UPDATE cases_receiptreading SET {change} WHERE case_id = %s"
    with acting_as(by), pytest.raises(DatabaseError, match=words), transaction.atomic():
        connection.cursor().execute(statement, [case.pk])


@pytest.mark.parametrize("name", ["colleague", "stranger", "police"])
def test_raw_sql_of_others_signs_and_makes_nothing(cast: Cast, name: str) -> None:
    case, by = a_receipt(cast, ReceiptKind.CONSULTATION), cast.positions[name]
    made = "INSERT INTO cases_receiptreading (id, case_id) VALUES (gen_random_uuid(), %s)"
    with acting_as(by):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_receiptreading SET read_at = now() WHERE case_id = %s", [case.pk])
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(made, [case.pk])


def test_a_signature_is_of_its_time_and_person_and_stays(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.supervisor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_receiptreading SET read_at = now() - interval '1 year', read_by_id = %s WHERE case_id = %s",
            [cast.director.pk, case.pk],
        )
    row = reading_of(case, cast.supervisor)
    assert (row.read_by_id, row.read_at is not None and row.read_at > clock.now() - timedelta(hours=1)) == (
        cast.supervisor.pk, True,
    )  # fmt: skip


def test_the_form_signs_and_the_next_one_follows(cast: Cast) -> None:
    first = a_receipt(cast, ReceiptKind.NOTIFICATION, hours_ago=9)
    second = a_receipt(cast, ReceiptKind.CONSULTATION, hours_ago=2)
    client = signed_in(cast.supervisor)
    page = client.get(reverse("reading_list"))
    assert [row.line.case.pk for row in page.context["rows"]] == [first.pk, second.pk]
    urls = {
        one.pk: reverse("reading_sign", args=[one.pk, reading_of(one, cast.supervisor).notification_id])
        for one in (first, second)
    }
    assert urls[first.pk] in page.content.decode()
    answer = client.post(urls[first.pk], {"note": NOTE})
    assert (answer.status_code, answer.headers["Location"]) == (302, urls[second.pk])
    assert client.post(urls[second.pk], {"note": ""}).headers["Location"] == reverse("reading_list")
    kept = client.get(reverse("reading_signed"))
    assert [row.line.case.pk for row in kept.context["rows"]] == [second.pk, first.pk]


def test_the_home_counts_them_and_an_old_one_presses(cast: Cast) -> None:
    def section() -> Any:
        page = signed_in(cast.supervisor).get(reverse("home"))
        return next(one for one in page.context["sections"] if one.name == "readings")

    assert section().lines == []
    a_receipt(cast, ReceiptKind.CONSULTATION)
    assert [one.pressing for one in section().lines] == [False]
    a_receipt(cast, ReceiptKind.CONSULTATION, hours_ago=9 * 24)
    assert [one.pressing for one in section().lines] == [True]


def test_a_barred_supervisor_has_no_line(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.director):
        records.block_person(case, cast.supervisor.staff, by=cast.director)
    assert (listed(cast.supervisor), listed(cast.director)) == ([], [case.pk])


def test_a_longer_list_needs_no_more_statements(cast: Cast) -> None:
    def statements() -> int:
        client = signed_in(cast.supervisor)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("reading_list")).status_code == 200
        return len(asked)

    a_receipt(cast, ReceiptKind.CONSULTATION)
    statements()
    one = statements()
    for _number in range(4):
        a_receipt(cast, ReceiptKind.NOTIFICATION)
    assert statements() <= one
