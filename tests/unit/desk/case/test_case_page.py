"""The pages of a case: one reading of each thing, however much there is, what is on which page, and what the timeline says."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.actions import save_person, write_progress
from cases.records.codes import CasePage, Level
from cases.records.models import Case, ProgressEntry
from cases.records.queries import holds
from desk.demo.texts import texts
from face.reading import one_reading
from referrals.police.actions import record_contact
from referrals.police.models import ContactBasis
from security.audit.models import CaseTrace
from security.rooms import cards_on, merged
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import a_call

MOST = 25
"""Statements of a request of a page of the case, its own walls, access log and frame included, as the bench counts them."""
PERSON = {"role": "custodian", "name": "髙橋", "kana": "", "relation": "母", "telephone": "", "note": ""}


def write(cast: Cast, case: Case, **more: Any) -> ProgressEntry:
    facts: dict[str, Any] = {
        "happened_at": clock.now() - timedelta(hours=1),
        "method": "visit",
        "with_whom": "母",
        "body": "「また来てほしい」",
    }
    return write_progress(case, by=cast.caseworker, **(facts | more))


def statements(cast: Cast, case: Case, page: str) -> list[str]:
    client, address = signed_in(cast.caseworker), reverse(page, args=[case.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in asked if query["sql"] not in ("BEGIN", "COMMIT")]


@pytest.mark.parametrize("page", CasePage.values)
def test_a_long_record_costs_no_further_statement(cast: Cast, page: str) -> None:
    case = a_case(cast)
    contact = {**texts()["contact"], "happened_at": clock.now().isoformat()}
    with acting_as(cast.caseworker):
        write(cast, case, corrects=write(cast, case))
        save_person(case, PERSON, by=cast.caseworker)
        record_contact(case, contact, by=cast.caseworker)
    few = statements(cast, case, page)
    with acting_as(cast.caseworker):
        for _number in range(4):
            write(cast, case, corrects=write(cast, case))
            save_person(case, PERSON, by=cast.caseworker)
            record_contact(case, contact, by=cast.caseworker)
    many = statements(cast, case, page)
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


def test_the_stream_tells_an_entry_as_it_was_corrected(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        entry = write(cast, case, body="誤った記載")
        write(cast, case, corrects=entry, body="正しい記載", with_whom="祖母")
    client = signed_in(cast.caseworker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("progress_list", args=[case.pk])).content.decode()
    now, before = page.partition('<details class="folded">')[::2]
    assert "祖母" in now
    assert "正しい記載" in now
    assert "誤った記載" not in now
    assert "誤った記載" in before


def test_the_demo_knows_the_codes_of_the_forms() -> None:
    """Among them a request for help (児童虐待防止法10条) and an enquiry (刑事訴訟法197条2項)."""
    assert texts()["contact"]["basis"] in ContactBasis.values


def test_each_card_is_on_its_page_alone_and_the_look_names_it(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.supervisor)
    for page in CasePage:
        text = client.get(reverse(page.value, args=[case.pk])).content.decode()
        ids = set(re.findall(r'<section class="card[^"]*"\s+id="([a-z]+)"', text))
        shown = {name for name, card in merged("cards").items() if card.page == page} & (ids | {"clocks"})
        assert ids - {"printed"} <= set(cards_on(page)), page
        with as_owner():
            assert shown - {"clocks"} <= set(CaseTrace.objects.using("owner").latest("id").panels), page


def test_the_list_of_pages_counts_what_is_to_be_done_on_each(cast: Cast) -> None:
    case = a_call(cast).case
    text = signed_in(cast.caseworker).get(reverse("case_manage", args=[case.pk])).content.decode()
    listed = text.partition('<nav class="folder')[2].partition("</nav>")[0]
    urls = re.findall(r'href="([^"]+)"( aria-current="page")?', listed)
    assert [url for url, _now in urls] == [reverse(page.value, args=[case.pk]) for page in CasePage]
    assert [url for url, now in urls if now] == [reverse("case_manage", args=[case.pk])]
    on_reception = listed.partition(reverse("case_reception", args=[case.pk]))[2].partition("</a>")[0]
    assert re.search(r'folder__open">\s*3<', on_reception)
    assert listed.count("folder__open") == 1


@pytest.mark.parametrize("page", CasePage.values)
def test_a_foreign_page_of_a_case_is_a_missing_one(cast: Cast, page: str) -> None:
    case = a_case(cast)
    foreign, missing = (
        signed_in(cast.stranger).get(reverse(page, args=[key])) for key in (case.pk, uuid.uuid4())
    )
    assert (foreign.status_code, foreign.content) == (404, missing.content)
