"""The help page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import Role
from desk.help.guides import GUIDES, guide, name_for


@page(to="person")
def help_page(request: StaffRequest) -> HttpResponse:
    """The first page of the acting position's role, or of the one that ``?for=`` names; below it the way to all others."""
    language = get_language() or "ja"
    guides = [guide(name, language) for name in GUIDES]
    own = name_for(Role(request.by.role)) if request.by is not None else ""
    wanted = request.GET.get("for", own)
    chosen = next((one for one in guides if one.name == wanted), None)
    if wanted and chosen is None:
        raise Http404
    return render(request, "desk/help/help.html", {"chosen": chosen, "guides": guides})
