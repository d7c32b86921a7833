"""The two screens of the README, taken from a running demo whose data is fresh (``make demo RESET=1``).

    .venv/bin/python -m tests.browser.pictures http://127.0.0.1:8000

writes ``docs/images/case.png`` and ``docs/images/police.png``, 1280 pixels wide.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

IMAGES = Path(__file__).parents[2] / "docs/images"
CASE = "HOSHI-2026-0022"
"""A case of the demo with an intention, a report that was read, and some days of work behind it."""


def signed_in(browser: Browser, base: str, username: str) -> Page:
    """The home page of one of the demo's people, in Japanese."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    page.goto(f"{base}/demo/")
    page.locator(f"button[value={username}]").click()
    page.wait_for_load_state()
    return page


def take(page: Page, name: str, most: int) -> None:
    """The page from its top, at the most so many pixels of it."""
    height = min(most, page.evaluate("document.documentElement.scrollHeight"))
    area = {"x": 0.0, "y": 0.0, "width": 1280.0, "height": float(height)}
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=area)  # type: ignore[arg-type]  # a FloatRect


def main(base: str) -> None:
    """Take both."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = signed_in(browser, base, "caseworker")
        page.goto(f"{base}/cases/")
        page.get_by_role("link", name=CASE).click()
        page.wait_for_load_state()
        take(page, "case", 1020)
        page = signed_in(browser, base, "police")
        page.locator("#letters .lines__link").first.click()
        page.wait_for_load_state()
        take(page, "police", 1180)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
