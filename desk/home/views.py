"""Each role's home page: what is due, what came back, who looked, what waits for a decision."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import Permission
from cases.clocks.queries import unwatched, workload
from desk.home.sections import IN_HAND, sections_of
from face.reading import one_reading


@page()
def home(request: StaffRequest) -> HttpResponse:
    """The first page after sign-in: the sections of the role, in the order of the day's work."""
    with one_reading():
        sections = sections_of(request)
    cards = [section for section in sections if not section.template]
    halves = [
        [card for card in cards if card.name not in IN_HAND],
        [card for card in cards if card.name in IN_HAND],
    ]
    context: dict[str, Any] = {"sections": sections, "halves": halves, "by": request.by}
    # Whoever is signed in can tell the administrator that a watch sleeps.
    context["unwatched"] = unwatched()
    for section in sections:
        context |= section.context
    return render(request, "desk/home/home.html", context)


@page(Permission.REVIEW_LINE)
def line_workload(request: StaffRequest) -> HttpResponse:
    """What each person in charge in a supervisor's line has in hand: numbers alone."""
    return render(request, "desk/home/workload.html", {"loads": workload()})
