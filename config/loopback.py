"""The demo signs every visitor in, so it answers this machine only."""

import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase


class LoopbackOnlyMiddleware:
    """Refuses every request from elsewhere, whatever address the server was bound to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            here = False
        if not here:
            return HttpResponseForbidden(
                "The demo answers this machine only.", content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)
