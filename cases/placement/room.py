"""What the room of placement says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.placement import panel
from cases.placement.actions import RENEW, START
from cases.placement.later import LATER
from cases.placement.papers import PAPERS
from cases.placement.queries import first, places_withheld
from cases.placement.rules import what_goes_on
from cases.placement.seen import REVIEW, TOLD, VISIT
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=first,
    moments=panel.moments,
    steps=panel.steps,
    cautions=panel.cautions,
    in_force=panel.what_holds,
    cards={"placement": Card(page=CasePage.CUSTODY, make=panel.panel, order=70)},
    logged={"placement": _("placement"), **{paper.code: paper.label for paper in PAPERS}},
    withheld=places_withheld,
    sensitive={"placement": 3, **{paper.code: 3 for paper in PAPERS}},
    papers=PAPERS,
    decisions=(START, RENEW, *LATER),
    duties=(VISIT, REVIEW, TOLD),
    obstacle=what_goes_on,
    things={
        "cases.PlacementAnswer": _("answer of a person on placement"),
        "cases.PlacementArrival": _("arrival at the placement"),
        "cases.PlacementCourt": _("step at the family court on placement"),
        "cases.PlacementDecision": _("decision on placement"),
        "cases.PlacementExplained": _("explanation of the end of a placement"),
        "cases.PlacementHearing": _("hearing of the child on placement"),
        "cases.PlacementVisit": _("visit of the placed child"),
    },
)
