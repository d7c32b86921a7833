"""Taking contacts, and recording that the child was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import SIGHT, ClockKind
from cases.clocks.models import Clock
from cases.clocks.queries import sight_due
from cases.clocks.rules import due_at
from cases.intake import rules
from cases.intake.codes import Channel, Outcome, ReceiptKind, Sign, Source, UrgencyItem
from cases.intake.models import Notification, Notifier, SafetyCheck, Told
from cases.intake.rules import with_signs
from cases.nights.actions import keep_for_night
from cases.records.actions import (
    CaseFacts,
    ChildFacts,
    locked,
    move_stage,
    open_case,
    save_person,
    time_sight,
)
from cases.records.codes import PersonRole, Stage, Urgency
from cases.records.models import Case
from security.encryption.fields import value_of
from security.encryption.keyring import Scope, current
from security.walls import clock


@dataclass(frozen=True)
class Received:
    """A notification as typed: ``told`` has the fields of ``Told`` but the grounds; ``notifier`` those of ``Notifier``.

    ``reference`` is that of the filing it comes from, kept with the notifier. ``denied``: the questions of the urgency sheet that
    were answered with no; ``signs``: the lines ticked under them.
    """

    received_at: datetime
    channel: Channel
    source: Source
    told: Mapping[str, Any]
    grounds: tuple[UrgencyItem, ...] = ()
    notifier: Mapping[str, str] | None = None
    reference: str = ""
    kind: ReceiptKind = ReceiptKind.NOTIFICATION
    denied: tuple[UrgencyItem, ...] = ()
    signs: tuple[Sign, ...] = ()

    @property
    def agreed(self) -> tuple[UrgencyItem, ...]:
        """The questions answered with yes, also by a line ticked under them."""
        return with_signs(self.grounds, self.signs)

    def least(self, chosen: Urgency, office: Office) -> Urgency:
        """The band that the answers to the urgency sheet ask for at the least, or the chosen one."""
        return rules.least_urgency(self.agreed, chosen, office=office, denied=self.denied)


@transaction.atomic
def register_call(
    child: ChildFacts,
    facts: CaseFacts,
    received: Received,
    *,
    in_charge: Position,
    by: Position,
    custodian: Mapping[str, str] | None = None,
) -> Notification:
    """Open a case file at once for a contact just received, with its notification and the clock of the safety check.

    The urgency is lifted to what the answers to the urgency sheet ask for. Raises Refused.
    """
    rules.check_may_take(by)
    rules.check_has_come(received.received_at, clock.now())
    rules.check_answers(received.agreed, received.denied, received.signs)
    facts = replace(facts, urgency=received.least(facts.urgency, by.office))
    case = open_case(child, facts, in_charge=in_charge, by=by)
    if custodian is not None:
        save_person(case, {"role": PersonRole.CUSTODIAN.value, **custodian}, by=by)
    return _notify(case, received, by)


@transaction.atomic
def add_notification(case: Case, received: Received, *, by: Position) -> Notification:
    """Write a further notification about the child of a case. The running clock of the safety check keeps its earlier date."""
    rules.check_may_add(case, by)
    rules.check_has_come(received.received_at, clock.now())
    rules.check_answers(received.agreed, received.denied, received.signs)
    lift(case, received.least(Urgency(case.urgency), case.office))
    return _notify(case, received, by)


@transaction.atomic
def complete_notification(
    notification: Notification, filled: Mapping[str, Any], *, by: Position
) -> Notification:
    """Fill in what a call left for later. Nothing that is filled in already is written over. Raises Refused."""
    rules.check_may_complete(notification.case, by)
    row = locked(Notification.objects.filter(pk=notification.pk))
    rules.check_unfilled(row, filled)
    for name, value in filled.items():
        setattr(row, name, value)
    row.save(update_fields=list(filled))
    return row


def lift(case: Case, urgency: Urgency) -> None:
    """Raise the urgency of a case to what the answers ask for; nothing here lowers it."""
    if list(Urgency).index(urgency) < list(Urgency).index(Urgency(case.urgency)):
        case.urgency = urgency
        case.version += 1
        case.save(update_fields=["urgency", "version"])


def _notify(case: Case, received: Received, by: Position) -> Notification:
    notification = Notification(case=case, received_at=received.received_at, received_by=by)
    notification.kind = received.kind
    notification.channel, notification.source = received.channel, received.source
    _copy_told(notification, received)
    notification.denied, notification.signs = received.denied, received.signs
    notification.save(force_insert=True)
    if received.notifier is not None:
        _lock_notifier(notification, received.notifier, received.reference, by)
    time_receipt(case, received.kind, received.received_at, by=by)
    keep_for_night(case, by=by)
    return notification


def time_receipt(case: Case, kind: ReceiptKind, received_at: datetime, *, by: Position) -> None:
    """Start the limit until which the child is to be seen: the law's (児童虐待防止法8条) after a notification of abuse, the
    office's own after any other contact, unless the law's is due before it."""
    limit = rules.limit_of(kind, is_abuse=case.is_abuse, office=case.office)
    if limit is None:
        return
    law = Clock.objects.running().filter(case=case, kind=ClockKind.SAFETY).first()
    if law is None or due_at(limit, received_at, case.office) < law.due_at:
        clocks.start(case, limit, started_at=received_at, by=by)


def _copy_told(row: Told, received: Received) -> None:
    told = {**received.told, "grounds": received.agreed}
    for name in Told.TOLD:
        setattr(row, name, told[name])


def _lock_notifier(
    notification: Notification, texts: Mapping[str, str], reference: str, by: Position
) -> None:
    current().create(Scope("compartment", notification.pk), by.office_id)
    notifier = Notifier(case=notification.case, notification=notification)
    for name in Notifier.FIELDS:
        setattr(notifier, name, texts[name])
    notifier.reference = reference
    notifier.save(force_insert=True)


@transaction.atomic
def record_safety_check(
    case: Case, *, outcome: Outcome, seen_at: datetime, texts: Mapping[str, str], by: Position
) -> SafetyCheck:
    """Record an attempt to see the child. Sight of the child meets the clock; a late one says why. The stage follows."""
    rules.check_may_check_safety(case, by)
    now = clock.now()
    rules.check_has_come(seen_at, now)
    limit = sight_due(case)
    check = SafetyCheck(case=case, seen_at=seen_at, recorded_by=by, recorded_at=now)
    for name in ("place", "seen_by", "condition"):
        setattr(check, name, texts[name])
    check.outcome = outcome
    rules.check_lateness_is_kept(texts.get("late_reason", ""), kept=outcome == Outcome.SEEN)
    if outcome == Outcome.SEEN:
        rules.check_late_has_reason(limit, seen_at, texts.get("late_reason", ""))
        check.late_reason = texts.get("late_reason") or None
    check.save(force_insert=True)
    if outcome == Outcome.SEEN:
        for running in Clock.objects.running().filter(case=case, kind__in=SIGHT):
            clocks.meet(running, at=seen_at, by=by)
    _follow(case, outcome, by, _day(case, seen_at))
    return check


@transaction.atomic
def retract_safety_check(check: SafetyCheck, reason: str, *, by: Position) -> SafetyCheck:
    """Take a wrong record back: the row stays, with why. Where no other check saw the child, the time limit runs again, from when
    the receipt came by what is known today; of no open receipt, from when it ran before."""
    rules.check_may_retract(check, by)
    row = SafetyCheck(
        case=check.case, seen_at=check.seen_at, recorded_by=by, recorded_at=clock.now(), retracts=check
    )
    row.outcome, row.place, row.seen_by, row.condition = Outcome.RETRACTED, "", "", reason
    row.save(force_insert=True)
    if not _still_seen(check.case):
        time_sight(check.case, by=by)
        limits = Clock.objects.filter(case=check.case, kind__in=SIGHT)
        runs = {*limits.running().values_list("kind", flat=True)}
        for limit in limits.filter(met_at=check.seen_at).exclude(kind__in=runs):
            clocks.start(check.case, ClockKind(limit.kind), started_at=limit.started_at, by=by)
    return row


def _still_seen(case: Case) -> bool:
    checks = SafetyCheck.objects.standing().filter(case=case)
    return any(value_of(check.outcome) is Outcome.SEEN for check in checks)


def _follow(case: Case, outcome: Outcome, by: Position, on: date) -> None:
    stage = rules.AFTER_CHECK[outcome].get(Stage(case.stage))
    if stage is not None:
        move_stage(case, stage, by=by, on=on)


def _day(case: Case, happened_at: datetime) -> date:
    """From which day on the stage holds: the day on which it happened, and none before the case."""
    return localdate(max(happened_at, case.opened_at))
