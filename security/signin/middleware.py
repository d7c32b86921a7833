"""What a browser keeps of us: nothing. What was typed is kept until it has been saved after all."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from face.forms import DRAFT_BEFORE_KEY, DRAFT_KEY, KEEP_KEY
from security.signin import drafts, parked
from security.walls.middleware import GetResponse

SAVED = (302, 303, 204)

log = logging.getLogger("tomoshibi.parked")


class NoStoreMiddleware:
    """No page may be kept by a browser or a proxy: shared desks, and the back button after sign-out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


class ParkedFormsMiddleware:
    """Drop a parked form once it has been saved; ``request.parked_count`` says how many wait for the person.

    The browser keeps a signed cookie that says whose its pages are (:mod:`security.signin.parked`).

    Runs outside the wall, so that a form is dropped only after the transaction that saved it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Both for templates.
        request.parked_count = SimpleLazyObject(lambda: _count(request, parked.count_of))  # type: ignore[attr-defined]
        request.draft_count = SimpleLazyObject(lambda: _count(request, drafts.count_of))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if (
            request.method == "POST"
            and response.status_code in SAVED
            and not hasattr(request, "parked_again")
            and KEEP_KEY not in request.POST
        ):
            _drop_saved(request)
        person = _person(request)
        if person is not None and settings.PARKED_COOKIE not in response.cookies:
            parked.remember_person(request, response, person)
        return response


def _count(request: HttpRequest, count_of: Callable[[UUID], int]) -> int:
    person = _person(request)
    return count_of(person) if person is not None else 0


def _person(request: HttpRequest) -> UUID | None:
    person = getattr(request, "user", None)
    return person.pk if person is not None and person.is_authenticated else None


def _drop_saved(request: HttpRequest) -> None:
    name = request.POST.get(parked.PARKED, "")
    person = _person(request)
    if request.POST.get(parked.RESTORE) == "1" or person is None:
        return
    try:
        parked.give_way(person, name, request.POST)
        for key in (DRAFT_KEY, DRAFT_BEFORE_KEY):
            drafts.give_way(person, request.POST.get(key, ""), request.POST)
    except OSError:
        log.error("what a saved form left out could not be written: its draft stays whole")
