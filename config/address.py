"""The address a request came from, as far as it can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The peer's address, or with trusted proxies in front the one the outermost of them saw; None if it is no address.

    X-Forwarded-For is read only as far as TOMOSHIBI_TRUSTED_PROXIES reaches from its right end: what is left of that
    was written by the client.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TOMOSHIBI_TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        hops = settings.TOMOSHIBI_TRUSTED_PROXIES
        address = forwarded[-hops] if len(forwarded) >= hops else address
    try:
        # Without the zone of a link-local address (fe80::1%eth0): PostgreSQL's inet has none.
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return None
