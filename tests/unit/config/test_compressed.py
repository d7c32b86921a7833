"""What is sent is compressed, and what of a page is secret is another in each response (docs/adr/0052)."""

import gzip
import os
import re

import pytest
from django.test import Client
from django.urls import reverse

from cases.records.codes import CasePage
from config.styles import SOURCES, STATIC, joined
from tests.cast import Cast, a_case
from tests.client import signed_in

WARM, COLD, REQUESTS = 15 * 1024, 60 * 1024, 8
"""The most bytes a page may weigh on the line, alone and with all it asks for on a first visit, and how often it may ask."""
GZIP = {"accept-encoding": "gzip"}


def body(client: Client, path: str) -> bytes:
    """What arrives, as it was compressed on the way."""
    answer = client.get(path, headers=GZIP)
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip", path
    assert "Accept-Encoding" in answer["Vary"]
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("path", ["css/screen.css", "js/app.js"])
@pytest.mark.django_db
def test_what_does_not_change_is_compressed(path: str) -> None:
    sent = body(Client(), f"/static/{path}")
    assert len(sent) < len(gzip.decompress(sent))


def test_the_style_sheets_are_joined_anew_when_one_is_newer() -> None:
    first = joined().read_text(encoding="utf-8")
    for source in SOURCES:
        assert (STATIC / source).read_text(encoding="utf-8") in first
    made = joined()
    made.write_text("old", encoding="utf-8")
    os.utime(made, (0, 0))
    assert joined().read_text(encoding="utf-8") == first


def test_every_style_sheet_is_joined_or_printed() -> None:
    there = {str(path.relative_to(STATIC)) for path in STATIC.rglob("*.css")}
    assert there == {*SOURCES, "css/print.css"}


def test_a_page_of_a_case_is_sent_at_a_quarter_of_its_length(cast: Cast) -> None:
    sent = body(signed_in(cast.caseworker), reverse("progress_add", args=[a_case(cast).pk]))
    assert len(sent) < len(gzip.decompress(sent)) / 4


def test_a_page_is_light_and_asks_few_times(cast: Cast) -> None:
    client, case = signed_in(cast.caseworker), a_case(cast)
    paths = [reverse(name, args=[case.pk]) for name in (*CasePage.values, "progress_add", "intention_new")]
    for path in (reverse("home"), reverse("case_list"), reverse("register_call"), *paths):
        sent = body(client, path)
        assert len(sent) <= WARM, path
        asked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', gzip.decompress(sent).decode()))
        assert 3 < len(asked) < REQUESTS, path
        assert len(sent) + sum(len(body(Client(), one)) for one in asked) <= COLD, path


def test_no_secret_of_a_page_is_the_same_twice(cast: Cast) -> None:
    client, path = signed_in(cast.caseworker), reverse("progress_add", args=[a_case(cast).pk])
    first, second = (gzip.decompress(body(client, path)).decode() for _time in range(2))
    for secret in (
        r'name="csrfmiddlewaretoken" value="(\w+)"',
        r'name="_form" value="([\w-]+)"',
        r'nonce="([^"]+)"',
    ):
        one, other = re.findall(secret, first), re.findall(secret, second)
        assert one, secret
        assert not set(one) & set(other), secret
