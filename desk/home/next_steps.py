"""What a position has to do next that no time limit of the law names: every room says it of its own (``Room.to_do``)."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from desk.home.lines import Section, soonest
from security.rooms import rooms


def next_steps(request: StaffRequest) -> Section:
    """What presses first, then what is due or has waited longest."""
    lines = [line for room in rooms() if room.to_do for line in room.to_do(request.by)]
    lines = sorted(soonest(lines), key=lambda line: not line.pressing)
    return Section("next", _("What to do next"), _("Nothing else waits for you."), lines)
