"""Who is placed where, by whose decision, and what has to be there before (児童福祉法27条, 28条)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, PLACEMENT_MONTHS, last_day
from cases.conferences.codes import CouncilStep, CouncilWay, Measure, Opposed
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.conferences.queries import decides
from cases.consents.codes import Said
from cases.custody.models import CustodyDecision
from cases.custody.queries import decisions_of as custodies_of
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.placement.codes import (
    CONFERENCE_ON,
    COURT_MOVES,
    MOVES,
    PLACES,
    Basis,
    CourtAct,
    DecisionKind,
    PlacementKind,
    PlacementState,
)
from cases.placement.models import PlacementAnswer, PlacementCourt, PlacementDecision, PlacementHearing
from cases.placement.queries import (
    Court,
    awaited,
    came_last,
    court_of,
    decisions_of,
    last_act,
    standing,
    term_of,
)
from cases.placement.wills import Wills, wills_on
from cases.records.models import Case
from cases.records.rules import check_may_edit
from face.wareki import format_date, format_datetime
from security.encryption.fields import value_of

AHEAD = timedelta(days=366)
"""How far ahead a placement can begin, and a review can lie."""
YEARS = PLACEMENT_MONTHS
"""Months for which the family court's approval lasts at most (児童福祉法28条2項)."""
TICK = timedelta(microseconds=1)


def day_of(at: datetime) -> date:
    """The day of a moment in Japan."""
    return at.astimezone(JAPAN).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime.combine(day, time.min, JAPAN)


def check_move(case: Case, kind: DecisionKind) -> None:
    """What is decided can follow where the placement is now: the table ``MOVES`` has it."""
    found = standing(case)
    if kind in MOVES[found.reached]:
        return
    if kind is DecisionKind.START:
        raise Refused("placed", _("A placement of this child has been decided already."))
    if found.reached is PlacementState.SUSPENDED:
        raise Refused(
            "suspended", _("The placement is suspended. Have the end of the suspension decided first.")
        )
    raise Refused("not_placed", _("This does not follow where the placement is now."))


def check_may_draft_act(case: Case, kind: DecisionKind, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, where this can follow; one draft on the placement at a time. What is
    renewed rests on the court's approval (児童福祉法28条2項)."""
    check_may_draft(case, by, decisions_of(case), now)
    check_move(case, kind)
    if kind is DecisionKind.RENEW:
        check_has_term(case)


def check_has_term(case: Case) -> Clock:
    """The term that the court approved and that runs. Raises Refused without one."""
    term = term_of(case)
    if term is None:
        raise Refused("no_term", _("No term runs that the family court approved."))
    return term


def check_basis(kind: PlacementKind, basis: Basis, applied_on: date | None, today: date) -> None:
    """Independent living support is given on the young person's application, and nothing else is (児童福祉法33条の6)."""
    if (kind is PlacementKind.INDEPENDENT) != (basis is Basis.APPLICATION):
        raise Refused(
            "basis",
            _(
                "“Grounds in law”: a home for independent living rests on Art. 33-6, and no other placement does."
            ),
        )
    if (basis is Basis.APPLICATION) != (applied_on is not None):
        raise Refused(
            "applied_on",
            _("Write down the day of the young person's application; leave it empty with any other ground."),
        )
    if applied_on is not None and applied_on > today:
        raise Refused("applied_on", _("“Day of the young person's application” lies in the future."))


def check_order(case: Case, effective_on: date, today: date) -> None:
    """A decision takes effect after the one before it, and not more than a year ahead."""
    before = last_act(case)
    if before is not None and effective_on < before.effective_on:
        raise Refused(
            "effective_on",
            _("“Effective on” lies before the first day of the decision before it, %(day)s.")
            % {"day": format_date(before.effective_on)},
        )
    came = came_last(case)
    if came is not None and effective_on < day_of(came):
        raise Refused(
            "effective_on",
            _("“Effective on” lies before “When the child came”, %(day)s.")
            % {"day": format_date(day_of(came))},
        )
    if effective_on > today + AHEAD:
        raise Refused("effective_on", _("“Effective on” lies more than a year ahead."))


def check_days(effective_on: date, review_on: date, applied_on: date | None) -> None:
    """The review and the application fit the beginning. Raises Refused naming the field."""
    check_review(effective_on, review_on)
    if applied_on is not None and applied_on > effective_on:
        raise Refused("applied_on", _("“Day of the young person's application” lies after “Effective on”."))


def check_review(effective_on: date, review_on: date) -> None:
    """The review lies after the beginning, and not a year after it."""
    if review_on <= effective_on:
        raise Refused("review_on", _("“Review on” lies before or on “Effective on”. Correct one of the two."))
    if review_on > effective_on + AHEAD:
        raise Refused("review_on", _("“Review on” lies more than a year after “Effective on”."))


def check_hearing(
    hearing: PlacementHearing | None, case: Case, besides: PlacementDecision | None
) -> PlacementHearing:
    """No measure without hearing the child before (児童福祉法33条の3の3). Each decision has a hearing of its own."""
    if hearing is None or hearing.case_id != case.pk:
        raise Refused(
            "hearing", _("Record first how the child was heard on this: no placement is decided without it.")
        )
    others = (row for row in decisions_of(case) if row.approved and row.hearing_id == hearing.pk)
    if any(besides is None or row.pk != besides.pk for row in others):
        raise Refused("hearing", _("Another decision rests on this hearing. Hear the child on this one."))
    return hearing


def is_heard(item: ConferenceItem) -> bool:
    """Whether the council was heard on what a conference decided, before it or after it, or could not be waited for."""
    return (
        item.council_id is not None
        or value_of(item.council_way) is CouncilWay.URGENT
        or CouncilRecord.objects.filter(item=item, step=CouncilStep.HEARD).exists()
    )


def check_council(opposed: Collection[Opposed], item: ConferenceItem | None, case: Case) -> None:
    """Where it goes against what the child or a custodian wants, the child welfare council is heard (児童福祉法27条6項) on the
    conference that the measure follows, or told promptly afterwards, which is then owed on that conference."""
    if item is not None and (item.case_id != case.pk or not item.approved):
        raise Refused("item", _("Choose a decision of a conference on this case."))
    if opposed and (item is None or not is_heard(item)):
        raise Refused(
            "item",
            _(
                "It goes against the opinion of the child or a custodian: choose the decision of a conference that has the"
                " opinion of the child welfare council, or says why it could not wait for it (Child Welfare Act, Art. 27 (6))."
            ),
        )


def check_conference(row: PlacementDecision, item: ConferenceItem | None) -> None:
    """A placement, its change, suspension and end each rest on a support policy conference that decided it (児童相談所運営指針),
    and on one of their own each time. Raises Refused."""
    wanted = CONFERENCE_ON.get(DecisionKind(row.kind), frozenset())
    if row.kind == DecisionKind.START:
        applied = value_of(row.basis) is Basis.APPLICATION
        wanted = frozenset({Measure.INDEPENDENT if applied else Measure.PLACEMENT})
    if not wanted:
        return
    if not decides(item, wanted):
        raise Refused(
            "item",
            _(
                "The approved decision of a support policy conference is missing that decided exactly this. Put the case before"
                " one, and choose its decision here."
            ),
        )
    others = (one for one in decisions_of(row.case) if one.approved and one.kind == row.kind)
    if any(item is not None and one.item_id == item.pk and one.pk != row.pk for one in others):
        raise Refused(
            "item", _("Another decision rests on this conference already. Put the case before another one.")
        )


def check_each_asked(wills: Wills) -> None:
    """Whether it goes against the will of a person with parental authority is known of each (児童福祉法27条4項)."""
    if wills.unsaid:
        raise Refused(
            "consent",
            _(
                "Record first what each person with parental authority says to this kind of placement, or that nobody has it."
            ),
        )


def check_will(wills: Wills) -> None:
    """No measure against the will of a person with parental authority without the court (児童福祉法27条4項, 28条1項)."""
    if wills.in_the_way:
        raise Refused(
            "consent",
            _(
                "Not every person with parental authority consents. Without the approval of the family court the child is not"
                " placed (Child Welfare Act, Art. 27 (4), Art. 28)."
            ),
        )


def check_court(court: Court, kind: PlacementKind | None, effective_on: date) -> date:
    """The court approved this kind of placement, and its term has not passed (児童福祉法28条). Gives the last day of the term:
    the court's, and never over two years."""
    last = last_day(effective_on, YEARS)
    if not court.approves:
        raise Refused("court", _("Record first that the family court approved the placement."))
    if kind not in court.kinds:
        raise Refused(
            "place_kind", _("“Kind of placement” is not among those that the family court approved.")
        )
    if court.approved_on is not None and effective_on < court.approved_on:
        raise Refused(
            "effective_on",
            _("“Effective on” lies before the day on which the family court approved it, %(day)s.")
            % {"day": format_date(court.approved_on)},
        )
    until = min(court.until or last, last)
    if until < effective_on:
        raise Refused(
            "effective_on",
            _("“Effective on” lies after the day until which the family court approved it, %(day)s.")
            % {"day": format_date(until)},
        )
    return until


def check_rests(row: PlacementDecision, now: datetime, *, approves: bool) -> None:
    """What the measure rests on is there: of the consent, each was asked; approved, it goes against nobody's will, or the court
    approved it."""
    basis, kind = value_of(row.basis), value_of(row.place_kind)
    if basis is Basis.APPLICATION:
        return
    if basis is Basis.COURT:
        if approves:
            check_court(court_of(row.case), kind, row.effective_on)
        return
    wills = wills_on(row.case, kind, now)
    check_each_asked(wills)
    if approves:
        check_will(wills)


def check_renewal(row: PlacementDecision, court: Court, now: datetime) -> date:
    """A term is renewed from its end, with the court's approval of that, for two years at most (児童福祉法28条2項). Gives its
    last day."""
    term = check_has_term(row.case)
    if row.effective_on != day_of(term.due_at + TICK):
        raise Refused(
            "term", _("The term that this draft renews is not the present one any more. Return it.")
        )
    if court.last is not CourtAct.RENEWAL_GRANTED:
        raise Refused("court", _("Record first that the family court approved the renewal."))
    last = last_day(row.effective_on, YEARS)
    until = min(court.until or last, last)
    if until < row.effective_on:
        raise Refused("court", _("The family court approved it until a day before the renewed term begins."))
    return until


def check_still_holds(row: PlacementDecision, _by: Position, now: datetime) -> None:
    """When it is approved, everything that allowed the draft still holds, and what only the approval takes is there."""
    check_move(row.case, DecisionKind(row.kind))
    if row.kind != DecisionKind.RENEW:
        check_order(row.case, row.effective_on, day_of(now))
    check_hearing(row.hearing, row.case, row)
    check_council(value_of(row.opposed) or (), row.item, row.case)
    check_conference(row, row.item)
    if row.kind == DecisionKind.RENEW:
        check_renewal(row, court_of(row.case), now)
    elif row.kind in PLACES:
        check_rests(row, now, approves=True)


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case write down what was said and what the court did."""
    check_may_edit(case, by)


def check_said(said_at: datetime, now: datetime) -> None:
    """It has been said."""
    if said_at > now:
        raise Refused("answered_at", _("“When it was said” lies in the future."))


def check_withdrawn(said: Said, before: PlacementAnswer | None) -> None:
    """Consent is withdrawn by who gave it before."""
    if said is Said.WITHDRAWN and (before is None or value_of(before.consent) is not Said.CONSENTS):
        raise Refused("withdrawn", _("No consent of this person is recorded that could be withdrawn."))


def check_step(step: CourtAct, on: date, earlier: Sequence[PlacementCourt], today: date) -> None:
    """A step at the court has happened, and follows the one before it, not before its day. Raises Refused naming the field."""
    if on > today:
        raise Refused("step_on", _("“Day of the step” lies in the future."))
    last = earlier[-1] if earlier else None
    before: CourtAct | None = value_of(last.step) if last is not None else None
    if step not in COURT_MOVES.get(before, ()):
        raise Refused(
            "step", _("This cannot follow what was recorded last. Look at the steps at the family court.")
        )
    since = value_of(last.step_on) if last is not None else None
    if since is not None and on < since:
        raise Refused(
            "step_on",
            _("“Day of the step” lies before that of the step before it, %(day)s.")
            % {"day": format_date(since)},
        )


def check_approval(step: CourtAct, on: date, kinds: Collection[PlacementKind], until: date | None) -> None:
    """An approval says which kinds of placement, and until when where the court set a day; no other step does."""
    is_first, approves = step is CourtAct.GRANTED, step in (CourtAct.GRANTED, CourtAct.RENEWAL_GRANTED)
    if bool(kinds) != is_first:
        raise Refused(
            "kinds",
            _(
                "Write down which kinds of placement the family court approved; leave it empty with any other step."
            ),
        )
    if PlacementKind.INDEPENDENT in kinds:
        raise Refused("kinds", _("A home for independent living takes no approval of the family court."))
    if until is not None and not approves:
        raise Refused("until_day", _("“Approved until” belongs to an approval. Leave it empty."))
    if until is not None and until <= on:
        raise Refused("until_day", _("“Approved until” lies before or on “Day of the step”."))


def custody_at(case: Case, at: datetime) -> CustodyDecision | None:
    """The start of the temporary custody that is in effect at a moment."""
    for row in custodies_of(case):
        in_effect = row.approved or (row.is_oral and row.approved is None and not row.taken_back_at)
        if (
            row.kind == "start"
            and in_effect
            and row.effective_at <= at
            and (row.ended_at is None or row.ended_at > at)
        ):
            return row
    return None


def check_may_arrive(case: Case, by: Position) -> PlacementDecision:
    """Those who work on the case write that the child came, once for each decision. Gives the decision."""
    check_may_edit(case, by)
    row = awaited(case)
    if row is not None:
        return row
    if standing(case).where is None:
        raise Refused("not_placed", _("No placement of this child has been decided."))
    raise Refused("arrived", _("It has been recorded already that the child came."))


def check_arrived(row: PlacementDecision, at: datetime, now: datetime) -> None:
    """It has happened, from the first day of the placement on, and temporary custody has ended by a decision of its own: custody
    lasts until the measure is taken (児童福祉法33条1項, 2項), and the two never hold the child at once."""
    if at > now:
        raise Refused("arrived_at", _("“When the child came” lies in the future."))
    if at < begin_of(row.effective_on):
        raise Refused(
            "arrived_at",
            _("“When the child came” lies before the first day of the decision, %(day)s.")
            % {"day": format_date(row.effective_on)},
        )
    before = came_last(row.case)
    if before is not None and at < before:
        raise Refused(
            "arrived_at",
            _("“When the child came” lies before the child came to the place before it, %(at)s.")
            % {"at": format_datetime(before)},
        )
    custody = custody_at(row.case, at)
    if custody is None:
        return
    if custody.ended_at is None:
        raise Refused(
            "arrived_at",
            _(
                "The child is in temporary custody. Have its end decided, from when the child came to the institution."
            ),
        )
    raise Refused(
        "arrived_at",
        _("“When the child came” lies before the end of temporary custody, %(end)s.")
        % {"end": format_datetime(custody.ended_at)},
    )


def what_goes_on(case: Case, now: datetime) -> str | Promise:
    """What of a placement prevents closing the case, in a sentence; '' where nothing does."""
    if standing(case).lasts:
        return _("The child is placed. End the placement first.")
    if awaited(case) is not None:
        return _(
            "The end of the placement is decided. Record first when the child came to where it stays from then on."
        )
    if any(row.state_at(now) is State.WAITING for row in decisions_of(case)):
        return _("A draft on placement waits for its decision.")
    return ""
