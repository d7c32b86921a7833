"""Every page of the resolver in a browser, in both languages: axe-core finds nothing, and nothing is wider than the screen.

The pages come straight from Django's test client; the browser asks no server.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.browser.conftest import chromium
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.world import World

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[1] / "vendor/axe/axe.min.js").read_text(encoding="utf-8")
FINDINGS = """axe.run(document, {resultTypes: ["violations"]}).then(result => result.violations.map(
  one => one.id + ": " + one.nodes.map(node => node.target + " " + (node.any[0] || node.all[0] || {}).message)))"""
HOST = "https://tomoshibi.test"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _shown(page: Page, html: bytes, path: str) -> None:
    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url).path
        if asked == path:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            return
        found = finders.find(asked.removeprefix(settings.STATIC_URL))
        if found is None:
            route.fulfill(status=404)
            return
        kind = TYPES.get(Path(str(found)).suffix, "application/octet-stream")
        route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(HOST + path)


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
def test_every_page_is_for_everyone(shared_world: World, language: str) -> None:
    pages, found = list(_pages(shared_world, language)), []
    assert len(pages) > 80
    with chromium() as browser:
        page = browser.new_page()
        for name, path, html in pages:
            page.set_viewport_size({"width": 1280, "height": 900})
            _shown(page, html, path)
            page.evaluate(AXE)
            for width in (1280, 390, 320):
                page.set_viewport_size({"width": width, "height": 900})
                if width != 320:
                    found += [f"{name} {width} {one}" for one in page.evaluate(FINDINGS)]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{name} is wider than {width}")
    assert found == []
