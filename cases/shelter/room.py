"""What the desk of a custody facility says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.shelter import panel
from cases.shelter.police import LEFT_POLICE
from cases.shelter.queries import cases_of_stays, relations
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"shelter": Card(page=CasePage.CUSTODY, make=panel.panel, order=45)},
    logged={"shelter": _("custody facility")},
    # Health, danger and who must not come.
    sensitive={"shelter": 3},
    duties=(LEFT_POLICE,),
    keys={"shelter": cases_of_stays},
    relations=relations,
    things={
        "cases.Admission": _("stay at a custody facility"),
        "cases.CareSheet": _("admission sheet"),
        "cases.PlaceSheet": _("admission sheet for a place without an account"),
        "cases.Arrival": _("admission sheet, the facility's half"),
        "cases.ShiftEntry": _("log of a shift"),
        "cases.Leaving": _("leaving without leave"),
        "cases.GivenBack": _("belongings given back"),
    },
)
