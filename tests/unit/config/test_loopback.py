"""The demo answers this machine only."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.loopback import LoopbackOnlyMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("content")


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.0.0.1", 200),
        ("127.1.2.3", 200),
        ("::1", 200),
        ("192.0.2.1", 403),
        ("10.0.0.1", 403),
        ("", 403),
        ("x", 403),
    ],
)
def test_who_is_answered(peer: str, status: int) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="127.0.0.1")
    assert LoopbackOnlyMiddleware(answer)(request).status_code == status
