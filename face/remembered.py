"""What was chosen last for a list, its filters and its order, in a cookie of the browser (docs/adr/0063).

Codes only: whose cases, a name, or what was searched is never kept. The key of a choice does not say whose it is.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "tomoshibi.lists"
KEEP = timedelta(days=180)
MOST = 16
"""How many choices a browser knows: those of eight positions, since a shared desk has several, for two lists."""


def recalled(request: HttpRequest, mark: str) -> dict[str, str]:
    """What was chosen last under ``mark``, which is of the list and the position; {} for the list as it begins.

    A version before this one may have written it: the list takes the codes that it knows.
    """
    return _read(request).get(mark, {})


def remember(request: HttpRequest, response: HttpResponse, mark: str, chosen: Mapping[str, str]) -> None:
    """Keep ``chosen``, which the form of the list has sent, in place of what was chosen before; {} forgets it."""
    before = _read(request)
    kept = {mark: dict(chosen)} if chosen else {}
    kept |= {other: codes for other, codes in before.items() if other != mark}
    if kept != before:
        response.set_cookie(
            settings.LISTS_COOKIE,
            signing.dumps(dict(list(kept.items())[:MOST]), salt=SALT),
            max_age=KEEP,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def mark_of(*what: str) -> str:
    """A keyed mark of something, which does not name it."""
    return salted_hmac(SALT, " ".join(what), algorithm="sha256").hexdigest()[:16]


def _read(request: HttpRequest) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = signing.loads(
            request.COOKIES.get(settings.LISTS_COOKIE, ""), salt=SALT
        )
    except signing.BadSignature:
        return {}
    return found
