"""A form that is sent twice acts once: pressed twice, sent again by a gateway, or the page reloaded.

Every form carries a number of its own (``_form``, drawn by ``face.forms``). What is sent under it is claimed for its person in
the same transaction as what it does; the database's unique key lets a second one wait for the first, which is then answered with
the page the first one led to. What failed, or was refused beside the text, gives its claim back.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.messages import ERROR, get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from face.forms import DRAFT_BEFORE_KEY, DRAFT_KEY, ONCE_KEY, RESTORE_KEY
from face.shown import SHOWN
from security.signin.models import SentForm
from security.walls.middleware import GetResponse

BESIDE = frozenset({"csrfmiddlewaretoken", SHOWN, DRAFT_KEY, DRAFT_BEFORE_KEY})


class OnceMiddleware:
    """Runs last, behind the checks of identity and CSRF, inside the wall's transaction."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        claim: SentForm | None = getattr(request, "claim", None)
        if claim is None or response.status_code >= 500 or connection.needs_rollback:
            return response
        if _has_acted(request, response):
            SentForm.objects.filter(pk=claim.pk).update(led_to=response["Location"])
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT wall.drop_form(%s)", [claim.pk])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Claim what is sent, or lead to where the first one went."""
        if request.method != "POST" or request.user.is_anonymous or request.POST.get(RESTORE_KEY) == "1":
            return None
        if not _is_number(request.POST.get(ONCE_KEY, "")):
            return None
        claim = SentForm(staff_id=request.user.pk, mark=_mark(request))
        # On a conflict PostgreSQL waits for the other transaction; nothing is written then.
        SentForm.objects.bulk_create([claim], ignore_conflicts=True)
        first = SentForm.objects.get(staff_id=claim.staff_id, mark=claim.mark)
        if first.pk != claim.pk:
            return HttpResponseRedirect(first.led_to)
        request.claim = claim  # type: ignore[attr-defined]  # read above
        return None


def _has_acted(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A form that was taken leads on; a refusal that leads back says so in an error."""
    if response.status_code not in (302, 303):
        return False
    queued = getattr(get_messages(request), "_queued_messages", ())
    return not any(message.level >= ERROR for message in queued)


def _mark(request: HttpRequest) -> bytes:
    """The number of the form with what was typed: the same page sent again with another text is another act, never lost."""
    fields = sorted(pair for pair in request.POST.lists() if pair[0] not in BESIDE)
    sent = repr((request.get_full_path(), fields))
    return salted_hmac("form", sent, algorithm="sha256").digest()


def _is_number(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
