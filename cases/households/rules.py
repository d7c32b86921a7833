"""Who links, separates and joins the cases of one home, and which of them can be."""

from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.households.models import Household, HouseholdJoin, HouseholdSplit
from cases.households.queries import household_of, join_rows, member_of, split_rows, was_separated
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import check_may_edit, check_may_manage

LIVES_IN_ORDER = _("“Lives together from” lies after “Lives together until”. Correct one of the two.")


def check_may_link(case: Case, by: Position) -> None:
    """Those who work on a case link it with a sibling's on which they work too."""
    check_may_edit(case, by)


def check_linkable(case: Case, other: Case, by: Position) -> None:
    """Two different cases of one office, of which one at most belongs to a household already. A separation by a supervisor is
    undone by none but a supervisor."""
    check_pair(case, other)
    here, there = household_of(case), household_of(other)
    if here is not None and here == there:
        raise Refused("linked", _("These two cases belong to one household already."))
    if here is not None and there is not None:
        raise Refused(
            "two_households",
            _("Both cases belong to a household already. Draft the joining of the two households."),
        )
    kept, joins = (there, case) if there else (here, other)
    if kept is not None and was_separated(joins, kept) and not by.may(Permission.MANAGE_TEAM):
        raise Refused(
            "separated", _("A supervisor separated this case from the household, and alone puts it back.")
        )


def check_pair(case: Case, other: Case) -> None:
    """Two different cases of one office."""
    if case.pk == other.pk:
        raise Refused("same", _("This is the number of this very case."))
    if case.office_id != other.office_id:
        raise Refused("office", _("Only cases of one office can be linked."))


def check_lives(lives_from: date | None, lives_until: date | None, today: date) -> None:
    """Living together begins before it ends, and has begun."""
    if lives_from is not None and lives_from > today:
        raise Refused("lives_from", _("“Lives together from” lies in the future."))
    if lives_from is not None and lives_until is not None and lives_until < lives_from:
        raise Refused("lives_until", LIVES_IN_ORDER)


def check_may_draft_split(case: Case, by: Position, now: datetime) -> None:
    """For those who work on a case of a household and draft decisions, one draft at a time."""
    check_may_draft(case, by, split_rows(case), now)
    check_belongs(case)


def check_belongs(case: Case) -> None:
    """The case belongs to a household."""
    if member_of(case) is None:
        raise Refused("no_household", _("The case belongs to no household."))


def check_split(left_on: date, lives_from: date | None, reason: str, today: date) -> None:
    """A case is separated from a day that has come, with a reason."""
    if not reason.strip():
        raise Refused("reason", _("Write down why the case is separated."))
    if left_on > today:
        raise Refused("left_on", _("“Not of this home from” lies in the future."))
    if lives_from is not None and left_on < lives_from:
        raise Refused("left_on", _("“Not of this home from” lies before “Lives together from”."))


def check_still_there(row: HouseholdSplit, by: Position, _now: datetime) -> None:
    """The case belongs to the household as when it was drafted, and the decider is in charge of it or in its line."""
    check_may_manage(row.case, by)
    member = member_of(row.case)
    if member is None or member.pk != row.member_id:
        raise Refused("moved", _("The case has left this household meanwhile. Return the draft."))


def check_may_write_facts(case: Case, by: Position) -> None:
    """Those who work on a case that belongs to a household write how the child lives there."""
    check_may_edit(case, by)
    check_belongs(case)


def check_may_draft_join(case: Case, by: Position, now: datetime) -> None:
    """For those who work on a case of a household and draft decisions, one draft at a time."""
    check_may_draft(case, by, join_rows(case), now)
    check_belongs(case)


def check_joinable(case: Case, other: Case, by: Position) -> tuple[Household, Household]:
    """Two households of one office, and who joins them works on a case of each. Gives the two."""
    check_pair(case, other)
    check_sees_both(other, by)
    here, there = household_of(case), household_of(other)
    if here is None or there is None:
        raise Refused("no_household", _("One of the cases belongs to no household. Link the two instead."))
    if here == there:
        raise Refused("linked", _("These two cases belong to one household already."))
    return here, there


def check_sees_both(other: Case, by: Position) -> None:
    """Nobody joins a household to one of which they work on no case."""
    if not holds(by, other.pk, Level.EDIT):
        raise Refused("one_side", _("Only those who work on a case of each home do this."))


def check_still_apart(row: HouseholdJoin, by: Position, _now: datetime) -> None:
    """Both cases are still in the households that the draft names, and the decider works on both."""
    check_sees_both(row.other, by)
    if (household_of(row.case), household_of(row.other)) != (row.into, row.joined):
        raise Refused(
            "moved", _("One of the two cases has left its household meanwhile, or they are joined already.")
        )


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in join_rows(case)):
        return _("A draft on the joining of two households waits for its decision.")
    if any(row.state_at(now) is State.WAITING for row in split_rows(case)):
        return _("A draft on the separation from a household waits for its decision.")
    return ""
