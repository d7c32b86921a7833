"""A browser for load: plain HTTP with cookies, links found in pages, and forms filled in as they are shown."""

import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

CASE = re.compile(r"/cases/[0-9a-f-]{36}/")
ENTRY_FORM = re.compile(r"/cases/[0-9a-f-]{36}/progress/add/")
TYPED = {
    "method": "visit",
    "with_whom": "児童",
    "body": "家庭訪問。児童と玄関先で十分ほど話し、表情と身なりを確かめた。" * 3,
}
FORM_NUMBER = "_form"
TICKED = ("radio", "checkbox")
SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """A response as far as it is used."""

    status: int
    text: str
    location: str


@dataclass
class Browser:
    """One person's browser. Each request opens a connection of its own, as a proxy without keep-alive does."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        """Fetch a page. OSError if the server does not answer."""
        return self._ask("GET", address, None)

    def post(self, address: str, fields: dict[str, str]) -> Answer:
        """Send a form; a redirect is not followed."""
        return self._ask("POST", address, urlencode(fields))

    def _ask(self, method: str, address: str, body: str | None) -> Answer:
        connection = HTTPConnection(self.host, self.port, timeout=SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, response.headers.get("Location", ""))


class _Fields(HTMLParser):
    """The fields of the forms of a page, with what the page put into them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "option" and self._select and ("selected" in given or self._select not in self.found):
            self.found[self._select] = value
        elif tag == "select":
            self._select = name
        elif (
            tag in ("input", "textarea") and name and (given.get("type") not in TICKED or "checked" in given)
        ):
            self.found[name] = value


def form_of(page: str) -> dict[str, str]:
    """The fields of a page that shows one form beside those of the frame (all have the same CSRF token)."""
    parser = _Fields()
    parser.feed(page[page.find("<main") :])
    return parser.found


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, the addresses they open, and the filled-in form that they save again and again."""

    browser: Browser
    cases: list[str]
    form_address: str
    form: dict[str, str]

    def save(self) -> Answer:
        """Save a progress entry: the same text under a new number, as if the form had been opened anew."""
        number = {FORM_NUMBER: str(uuid.uuid4())} if FORM_NUMBER in self.form else {}
        return self.browser.post(self.form_address, self.form | number)


def visit(browser: Browser) -> Visitor:
    """Follow the links from the list of cases to the form of a progress entry, and fill it in.

    Raises RuntimeError, with where it ended, if a page is not there.
    """
    listed = browser.get("/cases/")
    cases = sorted(set(CASE.findall(listed.text)))
    for case in cases:
        page = browser.get(case)
        if form_address := ENTRY_FORM.search(page.text):
            shown = browser.get(form_address[0])
            visitor = Visitor(browser, cases, form_address[0], form_of(shown.text) | TYPED)
            if (saved := visitor.save()).status == 302:
                return visitor
            raise RuntimeError(f"{form_address[0]} answered {saved.status} to a progress entry")
    raise RuntimeError(f"the list of cases ({listed.status}) leads to no form of a progress entry")
