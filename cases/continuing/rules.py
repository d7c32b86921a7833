"""When custody is continued, until when, and what it takes against somebody's will (児童福祉法33条13項, 14項)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN, last_day
from cases.continuing import terms
from cases.continuing.codes import ANSWERS, PETITIONS, CourtStep
from cases.continuing.models import Continuing, TermCourt
from cases.continuing.queries import continuings_of, court_rows, term_of
from cases.continuing.terms import Term, in_order
from cases.custody.models import CustodyDecision
from cases.custody.queries import lasting
from cases.custody.rules import check_lasts
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.models import Case, Person
from cases.records.rules import check_may_edit
from face.wareki import format_date
from security.encryption.fields import value_of


def check_may_draft_continuing(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, while custody lasts; one draft at a time."""
    check_may_draft(case, by, continuings_of(case), now)
    check_has_term(case)


def check_has_term(case: Case) -> CustodyDecision:
    """The start of the custody that lasts, and has a term that can be continued. Raises Refused without one."""
    start = check_lasts(case)
    if term_of(case) is None:
        raise Refused("no_term", _("The end of this custody has been decided."))
    return start


def check_until(until_on: date, term: Term) -> None:
    """For two months at most from the end of the term before (児童福祉法33条13項), and no longer than the court approved."""
    if until_on < term.first:
        raise Refused(
            "until_on",
            _("“Continued until” lies before “Continued from”, %(day)s.") % {"day": format_date(term.first)},
        )
    last = last_day(term.first)
    if until_on > last:
        raise Refused(
            "until_on",
            _("Custody is continued for two months at most: until %(day)s.") % {"day": format_date(last)},
        )
    if term.approved_until is not None and until_on > term.approved_until:
        raise Refused(
            "until_on",
            _("“Continued until” lies after the day until which the family court approved, %(day)s.")
            % {"day": format_date(term.approved_until)},
        )


def check_heard(opinion: str, not_heard_why: str) -> None:
    """The child's opinion is heard before (児童福祉法33条の3の3), or why not is written down."""
    if not opinion.strip() and not not_heard_why.strip():
        raise Refused("opinion", _("Write down the child's opinion, or why the child was not heard."))


def check_each_asked(term: Term) -> None:
    """Whether it goes against the will of a person with parental authority is known of each (児童福祉法33条14項)."""
    if term.is_unasked:
        raise Refused(
            "stands", _("Record first what each person with parental authority says to continuing custody.")
        )


def check_court(term: Term) -> None:
    """Against the will of a person with parental authority custody is continued with the approval of the family court, while a
    request for it that was made in time waits, or while a petition is pending (児童福祉法33条14項)."""
    if term.lacks_court:
        raise Refused(
            "court",
            _(
                "A person with parental authority is against it: record first that the family court has been asked for its"
                " approval within the term, that it approved, or that a petition is pending (Child Welfare Act, Art. 33)."
            ),
        )


def check_still_holds(row: Continuing, _by: Position, now: datetime) -> None:
    """When it is approved, custody lasts in the term that it continues, and everything that allowed the draft still holds."""
    start = lasting(row.case)
    term = terms.next_term(row.case, now)
    if start is None or term is None or row.start_id != start.pk or row.starts_at != term.at:
        raise Refused(
            "term", _("The term that this draft continues is not the present one any more. Return it.")
        )
    check_until(row.until_on, term)
    check_each_asked(term)
    check_court(term)


def check_person(person: Person, case: Case) -> None:
    """Who says something is one of the people around this child."""
    if person.case_id != case.pk or person.removed_at is not None:
        raise Refused("person", _("Choose one of the people around the child."))


def check_said(said_at: datetime, now: datetime) -> None:
    """It has been said."""
    if said_at > now:
        raise Refused("said_at", _("“When it was said” lies in the future."))


def check_term(case: Case, at: datetime, now: datetime) -> None:
    """What is written is about the term that runs, where it is a continued one, or about the next one."""
    known = [terms.present_term(case, now), terms.next_term(case, now)]
    if at not in [term.at for term in known if term is not None]:
        raise Refused("term_at", _("This term is over. Open the form again."))


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case, while custody lasts."""
    check_may_edit(case, by)
    check_has_term(case)


def check_step(
    step: CourtStep,
    on: date,
    until: date | None,
    *,
    earlier: Sequence[TermCourt],
    at: datetime,
    today: date,
) -> None:
    """A step at the court has happened, after what it follows from; its days are in their order. Raises Refused naming the field.

    ``earlier``: all that is written of this custody.
    """
    if on > today:
        raise Refused("step_on", _("“Day of the step” lies in the future."))
    if step in ANSWERS:
        _check_follows(on, [row for row in earlier if row.term_at == at and _is(row, CourtStep.ASKED)])
    if step is CourtStep.PETITION_OVER:
        _check_follows(on, [row for row in earlier if value_of(row.step) in PETITIONS])
    if (until is not None) != (step is CourtStep.GRANTED):
        raise Refused(
            "approved_until",
            _("Write down until when the family court approved; leave it empty with any other step."),
        )
    first = at.astimezone(JAPAN).date()
    if until is not None and not first <= until <= last_day(first):
        raise Refused(
            "approved_until",
            _("“Approved until” lies outside the term, from %(first)s to %(last)s.")
            % {"first": format_date(first), "last": format_date(last_day(first))},
        )


def _is(row: TermCourt, step: CourtStep) -> bool:
    return value_of(row.step) is step


def _check_follows(on: date, before: list[TermCourt]) -> None:
    if not before:
        raise Refused("step", _("Record first the request or the petition that this step follows."))
    since = value_of(in_order(before)[-1].step_on)
    if since is not None and on < since:
        raise Refused(
            "step_on",
            _("“Day of the step” lies before the day of the request or the petition, %(day)s.")
            % {"day": format_date(since)},
        )


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in continuings_of(case)):
        return _("A draft on continuing temporary custody waits for its decision.")
    return ""


def steps_of(case: Case, start: CustodyDecision) -> list[TermCourt]:
    """Every step at the court that is written of a custody."""
    return [row for row in court_rows(case) if row.start_id == start.pk]
