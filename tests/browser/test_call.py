"""The call form says live what the answers to the urgency sheet ask for; nothing is chosen for the person."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.browser.people import Person, _database_beside_a_browser  # noqa: F401  # used by every test here
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_answers_say_the_band_they_ask_for(browser: Browser, server: str, cast: Cast) -> None:
    page = (person := Person(browser, server, "en").sign_in("caseworker")).page
    person.open(reverse("register_call"))
    line = page.locator("[data-bands-of]")
    expect(line).to_have_text("")
    page.check("[name=item_sexual][value=yes]")
    expect(line).to_have_text("The answers ask for at least A.")
    page.check("[name=item_urgent][value=yes]")
    expect(line).to_have_text("The answers ask for at least AA.")
    page.check("[name=urgency][value=B]")
    expect(line).to_have_text("The answers ask for at least AA: saving raises the urgency to it.")
    page.check("[name=item_asks][value=no]")
    # What a question follows, or an earlier yes settles, is greyed while it is empty; it can be answered all the same.
    expect(page.locator("fieldset.field[data-settled]")).to_have_count(4)
    page.check("[name=urgency][value=AA]")
    expect(line).to_have_text("The answers ask for at least A.")
    page.check("[name=item_sexual][value=unknown]")
    expect(line).to_have_text("")
    assert page.locator("[name=urgency]:checked").count() == 1
    person.context.close()
