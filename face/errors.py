"""Error pages: translated, without any data, and standing on nothing that may just have failed.

Use as `handler400` … `handler500` in the URLconf and as `CSRF_FAILURE_VIEW`; middleware that loses the
database or the access log answers with `unavailable`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from face.way_back import page_of

_keepers: list[Callable[[HttpRequest], bool]] = []


def keep_forms_with(keeper: Callable[[HttpRequest], bool]) -> None:
    """Register what parks a form that could not be taken; it says whether it did. Registered twice it raises ValueError."""
    if keeper in _keepers:
        raise ValueError("this keeper of forms is registered already")
    _keepers.append(keeper)


def _kept(request: HttpRequest) -> bool:
    return request.method == "POST" and any([keeper(request) for keeper in _keepers])


def _page(template: str, status: int, **context: Any) -> HttpResponse:
    # Rendered without the request: no context processor, session or database is touched, and the page for
    # something that is not there equals the page for something that is not yours, byte for byte.
    return HttpResponse(render_to_string(template, context), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the request could not be read."""
    return _page("400.html", 400)


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: known person, not allowed."""
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not for this reader; the two look the same."""
    return _page("404.html", 404)


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """405: the address takes only ``methods``, as when the address of a button is opened."""
    return HttpResponseNotAllowed(methods, render_to_string("405.html"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 where the database went away."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _page("500.html", 500)


def unavailable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """503: the database or the access log is away; nothing is shown and nothing was saved.

    What was typed is parked for its person (``kept``).
    """
    response = _page("503.html", 503, kept=_kept(request))
    response["Retry-After"] = "10"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 after a failed CSRF check: usually a page left open across a new sign-in. It leads back to the page with the button."""
    return _page("403_csrf.html", 403, kept=_kept(request), back=page_of(request))
