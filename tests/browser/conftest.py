"""Debian's Chromium for the browser tests; skipped where there is none, unless REQUIRE_BROWSER says that there must be one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.conftest import own_copy

if TYPE_CHECKING:  # the cast imports models, and is read where Django is ready
    from tests.cast import Cast

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, offline but for this machine. While it is open, Django reads no database in this thread."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    with chromium() as launched:
        yield launched


@dataclass(frozen=True)
class Office:
    """The cast's office over http, for the tests of a module: they add to it and take nothing away."""

    address: str
    cast: "Cast"
    browser: Browser

    def page(self, name: str, *, language: str = "ja", width: int = 1280, **context: Any) -> Page:
        """A window in which this person of the cast is signed in. ``context``: options of Playwright's."""
        from django.conf import settings

        from tests.client import signed_in

        opened = self.browser.new_context(viewport={"width": width, "height": 900}, **context)
        opened.set_default_timeout(20_000)
        kept = {key: morsel.value for key, morsel in signed_in(self.cast.positions[name]).cookies.items()}
        kept[settings.LANGUAGE_COOKIE_NAME] = language
        opened.add_cookies(
            [{"name": key, "value": value, "url": self.address} for key, value in kept.items()]
        )
        return opened.new_page()


@pytest.fixture(scope="module")
def office(browser: Browser, template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """One office, one server and one browser for a module."""
    from tests.cast import Cast
    from tests.serve import serving

    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; the fixtures' own SQL is synchronous all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with own_copy(template, django_db_blocker), serving() as address:
            yield Office(address, Cast.load(), browser)
