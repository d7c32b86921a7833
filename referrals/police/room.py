"""What the room of the police says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.police import panel
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    cards={"contacts": Card(page=CasePage.WISHES, make=panel.panel, order=20)},
    logged={"contacts": _("contacts with the police")},
    sensitive={"contacts": 3},
    things={
        "referrals.PoliceContact": _("contact with the police"),
    },
)
