"""For the staff of a temporary custody facility: the children who sleep there."""

from agencies.staff.access import StaffRequest
from cases.shelter.panel import sleepers
from desk.home.lines import Section
from security.audit.verbs import Verb


def who_sleeps_here(request: StaffRequest) -> Section:
    """One line a child, the longest first; the look names each."""
    rows = sleepers(request.by)
    for row in rows:
        request.event.note_shown(
            row.stay.case_id, "shelter", verb=Verb.CASE_LIST, under=[row.stay.key_scope()]
        )
    return Section("shelter", template="desk/home/shelter.html", context={"sleepers": rows}, above=True)
