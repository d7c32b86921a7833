"""Each role's home page: what is due, what came back, who looked, what waits for a decision."""

from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, page
from desk.home.lines import Section
from desk.home.sections import sections_of


@page()
def home(request: StaffRequest) -> HttpResponse:
    """The first page after sign-in: the sections of the role, in the order of the day's work."""
    sections: list[Section] = sections_of(request)
    return render(request, "desk/home/home.html", {"sections": sections, "by": request.by})
