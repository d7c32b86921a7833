"""For the staff of an institution and others who give help: what centers ask of them, and what they keep on the vacancy board."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from agencies.vacancies.queries import listed, therapy_of, units_of
from desk.home.lines import Section
from desk.home.offices import receipts
from face.lines import FEW
from referrals.entrusted.panel import at_office as entrusted_at_head
from referrals.entrusted.panel import waiting as entrusted_waiting
from referrals.places.panel import waiting
from security.walls import clock


def own_receipts(request: StaffRequest) -> Section:
    """The button that files a notification and the notifications filed, below the requests that wait."""
    return replace(receipts(request), above=False)


def places_asked(request: StaffRequest) -> Section:
    """What is to be answered first at the top."""
    return Section(
        "places_asked",
        _("Requests for a place"),
        _("No request waits for you."),
        waiting(request.by, FEW),
        reverse("places_asked"),
        _("All requests"),
    )


def vacancies(request: StaffRequest) -> Section:
    """The units of the institution with one button each, the one written longest ago first; and whether a psychotherapist is
    missing."""
    units = listed(units_of(request.by), clock.now())
    context = {
        "units": units[:FEW],
        "therapy": therapy_of([request.by.office_id]).get(request.by.office_id),
    }
    return Section(
        "vacancies",
        _("Own vacancies"),
        "",
        [],
        reverse("vacancies_own"),
        _("All units"),
        context=context,
        body="desk/home/vacancies.html",
    )


def entrusted_at_office(request: StaffRequest) -> Section:
    """The plans entrusted to the office of its head: those first whose person has left."""
    return Section(
        "entrusted_here",
        _("Plans entrusted to this office"),
        _("No plan is entrusted to this office."),
        entrusted_at_head(request.by, FEW),
        reverse("entrusted_here"),
        _("All plans"),
    )


def entrusted(request: StaffRequest) -> Section:
    """The plans entrusted to this position, what is owed at the top."""
    return Section(
        "entrusted_to_you",
        _("Plans entrusted to you"),
        _("No plan is entrusted to you."),
        entrusted_waiting(request.by, FEW),
        reverse("entrusted_list"),
        _("All plans"),
    )
