"""For the staff of an institution: the children placed there for whom they write a self-reliance plan."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from cases.reliance.panel import here
from desk.home.lines import Section
from security.audit.verbs import Verb


def plans_here(request: StaffRequest) -> Section:
    """One line a child, what is due first at the top; the look names each."""
    found = here(request.by)
    for one, _line in found:
        request.event.note_shown(
            one.file.case_id, "reliance", verb=Verb.CASE_LIST, under=[one.file.key_scope()]
        )
    return Section(
        "reliance",
        _("Self-reliance plans"),
        _("No center has asked you for a plan."),
        [line for _one, line in found],
    )
