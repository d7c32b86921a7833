"""What handing over says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.handover import panel
from cases.handover.queries import cases_of_handovers
from security.rooms import EVERYWHERE, Room

ROOM = Room(
    keepers=EVERYWHERE,
    logged={"handover": _("hand-over")},
    sensitive={"handover": 1},
    keys={"handover": cases_of_handovers},
    to_do=panel.to_do,
    things={
        "cases.Handover": _("hand-over of the case"),
        "cases.HandoverCount": _("what is open, counted for the hand-over"),
    },
)
