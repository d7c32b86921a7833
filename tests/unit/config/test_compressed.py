"""What is sent is compressed, and what of a page is secret is another in each response (docs/adr/0052)."""

import gzip
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, a_case
from tests.client import signed_in

GZIP = {"accept-encoding": "gzip"}


def body(client: Client, path: str) -> bytes:
    """What arrives, as it was compressed on the way."""
    answer = client.get(path, headers=GZIP)
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip", path
    assert "Accept-Encoding" in answer["Vary"]
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("path", ["css/base.css", "js/app.js"])
@pytest.mark.django_db
def test_what_does_not_change_is_compressed(path: str) -> None:
    sent = body(Client(), f"/static/{path}")
    assert len(sent) < len(gzip.decompress(sent))


def test_a_page_of_a_case_is_sent_at_a_quarter_of_its_length(cast: Cast) -> None:
    sent = body(signed_in(cast.caseworker), reverse("progress_add", args=[a_case(cast).pk]))
    assert len(sent) < len(gzip.decompress(sent)) / 4


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
