"""What the room of visits says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.visits import panel
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    panels={"visits": _("Visits and interviews")},
    logged={"visits": _("visits and interviews")},
    to_do=panel.to_do,
    things={"cases.Visit": _("visit or interview")},
)
