"""The script that keeps a long form while one types: a lost answer, and two pages that go on with one draft."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.records.models import Case
from security.signin import drafts
from tests.browser import axe
from tests.browser.people import Person, _database_beside_a_browser  # noqa: F401  # used by every test here
from tests.cast import Cast, a_case

pytestmark = pytest.mark.browser
STEP = 21_000


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


@pytest.fixture
def worker(browser: Browser, server: str, case: Case) -> Iterator[Person]:
    """The caseworker, signed in, reading English pages."""
    found = Person(browser, server, "en").sign_in("caseworker")
    yield found
    found.context.close()


def type_and_wait(page: Page, text: str, said: str) -> None:
    page.locator("main textarea").first.fill(text)
    page.clock.run_for(STEP)
    expect(page.locator("[data-draft-line] [role=status]")).to_contain_text(said)


def kept(cast: Cast) -> list[str]:
    return sorted(dict(draft.fields)["body"] for draft in drafts.drafts_of(cast.caseworker.staff_id))


def test_a_lost_answer_makes_no_second_draft(worker: Person, case: Case, cast: Cast) -> None:
    page, path = worker.page, f"/cases/{case.pk}/progress/add/"
    page.clock.install()
    page.goto(worker.base + path)
    page.route(f"**{path}", lambda route: (route.fetch(), route.abort()))
    type_and_wait(page, "一", "could not be saved")
    page.unroute(f"**{path}")
    type_and_wait(page, "一二", "Draft saved")
    assert kept(cast) == ["一二"]


def test_two_pages_that_go_on_with_one_draft_can_be_compared(worker: Person, case: Case, cast: Cast) -> None:
    page = worker.page
    page.clock.install()
    page.goto(f"{worker.base}/cases/{case.pk}/progress/add/")
    type_and_wait(page, "はじめ", "Draft saved")
    (draft,) = drafts.drafts_of(cast.caseworker.staff_id)
    pages = [worker.context.new_page() for _ in range(2)]
    for opened in pages:
        opened.clock.install()
        opened.goto(f"{worker.base}/parked/{draft.id}/")
        opened.get_by_role("button", name="Put it back into its page").click()
        expect(opened.locator("main textarea").first).to_have_value("はじめ")
    left, right = pages
    type_and_wait(left, "左の画面", "Draft saved")
    type_and_wait(right, "右の画面", "Another page has a newer draft")
    link = right.get_by_role("link", name="Compare the two")
    right.goto(f"{worker.base}{link.get_attribute('href')}")
    expect(right.get_by_role("row", name="左の画面")).to_contain_text("右の画面")
    axe.ready(right)
    assert axe.findings(right, "ja") == []
    assert kept(cast) == ["右の画面", "左の画面"]
