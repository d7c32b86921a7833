"""The face for everyone: axe-core without findings, narrow screens and zoom, keyboard, no script."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.face.conftest import Place

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("query", ["", "?error=1", "?en", "?en&error=1"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(page: Page, place: Place, query: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(place.url + query)
    axe.ready(page)
    assert axe.findings(page, "ja") == []


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_no_page_scrolls_sideways(page: Page, place: Place, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{place.url}?error=1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_tab_stop_skips_to_the_content(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_control_shows_a_focus_ring(page: Page, place: Place) -> None:
    page.goto(place.url)
    for _stop in range(20):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 3, page.evaluate("document.activeElement.outerHTML")


def test_the_form_works_without_script(browser: Browser, place: Place) -> None:
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(place.url)
    tab.fill("#id_name", "灯野")
    tab.click("form.form-card button")
    tab.wait_for_url("**/save/")
    assert place.posted == ["/save/"]
    tab.context.close()
