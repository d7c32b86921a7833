"""What the room of the progress list says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.reviews import panel
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    steps=panel.steps,
    cards={"reviews": Card(page=CasePage.PROGRESS, make=panel.panel)},
    logged={"reviews": _("progress list")},
    sensitive={"reviews": 2},
    things={"cases.CaseReview": _("line of the progress list")},
)
