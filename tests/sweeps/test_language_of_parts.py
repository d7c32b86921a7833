"""On an English page Japanese text says that it is (``lang="ja"``; WCAG 2.2, 3.1.2), so that it is read out as Japanese."""

from html.parser import HTMLParser

from django.conf import settings

from face.text import JAPANESE
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.world import World

READERS = 3
"""How many of those admitted read a page: in charge, of the team, the supervisor, or whom it is for."""
EMPTY = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Reader(HTMLParser):
    """Collects the Japanese text that stands in no element with ``lang="ja"`` below ``<html>``."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.marked: list[str] = []
        self.unmarked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        above = self.languages[-1][1] if self.languages else ""
        own = "" if tag == "html" else dict(attrs).get("lang") or above
        self.languages.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if JAPANESE.search(data):
            tag, language = self.languages[-1]
            found = self.marked if language == "ja" else self.unmarked
            found.append(f"<{tag}> {' '.join(data.split())[:60]}")


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    return reader


def test_japanese_on_an_english_page_says_so(shared_world: World) -> None:
    faults: set[str] = set()
    pages = marked = 0
    for name in NAMES:
        admitted = ROWS[name].get or frozenset()
        for relation in [who for who in shared_world.people if who in admitted][:READERS]:
            client, path = client_of(shared_world, relation), path_of(name, shared_world)
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
            answer = client.get(path, follow=True)
            if answer.headers["Content-Type"].startswith("text/html"):
                read = _read(answer.content.decode())
                pages, marked = pages + 1, marked + len(read.marked)
                faults |= {f"{name} as {relation}: {one}" for one in read.unmarked}
    assert not faults, "\n".join(sorted(faults))
    assert pages > 150
    assert marked > 1000


def test_what_counts_as_marked() -> None:
    read = _read(
        '<html lang="ja"><p>一</p><p lang="ja">二<br><b>三</b></p><i lang="ja"><u lang="en">四</u></i>'
    )
    assert (read.unmarked, read.marked) == (["<p> 一", "<u> 四"], ["<p> 二", "<b> 三"])
