"""Drafting a limit on contact and its end, what their approval does, and writing down who was told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.rules import end_of
from cases.decisions.actions import Decision
from cases.duties.actions import fulfil_duty, leave_duty
from cases.duties.queries import duties_after
from cases.duties.rules import check_may_fulfil
from cases.limits import codes, rules
from cases.limits.codes import Basis, ContactKind, Extent, LimitKind, ToldTo
from cases.limits.models import ContactLimit, ContactTold
from cases.limits.panel import REVIEW
from cases.limits.queries import told_of
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case, Person
from cases.records.queries import positions_of_case
from cases.records.rules import check_not_there
from face.consequences import Consequences
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class LimitFacts:
    """What is limited, for whom, how far, on what basis and how long."""

    person: Person
    kinds: Collection[ContactKind]
    extent: Extent
    basis: Basis
    starts_on: date
    ends_on: date | None
    review_on: date
    child_view: str
    reason: str


@transaction.atomic
def draft_limit(
    case: Case,
    facts: LimitFacts,
    *,
    by: Position,
    changes: ContactLimit | None = None,
    earlier: ContactLimit | None = None,
) -> ContactLimit:
    """Draft a limit on contact. The director or a delegate decides. Raises Refused, with the name of the field that is wrong.

    ``changes``: the limit that it takes the place of once it is approved; ``earlier``: the drafter's own draft to be changed,
    or a returned one to be drafted again.
    """
    now = clock.now()
    row = LIMIT.begin(case, by, now, earlier)
    locked(Case.objects.filter(pk=case.pk))  # of two who draft at once the second sees the first
    changed = changes or (earlier.changes if earlier is not None else None)
    row.person, row.changes = facts.person, changed
    row.starts_on, row.ends_on, row.review_on = facts.starts_on, facts.ends_on, facts.review_on
    row.kinds, row.extent, row.basis = list(facts.kinds), facts.extent, facts.basis
    row.child_view, row.reason = facts.child_view, facts.reason
    others = list(ContactLimit.objects.filter(case=case))
    rules.check_person(facts.person, case)
    rules.check_days(facts.starts_on, facts.ends_on, facts.review_on)
    rules.check_basis(facts.basis, case)
    rules.check_changes(changed, case, facts.person, localdate(now))
    rules.check_one_draft(row, others, now)
    rules.check_not_twice(row, facts.kinds, others, localdate(now))
    return LIMIT.submit(row, by)


@transaction.atomic
def draft_end(
    case: Case,
    limit: ContactLimit,
    *,
    child_view: str,
    reason: str,
    by: Position,
    earlier: ContactLimit | None = None,
) -> ContactLimit:
    """Draft that a limit ends. The director or a delegate decides. Raises Refused."""
    now = clock.now()
    row = END.begin(case, by, now, earlier)
    locked(Case.objects.filter(pk=case.pk))
    row.person, row.changes = limit.person, limit
    row.child_view, row.reason = child_view, reason
    rules.check_changes(limit, case, limit.person, localdate(now))
    rules.check_one_draft(row, ContactLimit.objects.filter(case=case), now)
    return END.submit(row, by)


def _locked(rows: QuerySet[ContactLimit]) -> ContactLimit:
    """The case is locked before it is looked at: two limits that are decided at once see each other."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _limits(row: ContactLimit, by: Position) -> None:
    """It takes the place of the one it changes, and its lead reviews it until the end of the day that it names."""
    _ends(row, by)
    if row.review_on is None:
        return
    owner = next(iter(positions_of_case(row.case_id, Relation.LEAD)), row.drafted_by_id)
    leave_duty(row.case, REVIEW, cause=row.pk, owner=owner, due_at=end_of(row.review_on))


def _ends(row: ContactLimit, by: Position) -> None:
    if row.changes_id is None:
        return
    changed = locked(ContactLimit.objects.filter(pk=row.changes_id))
    changed.ended_at = clock.now()
    changed.save(update_fields=["ended_at"])
    for duty in duties_after(row.case_id, changed.pk).filter(done_at=None):
        if not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=gettext("Decided anew."), by=by)


@transaction.atomic
def record_told(limit: ContactLimit, *, to: ToldTo, told_on: date, how: str, by: Position) -> ContactTold:
    """Write who was told of a limit, when and how. Raises Refused."""
    rules.check_may_tell(limit, by)
    locked(Case.objects.filter(pk=limit.case_id))
    rules.check_told(told_on, clock.today())
    row = ContactTold(case=limit.case, limit=limit, written_by=by, written_at=clock.now())
    row.to, row.told_on, row.how = to, told_on, how
    check_not_there(row, ContactTold.objects.filter(limit=limit), ContactTold.FACTS)
    row.save(force_insert=True)
    return row


def _shown(row: ContactLimit, _by: Position) -> dict[str, Any]:
    told = told_of(row.case).get(row.pk, []) if row.approved else []
    return {"d": row, "told": told}


LIMIT = Decision(
    act=codes.CONTACT_LIMIT,
    model=ContactLimit,
    of_kind={"kind": LimitKind.LIMIT.value},
    check_may_draft=rules.check_may_draft_limit,
    content=ContactLimit.CONTENT,
    form_url="contact_limit_new",
    template="cases/limits/facts.html",
    context=_shown,
    panels=lambda _row: ("contact_limits", "around"),
    related=("person",),
    consequences=Consequences(
        _("From its first day on the person's contact with the child is limited as the draft says."),
        _(
            "The person who drafted it is told. The office tells the person, the school and the institution itself, and writes it"
            " down."
        ),
        _(
            "It lasts until its last day, or until another decision ends or changes it. The person in charge reviews it."
        ),
    ),
    lock=_locked,
    still_holds=rules.check_holds,
    effect=_limits,
)
END = Decision(
    act=codes.CONTACT_LIMIT_END,
    model=ContactLimit,
    of_kind={"kind": LimitKind.END.value},
    check_may_draft=rules.check_may_draft_end,
    content=ContactLimit.CONTENT,
    form_url="contact_limit_end",
    template="cases/limits/facts.html",
    context=_shown,
    panels=lambda _row: ("contact_limits", "around"),
    related=("person",),
    consequences=Consequences(
        _("The limit ends at once. The person may have contact with the child again."),
        _(
            "The person who drafted it is told. The office tells the person, the school and the institution itself."
        ),
        _("The end stays on record. Another limit needs a decision of its own."),
    ),
    lock=_locked,
    still_holds=rules.check_holds,
    effect=_ends,
)
