"""The demo's open door: one click signs in as one of a few fictional people. There is no such address outside the demo."""

import ipaddress

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.actions import GATE, positions_of
from agencies.staff.models import Staff
from agencies.staff.views import enter

PEOPLE = {
    "caseworker": _(
        "Takes a call from a school, opens the case, asks the child, drafts the report to the police."
    ),
    "supervisor": _("Leads the section: sees its cases, reviews broken glass and who looked."),
    "director": _("Decides what others draft: custody, reports to the police, exceptions."),
    "duty": _("Is on duty at night: takes contacts, and opens a case of the office only with a reason."),
    "psychologist": _("Works on the cases assigned, with interviews and visits."),
    "custody": _("Works in the temporary custody facility: sees which children sleep there."),
    "police": _("Reads what was disclosed and assigned, and nothing else of the case."),
    "policechief": _("Takes the envelopes that come in and assigns an officer."),
    "school": _("Files a notification and sees its receipt and status."),
    "municipality": _("Files a notification for a municipality, and sees its receipt and status."),
    "rights": _("Reads the letters and calls of children, answers them, and notifies; nothing of any case."),
    "rightshead": _("Decides the replies to children, and notifications against a child's wish."),
    "institution": _(
        "Keeps the vacancies of an institution, and answers requests for a place without a name."
    ),
    "therapist": _("Gives the help that a center entrusts to an institution, and keeps its sessions there."),
    "institutionhead": _(
        "Names who gives the help that is entrusted to the institution, without reading it."
    ),
    "isaka": _("Has two positions: works on cases at the center, files notifications at the hospital."),
    "privacy": _("Reads who looked at what in every office, never a case."),
    "admin": _("Keeps offices, people, positions and agreements, never a case."),
    "stranger": _("A caseworker of another center: finds nothing of the others' cases."),
}


@form_page(to="public", parks=False)
def demo(request: StaffRequest) -> HttpResponse:
    """GET shows the people; POST ``username`` signs in as one of them. Only in the demo, and only from this machine."""
    if settings.TOMOSHIBI_DEMO is not True or not _from_here(request):
        raise Http404
    people = {
        person.username: person
        for person in Staff.objects.using(GATE).filter(username__in=PEOPLE, is_active=True)
    }
    if request.method == "POST":
        chosen = people.get(request.POST.get("username", ""))
        if chosen is None:
            raise Http404
        request.event.rule = "demo"
        return enter(request, chosen)
    doors = [
        (people[name], positions_of(people[name]), text) for name, text in PEOPLE.items() if name in people
    ]
    return render(request, "agencies/staff/demo.html", {"doors": doors, "wide": True})


def _from_here(request: StaffRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
