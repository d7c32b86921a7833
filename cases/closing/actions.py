"""Drafting and deciding the closing of a case. A closed case is read and not written; it is not opened again here.

What comes up afterwards is a new case (再受理). What a child or the police say is taken on a closed case too: a withdrawal,
a contact, the review of a look, the end of a report.
"""

from django.db import transaction

from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.staff.models import Position
from agencies.staff.roles import Act
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.closing import rules
from cases.closing.models import ClosingDecision
from cases.custody.rules import check_return_has_note
from cases.records.actions import close_case, locked
from cases.records.models import Case
from cases.records.queries import deciders_of


@transaction.atomic
def draft_closing(case: Case, *, kind: str, reason: str, child_told: str, by: Position) -> ClosingDecision:
    """Draft the closing. ``child_told`` is what the child was told and said to it, '' where nothing was said. Raises Refused."""
    rules.check_may_draft_closing(case, by, kind)
    row = ClosingDecision(case=case)
    row.draft_as(by)
    row.kind, row.reason, row.child_told = kind, reason, child_told or None
    row.save(force_insert=True)
    told = deciders_of(case, Act.CLOSING, besides=by)
    tell(told, NoticeKind.DECISION_WAITING, case.number, closing_path(row), cause=str(row.pk))
    return row


def closing_path(row: ClosingDecision) -> str:
    """Where a draft is read and decided."""
    return f"/cases/{row.case_id}/closing/{row.pk}/"


@transaction.atomic
def decide_closing(row: ClosingDecision, *, approved: bool, note: str, by: Position) -> ClosingDecision:
    """Approve a draft, which closes the case at once, or return it with a note. Raises Refused.

    The case is locked before it is looked at: what begins meanwhile waits, and is then refused on a closed case.
    """
    fresh = locked(ClosingDecision.objects.filter(pk=row.pk))
    fresh.case = locked(Case.objects.filter(pk=row.case_id))
    if approved:
        rules.check_may_approve_closing(fresh, by)
    else:
        rules.check_may_decide_closing(fresh, by)
        check_return_has_note(note)
    fresh.decide_as(by, approved=approved)
    fresh.note = note or None
    fresh.save(update_fields=[*fresh.SIGNED, "note"])
    if approved:
        limit = running_of(fresh.case, ClockKind.SAFETY)
        if limit is not None:  # of a case recorded by mistake (rules.check_finished)
            clocks.end(limit, by=by)
        close_case(fresh.case, by=by)
    cause = f"{fresh.pk}:{approved}"
    tell([fresh.drafted_by_id], NoticeKind.DECISION_MADE, fresh.case.number, closing_path(fresh), cause=cause)
    return fresh
