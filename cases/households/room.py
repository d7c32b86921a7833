"""What the room of households says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.households import panel
from cases.households.queries import beside, limits_beside, membership_of
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=lambda case: [membership_of(case), beside(case), limits_beside(case)],
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"household": Card(page=CasePage.OVERVIEW, make=panel.panel, order=32)},
    logged={"household": _("children of one home")},
    sensitive={"household": 2},
    things={
        "cases.Household": _("household"),
        "cases.HouseholdMember": _("case in a household"),
    },
)
