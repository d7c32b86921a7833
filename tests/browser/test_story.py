"""The main job in a real browser, in both languages: axe-core on every page, nothing refused, nothing wider than the screen."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from agencies.notices.codes import NoticeKind
from cases.records.codes import CasePage
from security.walls import clock
from tests.browser import axe
from tests.cast import CHILD, PASSWORD, Cast
from tests.client import signed_in
from tests.unit.referrals.pages import MORE

ONCE = re.compile(r'value="[0-9A-Za-z]{64}"|nonce="[^"]*"')
"""What differs each time the same page is asked for."""
STORED = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"
Values = dict[str, str | bool]
OUTLINE, CONSIDERATIONS = "架空の概要", "女性の担当者"


class Person:
    """One person's browser window. Every page that opens in it is checked."""

    def __init__(self, browser: Browser, base: str, language: str, width: int = 1280) -> None:
        self.base, self.language = base, language
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
        with self.page.expect_navigation():
            pressed.click()
        assert not self.page.locator(".error-summary").count(), self.page.locator(
            ".error-summary"
        ).inner_text()
        self.check()

    def press(self, selector: str) -> None:
        """Press a button of a one-button form."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.check()

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

        How a page looks is asked once of the same page: "not found" is the same for every address.
        """
        where = self.page.url
        html = ONCE.sub("", self.page.content())
        if html not in self.seen:
            self.seen.add(html)
            axe.ready(self.page)
            assert axe.findings(self.page, self.language) == [], where
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), (
                f"too wide: {where}"
            )
        assert self.page.evaluate(STORED) == "[[],[]]", where
        shown = where + self.page.title()
        assert CHILD.family_name not in shown
        assert CHILD.family_kana not in shown
        assert [fault for fault in self.faults if not fault.startswith("Failed to load resource")] == [], (
            where
        )


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


@pytest.fixture(params=["ja", "en"])
def people(
    request: pytest.FixtureRequest,
    _database_beside_a_browser: None,
    cast: Cast,
    browser: Browser,
    server: str,
) -> Iterator[People]:
    found = People(cast, browser, server, request.param)
    yield found
    for person in found.values():
        person.context.close()


def test_the_story(cast: Cast, people: People) -> None:
    worker, director, officer = people["caseworker"], people["director"], people["police"]
    case = _call(worker)
    _accept_and_see(people, case)
    _custody(worker, director, case)
    _intention(worker, case)
    report = _report(worker, director, case)
    chief = people["policechief"]
    chief.open(reverse("envelopes"))
    chief.open(reverse("envelope_assign", args=[report]))
    chief.send({"officer": str(cast.police.pk)}, "officer")
    received = reverse("letter", args=[report])
    officer.open(received)
    assert CHILD.family_name in officer.page.inner_text("main")
    worker.open(reverse("inbox"))
    with translation.override(worker.language):
        assert str(NoticeKind.DISCLOSURE_LOOK.label) in worker.page.inner_text("main")
    worker.open(reverse("case_wishes", args=[case]))
    worker.press("form[action*='/withdraw/'] button")
    officer.open(received)
    for words in (CHILD.family_name, CHILD.family_kana, OUTLINE, CONSIDERATIONS):
        assert words not in officer.page.content(), words
    people["supervisor"].open(reverse("case_looks", args=[case]))
    assert cast.police.staff.name in people["supervisor"].page.inner_text("main")
    foreign = [
        reverse(name, args=[case]) for name in ("case", "progress_list", "intention_history", "case_looks")
    ]
    foreign.append(reverse("report_preview", args=[case, report]))
    for name in ("police", "policechief", "school", "privacy", "admin", "stranger", "duty"):
        for path in foreign:
            people[name].open(path, status=404)


def test_every_home_and_list(people: People) -> None:
    pages = {
        "caseworker": ("case_list", "find", "register_call", "incoming_filings", "inbox", "sessions"),
        "supervisor": ("access_log", "access_log_denials", "access_log_mine", "duties", "contacts_unseen"),
        "director": ("delegations",),
        "school": ("filings", "file_notification"),
        "privacy": ("access_log", "access_log_denials"),
        "admin": ("staff_list", "staff_add", "office_list", "office_add", "agreement_list", "agreement_add"),
        "police": ("envelopes",),
        "policechief": (),
        "duty": (),
        "stranger": (),
    }
    for name, own in pages.items():
        for page in ("home", *own):
            people[name].open(reverse(page))


def test_back_button_after_sign_out_shows_nothing(people: People) -> None:
    worker = people["caseworker"]
    case = _call(worker)
    worker.open(reverse("case", args=[case]))
    worker.press(f"form[action='{reverse('sign_out')}'] button")
    worker.page.go_back()
    assert CHILD.family_name not in worker.page.content()


def _call(worker: Person) -> str:
    worker.open(reverse("register_call"))
    values: Values = {
        "channel": "telephone", "source": "school", "kind": "tsukoku",
        "family_name": CHILD.family_name, "given_name": CHILD.given_name,
        "family_kana": CHILD.family_kana, "given_kana": CHILD.given_kana, "sex": "female", "place_of_stay": "home",
        "situation": "架空の通告", "words": "家に帰りたくない",
        "question": "どうしたの", "asked_by": "養護教諭",
        "track": "abuse", "urgency": "A", "notifier_name": "架空 通子",
        "birth_date_unknown": True,
    }  # fmt: skip
    worker.send(values, "situation")
    found = re.search(r"/cases/([0-9a-f-]{36})/reception/#intake$", worker.page.url)
    assert found, worker.page.url
    return found[1]


def _accept_and_see(people: People, case: str) -> None:
    supervisor, worker, director = people["supervisor"], people["caseworker"], people["director"]
    supervisor.open(reverse("accept_case", args=[case]))
    supervisor.send(
        {"kind": "emergency_intake", "attendees": "所長、SV", "decision": "直ちに安全確認"}, "decision"
    )
    found = re.search(rf"/cases/{case}/decisions/acceptance/([0-9a-f-]{{36}})/", supervisor.page.content())
    assert found
    director.open(reverse("decision", args=[case, "acceptance", found[1]]))
    director.send({}, "verdict", "[value=approve]")
    worker.open(reverse("safety_check", args=[case]))
    worker.send(
        {"outcome": "seen", "place": "学校", "seen_by": "担当者", "condition": "落ち着いている"}, "condition"
    )
    assert worker.page.evaluate("document.activeElement.id") == "intake"
    assert worker.page.locator("#intake [role=status]").is_visible()
    assert worker.page.evaluate("scrollY") > 0
    for name in CasePage.values:
        worker.open(reverse(name, args=[case]))
    worker.open(reverse("case", args=[case]))
    assert worker.page.locator(".clock--done").count() == 1


def _custody(worker: Person, director: Person, case: str) -> None:
    worker.open(reverse("custody_start", args=[case]))
    until = clock.today() + timedelta(days=40)
    values: Values = {
        "grounds": "1", "purpose": "safety", "place_kind": "facility", "place": "一時保護施設",
        "consent": "objects", "reason": "安全のため",
        "heard": "before", "opinion": "帰りたくない", "expected_until": f"{until.month}/{until.day}",
    }  # fmt: skip
    worker.send(values, "grounds")
    found = re.search(rf"/cases/{case}/decisions/custody_start/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    director.open(reverse("decision", args=[case, "custody_start", found[1]]))
    director.send({}, "verdict", "[value=approve]")


def _intention(worker: Person, case: str) -> None:
    worker.open(reverse("case_wishes", args=[case]))
    assert reverse("report_new", args=[case]) not in worker.page.content()
    grey = worker.page.locator("#police [aria-disabled=true]").first
    described = grey.get_attribute("aria-describedby") or ""
    assert worker.page.locator(f"#{described}").inner_text(), "the grey button says why"
    worker.open(reverse("intention_new", args=[case]))
    values: Values = {
        "asked_by": "担当者", "place": "面接室", "words": "話してもいい",
        "understanding": "言い直せた", "advocate": "なし", "result": "wishes",
        "by_suspect_side": "no", "in_suspect_home": "no", "understood_who": "yes", "understood_what": "yes",
        "understood_stop": "yes", "understood_told": "yes",
        "item_identity_min": "yes", "item_considerations": "yes", "item_safety_state": "no",
        **dict.fromkeys(MORE, "unasked"),
    }  # fmt: skip
    form = worker.page.locator("form:has([name='understanding'])")
    recipient = form.locator("[name='recipient']").first
    if recipient.evaluate("e => e.tagName") == "SELECT":
        option = form.locator("[name='recipient'] option", has_text="北").first
        values["recipient"] = option.get_attribute("value") or ""
    worker.send(values, "understanding")


def _report(worker: Person, director: Person, case: str) -> str:
    worker.open(reverse("report_new", args=[case]))
    worker.send(
        {
            "paper_kind": "joho",
            "text_incident_outline": OUTLINE,
            "text_considerations": CONSIDERATIONS,
            "urgency": "A",
        },
        "text_incident_outline",
    )
    found = re.search(rf"/cases/{case}/decisions/police_report/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    report = found[1]
    worker.open(reverse("report_preview", args=[case, report]))
    director.open(reverse("decision", args=[case, "police_report", report]))
    director.press("button[name=verdict][value=approve]")
    worker.open(reverse("decision", args=[case, "police_report", report]))
    worker.press(f"form[action='{reverse('report_send', args=[case, report])}'] button")
    return report
