"""What a job asks of a person, counted over the running application in a browser: clicks, fields and loads.

A click is a press on a link, a button or a fold. A field is a control that is given a value: a text, a list, a tick, a choice.
A load is a document the browser asks for. Each job is done with the least the pages accept for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from playwright.sync_api import Locator, Page, Request

from tests.browser.conftest import Office


class Count(NamedTuple):
    """Clicks, fields and loads."""

    clicks: int
    fields: int
    loads: int

    def __str__(self) -> str:
        return " / ".join(map(str, self))


@dataclass
class Hand:
    """Somebody's hand on a page. Everything it does is counted from :meth:`begin` on."""

    page: Page
    clicks: int = 0
    fields: int = 0
    loads: int = 0
    base: str = field(init=False)

    def __post_init__(self) -> None:
        self.base = "/".join(self.page.url.split("/")[:3])
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        to_page = request.is_navigation_request() and request.frame == self.page.main_frame
        self.loads += to_page and request.redirected_from is None

    def begin(self, path: str = "/") -> None:
        """Stand on a page with nothing counted yet."""
        answer = self.page.goto(self.base + path)
        assert answer is not None, path
        assert answer.ok, (path, answer.status)
        self.clicks = self.fields = self.loads = 0

    @property
    def count(self) -> Count:
        """What was done since :meth:`begin`."""
        return Count(self.clicks, self.fields, self.loads)

    def _reach(self, wanted: Locator) -> Locator:
        """The first one in sight; what is folded away is unfolded, which is a click."""
        for found in wanted.all():
            if found.is_visible():
                return found
        fold = wanted.first.locator("xpath=ancestor::details[not(@open)]").first
        fold.locator("> summary").click()
        self.clicks += 1
        return wanted.first

    def press(self, selector: str) -> None:
        """Press a link or button; it leads to another page, or its form opens in place."""
        target = self._reach(self.page.locator(selector))
        if target.get_attribute("hx-get"):
            target.click()
        else:
            with self.page.expect_navigation():
                target.click()
        self.clicks += 1
        assert not self.page.locator(".error-summary").count(), self.page.inner_text(".error-summary")

    def go(self, path: str) -> None:
        """Press a link to that path, with whatever follows it."""
        self.press(f":is(main, .mainnav, .case-bar, .folder) a[href^='{path}']")

    def give(self, **values: str) -> None:
        """Give controls of the page's own form a value each."""
        for name, value in values.items():
            fields = self.page.locator(f"main [name='{name}']")
            fields.first.wait_for(state="attached")
            kind = fields.first.evaluate("one => one.tagName + ':' + one.type")
            if kind.startswith("SELECT"):
                self._reach(fields).select_option(value)
            elif kind in ("INPUT:radio", "INPUT:checkbox"):
                self._reach(fields.and_(self.page.locator(f"[value='{value}']"))).check()
            else:
                self._reach(fields).fill(value)
            self.fields += 1

    def save(self, holding: str) -> None:
        """Press the first button of the form that has this field."""
        self.press(f"main form:has([name='{holding}']) button[type=submit]:not(.visually-hidden)")


@dataclass(frozen=True)
class Job:
    """One job: what it took in the first version of the pages (None: it was not there), and what it takes ``today``.

    ``walk`` does it with somebody's hand in an office; ``stands`` says why a figure is above its bar.
    """

    name: str
    before: Count | None
    today: Count
    who: str
    walk: Callable[[Hand, Office], None]
    stands: str = ""

    @property
    def bar(self) -> Count:
        """At most half of each figure that was above four, and of the others no more than before; of a new job, today's."""
        if self.before is None:
            return self.today
        return Count(*(number // 2 if number > 4 else number for number in self.before))

    @property
    def is_met(self) -> bool:
        """Whether no figure is above its bar."""
        return all(now <= most for now, most in zip(self.today, self.bar, strict=True))

    def done_by(self, office: Office) -> Count:
        """Do it as the one whose job it is; what it took."""
        page = office.page(self.who)
        page.goto(office.address)
        hand = Hand(page)
        self.walk(hand, office)
        page.context.close()
        return hand.count


def table(done: Mapping[Job, Count]) -> str:
    """The counts of all jobs, as they stand in the documents and at the end of the tests."""
    lines = ["| clicks / fields / loads | before | at most | today | |", "| --- | --- | --- | --- | --- |"]
    for job, count in done.items():
        verdict = f"stands: {job.stands}" if job.stands else "met" if job.before else "new"
        lines.append(f"| {job.name} | {job.before or '–'} | {job.bar} | {count} | {verdict} |")
    return "\n".join(lines)
