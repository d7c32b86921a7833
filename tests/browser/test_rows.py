"""Rows that lead somewhere as a whole, and have a link of their own besides: a mouse reaches both."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Person, _database_beside_a_browser  # noqa: F401  # used by every test here
from tests.cast import Cast, a_case

pytestmark = pytest.mark.browser


def test_a_line_of_the_progress_list_is_signed_with_the_mouse(
    browser: Browser, server: str, cast: Cast
) -> None:
    case = a_case(cast)
    person = Person(browser, server, "en").sign_in("supervisor")
    page = person.page
    page.goto(f"{person.base}/reviews/")
    page.get_by_role("link", name="Sign", exact=True).click(timeout=5_000)
    expect(page).to_have_url(re.compile(rf"/cases/{case.pk}/reviews/sign/"))
    page.goto(f"{person.base}/reviews/")
    page.get_by_role("row", name=case.number).get_by_role("cell").nth(2).click(force=True)
    expect(page).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    person.context.close()
