"""Who drafts, changes, takes back and decides, the same for every kind of decision."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Act, Permission
from agencies.staff.rules import Refused, check_may_decide, check_role_may
from cases.decisions.codes import MOVES, State
from cases.decisions.models import CaseAct
from cases.records.models import Case
from cases.records.rules import check_may_edit


def check_move(row: CaseAct, to: State, now: datetime) -> None:
    """Raises Refused where the table of moves does not lead from the row's state to ``to``."""
    if to in MOVES[row.state_at(now)]:
        return
    if row.decided_at is not None:
        raise Refused("decided", _("It has been decided already."))
    raise Refused("closed", _("This draft has been withdrawn, or its basis has ended."))


def check_may_draft(
    case: Case,
    by: Position,
    rows: Iterable[CaseAct],
    now: datetime,
    *,
    permission: Permission = Permission.DRAFT_DECISIONS,
) -> None:
    """For those who work on the case and draft decisions, one draft of a kind at a time; ``rows`` are those of this kind.

    ``permission``: what it takes instead, where others draft this kind too. On a support case of the police the whole
    team drafts.
    """
    check_may_edit(case, by)
    if not by.may(Permission.KEEP_SUPPORT):
        check_role_may(by, permission)
    if any(row.state_at(now) is State.WAITING for row in rows):
        raise Refused("drafted", _("A draft waits for decision already."))


def check_may_change(row: CaseAct, by: Position, now: datetime) -> None:
    """The drafter, until it is decided: the decider must not have written it."""
    check_move(row, State.TAKEN_BACK, now)
    if by.staff_id != row.drafted_person_id:
        raise Refused("not_drafter", _("Only the person who drafted it changes or withdraws it."))
    check_may_edit(row.case, by)


def check_may_decide_act(row: CaseAct, act: Act, by: Position, now: datetime) -> None:
    """The director or a delegate, who is another person than the drafter, decides once."""
    check_may_edit(row.case, by)
    check_move(row, State.APPROVED, now)
    check_may_decide(by, act, row.drafted_person_id, now)


def check_version(row: CaseAct, version: int | None) -> None:
    """What is decided or changed is what was read. None: no page was read, as in a job or a test of the effect."""
    if version is not None and version != row.version:
        raise Refused(
            "stale",
            _(
                "The draft was changed after you opened it. Open it again; what you typed stays here until then."
            ),
        )


def check_has_reason(note: str) -> None:
    """Who returns or refuses a draft says why."""
    if not note.strip():
        raise Refused("note", _("Write down why it is returned or not approved."))


def check_replaces(earlier: CaseAct, case_id: UUID, now: datetime) -> None:
    """Only a returned draft of the same case is drafted again, once."""
    if earlier.case_id != case_id or earlier.state_at(now) is not State.RETURNED:
        raise Refused("not_returned", _("Only a returned draft can be drafted anew."))
