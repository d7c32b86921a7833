"""Write the look of a request: after the page is made, before it leaves. No trace, no content."""

import logging
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from face.errors import unavailable
from security.audit import looks, scribe
from security.encryption.keyring import current, open_keyring
from security.walls.middleware import GetResponse

DENIALS = {400: "bad request", 403: "not allowed", 404: "nothing here for this identity", 405: "method not allowed"}

log = logging.getLogger("tomoshibi.audit")


class LookMiddleware:
    """Stands inside the wall's transaction: when the evidence cannot be written, that is rolled back and nothing is shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        look = looks.Look(address=_address(request))
        request.look = look  # type: ignore[attr-defined]  # the request carries its look
        with open_keyring(), looks.open_look(look):
            response = self.get_response(request)
            fields = look.add_revealed(current().revealed)
            if response.status_code in DENIALS and not look.rule:
                look.refuses(DENIALS[response.status_code], request.path, _named_case(request))
            if not look.wanted:
                return response
            try:
                scribe.write(look, fields)
            except DatabaseError:
                log.error("the evidence could not be written; request %s shows nothing", look.request_id)
                transaction.set_rollback(True)
                return unavailable(request)
        return response


def _address(request: HttpRequest) -> str | None:
    """The peer's address as the server saw it; no header of the client's is believed."""
    return request.META.get("REMOTE_ADDR") or None


def _named_case(request: HttpRequest) -> UUID | None:
    match = request.resolver_match
    found = match.kwargs.get("case_id") if match else None
    return found if isinstance(found, UUID) else None
