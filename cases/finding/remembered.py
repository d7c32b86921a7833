"""The filters and the order that a position chose last for its list of cases, in a cookie of the browser (docs/adr/0063).

Codes only: whose cases, a name, or what was searched is never kept. The key of a choice does not say whose it is.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from agencies.staff.access import StaffRequest
from cases.finding.listing import Order, Shown
from cases.records.codes import Stage, Urgency

SALT = "tomoshibi.lists"
KEEP = timedelta(days=180)
MOST = 8
"""Of how many positions a browser knows the choice: a shared desk has several."""
CODES: dict[str, frozenset[str]] = {
    "stage": frozenset(Stage.values),
    "urgency": frozenset(Urgency.values),
    "state": frozenset(Shown.values) - {Shown.OPEN.value},
    "overdue": frozenset({"1"}),
    "order": frozenset(Order.values) - {Order.LATEST.value},
}
"""What can be kept, without the values that a list begins with."""


def recalled(request: StaffRequest) -> dict[str, str]:
    """What the acting position chose last, named as in an address; {} for the list as it begins."""
    return _codes(_read(request).get(_mark(request), {}))


def remember(request: StaffRequest, response: HttpResponse) -> None:
    """Keep what the form of the list has sent in place of what was chosen before. An address without it changes nothing."""
    if "order" not in request.GET:
        return
    before, chosen = _read(request), _codes(request.GET.dict())
    kept = {_mark(request): chosen} if chosen else {}
    kept |= {mark: codes for mark, codes in before.items() if mark != _mark(request)}
    if kept != before:
        response.set_cookie(
            settings.LISTS_COOKIE,
            signing.dumps(dict(list(kept.items())[:MOST]), salt=SALT),
            max_age=KEEP,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _codes(sent: dict[str, str]) -> dict[str, str]:
    return {name: sent[name] for name, codes in CODES.items() if sent.get(name) in codes}


def _read(request: StaffRequest) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = signing.loads(
            request.COOKIES.get(settings.LISTS_COOKIE, ""), salt=SALT
        )
    except signing.BadSignature:
        return {}
    return found


def _mark(request: StaffRequest) -> str:
    return salted_hmac(SALT, str(request.by.pk), algorithm="sha256").hexdigest()[:16]
