"""The day until which custody is expected: somebody owes a decision until then, and a supervisor gives it another one.

No law sets this day. That of the law is the term of custody (児童福祉法33条12項), a clock of its own.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.clocks.rules import JAPAN, end_of
from cases.custody.models import CustodyDecision, ExpectedEnd
from cases.custody.queries import continued_until, expected_day
from cases.custody.rules import check_expected, check_lasts
from cases.duties.actions import leave_duty
from cases.duties.codes import DutyKind
from cases.records.actions import locked
from cases.records.codes import CasePage, Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.records.rules import check_may_edit, check_may_manage
from face.lines import Line
from security.encryption.fields import value_of
from security.walls import clock


def _custody(case: UUID, cause: UUID) -> Line | None:
    row = CustodyDecision.objects.filter(case=case).filter(pk=_start_of(case, cause)).first()
    if row is None:
        return None
    url = reverse(CasePage.CUSTODY, args=[case], fragment="custody")
    return Line(url, row.get_kind_display(), at=row.effective_at)


def _start_of(case: UUID, cause: UUID) -> UUID:
    changed = ExpectedEnd.objects.filter(case=case, pk=cause).values_list("decision_id", flat=True)
    return next(iter(changed), cause)


EXPECTED = DutyKind(
    code="custody_expected",
    label=_("temporary custody: decide by its expected end whether it ends"),
    days=lambda _office: 1,
    after=_custody,
    by_act=True,
)
"""Due at the end of the day until which custody is expected, with whoever is in charge of the case. Done by the database where
custody is ended, is continued, came to nothing, or has another expected end (``wall.expected_settled``)."""


def owe_decision(case: Case, until: date | None, *, cause: UUID, by: Position) -> None:
    """Leave that duty after a start of custody that took effect, or after another day for it; nothing without a day."""
    if until is None:
        return
    owner = next(iter(positions_of_case(case.pk, Relation.LEAD)), by.pk)
    leave_duty(case, EXPECTED, cause=cause, owner=owner, due_at=end_of(until))


def check_may_expect(case: Case, by: Position) -> None:
    """A supervisor or the director with the case in the line, not whoever is in charge as such, while custody lasts in its first
    two months: of one that was continued the term says until when (児童福祉法33条13項). Raises Refused."""
    check_may_edit(case, by)
    check_role_may(by, Permission.REVIEW_LINE)
    check_may_manage(case, by)
    start = check_lasts(case)
    term = running_of(case, ClockKind.CUSTODY_END)
    if continued_until(start, term.due_at if term else None) is not None:
        raise Refused("continued", _("Custody was continued: its term says until when it goes on."))


def check_day(start: CustodyDecision, before: date | None, until: date, today: date) -> None:
    """Another day than before, from today on, and not over two months from the start (児童福祉法33条12項). Raises Refused."""
    if until < max(today, start.effective_at.astimezone(JAPAN).date()):
        raise Refused(
            "expected_until",
            _("This day lies before today, or before custody begins. If custody is over, draft its end."),
        )
    check_expected(start.effective_at, until)
    if until == before:
        raise Refused("expected_until", _("Custody is expected to end on this day already."))


@transaction.atomic
def change_expected(case: Case, *, expected_until: date, reason: str, by: Position) -> ExpectedEnd:
    """Write the day until which custody is expected now, and why. What was owed until the day before is owed until this one.
    Raises Refused."""
    fresh, now = locked(Case.objects.filter(pk=case.pk)), clock.now()
    check_may_expect(fresh, by)
    start = check_lasts(fresh)
    check_day(start, expected_day(start), expected_until, clock.today())
    row = ExpectedEnd(case=fresh, decision=start, recorded_by=by, recorded_at=now)
    row.expected_until, row.reason = expected_until, reason
    row.save(force_insert=True)
    owe_decision(fresh, value_of(row.expected_until), cause=row.pk, by=by)
    return row
