"""The homes in which a child is still to be seen: its children side by side, and which of them nobody has seen."""

from agencies.staff.access import StaffRequest
from cases.households.queries import homes_to_see
from cases.records.panel import full_name
from desk.home.lines import Section
from face.lines import FEW
from security.audit.verbs import Verb


def homes(request: StaffRequest) -> Section:
    """One group a home, whole, the one whose limit is due first before the others; the look names each case."""
    found, is_cut = homes_to_see(request.by)
    for sibling in (one for home in found[:FEW] for one in home):
        request.event.note_shown(
            sibling.case.pk, "home", verb=Verb.CASE_LIST, under=[sibling.case.child.key_scope()]
        )
    rows = [[(one, full_name(one.case.child)) for one in home] for home in found[:FEW]]
    return Section(
        "homes",
        template="desk/home/homes.html",
        context={"homes": rows, "more_homes": is_cut or len(found) > FEW},
    )
