"""What the room of the child's intention says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.consent import panel
from referrals.consent.actions import EXCEPTION
from referrals.consent.codes import STANDING, Ground
from referrals.consent.queries import exceptions_of, intentions_of
from referrals.consent.rules import what_waits
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    first=lambda case: [intentions_of(case), exceptions_of(case)],
    steps=panel.steps,
    cautions=panel.cautions,
    in_force=panel.what_holds,
    cards={"intention": Card(page=CasePage.WISHES, make=panel.panel, order=10, half=True)},
    logged={
        "intention": _("the child's intention"),
        "exceptions": _("exceptions"),
    },
    sensitive={"intention": 3, "exceptions": 3},
    decisions=(EXCEPTION,),
    duties=(panel.EXPLAIN, panel.REVIEW),
    obstacle=what_waits,
    grounds={ground.value: ground.label for ground in Ground if ground not in STANDING},
    to_do=panel.to_do,
    things={
        "referrals.ExceptionRequest": _("exception to the child's intention"),
        "referrals.Intention": _("the child's intention"),
        "referrals.Withdrawal": _("withdrawal by the child"),
    },
)
