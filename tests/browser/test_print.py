"""Paper from a real browser: its own print leaves a trace, and the button of a form opens a PDF."""

import re
from collections.abc import Iterator
from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import Browser, Response

from agencies.staff.acting import acting_as
from cases.records.models import Case
from security.audit.models import Event
from tests.browser.people import Person, _database_beside_a_browser  # noqa: F401  # used by every test here
from tests.cast import Cast
from tests.unit.cases.prints.test_prints import a_record
from tests.unit.referrals import steps

pytestmark = pytest.mark.browser
VIEWER = "chrome-extension://"
"""Where the frame of Chromium's own PDF viewer comes from."""


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_record(cast)


@pytest.fixture
def worker(browser: Browser, server: str, case: Case) -> Iterator[Person]:
    """The caseworker, signed in, reading Japanese pages."""
    found = Person(browser, server, "ja").sign_in("caseworker")
    yield found
    found.context.close()


def prints(cast: Cast, verb: str = "CASE_PRINT") -> list[Event]:
    with acting_as(cast.supervisor):
        return list(Event.objects.filter(verb=verb).order_by("id"))


def print_page(person: Person) -> int:
    """Print the page that is open, as Ctrl+P does, and wait until the server has answered; what it said."""
    with person.page.expect_response("**/printed/") as answer:
        person.page.pdf()
    return answer.value.status


def test_each_print_by_the_browser_is_recorded(worker: Person, case: Case, cast: Cast) -> None:
    worker.open(f"/cases/{case.pk}/people/")
    assert print_page(worker) == 204
    assert print_page(worker) == 204
    first, second = prints(cast)
    assert first.case_id == second.case_id == case.pk
    assert set(first.panels) == set(second.panels) >= {"bar", "people"}
    worker.open("/help/")
    asked: list[str] = []
    worker.page.on("request", lambda request: asked.append(request.url))
    worker.page.pdf()
    worker.open(f"/cases/{case.pk}/")
    assert not [url for url in asked if url.endswith("/printed/")]
    assert worker.faults == []


def test_a_letter_that_an_officer_prints_is_recorded(browser: Browser, server: str, cast: Cast) -> None:
    report = steps.readable(cast)
    officer = Person(browser, server, "ja").come_in(cast, "police")
    officer.open(f"/police/{report.pk}/")
    assert print_page(officer) == 204
    (printing,) = prints(cast, "DISCLOSURE_PRINT")
    assert (printing.case_id, printing.object_pk) == (report.case_id, str(report.pk))
    officer.context.close()


def test_without_a_script_a_page_is_printed_all_the_same(
    browser: Browser, server: str, worker: Person, case: Case, cast: Cast
) -> None:
    """Nothing breaks, and nothing is recorded: docs/guide says so."""
    context = browser.new_context(java_script_enabled=False, storage_state=worker.context.storage_state())
    page = context.new_page()
    page.goto(f"{server}/cases/{case.pk}/")
    assert page.pdf().startswith(b"%PDF")
    context.close()
    assert prints(cast) == []


def test_the_button_gives_the_form_in_the_browsers_viewer(worker: Person, case: Case, cast: Cast) -> None:
    """Our policy leaves the viewer alone. What the browser got has pages, words and a name that says nothing of the child."""
    worker.open(f"/cases/{case.pk}/prints/")
    got: list[Response] = []
    worker.page.on(
        "response",
        lambda response: got.append(response) if response.request.is_navigation_request() else None,
    )
    with worker.page.expect_event("framenavigated", lambda frame: frame.url.startswith(VIEWER)):
        worker.page.locator("button[name=sheet]").first.click()
    headers = next(response.headers for response in got if response.url == worker.page.url)
    assert headers["content-type"] == "application/pdf"
    assert re.fullmatch(r'inline; filename="tomoshibi-\d{4}-\d+\.pdf"', headers["content-disposition"])
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    pages = pypdf.PdfReader(BytesIO(worker.context.request.get(worker.page.url).body())).pages
    words = "".join(pages[0].extract_text().split())
    assert len(pages) == 1
    for word in ("取扱注意", "経過記録", "1/1", "担任から電話（架空）"):
        assert word in words, word
    assert {event.case_id for event in prints(cast)} == {case.pk}
    with acting_as(cast.positions["privacy"]):
        assert not Event.objects.filter(decision="denied").exists()  # nor one for an icon beside the PDF
    assert worker.faults == []


def test_nothing_to_press_is_on_paper(worker: Person, case: Case) -> None:
    """No menu, no list of pages, no button, no column of actions and no address of a page; and whose paper it is."""
    for path in ("manage/", "people/", "progress/", "prints/"):
        worker.open(f"/cases/{case.pk}/{path}")
        pages = pypdf.PdfReader(BytesIO(worker.page.pdf())).pages
        words = "".join("".join(page.extract_text().split()) for page in pages)
        for word in ("取扱注意", "印刷者", case.number, f"1/{len(pages)}"):
            assert word in words, (path, word)
        for word in (
            "操作",
            "編集する",
            "このケースのページ",
            "サインアウト",
            "様式を印刷する",
            "127.0.0.1",
            str(case.pk),
        ):
            assert word not in words, (path, word)
