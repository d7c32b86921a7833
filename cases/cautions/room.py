"""What the room of cautions says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.cautions import panel
from cases.cautions.queries import latest_cautions
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    moments_in=panel.moments_in,
    first=lambda case: [latest_cautions(case)],
    cautions=panel.cautions,
    cards={"cautions": Card(page=CasePage.OVERVIEW, make=panel.panel, order=22)},
    logged={"cautions": _("cautions")},
    # The child's own words about whom they fear.
    sensitive={"cautions": 3},
    things={"cases.Caution": _("caution")},
)
