"""What the room of limits on contact says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.limits import panel
from cases.limits.actions import END, LIMIT
from cases.limits.papers import LIMIT_NOTICE
from cases.limits.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    in_force=panel.what_holds,
    cards={"contact_limits": Card(page=CasePage.CUSTODY, make=panel.panel, order=60)},
    logged={"contact_limits": _("limits on contact"), LIMIT_NOTICE.code: LIMIT_NOTICE.label},
    sensitive={"contact_limits": 3, LIMIT_NOTICE.code: 3},
    papers=(LIMIT_NOTICE,),
    decisions=(LIMIT, END),
    duties=(panel.REVIEW,),
    obstacle=what_waits,
    things={
        "cases.ContactLimit": _("decision on a limit on contact"),
        "cases.ContactTold": _("that somebody was told of a limit on contact"),
    },
)
