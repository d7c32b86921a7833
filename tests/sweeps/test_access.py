"""Every page of the resolver in a browser, in both languages: axe-core finds nothing, and nothing is wider than the screen.

The pages come straight from Django's test client; the browser gets them from a folder.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from config import styles
from tests.browser import axe
from tests.browser.conftest import chromium
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.world import World

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


def _pages(world: World, language: str) -> Iterator[tuple[str, str, bytes]]:
    """Name, address and HTML of each page, as the first who may read it gets it."""
    for name in NAMES:
        row = ROWS[name]
        relation = next((who for who in world.people if who in (row.get or ())), None)
        if relation is None:
            continue
        client, path = client_of(world, relation), path_of(name, world)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield name, path, answer.content


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_for_everyone(shared_world: World, tmp_path: Path, language: str) -> None:
    paths: dict[str, str] = {}
    for name, path, html in _pages(shared_world, language):
        folder = tmp_path / path.strip("/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_bytes(html)
        paths[name] = path
    assert len(set(paths.values())) > 80
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
                if width != 320:
                    found += [f"{name} {width} {one}" for one in axe.findings(page, language)]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{name} is wider than {width}")
    assert found == []
