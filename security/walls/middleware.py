"""One request: one transaction, one identity, one look written before the first byte leaves."""

from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from security.walls.identity import set_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class WallMiddleware:
    """Open the transaction around the whole response, name the identity in it, and roll back on 5xx.

    Templates render inside it. A streaming response would run after the transaction, without an identity, and send an empty 200:
    it is refused.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.number = uuid4()  # type: ignore[attr-defined]  # its look and its changes carry it
        request.address = import_string(settings.TOMOSHIBI_ADDRESS)(request)  # type: ignore[attr-defined]
        with transaction.atomic():
            set_request(request.session.session_key, request.number, request.address)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.streaming:
                raise ImproperlyConfigured("a streaming response leaves its transaction; render it whole")
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
