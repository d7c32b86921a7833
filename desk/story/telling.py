"""What every scene of the story is told with: who is signed in, what it has met so far, and how a page is read."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localtime

from desk.story.case_file import CaseFile
from desk.story.visitor import Page, Visitor
from security.walls import clock


class Broken(Exception):
    """A step did not come out as promised."""


def at_the_demos_door(visitor: Visitor, username: str) -> Page:
    """Sign in with one click, as the demo offers it."""
    door = visitor.get("/demo/")
    return visitor.send(
        door, door.form(having="csrfmiddlewaretoken", action="/demo/"), {"username": username}
    )


@dataclass
class Story:
    """The story while it is told: who is signed in, and the ids it has met so far."""

    file: CaseFile
    base: str
    sign_in: Callable[[Visitor, str], Page] = at_the_demos_door
    people: dict[str, Visitor] = field(default_factory=dict)
    case: str = ""
    reference: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def as_(self, username: str) -> Visitor:
        """The person's browser, signed in."""
        if username not in self.people:
            visitor = Visitor(self.base)
            page = self.sign_in(visitor, username)
            self.expect(page.status == 200, f"{username} cannot sign in")
            self.people[username] = visitor
        return self.people[username]

    def who(self, username: str, part: str) -> str:
        """The ``name`` or ``office`` of a person, as the head of every page shows it."""
        found = re.search(rf'class="who__{part}"[^>]*>([^<]+)<', self.as_(username).get("/").text)
        self.expect(found is not None, f"{username} is not signed in")
        return html.unescape(found[1]).strip() if found else ""

    def path(self, name: str, *more: str) -> str:
        """The address of a page of this case."""
        return reverse(name, args=[self.case, *more])

    def decide(self, kind: str, act: str, verdict: str = "approve", by: str = "director") -> Page:
        """The director, or whoever else decides it, decides a draft on its own page; the page that comes then."""
        person, path = self.as_(by), self.path("decision", kind, act)
        page = person.get(path)
        return person.send(page, page.form(having="verdict"), {"verdict": verdict})

    def drafted(self, page: Page, kind: str) -> str:
        """The draft of this kind that ``page``, which came after it was sent, leads to."""
        return id_in(page, rf"{self.path('case')}decisions/{kind}/([0-9a-f-]{{36}})/")

    def case_page(self, username: str, name: str = "case") -> Page:
        """A page of the case (the overview) as this person sees it."""
        page = self.as_(username).get(self.path(name))
        self.expect(page.status == 200, f"{username} cannot open the case")
        return page

    @staticmethod
    def expect(held: bool, what: str) -> None:
        """Go on only if it is as promised."""
        if not held:
            raise Broken(what)


Step = Callable[[Story], str]
"""What one step does; it gives the line that is written of it."""


def text_of(page: Page) -> str:
    """The page as a reader has it."""
    return html.unescape(page.text)


def kept(text: str) -> str:
    """A long text as the pages keep it: without blanks around it, its line ends those of every system."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def token_of(page: Page) -> dict[str, list[str]]:
    """What every form of this page is sent with."""
    return {"csrfmiddlewaretoken": page.form(having="csrfmiddlewaretoken").fields["csrfmiddlewaretoken"]}


def main_of(page: Page) -> str:
    """The page without head and menu."""
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    return html.unescape(found[0] if found else page.text)


def package_of(page: Page) -> str:
    """The block of the page that preview and received page share."""
    found = re.search(r'<article class="package".*?</article>', page.text, re.DOTALL)
    if found is None:
        raise Broken("there is no package on the page")
    return found[0]


def cells_of(page: Page, reference: str) -> str:
    """The row of a table that holds ``reference``."""
    rows = re.findall(r"<tr.*?</tr>", page.text, re.DOTALL)
    return html.unescape(next((row for row in rows if reference in row), ""))


def id_in(page: Page, pattern: str) -> str:
    """The first thing on the page that the group of ``pattern`` finds."""
    found = re.search(pattern, page.text)
    if found is None:
        raise Broken(f"nothing like {pattern} on the page (status {page.status})")
    return found[1]


def choices(page: Page, name: str) -> dict[str, str]:
    """The list ``name`` of the page: value and label of each choice but the empty one."""
    found = re.search(rf'<select name="{name}".*?</select>', page.text, re.DOTALL)
    pairs = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', found[0]) if found else []
    return {value: html.unescape(label).strip() for value, label in pairs}


def option(page: Page, label: str) -> str:
    """The value of the choice (of a list or of radio buttons) with this label."""
    found = re.search(rf'value="([0-9a-f-]{{36}})"[^>]*>[^<]*{re.escape(label)}', text_of(page))
    if found is None:
        raise Broken(f"there is no choice {label}")
    return found[1]


def in_days(days: int) -> str:
    """A day as a person types it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def in_minutes(minutes: int) -> str:
    """A moment as a person types it."""
    return localtime(clock.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")
