"""What somebody typed and could not save: shown to that person alone, to be sent again or thrown away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, page
from security.signin import parked


@page(to="person")
def parked_list(request: StaffRequest) -> HttpResponse:
    """The forms kept for this person."""
    context = {"forms": parked.forms_of(request.user.pk), "days": parked.KEEP.days}
    return render(request, "agencies/staff/parked_list.html", context)


@page(to="person")
def parked_form(request: StaffRequest, name: str) -> HttpResponse:
    """One of them: what was typed, to read and copy, and a button that puts it back into its page."""
    kept = _own(request, name)
    return render(request, "agencies/staff/parked_form.html", {"kept": kept})


@action(to="person", parks=False)
def parked_discard(request: StaffRequest, name: str) -> HttpResponse:
    """Throw one away."""
    parked.drop(request.user.pk, _own(request, name).id)
    messages.success(request, _("It has been thrown away."))
    return redirect("parked")


def _own(request: StaffRequest, name: str) -> parked.ParkedForm:
    kept = parked.read(request.user.pk, name)
    if kept is None:
        raise Http404
    return kept
