"""The receipts of a case, with what is written of them and how they ended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.staff.models import Position
from cases.decisions.codes import State
from cases.decisions.queries import PEOPLE
from cases.intake.codes import ReceiptKind, Sign, UrgencyItem
from cases.intake.models import Notification
from cases.intake.queries import notifications_of
from cases.intake.rules import still_open
from cases.receipts.models import ReceiptFacts, ReceiptOutcome, ReceivedCorrection
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import cases_for
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import value_of, words_of
from security.search.names import number_key


@dataclass(frozen=True)
class Receipt:
    """One notification with the facts that hold of it, the drafts of its outcome and those of its moment, the latest first."""

    notification: Notification
    facts: ReceiptFacts | None
    outcomes: tuple[ReceiptOutcome, ...]
    corrections: tuple[ReceivedCorrection, ...]

    @property
    def received_at(self) -> datetime:
        """When it came: as a decision corrected it last, or as it was written."""
        corrected = next((row.corrected_at for row in self.corrections if row.approved), None)
        return corrected or self.notification.received_at

    @property
    def kind(self) -> ReceiptKind:
        """The kind that holds: as corrected, as received, or, of a receipt that is older than the codes, the strictest."""
        kind = value_of(self.kind_written)
        return kind if isinstance(kind, ReceiptKind) else ReceiptKind.NOTIFICATION

    @property
    def kind_written(self) -> Any:
        """The same as it is written, None where nobody wrote it; a code that is unknown today is shown as it is."""
        return self.facts.kind if self.facts else self.notification.kind

    @property
    def of(self) -> str:
        """Its name in an address."""
        return str(self.notification.pk)

    @property
    def was_corrected(self) -> bool:
        """Whether another kind holds than the one it was received as."""
        received_as = self.notification.kind
        return (
            self.facts is not None
            and received_as is not None
            and value_of(received_as) != value_of(self.facts.kind)
        )

    @property
    def was_asked(self) -> bool:
        """Whether somebody has gone through its facts, the questions on urgency among them; what a filing says of the next hours
        leaves the rest to be asked."""
        return self.facts is not None and self.facts.applies is not None

    @property
    def applies(self) -> set[UrgencyItem]:
        """The questions of the urgency sheet that are answered with yes, as it was found out last."""
        later = self.facts.applies if self.facts is not None else None
        return {*(value_of(later if later is not None else self.notification.grounds) or ())}

    @property
    def denied(self) -> set[UrgencyItem]:
        """Those that are answered with no."""
        facts = self.facts
        later = {*(value_of(facts.ruled_out) or ())} if facts is not None else set()
        if facts is not None and facts.applies is not None:
            return later
        return later | {*(value_of(self.notification.denied) or ())}

    @property
    def signs(self) -> set[Sign]:
        """The lines that are ticked under the questions, as it was found out last."""
        later = self.facts.signs if self.facts is not None else None
        return {*(value_of(later if later is not None else self.notification.signs) or ())}

    @property
    def to_find_out(self) -> list[UrgencyItem]:
        """The questions of the urgency sheet of which nobody has said yet whether they apply, as far as the sheet asks them."""
        return still_open(self.applies, self.denied, office=self.notification.case.office)

    @property
    def ended(self) -> ReceiptOutcome | None:
        """The outcome that was approved."""
        return next((row for row in self.outcomes if row.approved), None)

    @property
    def is_accepted(self) -> bool:
        """Whether the case was accepted after it was received: that was its outcome."""
        accepted_at = self.notification.case.accepted_at
        return accepted_at is not None and accepted_at >= self.received_at

    def waits_at(self, now: datetime) -> bool:
        """Whether a draft of its outcome waits for a decision."""
        return any(row.state_at(now) is State.WAITING for row in self.outcomes)


@asked_once
def outcomes_of(case: Case) -> list[ReceiptOutcome]:
    """Every draft of the case on how a receipt ends, latest first."""
    return list(outcome_rows(case))


@asked_once
def outcome_rows(case: Case) -> QuerySet[ReceiptOutcome]:
    """The same rows, perhaps not read yet."""
    return ReceiptOutcome.objects.filter(case=case).select_related(*PEOPLE)


@asked_once
def facts_written(case: Case) -> QuerySet[ReceiptFacts]:
    """What was written of the receipts of a case, corrections after what they correct, perhaps not read yet."""
    return ReceiptFacts.objects.filter(case=case).select_related("recorded_by__staff")


@asked_once
def correction_rows(case: Case) -> QuerySet[ReceivedCorrection]:
    """Every draft of the case that a receipt came at another moment, latest first; perhaps not read yet."""
    return ReceivedCorrection.objects.filter(case=case).select_related(*PEOPLE)


@asked_once
def receipts_of(case: Case) -> list[Receipt]:
    """The receipts of a case, the first one first."""
    written, ends, moves = facts_written(case), outcome_rows(case), correction_rows(case)
    read_together(written, ends, moves)
    notifications = notifications_of(case)
    for one in notifications:
        one.case = case
    return _put_together(notifications, written, ends, moves)


def receipts_among(notifications: Collection[UUID]) -> dict[UUID, Receipt]:
    """The receipts of these few notifications, of different cases: each with its case, the child not yet read."""
    rows = Notification.objects.filter(pk__in=notifications).select_related("case", "received_by__staff")
    of = {"notification__in": notifications}
    written = ReceiptFacts.objects.filter(**of)
    ends = ReceiptOutcome.objects.filter(**of).select_related(*PEOPLE)
    moves = ReceivedCorrection.objects.filter(**of)
    read_together(rows, written, ends, moves)
    return {one.notification.pk: one for one in _put_together(rows, written, ends, moves)}


def _put_together(
    notifications: Iterable[Notification],
    written: Iterable[ReceiptFacts],
    ends: Iterable[ReceiptOutcome],
    moves: Iterable[ReceivedCorrection],
) -> list[Receipt]:
    facts = {row.notification_id: row for row in written}  # the latest holds
    outcomes: dict[UUID, list[ReceiptOutcome]] = {}
    corrections: dict[UUID, list[ReceivedCorrection]] = {}
    for end in ends:
        outcomes.setdefault(end.notification_id, []).append(end)
    for move in moves:
        corrections.setdefault(move.notification_id, []).append(move)
    return [
        Receipt(one, facts.get(one.pk), tuple(outcomes.get(one.pk, ())), tuple(corrections.get(one.pk, ())))
        for one in notifications
    ]


def suspect_outside(case: Case) -> str:
    """What the suspect from outside the home is to the child, in words: as it holds of the latest receipt that says so; "" where
    none does."""
    said = [one.facts.suspect_relation for one in receipts_of(case) if one.facts is not None]
    return next((words_of(one) for one in reversed(said) if one is not None), "")


def receipt_named(case: Case, notification: UUID) -> Receipt:
    """The receipt of this notification. Raises KeyError where the case has none."""
    return {one.notification.pk: one for one in receipts_of(case)}[notification]


def case_numbered(by: Position, number: str) -> Case | None:
    """The case with this number, if the position sees it."""
    return cases_for(by, Level.VIEW).filter(number=number_key(number)).first()
