"""What the room of requests for a place says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.places import panel
from referrals.places.queries import cases_of_asks
from referrals.places.rules import what_is_open
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    first_to_do=panel.first_to_do,
    to_do=panel.to_do,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cards={"places": Card(page=CasePage.CUSTODY, make=panel.panel, order=60)},
    logged={"places": _("search for a place")},
    sensitive={"places": 2},
    obstacle=what_is_open,
    # Of an institution's look it is not said whose case it was: it knows of none.
    keys={"placeask": cases_of_asks},
    things={
        "referrals.PlaceSearch": _("search for a place"),
        "referrals.PlaceAsk": _("request for a place"),
        "referrals.PlaceLink": _("case of a request for a place"),
        "referrals.PlaceWord": _("question or answer on a request for a place"),
    },
)
