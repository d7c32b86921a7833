"""What the room of the stay in custody says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.stays import panel
from cases.stays.actions import CHANGE
from cases.stays.queries import latest_changes, places_withheld
from cases.stays.rules import what_waits
from security.rooms import Card, Room

ROOM = Room(
    first=lambda case: [latest_changes(case)],
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"stay": Card(page=CasePage.CUSTODY, make=panel.panel, order=40)},
    logged={"stay": _("stay in custody")},
    # Where the child sleeps, and what the child said to it.
    withheld=places_withheld,
    sensitive={"stay": 3},
    decisions=(CHANGE,),
    obstacle=what_waits,
    things={"cases.PlaceChange": _("change of the place of custody")},
)
