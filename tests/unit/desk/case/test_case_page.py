"""The case page: one reading of each thing, however much there is, and what its timeline says."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.actions import save_person, write_progress
from cases.records.codes import Level
from cases.records.models import Case, ProgressEntry
from cases.records.queries import holds
from desk.demo.texts import texts
from face.reading import one_reading
from referrals.police.actions import record_contact
from referrals.police.models import ContactBasis
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in

MOST = 60
"""Statements of a request of the case page, its own walls, access log and frame included."""
PERSON = {"role": "custodian", "name": "髙橋", "kana": "", "relation": "母", "telephone": "", "note": ""}


def write(cast: Cast, case: Case, **more: Any) -> ProgressEntry:
    facts: dict[str, Any] = {
        "happened_at": clock.now() - timedelta(hours=1),
        "method": "visit",
        "with_whom": "母",
        "body": "「また来てほしい」",
    }
    return write_progress(case, by=cast.caseworker, **(facts | more))


def statements(cast: Cast, case: Case) -> list[str]:
    client, address = signed_in(cast.caseworker), reverse("case", args=[case.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in asked]


def test_a_long_record_costs_no_further_statement(cast: Cast) -> None:
    case = a_case(cast)
    contact = {**texts()["contact"], "happened_at": clock.now().isoformat()}
    with acting_as(cast.caseworker):
        write(cast, case, corrects=write(cast, case))
        save_person(case, PERSON, by=cast.caseworker)
        record_contact(case, contact, by=cast.caseworker)
    few = statements(cast, case)
    with acting_as(cast.caseworker):
        for _number in range(4):
            write(cast, case, corrects=write(cast, case))
            save_person(case, PERSON, by=cast.caseworker)
            record_contact(case, contact, by=cast.caseworker)
    many = statements(cast, case)
    assert len(many) == len(few) <= MOST


def test_a_right_is_asked_once_in_a_reading_and_anew_outside(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        with one_reading(), CaptureQueriesContext(connection) as within:
            assert holds(cast.caseworker, case.pk, Level.EDIT)
            assert holds(cast.caseworker, case.pk, Level.EDIT)
            assert not holds(cast.colleague, case.pk, Level.EDIT)
        with CaptureQueriesContext(connection) as outside:
            assert holds(cast.caseworker, case.pk, Level.EDIT)
            assert holds(cast.caseworker, case.pk, Level.EDIT)
    assert (len(within), len(outside)) == (2, 2)


def test_the_timeline_tells_an_entry_as_it_was_corrected(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        entry = write(cast, case, body="誤った記載")
        write(cast, case, corrects=entry, body="正しい記載", with_whom="祖母")
    client = signed_in(cast.caseworker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("case", args=[case.pk]))
    timeline = page.content.decode().split('id="timeline"')[1]
    assert "祖母 (corrected)" in timeline
    assert "正しい記載" in timeline
    assert "誤った記載" not in timeline


def test_the_demo_knows_the_codes_of_the_forms() -> None:
    """Among them a request for help (児童虐待防止法10条) and an enquiry (刑事訴訟法197条2項)."""
    assert texts()["contact"]["basis"] in ContactBasis.values
