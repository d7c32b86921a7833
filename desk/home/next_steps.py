"""What a position has to do next: every room says it of its own (``Room.to_do``)."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from desk.home.lines import Section, soonest, with_children
from face.lines import FEW, Line
from face.reading import one_reading
from face.together import read_together
from security.rooms import rooms_at


def to_do_of(request: StaffRequest) -> list[Line]:
    """What every room says, a few lines of a kind with the children's names, asked once for a page."""
    found: list[Line] | None = getattr(request, "to_do", None)
    if found is None:
        with one_reading():
            first = (
                room.first_to_do(request.by, FEW)
                for room in rooms_at(request.by.office.kind)
                if room.first_to_do
            )
            read_together(*(rows for lists in first for rows in lists))
            found = [
                line
                for room in rooms_at(request.by.office.kind)
                if room.to_do
                for line in room.to_do(request.by, FEW)
            ]
        found = with_children(found, request.by)
        request.to_do = found  # type: ignore[attr-defined]  # read above
    return found


def next_steps(request: StaffRequest) -> Section:
    """What no hour or day is set for (that is on the agenda): what presses first, then what has waited longest."""
    lines = soonest(line for line in to_do_of(request) if not (line.due or line.on))
    lines = sorted(lines, key=lambda line: not line.pressing)
    return Section("next", _("To do"), _("Nothing else waits for you."), lines)
