"""What the room of conferences says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.conferences import panel
from cases.conferences.actions import ACCEPTANCE, ITEM
from cases.conferences.council import COUNCIL, REPORT
from cases.conferences.hearing import HEARING
from cases.conferences.papers import INTAKE_MINUTES, MINUTES
from cases.conferences.rules import what_waits
from cases.conferences.sitting_paper import SITTING_MINUTES
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    moments_in=panel.moments_in,
    first=panel.first,
    steps=panel.steps,
    cards={"conferences": Card(page=CasePage.RECEPTION, make=panel.panel, order=70)},
    logged={
        "conferences": _("conferences"),
        "agenda": _("agenda of a conference"),
        MINUTES.code: MINUTES.label,
        INTAKE_MINUTES.code: INTAKE_MINUTES.label,
        SITTING_MINUTES.code: SITTING_MINUTES.label,
    },
    sensitive={
        "conferences": 3,
        "agenda": 1,
        MINUTES.code: 3,
        INTAKE_MINUTES.code: 3,
        SITTING_MINUTES.code: 3,
    },
    papers=(INTAKE_MINUTES, MINUTES),
    office_papers=(SITTING_MINUTES,),
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    decisions=(ITEM, ACCEPTANCE),
    duties=(panel.TASK, panel.WRITE_UP, HEARING, COUNCIL, REPORT),
    obstacle=what_waits,
    things={
        "cases.Sitting": _("conference"),
        "cases.SittingChange": _("change of a planned conference"),
        "cases.AgendaEntry": _("item on the agenda of a conference"),
        "cases.Acceptance": _("decision of an intake conference"),
        "cases.CouncilRecord": _("step of the child welfare council"),
        "cases.ItemHearing": _("hearing of the child after a conference"),
        "cases.ConferenceItem": _("minutes of a conference and the decision on them"),
    },
)
