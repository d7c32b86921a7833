"""Where a person goes after signing in: the page they wanted, what was kept for them, or home."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

NEXT, KEPT, LOST = "next", "kept", "lost"


def onward(request: HttpRequest) -> str:
    """The address after sign-in. ``next`` is followed only inside this site: it may come from any link."""
    if request.GET.get(KEPT) == "1":
        return reverse("parked")
    wanted = request.GET.get(NEXT, "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("home")


def arrive(request: HttpRequest) -> HttpResponse:
    """Lead onward after sign-in. A person who pressed a button in vain is told so again, on the page that has the button."""
    if request.GET.get(LOST) == "1":
        messages.warning(
            request,
            _(
                "What you pressed before signing in was NOT recorded. If it is still needed, press it again here."
            ),
        )
    return redirect(onward(request))


def by_way_of(name: str, request: HttpRequest) -> str:
    """The page ``name``, with what was wanted carried along."""
    carried = {key: request.GET[key] for key in (NEXT, KEPT, LOST) if key in request.GET}
    return f"{reverse(name)}?{urlencode(carried)}" if carried else reverse(name)
