"""What stands on a page that could be sent: its forms, with values a person might have filled in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from face.forms import KEEP_KEY, SAVE_AND_NEXT

Attributes = dict[str, str]
SAMPLES = {
    "date": "2024-04-01",
    "datetime-local": "2024-04-01T10:00",
    "time": "10:00",
    "number": "1",
    "email": "a@example.invalid",
    "tel": "03-0000-0000",
}
TEXT = "テスト"


@dataclass
class Form:
    """A form that is posted: the path and query it goes to, its fields, empty ones filled in, and the names of its buttons."""

    action: str
    query: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: set[str] = field(default_factory=set)


def forms_of(path: str, query: str, text: str, word: Callable[[str], str] = lambda name: TEXT) -> list[Form]:
    """The forms of a page that are posted, with ``word(name)`` in every text. Without an address a form goes to its own page."""
    reader = _Reader(path, query, word)
    reader.feed(text)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, path: str, query: str, word: Callable[[str], str]) -> None:
        super().__init__()
        self.path, self.query, self.word = path, query, word
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._in_boxes = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            posted = given.get("method", "get").lower() == "post"
            there = urlsplit(given.get("action", ""))
            own = not there.path
            self._form = Form(there.path or self.path, self.query if own else there.query) if posted else None
            self.forms += [self._form] if self._form else []
        elif tag == "details":
            self._in_boxes = "date-parts__more" in given.get("class", "")
        elif self._form is not None:
            if tag == "button" and given.get("name") in (SAVE_AND_NEXT, KEEP_KEY):
                return  # one does what the button without a name does, the other does nothing (tests/unit/agencies/staff)
            self._control(self._form.fields, tag, given)
            self._form.buttons |= {given["name"]} if tag == "button" and given.get("name") else set()

    def _control(self, fields: dict[str, list[str]], tag: str, given: Attributes) -> None:
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value") and self._select not in fields:
            fields[self._select] = [given["value"]]
        elif tag == "textarea" and name:
            fields[name] = [self.word(name)]
        elif tag == "input" and self._in_boxes:  # left empty beside the box for the whole date
            fields[name] = [given.get("value", "")]
            whole, _, part = name.rpartition("_")
            if part == "hour" and fields[whole] == [SAMPLES["date"]]:
                fields[whole] = [f"{SAMPLES['date']} 10:00"]
        elif tag == "input" and "input-date" in given.get("class", ""):
            fields[name] = [given.get("value") or SAMPLES["date"]]
        elif tag in ("input", "button") and name:
            fields.setdefault(
                name, [given.get("value") or SAMPLES.get(given.get("type", "text")) or self.word(name)]
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "details":
            self._in_boxes = False
        elif tag == "select":
            self._select = ""
