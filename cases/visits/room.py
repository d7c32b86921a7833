"""What the room of visits says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.visits import panel
from cases.visits.rules import what_waits
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    steps=panel.steps,
    panels={"visits": _("Visits and interviews")},
    logged={"visits": _("visits and interviews")},
    sensitive={"visits": 2},
    to_do=panel.to_do,
    obstacle=what_waits,
    things={"cases.Visit": _("visit or interview")},
)
