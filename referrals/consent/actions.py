"""Recording what the child said, withdrawing it, and asking for an exception."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.notices.actions import tell, without_fail
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.decisions.actions import Decision
from cases.duties.actions import leave_duty
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.consequences import Consequences
from referrals.consent import codes, rules
from referrals.consent.asking import Asking, check_asked_about, check_asking, check_young_term
from referrals.consent.codes import Ground, Purpose, Result
from referrals.consent.endings import closed_by_ending
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.panel import EXPLAIN, REVIEW, shown
from security.walls import clock

EXCEPTION_HOURS = 24
TEXTS = ("asked_by", "place", "explanation", "words", "understanding", "advocate")


@transaction.atomic
def record_intention(
    case: Case,
    *,
    result: Result,
    recipient: Office,
    items: Iterable[str],
    refused: Iterable[str] = (),
    asked_at: datetime,
    valid_until: datetime,
    texts: Mapping[str, str],
    asking: Asking,
    by: Position,
    correction: str = "",
    purpose: Purpose = Purpose.POLICE_REPORT,
) -> Intention:
    """Write down one answer of the child. It ends the older one for the same recipient and purpose, and what rested on it.

    ``items`` may be told and ``refused`` must not; what is in neither has not been asked. Any result but WISHES opens nothing and
    so acts as a withdrawal. ``correction``: the last record for this
    recipient was written down wrongly, and how; that record stays, and says that it is corrected by this one. What the child
    answered or withdrew keeps counting as an answer (``rules.is_formed``): a correction rests on one person's word. ``asking``:
    with which text, by whom and where, and what the child understood; a wish counts for the gate where it understood all four.
    """
    rules.check_may_record(case, by)
    rules.check_recipient(recipient)
    now = clock.now()
    rules.check_term(case.office, valid_until, now)
    check_asking(case, result, asking, localdate(now))
    items, refused = set(items), set(refused)
    check_asked_about(asking.band, items | refused)
    check_young_term(case, asking.band, localdate(valid_until), localdate(now))
    rules.check_answer(result, items, asked_at, now, refused)
    earlier = Intention.objects.filter(case=case, recipient=recipient, purpose=purpose)
    wrong = rules.to_correct(earlier, result) if correction.strip() else None
    for row in earlier.in_force().select_for_update():
        row.superseded_at = now
        row.save(update_fields=["superseded_at"])
        _tell_of_ending(row, by)
    intention = Intention(
        case=case,
        result=result,
        recipient=recipient,
        purpose=purpose,
        items=sorted(items) if result == Result.WISHES else [],
        refused_items=sorted(refused),
        asked_at=asked_at,
        valid_until=valid_until,
        recorded_by=by,
        recorded_at=now,
        wording_version=asking.text.version,
        corrects=wrong,
        understood=asking.is_understood,
    )
    for name in TEXTS:
        setattr(intention, name, texts[name])
    for name, value in asking.columns().items():
        setattr(intention, name, value)
    if wrong is not None:
        intention.correction = correction
    intention.save(force_insert=True)
    return intention


@transaction.atomic
def withdraw(intention: Intention, *, by: Position) -> None:
    """End a confirmation and, in this transaction, every open disclosure and draft that rests on it (a trigger of the gate).

    Nothing here validates: no form, no text, no mail server, no worker, no failing notice and no transaction that holds a row
    can stop it (ADR 15). A reason follows by :func:`explain_withdrawal`. Raises Refused only for a person who does not write
    on the case.
    """
    rules.check_may_withdraw(intention.case, by)
    row = Intention.objects.get(pk=intention.pk)
    if row.is_withdrawn:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.withdraw(%s)", [row.pk])
    row.withdrawn_at, row.withdrawn_by = clock.now(), by
    _tell_of_ending(row, by)


def _tell_of_ending(intention: Intention, by: Position) -> None:
    """Leave notices that a confirmation has ended: with the officers whose page closed and, of a withdrawal, with the one in
    charge and the line."""
    case, cause = intention.case, f"ended:{intention.pk}"
    with without_fail("an ended confirmation"):
        if intention.withdrawn_at is not None:
            told = [
                position
                for position in positions_of_case(case.pk, Relation.LEAD, Relation.LINE)
                if position != by.pk
            ]
            tell(
                told, NoticeKind.DISCLOSURE_CLOSED, case.number, reverse("case", args=[case.pk]), cause=cause
            )
        for closed in closed_by_ending(intention):
            tell(closed.readers, NoticeKind.DISCLOSURE_CLOSED, closed.reference, closed.path, cause=cause)


@transaction.atomic
def explain_withdrawal(intention: Intention, *, reason: str, by: Position) -> None:
    """Write the reason of a withdrawal that has already taken effect; once. Raises Refused."""
    rules.check_may_withdraw(intention.case, by)
    row = Intention.objects.select_for_update().get(pk=intention.pk)
    rules.check_may_explain(row, reason)
    row.withdrawal_reason = reason
    row.save(update_fields=["withdrawal_reason"])


@transaction.atomic
def request_exception(
    case: Case,
    *,
    ground: Ground,
    recipient: Office,
    items: Iterable[str],
    reason: str,
    condition: str,
    by: Position,
    despite: Mapping[str, str] | None = None,
    earlier: ExceptionRequest | None = None,
) -> ExceptionRequest:
    """Ask for an exception to the child's intention, with a typed ground and a written reason.

    ``despite``: by item, why what the child does not want told is told all the same; possible in danger to life or body alone.
    ``earlier``: the asker's own request that waits, to be changed, or a returned one, to be drafted again. Raises Refused.
    """
    told = set(items)
    why = {item: text for item, text in sorted((despite or {}).items()) if item in told and text.strip()}
    now = clock.now()
    request = EXCEPTION.begin(case, by, now, earlier)
    rules.check_none_waits(case, recipient, request.pk, now)
    rules.check_exception(
        case, ground, recipient, reason=reason, condition=condition, items=told, despite=why, now=now
    )
    request.ground, request.recipient, request.purpose = ground, recipient, Purpose.POLICE_REPORT
    request.items, request.despite_items = sorted(told), sorted(why)
    request.expires_at = now + timedelta(hours=EXCEPTION_HOURS)
    request.reason, request.condition = reason, condition
    request.despite = why or None
    return EXCEPTION.submit(request, by)


def _with_approval(exception: ExceptionRequest) -> tuple[str, ...]:
    """An approval lasts 24 hours from now."""
    exception.expires_at = clock.now() + timedelta(hours=EXCEPTION_HOURS)
    return ("expires_at",)


def _locked(rows: QuerySet[ExceptionRequest]) -> ExceptionRequest:
    row = rows.select_for_update(of=("self",)).select_related("case__office", "recipient").first()
    if row is None:  # the wall lets this reader see it, and not write it
        raise Refused("no_grant", _("Only the team of this case can do this."))
    return row


def _reviewer(exception: ExceptionRequest, by: Position) -> UUID:
    """Who reviews it later: a supervisor (else another of the line) who neither asked nor decided; else the decider."""
    line = Position.objects.filter(pk__in=positions_of_case(exception.case_id, Relation.LINE))
    others = line.exclude(staff_id__in=(by.staff_id, exception.drafted_person_id)).order_by("starts_on", "id")
    found = sorted(others, key=lambda position: position.role != Role.SUPERVISOR)
    return found[0].pk if found else by.pk


def _leave_duties(exception: ExceptionRequest, by: Position) -> None:
    """It is explained to the child by the person who asked for it, and reviewed by another."""
    case, reviewer = exception.case, _reviewer(exception, by)
    barred = {exception.drafted_person_id} | (set() if reviewer == by.pk else {by.staff_id})
    leave_duty(case, EXPLAIN, cause=exception.pk, owner=exception.drafted_by_id)
    leave_duty(case, REVIEW, cause=exception.pk, owner=reviewer, barred=barred)


EXCEPTION = Decision(
    act=codes.EXCEPTION,
    model=ExceptionRequest,
    check_may_draft=rules.check_may_request_exception,
    content=("ground", "recipient", "items", "despite_items", "despite", "reason", "condition", "expires_at"),
    form_url="exception_new",
    template="referrals/consent/asked.html",
    beside="referrals/consent/beside.html",
    context=shown,
    panels=lambda _row: ("intention",),
    consequences=Consequences(
        _("The items named may be reported without the child's agreement, until the exception ends."),
        _("The person who drafted it is told. Telling the child why becomes a duty of the office."),
        _("What is reported on it cannot be made unread, even if the child objects later."),
    ),
    lock=_locked,
    still_holds=rules.check_still_sound,
    with_signature=_with_approval,
    effect=_leave_duties,
    presses=True,
)
