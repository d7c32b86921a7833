"""What the room of sessions says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.sessions import panel
from cases.sessions.actions import DANGER
from cases.sessions.queries import attended, cases_of_courses, last_with_child, latest_sessions, open_on
from cases.sessions.rules import what_waits
from security.rooms import Card, Open, Room

ROOM = Room(
    first=lambda case: [latest_sessions(case)],
    moments_in=panel.moments_in,
    steps=panel.steps,
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    open_on={"sessions": Open(_("sessions planned %(n)s"), open_on)},
    cards={"sessions": Card(page=CasePage.PROGRESS, make=panel.panel, order=47)},
    logged={
        "sessions": _("sessions of counseling and guidance"),
        "session_notes": _("notes of sessions sealed apart"),
    },
    # The notes hold what a child tells nobody else.
    sensitive={"sessions": 3, "session_notes": 4},
    keys={"session": cases_of_courses},
    duties=(DANGER,),
    contact=last_with_child,
    attended=attended,
    obstacle=what_waits,
    things={
        "cases.Session": _("session"),
        "cases.SessionNote": _("note on a session"),
    },
)
