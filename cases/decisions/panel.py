"""What every decision tells on a case page's timeline, and on its drafter's home page."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.decisions.actions import declared
from cases.decisions.models import CaseAct
from cases.decisions.queries import came_back_to
from cases.records.panel import Moment
from face.lines import FEW, Line


def moments_of_act(row: CaseAct, label: str | Promise) -> Iterator[Moment]:
    """When it was drafted, and when it was decided or taken back; ``label`` is what it is about."""
    what = {"act": label}
    yield Moment(row.drafted_at, _("Drafted: %(act)s") % what, by=row.drafted_by.staff.name)
    if row.taken_back_at is not None:
        yield Moment(row.taken_back_at, _("Taken back: %(act)s") % what, by=row.drafted_by.staff.name)
    if row.decided_at is not None and row.decided_by is not None:
        no = _("Not approved: %(act)s") if row.refused else _("Returned: %(act)s")
        yield Moment(
            row.decided_at,
            (_("Approved: %(act)s") if row.approved else no) % what,
            by=row.decided_by.staff.name,
        )


def to_do(by: Position) -> list[Line]:
    """The drafts of every kind that came back."""
    return [
        Line(
            decision.url(row),
            _("A draft came back"),
            f"{row.case.number} {decision.act.label}",
            at=row.decided_at,
            pressing=True,
            case_id=row.case_id,
        )
        for decision in declared()
        for row in came_back_to(decision, by)[:FEW]
    ]
