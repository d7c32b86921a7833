"""What the room of reception says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.intake import panel
from cases.intake.queries import cases_of_compartment, sights
from cases.records.codes import CasePage
from security.rooms import Card, Room, each_of

ROOM = Room(
    moments=panel.moments,
    steps=panel.steps,
    cautions=panel.cautions,
    seen=sights,
    cards={"intake": Card(page=CasePage.RECEPTION, make=panel.panel)},
    logged={
        "intake": _("notification"),
        "notifier": _("who notified"),
    },
    sensitive={"intake": 2, "notifier": 5},
    # A filer's copy leads to no case: the filer knows of none.
    keys={**each_of("compartment", cases_of_compartment), "filed": lambda owners: dict.fromkeys(owners, ())},
    things={
        "cases.Filing": _("notification filed"),
        "cases.FilingContent": _("content of a notification filed"),
        "cases.FilingCopy": _("copy of a notification filed"),
        "cases.IntakeConference": _("intake conference"),
        "cases.Notification": _("notification"),
        "cases.Notifier": _("who notified"),
        "cases.SafetyCheck": _("safety check"),
    },
)
