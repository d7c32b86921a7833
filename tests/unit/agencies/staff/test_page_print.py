"""The browser's own print of a page is recorded as what the server showed on it, and only that can be recorded."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.models import Case
from security.audit.days import DayFilter, Days, LookKind
from security.audit.models import CaseTrace, Event
from security.audit.queries import EventFilter, looks_at_case
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import steps

MARK = re.compile(r'data-printed="([^"]+)" data-page="([^"]+)"')


def mark_on(answer: Any) -> str:
    """The mark of a page that has one."""
    found = MARK.search(answer.content.decode())
    assert found, answer.request["PATH_INFO"]
    assert found[1] == reverse("printed")
    return found[2]


def printed(client: Client, mark: str) -> int:
    """What the server says to the print."""
    return client.post(reverse("printed"), {"page": mark}).status_code


def traces(case: Case, by: Position) -> list[CaseTrace]:
    """The looks at a case, oldest first, as the access log shows them to its reviewer."""
    with acting_as(by):
        return list(reversed(looks_at_case(case.pk).newest(EventFilter())))


@pytest.mark.parametrize("name", ["case", "progress_list", "case_manage", "prints", "child_edit"])
def test_a_print_has_what_the_page_showed(cast: Cast, name: str) -> None:
    case, worker = a_case(cast), signed_in(cast.caseworker)
    mark = mark_on(worker.get(reverse(name, args=[case.pk])))
    assert str(case.pk) not in mark
    assert printed(worker, mark) == 204
    look, printing = traces(case, cast.supervisor)
    assert (look.verb, printing.verb) == ("CASE_VIEW", "CASE_PRINT")
    assert printing.panels == look.panels != []
    assert (printing.relation, printing.actor_id) == ("lead", cast.caseworker.staff_id)
    with acting_as(cast.supervisor):
        assert Event.objects.get(verb="CASE_PRINT").detail == "page"
        (line,) = Days("case", case.pk).newest(DayFilter(kind=LookKind.PRINT), 5)
        assert (line.who, line.looks) == (cast.caseworker.staff_id, 1)


@pytest.mark.parametrize(("name", "who"), [("case_list", "caseworker"), ("review_list", "supervisor")])
def test_a_list_is_printed_with_all_its_cases(cast: Cast, name: str, who: str) -> None:
    cases, reader = [a_case(cast), a_case(cast)], signed_in(cast.positions[who])
    assert printed(reader, mark_on(reader.get(reverse(name)))) == 204
    for case in cases:
        assert traces(case, cast.supervisor)[-1].verb == "CASE_PRINT"


def test_a_letter_of_the_police_is_printed_as_a_disclosure(cast: Cast) -> None:
    report, officer = steps.readable(cast), signed_in(cast.police)
    shown = officer.get(reverse("letter", args=[report.pk]))
    assert str(report.case_id) not in shown.content.decode()
    assert printed(officer, mark_on(shown)) == 204
    printing = traces(report.case, cast.supervisor)[-1]
    assert (printing.verb, printing.relation) == ("DISCLOSURE_PRINT", "disclosure")
    with acting_as(cast.supervisor):
        event = Event.objects.get(verb="DISCLOSURE_PRINT")
    assert (event.object_pk, event.purpose) == (str(report.pk), "police_report")


def test_the_mark_of_another_or_of_nothing_is_a_missing_page(cast: Cast) -> None:
    """Nobody can have a print recorded of a case that was not shown to them, nor in another's name."""
    case, stranger = a_case(cast), signed_in(cast.stranger)
    mark = mark_on(signed_in(cast.caseworker).get(reverse("case", args=[case.pk])))
    before = len(traces(case, cast.supervisor))
    for wrong in (mark, mark[:-8] + "AAAAAAA=", str(case.pk), "あ", "x", "=", ""):
        assert printed(stranger, wrong) == 404, wrong
    assert stranger.get(reverse("case", args=[case.pk])).status_code == 404
    after = [look.decision for look in traces(case, cast.supervisor)[before:]]
    assert after == ["denied"]  # the page itself, and no print
    assert Client().post(reverse("printed"), {"page": mark}).status_code == 302


def test_a_page_that_was_shown_is_on_paper_after_the_access_has_ended(cast: Cast) -> None:
    report, officer = steps.readable(cast), signed_in(cast.police)
    page = reverse("letter", args=[report.pk])
    mark = mark_on(officer.get(page))
    steps.closed(cast, report)
    assert printed(officer, mark) == 204
    assert traces(report.case, cast.supervisor)[-1].verb == "DISCLOSURE_PRINT"


def test_a_page_without_a_case_has_no_mark(cast: Cast) -> None:
    worker = signed_in(cast.caseworker)
    for name in ("sessions", "help"):
        assert not MARK.search(worker.get(reverse(name)).content.decode()), name


def test_an_attempt_at_a_closed_letter_has_no_mark(cast: Cast) -> None:
    report, officer = steps.readable(cast), signed_in(cast.police)
    steps.closed(cast, report)
    shown = officer.get(reverse("letter", args=[report.pk]))
    assert shown.status_code == 200
    assert not MARK.search(shown.content.decode())
