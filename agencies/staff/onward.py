"""Where a person goes after signing in: the page they wanted, what was kept for them, or home."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

NEXT, KEPT = "next", "kept"


def onward(request: HttpRequest) -> str:
    """The address after sign-in. ``next`` is followed only inside this site: it may come from anybody's link."""
    if request.GET.get(KEPT) == "1":
        return reverse("parked")
    wanted = request.GET.get(NEXT, "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("home")


def by_way_of(name: str, request: HttpRequest) -> str:
    """The page ``name``, with what was wanted carried along."""
    carried = {key: request.GET[key] for key in (NEXT, KEPT) if key in request.GET}
    return f"{reverse(name)}?{urlencode(carried)}" if carried else reverse(name)
