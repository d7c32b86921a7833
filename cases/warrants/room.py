"""What the room of the custody warrant says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.warrants import panel
from cases.warrants.actions import REQUEST
from cases.warrants.owed import SUPPLEMENT
from cases.warrants.papers import WARRANT
from cases.warrants.rules import what_waits
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments=panel.moments,
    steps=panel.steps,
    cautions=panel.cautions,
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    cards={"warrant": Card(page=CasePage.CUSTODY, make=panel.panel, order=60)},
    logged={"warrant": _("custody warrant"), WARRANT.code: WARRANT.label},
    # What the judge is told of the child and the family.
    sensitive={"warrant": 3, WARRANT.code: 3},
    papers=(WARRANT,),
    decisions=(REQUEST,),
    duties=(SUPPLEMENT,),
    obstacle=what_waits,
    things={
        "cases.RequestWithdrawal": _("warrant request that is not handed in"),
        "cases.WarrantDraft": _("request for a custody warrant"),
        "cases.WarrantRequest": _("warrant request that was handed in"),
        "cases.WarrantStep": _("step of a custody warrant"),
    },
)
