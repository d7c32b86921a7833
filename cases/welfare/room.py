"""What the room of the welfare office says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.welfare import panel
from cases.welfare.actions import ANSWER
from cases.welfare.queries import latest_referrals
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    first=lambda case: [latest_referrals(case)],
    cards={"welfare": Card(page=CasePage.PROGRESS, make=panel.panel, order=49)},
    logged={"welfare": _("welfare office")},
    sensitive={"welfare": 3},
    duties=(ANSWER,),
    things={
        "cases.WelfareReferral": _("referral to a welfare office"),
        "cases.WelfareDecision": _("decision of a welfare office"),
    },
)
