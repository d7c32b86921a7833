"""The language switch: the one view of the face."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

_YEAR = 365 * 24 * 60 * 60


# Exempt from CSRF on purpose: it sets a display preference and nothing else, works signed out and on error
# pages, and a token in a 404 page would make the pages for "missing" and "not yours" differ.
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Set the display language from POST `language`, then go back to `next`, the referring page, or the start."""
    response = HttpResponseRedirect(_back(request))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=_YEAR,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _back(request: HttpRequest) -> str:
    for target in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        safe = url_has_allowed_host_and_scheme(
            target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        if target and safe:
            parts = urlsplit(target)
            if parts.path.startswith("/"):
                # One slash alone: behind our own host a path of two would name another host once ours is cut off.
                path = "/" + parts.path.lstrip("/\\")
                return path + (f"?{parts.query}" if parts.query else "")
    return "/"
