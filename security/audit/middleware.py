"""Write the look of a request: after the page is made, before it leaves. No trace, no content."""

import logging
import re
from collections.abc import Mapping
from uuid import UUID

from django.db import Error, connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from face.errors import unavailable
from security.audit import access_event, scribe
from security.audit.verbs import Verb
from security.encryption.keyring import current, open_keyring
from security.walls.middleware import GetResponse

DENIALS = {
    400: "bad request",
    403: "not allowed",
    404: "nothing here for this identity",
    405: "method not allowed",
}

NOWHERE = "? "
"""How the place of an address that leads nowhere begins."""
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")

log = logging.getLogger("tomoshibi.audit")


class LookMiddleware:
    """Runs inside the wall's transaction: when the access log cannot be written, that is rolled back and nothing is shown.

    One act is kept all the same, a child's withdrawal (``AccessEvent.survives_audit_failure``): it is answered by a redirect
    without content, and the page it leads to is refused like every other.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = request.session.session_key
        look = access_event.AccessEvent(request_id=request.number, address=request.address, session=session)  # type: ignore[attr-defined]  # by the wall
        request.event = look  # type: ignore[attr-defined]  # the request carries its look
        with open_keyring(), access_event.open_event(look):
            response = self.get_response(request)
            try:
                _leave_trace(request, look, response.status_code)
            except Error:
                log.error("the access log could not be written; request %s shows nothing", look.request_id)
                if look.survives_audit_failure and response.status_code == 302 and connection.is_usable():
                    return response
                transaction.set_rollback(True)
                return unavailable(request)
        return response


def _leave_trace(request: HttpRequest, look: access_event.AccessEvent, status: int) -> None:
    """Write the look, if there is something to write. Raises django.db.Error where that cannot be done."""
    fields: set[str] = set()
    relations: Mapping[UUID, str] = {}
    try:
        fields = look.add_revealed(current().revealed)
        if status in DENIALS and not look.rule:
            look.note_denied(DENIALS[status], place_of(request), _named_case(request))
        elif status == 200 and look.staff_id is not None and not look.wanted:
            # A page that says nothing of itself is recorded all the same: lists, desks, forms, the administrator's pages.
            look.note(Verb.PAGE_VIEW, object_pk=place_of(request))
        relations = look.relations()
    except Error:
        # After a failed statement the transaction answers no more questions: the event is written without the relations.
        # In a request that succeeded the same would lose what it saved under a page that says otherwise.
        if status < 500:
            raise
    if look.wanted:
        scribe.write(look, fields, relations)


def place_of(request: HttpRequest) -> str:
    """The address asked for, without a word that was typed: its route with the ids in it. An address that leads nowhere may
    hold a name or a password; it is named by a keyed hash, which tells only whether it was the same one again.
    """
    match = request.resolver_match
    if match is None:
        return f"{NOWHERE}{salted_hmac('address that leads nowhere', request.path).hexdigest()[:12]}"
    ids = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, UUID)}
    return "/" + CONVERTER.sub(lambda found: ids.get(found[1], "…"), match.route)


def _named_case(request: HttpRequest) -> UUID | None:
    match = request.resolver_match
    found = match.kwargs.get("case_id") if match else None
    return found if isinstance(found, UUID) else None
