"""A page of the face served by itself, without application or database, and a browser to type into it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation
from playwright.sync_api import Browser, Page

from face import context
from face.fields import JapaneseDateField, KanaField, LongTextField, NameField
from face.forms import BaseForm

CSP = "default-src 'none'; script-src 'nonce-n'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGE = """{% extends "base.html" %}{% load face %}{% block title %}T{% endblock %}{% block main %}
<h1>T</h1><p><a href="/other/">Other</a></p>
<form method="post" action="/save/" class="form-card">{{ form }}{% ui "button" label="Save" %}</form>
{% ui "link_button" label="Open" url="/form/" into="opened" %}<div id="opened"></div>
{% ui "link_button" label="Gone" url="/gone/" into="nothing" %}<div id="nothing"></div>{% endblock %}"""


class Sample(BaseForm):
    """A name, its reading, a date and a long text."""

    name = NameField(label="Name")
    kana = KanaField(label="Kana", required=False)
    birth = JapaneseDateField(label="Birth", required=False, allow_unknown=True)
    how = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    words = LongTextField(label="Words", required=False, limit=10)


@dataclass
class Place:
    """Where the page is served, what was posted to it, and the status its answers get."""

    url: str = ""
    posted: list[str] = field(default_factory=list)
    alive_status: int = 204


@override_settings(FACE_LINKS={"alive": "face:language"}, TOMOSHIBI_DEMO=True)
def rendered(language: str, data: dict[str, str] | None) -> bytes:
    """The sample page in a language, with the form bound to `data`."""
    request = RequestFactory().get("/")
    position = SimpleNamespace(office="Office", role_label="Role", staff="Person")
    request.__dict__.update(position_in_use=position, nav=[{"label": "Home", "url": "/"}], csp_nonce="n")
    with translation.override(language):
        values = {**context.face(request), "request": request, "csrf_token": "t", "form": Sample(data)}
        return Template(PAGE).render(Context(values)).encode()


@pytest.fixture
def place() -> Iterator[Place]:
    """The sample page on a free port; `?error=1` shows it after a failed check, /gone/ leads elsewhere."""
    here = Place()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CSP)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path, _mark, query = self.path.partition("?")
            name = path.removeprefix("/static/")
            asset = Path(finders.find(name) or "") if name != path else Path()
            if asset.is_file():
                self.answer(200, asset.read_bytes(), TYPES[asset.suffix])
            elif path == "/gone/":
                self.send_response(302)
                self.send_header("Location", "/sign-in/")
                self.end_headers()
            else:
                language = "en" if "en" in query else "ja"
                self.answer(200, rendered(language, {"words": "x" * 11} if "error" in query else None))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            here.posted.append(self.path)
            alive = self.path == "/language/"
            self.answer(here.alive_status if alive else 200, b"" if alive else rendered("ja", None))

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that fails the test on any script error or refused resource."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield tab
    tab.context.close()
    # Refused and offline calls are the point of some tests; errors of the script or the policy never are.
    assert not [fault for fault in faults if not fault.startswith("Failed to load resource")]
