"""Who drafts and decides custody, how long it may last, and what has to be written with it."""

from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, last_day
from cases.custody.codes import NEEDS_WARRANT, Consent, DecisionKind, Heard
from cases.custody.models import CustodyDecision
from cases.custody.queries import Beside, custody_beside, decisions_of, in_force, lasting
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from cases.records.rules import check_may_edit
from face.wareki import format_datetime

CONFIRM_AT = time(9)
FILLING_IN = timedelta(hours=1)
"""How long a draft may take to write over midnight, before its start counts as one of an earlier day."""


def needs_warrant(consent: Consent | None, office: Office) -> bool:
    """Whether a warrant has to be requested within seven days (児童福祉法33条3項). Where no person has parental
    authority, the office's own rule decides."""
    return (
        office.warrant_if_nobody if consent is Consent.NOBODY else consent is None or NEEDS_WARRANT[consent]
    )


def confirm_by(said_at: datetime) -> datetime:
    """The next morning, 09:00 in Japan, by which an oral decision is confirmed in writing."""
    said = said_at.astimezone(JAPAN)
    morning = datetime.combine(said.date(), CONFIRM_AT, JAPAN)
    return morning if said < morning else morning + timedelta(days=1)


def check_may_draft_start(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, or record what was decided orally (:func:`check_written`); one draft at
    a time, and none while custody lasts."""
    _check_may_draft(case, DecisionKind.START, by, now, Permission.RECORD_ORAL)
    if in_force(case) is not None:
        raise Refused("in_custody", _("The child is in temporary custody already."))


def check_may_draft_end(case: Case, by: Position, now: datetime) -> None:
    """Custody that lasts is ended, by one draft at a time."""
    _check_may_draft(case, DecisionKind.END, by, now, Permission.DRAFT_DECISIONS)
    check_lasts(case)


def _check_may_draft(
    case: Case, kind: DecisionKind, by: Position, now: datetime, permission: Permission
) -> None:
    rows = [row for row in decisions_of(case) if row.kind == kind]
    check_may_draft(case, by, rows, now, permission=permission)


def records_only_oral(by: Position) -> bool:
    """Whether this position records a start that was decided orally, and drafts no other: the officer on duty at night."""
    return by.may(Permission.RECORD_ORAL) and not by.may(Permission.DRAFT_DECISIONS)


def check_written(by: Position) -> None:
    """A start that was not decided orally is drafted by those who draft decisions."""
    check_role_may(by, Permission.DRAFT_DECISIONS)


def check_becomes_oral(is_new: bool) -> None:
    """What was decided orally is recorded once, as it was: a written draft that waits does not turn into it."""
    if not is_new:
        raise Refused(
            "written", _("Withdraw this draft first: an oral decision is recorded as one of its own.")
        )


def check_apart(row: CustodyDecision) -> None:
    """Two custodies of one child never overlap, in whatever case of the child (so says the wall ``custody_apart``, too)."""
    other = custody_beside(row.case, row.effective_at, besides=row.pk)
    if other is not None:
        raise _overlapping(other)


def check_none_goes_on(case: Case, now: datetime) -> None:
    """Said before anything is typed: no start overlaps nothing while another custody of the child goes on without an end."""
    other = custody_beside(case, now)
    if other is not None and other.ended_at is None:
        raise _overlapping(other)


def _overlapping(other: Beside) -> Refused:
    if other.number is None:
        text = _(
            "Another case of this child has a temporary custody %(term)s. Two of one child do not overlap."
        )
    else:
        text = _(
            "Case %(number)s of this child has a temporary custody %(term)s. Two of one child do not overlap."
        )
    return Refused("overlaps", text % {"number": other.number, "term": _term(other)})


def _term(other: Beside) -> str:
    term = {"start": format_datetime(other.started_at)}
    if other.ended_at is None:
        return _("from %(start)s on") % term
    return _("from %(start)s until %(end)s") % {**term, "end": format_datetime(other.ended_at)}


def check_start_holds(row: CustodyDecision, _by: Position, _now: datetime) -> None:
    """What was drafted is approved while no other custody of the child is in its way. An oral one is in effect already."""
    if not row.is_oral:
        check_apart(row)


def check_end_holds(row: CustodyDecision, _by: Position, _now: datetime) -> None:
    """An end is approved while the custody lasts that it ends: an oral one may have been returned meanwhile."""
    if row.start is None or not row.start.lasts:
        raise Refused("not_in_custody", _("The child is not in temporary custody."))
    check_ends_after_moves(row.start, row.effective_at)


def check_lasts(case: Case) -> CustodyDecision:
    """The start of the custody that lasts, also by an oral decision that waits to be confirmed. Raises Refused without one."""
    start = lasting(case)
    if start is None:
        raise Refused("not_in_custody", _("The child is not in temporary custody."))
    return start


def what_goes_on(case: Case, now: datetime) -> str | Promise:
    """What of custody prevents closing the case, in a sentence; '' where nothing does."""
    decisions = decisions_of(case)
    if lasting(case) is not None:
        return _("The child is in temporary custody. End it first.")
    if any(row.state_at(now) is State.WAITING for row in decisions):
        return _("A draft on temporary custody waits for its decision.")
    if any(row.is_unheard for row in decisions):
        return _("The child is still to be heard on temporary custody.")
    return ""


def check_not_oral(row: CustodyDecision, _by: Position) -> None:
    """What was decided orally has happened: it is confirmed or returned, and neither changed nor taken back."""
    if row.is_oral:
        raise Refused(
            "oral", _("An oral decision is in effect already. It is confirmed or returned as it was.")
        )


def check_expected(starts_at: datetime, until: date) -> None:
    """Not before it starts, and not over two months (児童福祉法33条12項). The code of a refused order names its fields."""
    first = starts_at.astimezone(JAPAN).date()
    if until < first:
        raise Refused(
            "effective_at expected_until", _("“Expected until” lies before “From”. Correct one of the two.")
        )
    if until > last_day(first):
        raise Refused(
            "expected_until", _("Temporary custody lasts two months from the start day at the most.")
        )


def lies_back(starts_at: datetime, now: datetime) -> bool:
    """Whether a start lies on an earlier day: custody that began without a decision is one that was decided orally."""
    earlier = starts_at.astimezone(JAPAN).date() < now.astimezone(JAPAN).date()
    return earlier and now - starts_at > FILLING_IN


def check_not_begun(starts_at: datetime, now: datetime) -> None:
    """A written decision starts custody from its own day on."""
    if lies_back(starts_at, now):
        raise Refused(
            "begun", _("This start lies on an earlier day. If custody has begun, record the oral decision.")
        )


def check_heard(heard: Heard, opinion: str, why: str) -> None:
    """The child's opinion is heard before; where that could not wait, why not is written down (児童福祉法33条の3の3)."""
    if heard is Heard.BEFORE and not opinion.strip():
        raise Refused("opinion", _("Write down the child's opinion, or why it is heard afterwards."))
    if heard is Heard.AFTER and not why.strip():
        raise Refused("heard_why", _("Write down why the child's opinion could not be heard before."))


def check_oral(starts_at: datetime, said_by: str, said_at: datetime | None, now: datetime) -> datetime:
    """An oral decision: who said it and when, and custody that began after it. Gives when it was said."""
    if not said_by.strip() or said_at is None:
        raise Refused("oral", _("Write down who decided it orally, and when."))
    if said_at > now or starts_at > now:
        fields = {"effective_at": starts_at, "said_at": said_at}
        raise Refused(
            " ".join(name for name, at in fields.items() if at > now),
            _("An oral decision is recorded once custody has begun."),
        )
    if starts_at < said_at:
        raise Refused(
            "effective_at said_at",
            _("“From” lies before “When it was decided orally”: custody begins after it was decided."),
        )
    return said_at


def check_opinion_open(decision: CustodyDecision, by: Position) -> None:
    """An opinion that was to be heard afterwards is added once (児童福祉法33条の3の3)."""
    check_may_edit(decision.case, by)
    if decision.opinion is not None:
        raise Refused("heard", _("The child's opinion has been recorded already."))


def check_may_record_consent(decision: CustodyDecision, at: datetime, by: Position, now: datetime) -> None:
    """While custody lasts, also by an oral decision that waits for its confirmation. What was said has been said."""
    check_may_edit(decision.case, by)
    if not decision.lasts:
        raise Refused("not_in_custody", _("The child is not in temporary custody."))
    if at > now:
        raise Refused("future", _("This moment lies in the future."))


def check_ends_after_start(start: CustodyDecision, ends_at: datetime) -> None:
    """Custody ends after it began."""
    if ends_at < start.effective_at:
        raise Refused(
            "effective_at",
            _("“Custody ends at” lies before “Start” of the custody, %(at)s. One of the two is wrong.")
            % {"at": format_datetime(start.effective_at)},
        )


def check_ends_after_moves(start: CustodyDecision, ends_at: datetime) -> None:
    """A child that was moved was in custody still."""
    moved = start.moves.filter(approved=True, moved_at__gte=ends_at).order_by("-moved_at").first()
    if moved is not None:
        raise Refused(
            "effective_at",
            _("“Custody ends at” lies before the child was moved on %(at)s. One of the two is wrong.")
            % {"at": format_datetime(moved.moved_at)},
        )


def check_ends_in_term(ends_at: datetime, term: Clock | None, now: datetime) -> None:
    """An end that lies ahead lies within the two months (児童福祉法33条12項). An end that has come is a fact."""
    if term is not None and ends_at > max(now, term.due_at):
        raise Refused(
            "effective_at",
            _(
                "“Custody ends at” lies after the last day of custody, %(day)s. Correct it, or have the continuing of custody"
                " decided."
            )
            % {"day": format_datetime(term.due_at)},
        )
