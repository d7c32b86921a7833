"""What the room of prints says of itself. The forms are declared by the rooms whose they are (``Room.papers``)."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from security.rooms import EVERYWHERE, Card, Room

ROOM = Room(
    keepers=EVERYWHERE,
    cards={"papers": Card(page=CasePage.PAPERS)},
    logged={"papers": _("list of prints")},
    sensitive={"papers": 1},
    things={
        "cases.Print": _("print of a form"),
        "cases.SheetPart": _("part of a case in the print of an office"),
        "cases.SheetPrint": _("print of an office"),
    },
)
