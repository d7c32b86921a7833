"""What the pages of a case say of themselves."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from desk.case.panel import in_force_card
from desk.case.papers import RECORD
from security.rooms import Card, Room

ROOM = Room(
    cards={"in_force": Card(page=CasePage.OVERVIEW, make=in_force_card, order=25)},
    logged={"bar": _("head of the case"), "in_force": _("decisions in force"), RECORD.code: RECORD.label},
    # The head names the child, and says that a colleague is barred.
    sensitive={"bar": 2, "in_force": 3, RECORD.code: 3},
    papers=(RECORD,),
)
