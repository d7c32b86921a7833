"""A person at a browser, over HTTP alone: cookies, pages, and the forms on them as the server wrote them."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar

TIMEOUT_SECONDS = 30


@dataclass
class Form:
    """A form of a page: where it goes, its method, and its fields with the values they would be sent with."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass
class Page:
    """What came back: status, address after redirects, text and forms."""

    status: int
    url: str
    text: str
    forms: list[Form]

    def form(self, *, action: str = "", having: str = "") -> Form:
        """The form that goes to ``action`` (a path) or has a field ``having``; LookupError names what was looked for."""
        for found in self.forms:
            path = urllib.parse.urlsplit(found.action or self.url).path
            if (not action or path == action) and (not having or having in found.names):
                return found
        raise LookupError(
            f"no form {action} {having} on {urllib.parse.urlsplit(self.url).path} (status {self.status})"
        )

    def has_form(self, action: str) -> bool:
        """Whether a form goes to ``action``."""
        return any(urllib.parse.urlsplit(found.action or self.url).path == action for found in self.forms)


class Visitor:
    """One person with cookies of their own at the server ``base``."""

    def __init__(self, base: str, language: str = "ja") -> None:
        self.base = base.rstrip("/")
        self.language = language
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> Page:
        """Open a page; a status of 400 and more is an answer like any other."""
        return self._open(urllib.request.Request(self._absolute(path)))  # noqa: S310 - base is http(s), see the command

    def post(self, path: str, fields: dict[str, list[str]]) -> Page:
        """Send fields as a form would."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._open(urllib.request.Request(self._absolute(path), data=body))  # noqa: S310 - as above

    def send(self, page: Page, form: Form, values: dict[str, str | list[str]] | None = None) -> Page:
        """Fill in a form of ``page`` and send it: what the server prefilled stays unless ``values`` says otherwise."""
        fields = dict(form.fields)
        for name, value in (values or {}).items():
            fields[name] = value if isinstance(value, list) else [value]
        return self.post(urllib.parse.urljoin(page.url, form.action or page.url), fields)

    def _absolute(self, path: str) -> str:
        return path if path.startswith("http") else self.base + path

    def _open(self, request: urllib.request.Request) -> Page:
        request.add_header("Accept-Language", self.language)
        request.add_header("Referer", request.full_url)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _page(answer.status, answer.url.partition("#")[0], answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return _page(error.code, error.url or request.full_url, error.read())


def _page(status: int, url: str, body: bytes) -> Page:
    text = body.decode("utf-8", errors="replace")
    reader = _FormReader()
    reader.feed(text)
    return Page(status, url, text, reader.forms)


class _FormReader(HTMLParser):
    """Collects forms with the values a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag in ("input", "select", "textarea", "button") and name:
            form.names.add(name)
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select" and name:
            self._select = (name, "multiple" in given)
        elif tag == "option" and self._select:
            chosen, multiple = self._select
            if "selected" in given or (not multiple and chosen not in form.fields):
                form.fields[chosen] = [
                    *(form.fields.get(chosen, []) if multiple else []),
                    given.get("value", ""),
                ]
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = [""]

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind not in ("submit", "button", "image", "reset", "file"):
            form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea and self._form is not None:
            text = self._form.fields[self._textarea][0]
            self._form.fields[self._textarea][0] = text.removeprefix("\n")
            self._textarea = None
