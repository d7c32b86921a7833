"""What the room of temporary custody says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.custody import panel
from cases.custody.actions import END, START
from cases.custody.expected import EXPECTED
from cases.custody.hearing import HEARING
from cases.custody.papers import CUSTODY
from cases.custody.queries import decision_rows, expected_rows, places_withheld, unasked_rows
from cases.custody.rules import what_goes_on
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=lambda case: [decision_rows(case), unasked_rows(case), expected_rows(case)],
    moments=panel.moments,
    steps=panel.steps,
    cautions=panel.cautions,
    in_force=panel.what_holds,
    cards={"custody": Card(page=CasePage.CUSTODY, make=panel.panel)},
    logged={
        "custody": _("temporary custody"),
        "withheld_place": _("withheld place"),
        CUSTODY.code: CUSTODY.label,
    },
    withheld=places_withheld,
    sensitive={"custody": 3, "withheld_place": 5, CUSTODY.code: 3},
    papers=(CUSTODY,),
    decisions=(START, END),
    duties=(HEARING, EXPECTED),
    obstacle=what_goes_on,
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    things={
        "cases.ChildHearing": _("hearing of the child on custody"),
        "cases.ConsentAnswer": _("answer of the person with parental authority"),
        "cases.CustodyDecision": _("custody decision"),
        "cases.ExpectedEnd": _("another expected end of custody"),
        "cases.Unasked": _("that a person with parental authority is not asked"),
        "cases.HearingAnswer": _("answer to the child on custody"),
    },
)
