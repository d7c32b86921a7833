"""What the room of households says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.households import panel
from cases.households.actions import JOIN, SPLIT
from cases.households.queries import homes_of
from cases.households.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"household": Card(page=CasePage.OVERVIEW, make=panel.panel, order=32)},
    logged={"household": _("children of one home")},
    sensitive={"household": 2},
    decisions=(JOIN, SPLIT),
    obstacle=what_waits,
    home=homes_of,
    things={
        "cases.Household": _("household"),
        "cases.HouseholdMember": _("case in a household"),
        "cases.MemberFacts": _("how a child lives in its home"),
        "cases.HouseholdSplit": _("decision on the separation of a case from its household"),
        "cases.HouseholdJoin": _("decision on the joining of two households"),
    },
)
