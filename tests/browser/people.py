"""People at a browser: every page that opens in front of one of them is looked at."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser import axe
from tests.cast import CHILD, PASSWORD, Cast
from tests.client import signed_in

ONCE = re.compile(r'value="[0-9A-Za-z]{64}"|nonce="[^"]*"')
"""What differs each time the same page is asked for."""
STORED = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"
PICTURES = os.environ.get("STORY_PICTURES", "")
"""A folder for a picture of every page, as wide as a screen and as a telephone; without it none is taken."""
WIDTHS = (1280, 390)
IDS = re.compile(r"[0-9a-f-]{36}")
Values = dict[str, str | bool]


class Person:
    """One person's browser window. Every page that opens in it is checked."""

    def __init__(self, browser: Browser, base: str, language: str, width: int = 1280) -> None:
        self.base, self.language, self.width = base, language, width
        self.context: BrowserContext = browser.new_context(viewport={"width": width, "height": 900})
        self.context.set_default_timeout(60_000)
        self.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base}])
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.seen: set[str] = set()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda message: self.faults.append(message.text) if message.type == "error" else None
        )

    def sign_in(self, username: str) -> "Person":
        """With user name and password, like in earnest."""
        self.open(reverse("sign_in"))
        self.send({"username": username, "password": PASSWORD}, "password")
        return self

    def come_in(self, cast: Cast, name: str) -> "Person":
        """With a session that is minted like at a sign-in, whose page somebody else has tried."""
        for cookie, morsel in signed_in(cast.positions[name]).cookies.items():
            self.context.add_cookies([{"name": cookie, "value": morsel.value, "url": self.base}])
        return self

    def open(self, path: str, status: int = 200) -> None:
        """Open a page and check it."""
        answer = self.page.goto(self.base + path)
        assert answer is not None, path
        assert answer.status == status, (path, answer.status)
        self.check()

    def send(self, values: Values, field: str, button: str = "") -> None:
        """Fill in the form that has ``field`` and press its (first, or the named) button; check the page that comes."""
        form = self.page.locator(f"form:has([name='{field}'])").first
        for name, value in values.items():
            self._fill(form.locator(f"[name='{name}']"), value)
        pressed = form.locator(f"button{button}" if button else "button[type=submit]").first
        self._click(pressed)
        assert not self.page.locator(".error-summary").count(), self.page.locator(
            ".error-summary"
        ).inner_text()
        self.check()

    def press(self, selector: str) -> None:
        """Press a button of a one-button form."""
        self._click(self.page.locator(selector).first)
        self.check()

    def _click(self, pressed: Locator) -> None:
        """Press it, and wait for the page it leads to, which is no error."""
        with self.page.expect_navigation() as came:
            pressed.click()
        assert came.value is not None, self.page.url
        assert came.value.ok, (self.page.url, came.value.status)

    @staticmethod
    def _fill(field: Locator, value: str | bool) -> None:
        kind = field.first.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.startswith("SELECT"):
            field.select_option(str(value))
        elif kind in ("INPUT:radio", "INPUT:checkbox"):
            chosen = field if value is True else field.and_(field.page.locator(f"[value='{value}']"))
            chosen.first.check()
        else:
            field.first.fill(str(value))

    def check(self) -> None:
        """axe-core without findings, no horizontal scrolling, no name in address or title, nothing in browser storage.

        How a page looks is asked once of the same page: "not found" is the same for every address. In English, where axe is
        asked for no colours, it is asked once of each kind of page.
        """
        where = self.page.url
        html = ONCE.sub("", self.page.content())
        kind = html if self.language == "ja" else IDS.sub("", urlsplit(where).path)
        if html not in self.seen:
            if kind not in self.seen:
                axe.ready(self.page)
                assert axe.findings(self.page, self.language) == [], where
            self.seen |= {html, kind}
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), (
                f"too wide: {where}"
            )
            self._picture()
        assert self.page.evaluate(STORED) == "[[],[]]", where
        shown = where + self.page.title()
        assert CHILD.family_name not in shown
        assert CHILD.family_kana not in shown
        assert [fault for fault in self.faults if not fault.startswith("Failed to load resource")] == [], (
            where
        )

    def _picture(self) -> None:
        scrolled = self.page.evaluate("scrollY")
        for width in WIDTHS if PICTURES else ():
            self.page.set_viewport_size({"width": width, "height": 900})
            path = IDS.sub("", urlsplit(self.page.url).path)
            name = "-".join(part for part in path.split("/") if part) or "home"
            folder = Path(PICTURES) / f"{self.language}-{width}"
            taken = len(list(folder.glob("*"))) if folder.exists() else 0
            self.page.evaluate("scrollTo(0, 0)")  # what stays in sight is at the top of the picture
            self.page.screenshot(path=folder / f"{taken:03}-{name}.png", full_page=True)
            self.page.set_viewport_size({"width": self.width, "height": 900})
            self.page.evaluate(f"scrollTo(0, {scrolled})")


@pytest.fixture(autouse=True)
def _database_beside_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright keeps an event loop in this thread; the fixtures' own SQL is synchronous all the same.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


class People(dict[str, Person]):
    """Everybody of the story in one language. Each comes in when first asked for, the first one over the sign-in page."""

    def __init__(self, cast: Cast, browser: Browser, base: str, language: str) -> None:
        super().__init__()
        self.cast, self.browser, self.base, self.language = cast, browser, base, language

    def __missing__(self, name: str) -> Person:
        person = Person(self.browser, self.base, self.language)
        self[name] = person.come_in(self.cast, name) if self else person.sign_in(name)
        return person
