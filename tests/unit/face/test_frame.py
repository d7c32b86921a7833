"""The page frame, the error pages, the language switch and the context behind them."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation

from face import context, errors, views

FACTORY = RequestFactory()
PAGES = [
    (errors.bad_request, 400), (errors.denied, 403), (errors.not_found, 404), (errors.server_error, 500),
    (errors.unavailable, 503), (errors.csrf_failure, 403),
]  # fmt: skip


def signed_in(path: str = "/cases/?page=1") -> HttpRequest:
    request = FACTORY.get(path)
    more: dict[str, Any] = {
        "position_in_use": SimpleNamespace(office="Office <1>", role_label="Caseworker", staff="A Person"),
        "nav": [{"label": "Cases", "url": "/cases/"}, SimpleNamespace(label="Audit", url="/audit/", count=2)],
        "inbox_count": 3,
    }
    request.__dict__.update(more)
    return request


def frame(request: HttpRequest) -> str:
    return render_to_string("base.html", {**context.face(request), "request": request, "csrf_token": "tok"})


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_frame_names_person_position_and_place(language: str) -> None:
    with translation.override(language):
        html = frame(signed_in())
    assert f'<html lang="{language}">' in html
    for piece in ("Office &lt;1&gt;", "Caseworker", "A Person", 'class="skip" href="#main"', 'id="main"'):
        assert piece in html
    assert html.count('aria-current="page"') == 1
    assert 'name="next" value="/cases/?page=1"' in html
    assert "<title>" in html


def test_a_page_without_anything_beside_it_has_the_whole_width() -> None:
    """The style sheet hides an aside that is empty to the letter."""
    assert re.search(r"<aside[^>]*></aside>", frame(signed_in()))


def test_the_frame_without_a_position_has_no_person_and_no_print_line() -> None:
    html = frame(FACTORY.get("/"))
    assert 'class="who"' not in html
    assert "print-foot" not in html


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cases/", "/cases/"),
        ("/cases/new/", "/cases/new/"),
        ("/cases/7/", "/cases/"),
        ("/", "/"),
        ("/other/", None),
    ],
)
def test_one_menu_entry_at_most_is_current(path: str, current: str | None) -> None:
    entries = context.nav_items([{"label": "x", "url": url} for url in ("/", "/cases/", "/cases/new/")], path)
    assert [entry["url"] for entry in entries if entry["current"]] == ([current] if current else [])


@override_settings(TOMOSHIBI_DEMO=True)
def test_the_demo_says_so_on_every_page() -> None:
    assert "demo-banner" in frame(signed_in())


def test_history_and_scripts_of_htmx_are_switched_off() -> None:
    html = frame(signed_in())
    for setting in (
        '"historyCacheSize":0',
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"allowScriptTags":false',
    ):
        assert setting in html


@override_settings(FACE_LINKS={"home": "face:language", "inbox": "no:such"})
def test_links_that_do_not_resolve_are_hidden() -> None:
    links = context.face(signed_in())["links"]
    assert links["home"] == "/language/"
    assert links["inbox"] == ""


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("view", "status"), PAGES)
def test_error_pages_stand_on_their_own(view: Any, status: int, language: str) -> None:
    with translation.override(language):
        one, other = view(FACTORY.get("/cases/1/")), view(FACTORY.get("/nothing/"))
    assert one.status_code == status
    # A form that was open too long leads back to its page; nothing else tells one address from another.
    alike = [re.sub(rb'href="/(cases/)?"', b"", page.content) for page in (one, other)]
    assert alike[0] == alike[1] if view is errors.csrf_failure else one.content == other.content
    assert b"/cases/1/" not in one.content
    assert f'<html lang="{language}">'.encode() in one.content
    assert b'class="language"' in one.content


def switch(**data: str) -> Any:
    headers = {"referer": data.pop("referer")} if "referer" in data else {}
    return views.language(FACTORY.post("/language/", data, headers=headers))


@pytest.mark.parametrize(
    ("data", "target"),
    [
        ({"language": "en", "next": "/cases/?page=2"}, "/cases/?page=2"),
        ({"language": "en", "referer": "http://testserver/cases/"}, "/cases/"),
        ({"language": "en", "next": "https://evil.example/"}, "/"),
        ({"language": "en", "next": "//evil.example/"}, "/"),
        ({"language": "en", "next": "javascript:alert(1)"}, "/"),
        ({"language": "en", "next": "http://testserver//evil.example/"}, "/evil.example/"),
        ({"language": "en", "next": "http://testserver/\\evil.example/"}, "/evil.example/"),
        ({"language": "en", "referer": "http://testserver//evil.example/"}, "/evil.example/"),
        ({"language": "en", "next": "cases/"}, "/"),
        ({"language": "en"}, "/"),
    ],
)
def test_the_switch_goes_back_and_nowhere_else(data: dict[str, str], target: str) -> None:
    response = switch(**data)
    assert response.status_code == 302
    assert response["Location"] == target
    assert response.cookies[next(iter(response.cookies))].value == "en"


@pytest.mark.parametrize("code", ["", "xx", "../../etc", "ja\0"])
def test_an_unknown_language_changes_nothing(code: str) -> None:
    assert not switch(language=code).cookies


def test_the_switch_answers_posts_only() -> None:
    assert views.language(FACTORY.get("/language/")).status_code == 405
