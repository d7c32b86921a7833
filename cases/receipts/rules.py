"""Who writes the facts of a receipt, who drafts how it ends, and what may never end without a case."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import SIGHT, ClockKind
from cases.clocks.queries import running_of
from cases.closing.rules import check_nothing_open
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.intake.codes import ReceiptKind
from cases.receipts.codes import UNSEEN_STAYS, Outcome
from cases.receipts.models import ReceiptOutcome, ReceivedCorrection
from cases.receipts.queries import Receipt, correction_rows, outcomes_of, receipt_named, receipts_of
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.rules import check_may_edit
from face.wareki import format_datetime
from security.encryption.fields import value_of


def check_may_write_facts(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def check_leaves(leaves_at: datetime | None, received_at: datetime) -> None:
    """The child leaves where it is after the contact came."""
    if leaves_at is not None and leaves_at < received_at:
        raise Refused("leaves_at", _("This lies before the contact was received."))


def check_incident(incident_at: datetime | None, received_at: datetime) -> None:
    """What happened was before the contact told of it."""
    if incident_at is not None and incident_at > received_at:
        raise Refused("incident_at", _("This lies after the contact was received."))


def check_may_correct(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions."""
    check_may_draft(case, by, [], now)


def check_moment(receipt: Receipt, corrected_at: datetime, seen_at: datetime | None, now: datetime) -> None:
    """The moment has come, is another one, and contradicts nothing that was written of the time between. ``seen_at``: when the
    child was last seen."""
    held_at = receipt.received_at
    if corrected_at > now:
        raise Refused("corrected_at", _("This moment lies in the future."))
    if corrected_at == held_at:
        raise Refused("corrected_at", _("The receipt is written with this moment already."))
    if any(row.state_at(now) is State.WAITING and row.held_at != held_at for row in receipt.corrections):
        raise Refused("corrected_at", _("Another correction was decided meanwhile. Return the draft."))
    against = {
        _("The child was seen on %(at)s, before this moment. Correct that record or this moment."): seen_at,
        _("The case was accepted on %(at)s, before this moment. One of the two is wrong."): (
            receipt.notification.case.accepted_at
        ),
    }
    for sentence, at in against.items():
        if at is not None and held_at <= at < corrected_at:
            raise Refused("corrected_at", sentence % {"at": format_datetime(at)})
    incident_at = value_of(receipt.facts.incident_at) if receipt.facts else None
    if incident_at is not None and corrected_at < incident_at <= held_at:
        raise Refused(
            "corrected_at",
            _(
                "What happened lies after this moment (“When exactly”, facts of the receipt). Correct one of the two."
            ),
        )


def check_same_moment(row: ReceivedCorrection, corrected_at: datetime) -> None:
    """The limit follows the moment of a draft: another moment is another draft."""
    if corrected_at != row.corrected_at:
        raise Refused("corrected_at", _("Take this draft back first, and draft the other moment anew."))


def open_receipts(case: Case, now: datetime) -> list[Receipt]:
    """The receipts of which nobody has settled how they end."""
    return [
        one for one in receipts_of(case) if not one.ended and not one.is_accepted and not one.waits_at(now)
    ]


def check_may_draft_outcome(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, while a receipt is open and no draft on it waits."""
    check_may_draft(case, by, [], now)
    if not open_receipts(case, now):
        raise Refused("no_receipt", _("No receipt is open: it was accepted, it has ended, or a draft waits."))


def check_is_open(receipt: Receipt | None) -> Receipt:
    """A receipt ends once: the acceptance of the case is an end, too. Gives the open one."""
    if receipt is None or receipt.ended is not None or receipt.is_accepted:
        raise Refused("settled", _("How this receipt ends has been settled already."))
    return receipt


def check_outcome(outcome: Outcome, kind: ReceiptKind, *, is_abuse: bool) -> None:
    """A notification of abuse never ends with advice: the child is seen, or another agency takes it up (児童虐待防止法8条)."""
    if outcome is Outcome.ADVISED and kind is ReceiptKind.NOTIFICATION and is_abuse:
        raise Refused(
            "abuse",
            _(
                "A notification of abuse does not end with advice (Child Abuse Prevention Act, Art. 8): the child must be seen."
            ),
        )


def check_safe(outcome: Outcome, case: Case) -> None:
    """While the law's limit runs, no receipt ends as a duplicate or goes to the municipality: the child is seen by this office,
    and the limit would end with the case (児童虐待防止法8条). What was seen on another case is recorded on this one, too."""
    limit = running_of(case, ClockKind.SAFETY)
    if outcome in UNSEEN_STAYS and limit is not None:
        raise Refused(
            "outcome",
            _(
                "The child is to be seen by %(due)s, and this outcome does not end that (Child Abuse Prevention Act, Art. 8)."
                " Record here that the child was seen, also if that was on another case."
            )
            % {"due": format_datetime(limit.due_at)},
        )


def ends_case(row: ReceiptOutcome) -> bool:
    """Whether the case ends with this outcome: it was never accepted, and each of its other receipts has ended."""
    if row.case.stage != Stage.RECEPTION:
        return False
    return all(
        one.ended is not None for one in receipts_of(row.case) if one.notification.pk != row.notification_id
    )


def check_still_holds(row: ReceiptOutcome, _by: Position, now: datetime) -> None:
    """What held when it was drafted: the receipt is open, its kind allows this end, nothing else is open if the case ends."""
    receipt = receipt_named(row.case, row.notification_id)
    check_is_open(receipt)
    outcome = value_of(row.outcome)
    if outcome is None:
        raise Refused("outcome", _("The outcome cannot be read. Draft it again."))
    check_outcome(outcome, receipt.kind, is_abuse=row.case.is_abuse)
    check_safe(outcome, row.case)
    if ends_case(row):
        check_nothing_open(row.case, now, besides=SIGHT)


def what_waits(case: Case, now: datetime) -> str | Promise:
    """What of the receipts prevents closing an accepted case, in a sentence; '' where nothing does."""
    if case.stage != Stage.RECEPTION and any(row.state_at(now) is State.WAITING for row in outcomes_of(case)):
        return _("A draft on the outcome of a receipt waits for its decision.")
    if any(row.state_at(now) is State.WAITING for row in correction_rows(case)):
        return _("A draft that corrects when a receipt came waits for its decision.")
    return ""
