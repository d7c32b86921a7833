"""What the room of the vacancy board says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(
    things={
        "agencies.Unit": _("unit on the vacancy board"),
        "agencies.Therapist": _("psychotherapist in post"),
        "agencies.TherapyNeed": _("number of people in need of psychotherapy"),
    }
)
