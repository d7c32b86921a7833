"""When the child's word opens the door, and when it does not."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.intake.queries import brought_by
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds, on_cases_of
from cases.records.rules import check_may_edit
from face.reading import asked_once
from referrals.consent.codes import (
    ANSWERS_FOR_GOOD,
    STANDING,
    Ground,
    Purpose,
    Result,
)
from referrals.consent.models import ExceptionRequest, Intention, IntentionQuerySet
from referrals.consent.queries import exceptions_of, intentions_of
from security.encryption.fields import value_of

READ = 300
"""How many approved exceptions of one person are looked at; they last for hours."""


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case record what the child said."""
    check_may_edit(case, by)


def check_may_withdraw(case: Case, by: Position) -> None:
    """Every person who writes on the case takes a withdrawal, on a closed case too. Nothing else is asked."""
    if not holds(by, case.pk, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_may_explain(intention: Intention, reason: str) -> None:
    """A withdrawal has one reason, which may follow. It stays as it was written first."""
    if not intention.is_withdrawn:
        raise Refused("not_withdrawn", _("The child has not withdrawn this answer."))
    if intention.withdrawal_reason is not None:
        raise Refused("explained", _("Somebody has written a reason already. It stays as it is."))
    if reason.isspace() or not reason:
        raise Refused("reason", _("Enter this."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The exception that is to be decided before the case is closed, in a sentence; '' where none is."""
    waits = any(row.state_at(now) is State.WAITING for row in exceptions_of(case))
    return _("An exception has been asked for. It waits for the director's decision.") if waits else ""


def check_recipient(recipient: Office) -> None:
    """A report to the police goes to an office of the police in use, and nowhere else."""
    if recipient.kind != OfficeKind.POLICE or not recipient.active:
        raise Refused("recipient", _("A report to the police goes to an office of the police."))


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and hour ``months`` later; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def check_term(office: Office, valid_until: datetime, now: datetime) -> None:
    """A confirmation ends after today, and not later than the office's rule allows."""
    if valid_until <= now:
        raise Refused("term", _("The confirmation has to be valid for some time from now."))
    if valid_until > months_later(now, office.intention_months_most):
        raise Refused(
            "term", _("A confirmation does not hold that long at this office. Choose an earlier day.")
        )


def check_answer(
    result: Result, items: Iterable[str], asked_at: datetime, now: datetime, refused: Iterable[str] = ()
) -> None:
    """The child was asked before it is written down. A wish names what may be told; any other answer opens nothing."""
    if asked_at > now:
        raise Refused("asked_at", _("The child was asked before this is written down, not later."))
    if result == Result.WISHES and not set(items):
        raise Refused("items", _("Choose what the child agrees to have told."))
    if set(items) & set(refused):
        raise Refused("items", _("The child does not want that told."))


def to_correct(earlier: IntentionQuerySet, result: Result) -> Intention:
    """The record a correction is about: the last one of these. Raises Refused where there is none, and where a no, an undecided
    or a withdrawal would be written over with "could not be confirmed"."""
    last = earlier.order_by("-recorded_at", F("superseded_at").desc(nulls_first=True)).first()
    if last is None:
        raise Refused("correction", _("Nothing was recorded for this office that could be corrected."))
    if result == Result.UNABLE and (last.result in ANSWERS_FOR_GOOD or last.is_withdrawn):
        raise Refused(
            "correction",
            _("The child answered or withdrew. That is never corrected into “could not be confirmed”."),
        )
    return last


def check_ground(ground: Ground, sender: Office, recipient: Office, now: datetime) -> None:
    """The two standing grounds always; any other only where an agreement of the two offices names it, and the duty to accuse
    (刑事訴訟法239条2項) also where the office's own written rule does."""
    if ground not in grounds_between(sender, recipient, now):
        raise Refused("ground", _("No agreement with this office names this ground."))


@asked_once
def _agreements_of(sender: UUID, day: date) -> list[SharingAgreement]:
    return list(SharingAgreement.objects.in_force(day).filter(sender=sender))


def _agreements(sender: UUID, recipient: UUID | None, day: date) -> list[SharingAgreement]:
    return [one for one in _agreements_of(sender, day) if one.recipient_id == recipient]


def grounds_between(sender: Office, recipient: Office, now: datetime) -> list[Ground]:
    """The grounds that can be named towards ``recipient``."""
    agreements = _agreements(sender.pk, recipient.pk, localdate(now))
    own_rules = _agreements(sender.pk, None, localdate(now))
    switched_on = {ground for agreement in [*agreements, *own_rules] for ground in agreement.grounds}
    fitting = [ground for ground in Ground if recipient.police_desk in ground.basis.desks]
    return [ground for ground in fitting if ground in STANDING or ground.value in switched_on]


def covers(ground: Ground, sender: Office, recipient: Office, items: Iterable[str], now: datetime) -> bool:
    """Whether a ground carries these items: listed ones as one agreement lists them, an answer its facts alone."""
    if ground is Ground.LISTED:
        agreements = _agreements(sender.pk, recipient.pk, localdate(now))
        return any(ground in one.grounds and set(items) <= set(one.listed) for one in agreements)
    return not ground.basis.carries or set(items) <= set(ground.basis.carries)


def check_covers(
    ground: Ground, sender: Office, recipient: Office, items: Iterable[str], now: datetime
) -> None:
    """Only what the ground carries is told."""
    if covers(ground, sender, recipient, items, now):
        return
    if ground is Ground.ANSWER:
        raise Refused(
            "items",
            _(
                "An answer to the office that brought the child tells whether the case was accepted, the child's safety, and"
                " custody from and to."
            ),
        )
    raise Refused("items", _("The agreement with this office does not list all of these items."))


def check_brought(case: Case, ground: Ground, recipient: Office) -> None:
    """An answer goes to the office of the police that brought the child, as the record of who notified names it. Who may not see
    who notified does not ask for one."""
    if ground is Ground.ANSWER and not brought_by(case, recipient):
        raise Refused(
            "ground",
            _(
                "By what you may see of who notified, this office has not brought the child to the center: there is nothing to"
                " answer."
            ),
        )


def is_formed(case: Case, purpose: Purpose = Purpose.POLICE_REPORT) -> bool:
    """Whether the child has answered. Declining, being undecided and withdrawing stay answers, whatever one person
    records after them, a correction too; a wish counts while it is the newest record for its office, towards every office:
    a child who answered about one can form an intention about another (ADR 33)."""
    return bool(formed_on([case.pk], purpose))


def formed_on(cases: Collection[UUID], purpose: Purpose) -> set[UUID]:
    """On which of these cases the child has answered, as ``is_formed`` says it of one."""
    said = Intention.objects.filter(case__in=cases, purpose=purpose)
    for_good = said.filter(
        Q(result__in=ANSWERS_FOR_GOOD) | Q(withdrawn_at__isnull=False) | Q(withdrawals__isnull=False)
    )
    by_office = said.order_by(
        "case_id", "recipient_id", "-recorded_at", F("superseded_at").desc(nulls_first=True)
    )
    newest = by_office.distinct("case_id", "recipient_id")
    return {*for_good.values_list("case_id", flat=True)} | {
        row.case_id for row in newest if row.result == Result.WISHES
    }


def check_not_formed(case: Case) -> None:
    """「迷っている」 and 「希望しない」 are never 「確認困難」."""
    if is_formed(case):
        raise Refused(
            "formed",
            _(
                "The child has given an answer, about this office or another: “the intention cannot be formed” does not apply."
            ),
        )


def check_may_request_exception(case: Case, by: Position, now: datetime) -> None:
    """Those who work on the case may ask; another person decides. One request waits for each office at a time."""
    check_may_draft(case, by, (), now)


def check_none_waits(case: Case, recipient: Office, besides: UUID, now: datetime) -> None:
    """Two requests towards one office do not wait at the same time."""
    asked = (row for row in exceptions_of(case) if row.recipient_id == recipient.pk and row.pk != besides)
    if any(row.state_at(now) is State.WAITING for row in asked):
        raise Refused("drafted", _("A draft waits for decision already."))


def check_still_sound(exception: ExceptionRequest, _by: Position, now: datetime) -> None:
    """What must hold when it is approved: the ground, no answer where none can be formed, a reason for each refused item."""
    ground = Ground(exception.ground)
    check_ground(ground, exception.case.office, exception.recipient, now)
    check_covers(ground, exception.case.office, exception.recipient, exception.items, now)
    check_brought(exception.case, ground, exception.recipient)
    if ground is Ground.CANNOT_FORM:
        check_not_formed(exception.case)
    check_refused_items(exception.case, ground, exception.items, value_of(exception.despite) or {})


def check_exception(
    case: Case,
    ground: Ground,
    recipient: Office,
    *,
    reason: str,
    condition: str,
    items: Iterable[str],
    despite: Mapping[str, str],
    now: datetime,
) -> None:
    """A typed ground that is switched on, a written reason, and named items; ``despite``: see :func:`check_refused_items`."""
    check_recipient(recipient)
    check_ground(ground, case.office, recipient, now)
    if ground == Ground.CANNOT_FORM:
        check_not_formed(case)
        if not condition.strip():
            raise Refused(
                "condition",
                _("Write down the age or condition because of which the intention cannot be formed."),
            )
    if not reason.strip():
        raise Refused("reason", _("Write down the reason."))
    if not set(items):
        raise Refused("items", _("Choose the items."))
    check_covers(ground, case.office, recipient, items, now)
    check_brought(case, ground, recipient)
    check_refused_items(case, ground, items, despite)


def check_refused_items(case: Case, ground: Ground, items: Iterable[str], despite: Mapping[str, str]) -> None:
    """What the child does not want told stays untold, but for danger to life or body: there each such item has a reason of its
    own in ``despite`` (by item), which the director reads (ADR 33)."""
    told_despite = refused_items(case) & set(items)
    if told_despite and ground != Ground.DANGER:
        raise Refused(
            "refused_items", _("The child does not want that told. Only danger to life or body goes past it.")
        )
    if not all(despite.get(item, "").strip() for item in told_despite):
        raise Refused(
            "despite", _("Write for each item that the child does not want told why it has to be told.")
        )


def usable_exceptions(
    case: Case, now: datetime, purpose: Purpose = Purpose.POLICE_REPORT
) -> list[ExceptionRequest]:
    """Exceptions on which a report could rest now: approved, unspent, unexpired, on a ground that still holds."""
    asked = (row for row in exceptions_of(case) if row.purpose == purpose and row.is_usable_at(now))
    return [exception for exception in asked if not _ground_lost(exception, now)]


def exceptions_to_use(by: Position, now: datetime, most: int) -> list[ExceptionRequest]:
    """Approved exceptions that this person asked for and that no report has used and none was drafted on yet, on cases it writes
    on; the soonest to expire first, at most ``most``. What has expired, or has lost its ground, is not among them."""
    rows = ExceptionRequest.objects.filter(
        approved=True, spent_at=None, expires_at__gt=now, drafted_person=by.staff_id
    ).filter(on_cases_of(by, Level.EDIT))
    rows = rows.annotate(reports=Count("disclosures", filter=Q(disclosures__ended_at=None))).filter(reports=0)
    found = list(rows.select_related("case__office", "recipient").order_by("expires_at", "pk")[:READ])
    unclear = [one for one in found if one.ground == Ground.CANNOT_FORM]
    formed = {
        (case_id, purpose)
        for purpose in {Purpose(one.purpose) for one in unclear}
        for case_id in formed_on([one.case_id for one in unclear if one.purpose == purpose], purpose)
    }
    kept: list[ExceptionRequest] = [
        one for one in found if not _ground_lost(one, now, (one.case_id, one.purpose) in formed)
    ]
    return kept[:most]


def _ground_lost(exception: ExceptionRequest, now: datetime, formed: bool | None = None) -> bool:
    """Whether the child has answered where the ground is that it cannot, or the agreement that names the ground has ended.
    ``formed``: whether the child has, where that was asked of many cases already."""
    if exception.ground == Ground.CANNOT_FORM:
        return is_formed(exception.case, Purpose(exception.purpose)) if formed is None else formed
    sender, recipient = exception.case.office, exception.recipient
    return exception.ground not in grounds_between(sender, recipient, now) or not covers(
        Ground(exception.ground), sender, recipient, exception.items, now
    )


def holds_at(basis: Intention | ExceptionRequest, now: datetime, spent_on: object = None) -> bool:
    """Whether a basis still opens the door, for the report ``spent_on`` that it may have been used for already."""
    if isinstance(basis, Intention):
        return basis.is_active_at(now)
    unspent = basis.spent_on is None or basis.spent_on == spent_on
    return bool(basis.approved) and unspent and basis.expires_at > now and not _ground_lost(basis, now)


@asked_once
def bases_of(
    case: Case, now: datetime, purpose: Purpose = Purpose.POLICE_REPORT
) -> list[Intention | ExceptionRequest]:
    """Everything a disclosure can rest on now: the child's active confirmations first, then approved exceptions."""
    active = [row for row in intentions_of(case, purpose) if row.is_active_at(now)]
    return [*active, *usable_exceptions(case, now, purpose)]


def basis_for(
    case: Case, recipient: Office, now: datetime, wanted: Intention | ExceptionRequest | None = None
) -> Intention | ExceptionRequest | None:
    """The basis a disclosure to ``recipient`` can rest on now: the ``wanted`` one, or the child's word before an exception."""
    found = [basis for basis in bases_of(case, now) if basis.recipient_id == recipient.pk]
    return next((basis for basis in found if wanted is None or basis == wanted), None)


def check_basis_for(
    case: Case, recipient: Office, now: datetime, wanted: Intention | ExceptionRequest | None = None
) -> Intention | ExceptionRequest:
    """The basis that :func:`basis_for` finds. Raises Refused where there is none, and says why the ``wanted`` one ended."""
    found = basis_for(case, recipient, now, wanted)
    if found is None:
        no_basis = _("Neither the child nor an exception names this office.")
        raise Refused("gate", why_ended(wanted, now) if wanted else no_basis)
    return found


def check_basis(case: Case, now: datetime, purpose: Purpose = Purpose.POLICE_REPORT) -> None:
    """Nothing goes to the police before the child's intention is confirmed, or an exception is approved."""
    if not bases_of(case, now, purpose):
        raise Refused("gate", why_no_basis(case, now, purpose))


_WHY = {
    "": _("The child has not been asked about the police yet. Confirm the child's intention first."),
    "withdrawn": _("The child withdrew. Nothing is reported unless the child newly wishes it."),
    "expired": _("The child's confirmation has expired. Ask the child again."),
    "exception": _("The approved exception has been used, has expired, or its ground no longer holds."),
    Result.DECLINES.value: _("The child does not wish a report to the police."),
    Result.UNDECIDED.value: _(
        "The child is undecided about the police. Nothing is reported until the child wishes it."
    ),
    Result.UNABLE.value: _(
        "The child's intention could not be confirmed. Ask again, or draft a report without the child's answer."
    ),
}


def why_no_basis(case: Case, now: datetime, purpose: Purpose = Purpose.POLICE_REPORT) -> str | Promise:
    """What is missing, for the grey button: where an exception is under way that comes first, else the child's newest answer."""
    exceptions = [row for row in exceptions_of(case) if row.purpose == purpose]
    if any(row.state_at(now) is State.WAITING for row in exceptions):
        return _("An exception has been asked for. It waits for the director's decision.")
    answers = intentions_of(case, purpose)
    newest = max(answers, key=lambda row: (row.recorded_at, row.asked_at), default=None)
    if newest is None and any(row.approved for row in exceptions):
        return _WHY["exception"]
    return why_ended(newest, now) if newest else _WHY[""]


def why_ended(basis: Intention | ExceptionRequest, now: datetime, spent_on: object = None) -> str | Promise:
    """In a sentence, why a basis opens nothing any more."""
    if isinstance(basis, ExceptionRequest):
        if basis.spent_on not in (None, spent_on):
            return _("The exception has been used for another report. It is used once.")
        return _WHY["exception"]
    return (
        _WHY.get(basis.state_at(now))
        or _WHY.get(basis.result)
        or _("A newer answer of the child has replaced this one.")
    )


def refused_items(case: Case, purpose: Purpose = Purpose.POLICE_REPORT) -> set[str]:
    """What the child does not want told to some office, by the newest answer that speaks of the item at all: an answer in
    which it was not asked again takes no refusal away."""
    spoken: dict[tuple[UUID, str], bool] = {}
    for row in intentions_of(case, purpose):
        for item in row.refused_items:
            spoken.setdefault((row.recipient_id, item), True)
        for item in row.items:
            spoken.setdefault((row.recipient_id, item), False)
    return {item for (_office, item), refused in spoken.items() if refused}


def kept_untold(exception: ExceptionRequest) -> set[str]:
    """What the child does not want told and this exception does not go past item by item (ADR 33)."""
    despite = exception.despite_items if exception.ground == Ground.DANGER else ()
    return refused_items(exception.case, Purpose(exception.purpose)) - set(despite)


def allowed_items(basis: Intention | ExceptionRequest, ceiling: Iterable[str], now: datetime) -> set[str]:
    """The items of the basis, under the ceiling and under every agreement in force with the recipient."""
    items = set(basis.items) & {str(item) for item in ceiling}
    if isinstance(basis, ExceptionRequest):
        items -= kept_untold(basis)
    for agreement in _agreements(basis.case.office_id, basis.recipient_id, localdate(now)):
        items &= set(agreement.items)
    return items
