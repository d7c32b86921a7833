"""The end of a session that nobody used: the warning, staying signed in, and a withdrawal that was pressed too late."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Browser, expect

from agencies.staff.acting import acting_as
from cases.records.models import Case
from referrals.consent.models import Intention
from tests.browser.people import Person, _database_beside_a_browser  # noqa: F401  # used by every test here
from tests.cast import PASSWORD, Cast, a_case, as_owner
from tests.unit.referrals import steps

pytestmark = pytest.mark.browser
IDLE = int(settings.TOMOSHIBI_IDLE.total_seconds())
WARNING = "[data-banner=idle]"
WITHDRAW = "form[action$='/withdraw/'] button"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case on which the child wishes a report."""
    case = a_case(cast)
    steps.confirmed(cast, case)
    return case


@pytest.fixture
def worker(browser: Browser, server: str, case: Case) -> Iterator[Person]:
    """The caseworker, signed in, reading English pages."""
    found = Person(browser, server, "en").sign_in("caseworker")
    yield found
    found.context.close()


def identity(sql: str) -> list[tuple[object, ...]]:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def state_of(cast: Cast, case: Case) -> str:
    with acting_as(cast.caseworker):
        return Intention.objects.get(case=case).state


def test_stay_signed_in_is_one_press(worker: Person, case: Case) -> None:
    page = worker.page
    page.clock.install()
    page.goto(f"{worker.base}/cases/{case.pk}/progress/add/")
    field = page.locator("main textarea").first
    field.focus()
    identity("UPDATE wall.identity SET idle_until = now() + interval '1 minute'")
    page.clock.run_for((IDLE - 100) * 1000)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("You will be signed out soon")
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        page.keyboard.press("Enter")
    assert kept.value.ok
    expect(page.locator(WARNING)).to_be_hidden()
    expect(field).to_be_focused()
    assert identity("SELECT max(idle_until) > now() + interval '10 minutes' FROM wall.identity") == [(True,)]


def test_a_letter_goes_where_one_was_writing(worker: Person, case: Case) -> None:
    page = worker.page
    page.clock.install()
    page.goto(f"{worker.base}/cases/{case.pk}/progress/add/")
    field = page.locator("main textarea").first
    field.focus()
    page.clock.run_for((IDLE - 100) * 1000)
    page.keyboard.press("a")
    expect(field).to_have_value("a")
    expect(page.locator(WARNING)).to_be_hidden()


def test_a_session_that_ends_leads_to_sign_in_and_back(worker: Person, case: Case) -> None:
    page, path = worker.page, f"/cases/{case.pk}/intention/"
    page.clock.install()
    page.goto(worker.base + path)
    page.clock.run_for((IDLE - 100) * 1000)
    expect(page.locator(WARNING)).to_be_visible()
    identity("UPDATE wall.identity SET idle_until = now() - interval '1 second'")
    page.clock.run_for(101 * 1000)
    page.wait_for_url(f"**{reverse('sign_in')}**")
    page.fill("[name=username]", "caseworker")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{path}")


def test_a_withdrawal_pressed_too_late_is_said_not_to_be_recorded(
    worker: Person, cast: Cast, case: Case
) -> None:
    """The computer slept: the page has noticed nothing."""
    page = worker.page
    page.goto(f"{worker.base}/cases/{case.pk}/intention/")
    identity("UPDATE wall.identity SET idle_until = now() - interval '1 second'")
    page.locator(WITHDRAW).first.click()
    expect(page.locator("main")).to_contain_text("It was NOT recorded.")
    assert state_of(cast, case) == "active"
    page.fill("[name=username]", "caseworker")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(
        "was NOT recorded. If it is still needed, press it again here."
    )
    page.locator(WITHDRAW).first.click()
    expect(page.locator("main")).to_contain_text("The withdrawal has taken effect.")
    assert state_of(cast, case) == "withdrawn"
