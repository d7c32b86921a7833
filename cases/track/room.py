"""What the room of the track says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.track import panel
from cases.track.actions import CHANGE
from security.rooms import Card, Room

ROOM = Room(
    moments_in=panel.moments_in,
    cards={"track": Card(page=CasePage.MANAGE, make=panel.panel, order=8)},
    logged={"track": _("track of the case")},
    sensitive={"track": 2},
    decisions=(CHANGE,),
    things={"cases.TrackChange": _("decision on the track of a case")},
)
