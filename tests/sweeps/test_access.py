"""Every page of the resolver in a browser, in both languages: axe-core finds nothing, and nothing is wider than the screen.

The pages come straight from Django's test client; the browser gets them from a folder.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from agencies.staff.acting import acting_as
from config import styles
from referrals.consent.models import Intention
from tests.browser import axe
from tests.browser.conftest import chromium
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.world import CHILD, World
from tests.unit.cases.handover.test_pages import sent as handover_data
from tests.unit.cases.intake.test_pages import call_data

pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    """Files over connections that stay open; nothing is printed."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    shutil.copytree(styles.STATIC, folder / "static")
    shutil.copy(styles.joined(), folder / "static" / styles.NAME)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


NO_PAGE = {
    "disclosure": "leads on to the page of the report",
    "support": "leads on to the page of the case",
    "letter_print": "a PDF",
    "print_pdf": "a PDF",
    "print_sample": "a PDF",
    "sheet_pdf": "a PDF",
}
"""Addresses that are asked for by GET and answer no page, and why."""


def _pages(world: World, language: str) -> Iterator[tuple[str, str, bytes]]:
    """Name, address and HTML of each page, as the first who gets it. One that leads on to itself, with a query, is followed."""
    with acting_as(world["lead"]):
        ended = Intention.objects.filter(case=world.case).exclude(superseded_at=None, withdrawn_at=None)[0]
    for name in NAMES:
        path = path_of(name, world, **({"intention_id": ended.pk} if name == "intention_withdrawn" else {}))
        for relation in world.people:
            if relation not in (ROWS[name].get or ()):
                continue
            answer = _client(world, relation, language).get(path, follow=True)
            if answer.headers["Content-Type"].startswith("text/html") and answer.request["PATH_INFO"] == path:
                yield name, path, answer.content
                break


def _after_post(world: World, language: str) -> Iterator[tuple[str, str, bytes]]:
    """The same of each page that only something sent leads to; each must hold a mark that the form alone has not."""
    number = world.case.number
    child = {"kana": CHILD.family_kana + CHILD.given_kana, "birth_date": str(CHILD.birth_date), "by": "child"}
    call = {one: str(value) for one, value in asdict(CHILD).items() if value} | {"birth_date_checked": "on"}
    for title, name, relation, sent, mark in (
        ("found by number", "find", "lead", {"typed": number}, number),
        ("behind the glass", "find", "none", child, "/glass/"),
        ("known child", "register_call", "lead", call_data(world.cast, **call), 'name="another"'),
        ("errors", "register_call", "lead", {"family_name": "x"}, "error-summary"),
        (
            "to confirm",
            "handover_new",
            "lead",
            handover_data([world.case], world.cast, 40),
            'name="confirmed"',
        ),
        ("found in the log", "access_log", "privacy", {"wanted": number}, number),
    ):
        path = path_of(name, world)
        answer = _client(world, relation, language).post(path, sent)
        assert answer.status_code == 200, title
        assert mark in answer.content.decode(), title
        yield f"{name}, {title}", f"{path}{title.replace(' ', '-')}/", answer.content


def _client(world: World, relation: str, language: str) -> Client:
    client = client_of(world, relation)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_for_everyone(shared_world: World, tmp_path: Path, language: str) -> None:
    paths: dict[str, str] = {}
    for name, path, html in chain(_pages(shared_world, language), _after_post(shared_world, language)):
        folder = tmp_path / path.strip("/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_bytes(html)
        paths[name] = path
    assert {name for name in NAMES if ROWS[name].get} - paths.keys() == NO_PAGE.keys()
    found = []
    with chromium() as browser, _served(tmp_path) as address:
        page = browser.new_page()
        for name, path in paths.items():
            page.set_viewport_size({"width": 1280, "height": 900})
            answer = page.goto(address + path)
            assert answer is not None
            assert answer.ok
            axe.ready(page)
            for width in (1280, 390, 320):
                page.set_viewport_size({"width": width, "height": 900})
                # The colours of 320 are those of 390.
                seen = axe.findings(page, language, contrast=width != 320)
                found += [f"{name} {width} {one}" for one in seen]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{name} is wider than {width}")
    assert not found, "\n".join(found)
