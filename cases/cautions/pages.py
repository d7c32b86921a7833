"""What the forms of other rooms show above them: the people whom the child does not want to know."""

from agencies.staff.access import StaffRequest
from cases.cautions.models import Caution
from cases.cautions.queries import not_to_tell
from cases.records.models import Case


def shown_not_to_tell(request: StaffRequest, case: Case) -> list[Caution]:
    """For the context ``not_to_tell`` of a page from which one of them could be reached; the look names the cautions."""
    rows = not_to_tell(case)
    if rows:
        request.event.note_shown(case.pk, "cautions")
    return rows
