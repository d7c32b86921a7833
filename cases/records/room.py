"""What the room of the case record says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records import panel
from cases.records.codes import CasePage
from cases.records.contacts import last_contact
from cases.records.line import extend_line
from cases.records.papers import PROGRESS
from cases.records.queries import addresses_withheld, cases_of_children
from cases.records.relations import relations_of
from security.rooms import CENTER, EVERYWHERE, Card, Room

ROOM = Room(
    keepers=EVERYWHERE,
    moments=panel.moments,
    moments_in=panel.moments_in,
    cautions=panel.cautions,
    cards={
        # The first one names what the room tells in the stream.
        "progress": Card(page=CasePage.PROGRESS),
        "glass": Card(page=CasePage.OVERVIEW, make=panel.glass_card, order=0, keepers=CENTER),
        "child": Card(page=CasePage.OVERVIEW, make=panel.child_card, order=30, half=True),
        "basics": Card(page=CasePage.OVERVIEW, make=panel.basics_card, order=35),
        "latest": Card(page=CasePage.OVERVIEW, make=panel.latest_card, order=40),
        "around": Card(page=CasePage.OVERVIEW, make=panel.around_card, order=31, half=True),
        "people": Card(page=CasePage.PEOPLE),
        "stages": Card(page=CasePage.MANAGE, make=panel.stages_card, order=5, keepers=CENTER),
        "team": Card(page=CasePage.MANAGE, make=panel.team_card, order=10),
    },
    logged={
        "child": _("the child"),
        "basics": _("the case"),
        "people": _("people around the child"),
        "around": _("names of the people around the child"),
        "progress": _("progress record"),
        "latest": _("latest entries"),
        "stages": _("stages of the case"),
        "team": _("team"),
        "glass": _("broken glass"),
        "withheld_address": _("withheld address"),
        "behind_glass": _("search before broken glass"),
        "list": _("list"),
        PROGRESS.code: PROGRESS.label,
    },
    contact=last_contact,
    withheld=addresses_withheld,
    sensitive={
        "child": 2,
        "basics": 2,
        "people": 2,
        "around": 2,
        "progress": 2,
        "latest": 2,
        "stages": 1,
        "team": 1,
        "glass": 1,
        "withheld_address": 5,
        "behind_glass": 1,
        "list": 0,
        PROGRESS.code: 2,
    },
    papers=(PROGRESS,),
    keys={"case": lambda cases: {case: [case] for case in cases}, "child": cases_of_children},
    relations=relations_of,
    position_begins=extend_line,
    to_do=panel.to_do,
    things={
        "cases.Block": _("bar on a colleague"),
        "cases.Case": _("case"),
        "cases.Child": _("child"),
        "cases.Grant": _("access to a case"),
        "cases.Person": _("person around the child"),
        "cases.ProgressEntry": _("entry of the progress record"),
        "cases.StageMove": _("change of the stage"),
    },
)
