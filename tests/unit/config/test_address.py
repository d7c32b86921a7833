"""The client's address is believed only as far as our own proxies vouch for it."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from config.address import client_address

FORGED = "1.1.1.1, 10.9.9.9, 192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "", "192.0.2.1"),
        (0, "192.0.2.1", FORGED, "192.0.2.1"),
        (1, "10.0.0.1", FORGED, "192.0.2.7"),
        (2, "10.0.0.1", FORGED, "10.9.9.9"),
        (1, "10.0.0.1", "", None),
        (3, "10.0.0.1", "192.0.2.7", "10.0.0.1"),
        (1, "10.0.0.1", "<script>", None),
        (0, "", "", None),
        (0, "::1", "", "::1"),
    ],
)
def test_client_address(
    settings: Settings, proxies: int, peer: str, forwarded: str, expected: str | None
) -> None:
    settings.TOMOSHIBI_TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
