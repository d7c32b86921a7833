"""Writing the facts of a receipt, and ending one that is not accepted as a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.actions import end_sight
from cases.decisions.actions import Decision
from cases.duties.actions import fulfil_duty, leave_duty
from cases.duties.models import Duty
from cases.duties.rules import check_may_fulfil
from cases.intake.actions import lift, time_receipt
from cases.intake.codes import ReceiptKind
from cases.intake.models import Notification
from cases.intake.queries import last_seen
from cases.intake.rules import check_answers, least_urgency, with_signs
from cases.receipts import codes, rules
from cases.receipts.codes import Outcome
from cases.receipts.models import ReceiptFacts, ReceiptOutcome
from cases.receipts.panel import DECIDE_BY
from cases.receipts.queries import Receipt, receipt_named, receipts_among, receipts_of
from cases.records.actions import close_case, locked
from cases.records.codes import Relation, Urgency
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.consequences import Consequences
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True)
class OutcomeFacts:
    """What a draft of an outcome says; the last three belong to one outcome each."""

    outcome: Outcome
    reason: str
    advice: str = ""
    handed_to: str = ""
    other_number: str = ""


@transaction.atomic
def record_facts(
    receipt: Receipt, kind: ReceiptKind, facts: Mapping[str, Any], *, by: Position
) -> ReceiptFacts:
    """Write the facts of a receipt; they take the place of earlier ones, which stay. Raises Refused.

    A "yes" to the urgency sheet that was found out raises the urgency. A kind that is corrected starts the
    limit it should have started, from the moment of its receipt; none ends a limit.
    """
    case, received_at = receipt.notification.case, receipt.received_at
    rules.check_may_write_facts(case, by)
    rules.check_leaves(facts["leaves_at"], received_at)
    rules.check_incident(facts["incident_at"], received_at)
    before = value_of(receipt.facts.leaves_at) if receipt.facts else None
    denied, signs = facts.get("ruled_out") or (), facts.get("signs") or ()
    applies = with_signs(facts.get("applies") or (), signs)
    check_answers(applies, denied, signs)
    row = ReceiptFacts(case=case, notification=receipt.notification, recorded_by=by, recorded_at=clock.now())
    row.kind = kind
    for name in ReceiptFacts.FACTS:
        setattr(row, name, facts[name] if name in row.ANSWERS else facts[name] or None)
    if facts["applies"] is not None or signs:
        row.applies = applies
    row.save(force_insert=True)
    lift(case, least_urgency(applies, Urgency(case.urgency), office=case.office, denied=denied))
    if kind is not receipt.kind:
        _time(receipt, kind, by)
    if facts["leaves_at"] != before:
        _decide_by(row, facts["leaves_at"], by)
    return row


def take_filed(notification: Notification, known: Mapping[str, Any], *, by: Position) -> None:
    """What another office filed of the next hours is what is known of its receipt at first, with the duty that follows from it;
    the rest is still to be asked. Nothing is written where it said nothing. A moment before the filing itself is none that the
    child leaves at: it stays in the words of the filing, and keeps nobody from registering it. Raises Refused."""
    receipt = receipts_among([notification.pk])[notification.pk] if any(known.values()) else None
    if receipt is not None and reason_against(
        rules.check_leaves, known.get("leaves_at"), receipt.received_at
    ):
        known = {**known, "leaves_at": None}
    if receipt is not None and any(known.values()):
        record_facts(receipt, receipt.kind, {**dict.fromkeys(ReceiptFacts.FACTS), **known}, by=by)


def _decide_by(row: ReceiptFacts, leaves_at: datetime | None, by: Position) -> None:
    """Until the child leaves, it is decided where it goes: whoever is in charge owes that. Another moment takes the place of an
    earlier one; of a moment that has passed nothing is owed. The database knows the day of the duty, as of every one."""
    earlier = Duty.objects.filter(case=row.case_id, kind=DECIDE_BY.code, done_at=None)
    for duty in earlier.filter(cause__in=row.notification.facts.values("pk")):
        if not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=gettext("Another moment was written."), by=by)
    if leaves_at is not None and leaves_at > row.recorded_at:
        owner = next(iter(positions_of_case(row.case_id, Relation.LEAD)), by.pk)
        leave_duty(row.case, DECIDE_BY, cause=row.pk, owner=owner, due_at=leaves_at)


def time_open_receipts(case: Case, *, by: Position) -> None:
    """Start the limit of every open receipt, from the moment at which it came, unless the child was seen since: so a notification
    that is one of abuse from now on starts the law's (児童虐待防止法8条). A change of the track away from it ends no limit."""
    time_again(receipts_of(case), by=by)


def time_again(receipts: Iterable[Receipt], *, by: Position) -> None:
    """Start the limit that each of these receipts asks for, where none runs that is due before it."""
    for receipt in receipts:
        _time(receipt, receipt.kind, by)


def _time(receipt: Receipt, kind: ReceiptKind, by: Position) -> None:
    case, received_at = receipt.notification.case, receipt.received_at
    seen_at = last_seen([case.pk]).get(case.pk)
    if receipt.ended is None and (seen_at is None or seen_at < received_at):
        time_receipt(case, kind, received_at, by=by)


@transaction.atomic
def draft_outcome(
    case: Case,
    receipt: Receipt | None,
    facts: OutcomeFacts,
    *,
    by: Position,
    earlier: ReceiptOutcome | None = None,
) -> ReceiptOutcome:
    """Draft how a receipt ends that is not accepted. The supervisor or the director decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = OUTCOME.begin(case, by, now, earlier)
    receipt = rules.check_is_open(receipt)
    rules.check_outcome(facts.outcome, receipt.kind, is_abuse=case.is_abuse)
    rules.check_safe(facts.outcome, case)
    row.notification = receipt.notification
    row.outcome, row.reason = facts.outcome, facts.reason
    for name in ("advice", "handed_to", "other_number"):
        setattr(row, name, getattr(facts, name) or None)
    return OUTCOME.submit(row, by)


def _locked(rows: QuerySet[ReceiptOutcome]) -> ReceiptOutcome:
    """The case is locked before it is looked at: a receipt that comes at the same time waits, and is seen."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _take_effect(row: ReceiptOutcome, by: Position) -> None:
    if rules.ends_case(row):
        end_sight(row.case, by=by)
        close_case(row.case, by=by)


def _decided(row: ReceiptOutcome, _by: Position) -> dict[str, Any]:
    receipt = receipt_named(row.case, row.notification_id)
    return {"d": row, "receipt": receipt, "corrected": receipt.was_corrected}


OUTCOME = Decision(
    act=codes.RECEIPT_OUTCOME,
    model=ReceiptOutcome,
    check_may_draft=rules.check_may_draft_outcome,
    content=("outcome", "reason", "advice", "handed_to", "other_number"),
    form_url="receipt_outcome",
    template="cases/receipts/outcome.html",
    context=_decided,
    panels=lambda _row: ("receipts",),
    consequences=Consequences(
        _(
            "The receipt ends. A case that was never accepted and has no other open receipt is closed with it."
        ),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("A closed case is not opened again. A new contact is a new receipt."),
    ),
    lock=_locked,
    still_holds=rules.check_still_holds,
    effect=_take_effect,
)
