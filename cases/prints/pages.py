"""How a sheet is answered: as PDF, or with a plain page where it could not be made."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest
from face.typeset import NotSet


def pdf_answer(
    request: StaffRequest, make: Callable[[], bytes], name: str, *, numbered: bool = True
) -> HttpResponse:
    """What ``make`` gives, shown in the browser. ``name`` says nothing of the child: it may stay in a list of files."""
    try:
        made = make()
    except NotSet:
        return not_made(request, numbered=numbered)
    headers = {"Content-Disposition": f'inline; filename="tomoshibi-{name}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def not_made(request: StaffRequest, *, numbered: bool = False) -> HttpResponse:
    """503: nothing was printed, and whatever was written in this request is taken back. ``numbered``: the sheet had its number
    before."""
    return render(request, "cases/prints/not_made.html", {"numbered": numbered}, status=503)
