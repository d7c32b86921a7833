"""What the room of the police says of itself."""

from django.utils.translation import gettext_lazy as _

from referrals.police import panel
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    panels={"contacts": _("Contacts with the police")},
    logged={"contacts": _("contacts with the police")},
    sensitive={"contacts": 3},
    things={
        "referrals.PoliceContact": _("contact with the police"),
    },
)
