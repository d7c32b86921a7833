"""Who links cases of one home, and which cases can be linked."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.households.queries import household_of
from cases.records.models import Case
from cases.records.rules import check_may_edit


def check_may_link(case: Case, by: Position) -> None:
    """Those who work on a case link it with a sibling's on which they work too."""
    check_may_edit(case, by)


def check_linkable(case: Case, other: Case) -> None:
    """Two different cases of one office, of which one at most belongs to a household already."""
    if case.pk == other.pk:
        raise Refused("same", _("This is the number of this very case."))
    if case.office_id != other.office_id:
        raise Refused("office", _("Only cases of one office can be linked."))
    here, there = household_of(case), household_of(other)
    if here is not None and here == there:
        raise Refused("linked", _("These two cases belong to one household already."))
    if here is not None and there is not None:
        raise Refused("two_households", _("Both cases belong to a household already. Ask a supervisor."))
