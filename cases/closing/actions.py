"""Drafting the closing of a case, and what its approval does. A closed case is read and not written; it is not opened again here.

What comes up afterwards is a new case (再受理). What a child or the police say is taken on a closed case too: a withdrawal,
a contact, the review of a look, the end of a report.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.actions import end_sight
from cases.closing import codes, rules
from cases.closing.codes import ClosingReason
from cases.closing.models import ClosingDecision
from cases.decisions.actions import Decision
from cases.records.actions import close_case, locked
from cases.records.models import Case
from face.consequences import Consequences
from face.reading import one_reading
from security.walls import clock


@transaction.atomic
def draft_closing(
    case: Case,
    *,
    kind: ClosingReason,
    reason: str,
    child_told: str,
    by: Position,
    earlier: ClosingDecision | None = None,
) -> ClosingDecision:
    """Draft the closing. ``child_told`` is what the child was told and said to it, '' where nothing was said.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    with one_reading():  # for any reason, then for this one
        row = CLOSING.begin(case, by, now, earlier)
        rules.check_finished(case, kind, now)
        rules.check_decided(case, kind)
    row.by_mistake = kind is ClosingReason.MISTAKE
    row.kind, row.reason, row.child_told = kind, reason, child_told or None
    return CLOSING.submit(row, by)


def _locked(rows: QuerySet[ClosingDecision]) -> ClosingDecision:
    """The case is locked before it is looked at: what begins at the same time waits, and is then refused on a closed case."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _close(row: ClosingDecision, by: Position) -> None:
    end_sight(row.case, by=by)  # of a case recorded by mistake (rules.check_finished)
    close_case(row.case, by=by)


CLOSING = Decision(
    act=codes.CLOSING,
    model=ClosingDecision,
    check_may_draft=rules.check_may_draft_closing,
    content=("by_mistake", "kind", "reason", "child_told"),
    form_url="closing_new",
    template="cases/closing/facts.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("closing",),
    consequences=Consequences(
        _("The case is closed. It can be read, and nothing is written on it any more."),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("A closed case is not opened again. A new notification is a new case."),
    ),
    lock=_locked,
    still_holds=rules.check_still_finished,
    effect=_close,
)
