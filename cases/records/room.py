"""What the room of the case record says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records import panel
from cases.records.line import extend_line
from cases.records.papers import PROGRESS
from cases.records.queries import cases_of_children, relations_of
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    cautions=panel.cautions,
    panels={
        "glass": "",
        "child": _("Child"),
        "basics": _("Basic facts"),
        "progress": _("Progress record"),
        "people": _("People around the child"),
        "team": _("Team"),
    },
    logged={
        "child": _("the child"),
        "basics": _("the case"),
        "people": _("people around the child"),
        "progress": _("progress record"),
        "team": _("team"),
        "glass": _("broken glass"),
        "withheld_address": _("withheld address"),
        "behind_glass": _("search before broken glass"),
        "list": _("list"),
        PROGRESS.code: PROGRESS.label,
    },
    sensitive={
        "child": 2,
        "basics": 2,
        "people": 2,
        "progress": 2,
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
        "cases.Block": _("block"),
        "cases.Case": _("case"),
        "cases.Child": _("child"),
        "cases.Grant": _("access to a case"),
        "cases.Person": _("person around the child"),
        "cases.ProgressEntry": _("entry of the progress record"),
    },
)
