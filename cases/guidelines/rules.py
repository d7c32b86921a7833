"""What a support guideline says before it is drafted, until when it is reviewed, and when it was explained to the child."""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.codes import CouncilStep
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.diagnoses.models import Judgement
from cases.guidelines.codes import GOALS, SHORT_MONTHS, Horizon, Outcome
from cases.guidelines.models import Guideline, GuidelineReview
from cases.guidelines.queries import (
    Goal,
    Result,
    Wish,
    custodians,
    guidelines_of,
    in_force,
    reviews_of,
)
from cases.prints.queries import naming_withheld
from cases.records.models import Case
from cases.records.rules import check_may_edit


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    month = day.month + months
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def check_may_draft_guideline(case: Case, by: Position, now: datetime) -> None:
    """Those who work on the case and draft decisions, one draft at a time."""
    check_may_draft(case, by, guidelines_of(case), now)


def check_wishes(case: Case, wishes: Collection[Wish], today: date) -> None:
    """Each custodian was asked, or it says why not; whoever is suspected is never asked. Raises Refused naming the field."""
    asked, _suspects = custodians(case, today)
    said = {one.person: one.words.strip() for one in wishes}
    for person in asked:
        if not said.get(person.pk):
            raise Refused(
                f"wish_{person.pk.hex}",
                _("Write down what this custodian wishes, or why there is no answer."),
            )
    if said.keys() - {person.pk for person in asked}:
        raise Refused(
            "suspect",
            _(
                "A wish is written down of custodians of this child alone, and never of a suspect. Open the form again."
            ),
        )


def check_goal(goal: Goal, today: date) -> None:
    """The day of a goal lies ahead, of a short one within three months. Raises Refused."""
    if goal.until < today:
        raise Refused("until", _("The day of this goal has passed."))
    if goal.horizon is Horizon.SHORT and goal.until > months_after(today, SHORT_MONTHS):
        raise Refused(
            "until", _("A short-term goal lies within three months. Choose an earlier day, or “long-term”.")
        )


def check_goals(goals: Sequence[Goal], today: date) -> None:
    """A guideline has short goals and long ones, few enough to be kept in mind."""
    for goal in goals:
        check_goal(goal, today)
    if {goal.horizon for goal in goals} != set(Horizon):
        raise Refused("goals", _("Write down at least one short-term and one long-term goal."))
    if len(goals) > GOALS:
        text = _("Write down %(count)d goals at most.") % {"count": GOALS}
        raise Refused("goals", text)


def check_review_day(on: date, today: date, months: int, field: str = "review_on") -> None:
    """It is evaluated within the months that the office sets, half a year at most: no law sets this."""
    if on < today:
        raise Refused(field, _("The day of the evaluation has passed."))
    if on > months_after(today, months):
        text = ngettext(
            "A guideline is evaluated within %(months)d month. Choose an earlier day.",
            "A guideline is evaluated within %(months)d months. Choose an earlier day.",
            months,
        )
        raise Refused(field, text % {"months": months})


def check_links(
    case: Case, item: ConferenceItem | None, judgement: Judgement | None, council: CouncilRecord | None
) -> None:
    """What it rests on was decided, or received, in this case."""
    links = (
        ("item", item, item is not None and item.approved),
        ("judgement", judgement, judgement is not None and judgement.approved),
        ("council", council, council is not None and council.step == CouncilStep.HEARD),
    )
    for field, row, holds in links:
        if row is not None and (row.case_id != case.pk or not holds):
            raise Refused(field, _("This does not belong to the case, or has not been decided."))


def check_view(judgement: Judgement | None, why: str) -> None:
    """It rests on a comprehensive diagnosis, or says why there is none."""
    if (judgement is None) is not bool(why.strip()):
        raise Refused(
            "view_why", _("Choose the comprehensive diagnosis it rests on, or write down why there is none.")
        )


def check_withheld(case: Case, texts: Mapping[str, str]) -> None:
    """What is withheld is on no paper, and a guideline goes to the child, to institutions and schools: none of its texts names
    it (ADR 93). Raises Refused naming the first field that does."""
    found = naming_withheld(case, texts)
    if found:
        raise Refused(
            found[0], _("A withheld address or place is named here. Leave it out: others read the guideline.")
        )


def check_still_holds(row: Guideline, _by: Position, now: datetime) -> None:
    """It is approved while its evaluation lies ahead."""
    if row.review_on < localdate(now):
        raise Refused("review_on", _("The day of the evaluation has passed. Return the draft."))


def check_may_review(case: Case, by: Position, now: datetime) -> None:
    """The same people, of the guideline that is in force."""
    check_may_draft(case, by, reviews_of(case), now)
    if in_force(case) is None:
        raise Refused("none", _("No support guideline is in force."))


def check_reviewed_on(on: date, guideline: Guideline, today: date) -> None:
    """The evaluation has been made, and not before the guideline was decided."""
    if on > today:
        raise Refused("reviewed_on", _("This day lies in the future."))
    if guideline.decided_at is not None and on < localdate(guideline.decided_at):
        raise Refused("reviewed_on", _("This day lies before the guideline was decided."))


def check_results(results: Sequence[Result], goals: Sequence[Goal]) -> None:
    """Of every goal it says what became of it."""
    if len(results) != len(goals):
        raise Refused("results", _("Write down of every goal what became of it."))


def check_outcome(outcome: Outcome, next_on: date | None, today: date, months: int) -> None:
    """What goes on has its next evaluation; what ends has none."""
    if outcome is Outcome.END:
        if next_on is not None:
            raise Refused("next_on", _("A guideline that ends is not evaluated again. Leave this empty."))
        return
    if next_on is None:
        raise Refused("next_on", _("Choose the day of the next evaluation."))
    check_review_day(next_on, today, months, "next_on")


def check_review_holds(row: GuidelineReview, _by: Position, now: datetime) -> None:
    """It is approved while the guideline is in force, and the next evaluation lies ahead."""
    guideline = in_force(row.case)
    if guideline is None or guideline.pk != row.guideline_id:
        raise Refused("over", _("The guideline is in force no more. Return the draft."))
    if row.next_on is not None and row.next_on < localdate(now):
        raise Refused("next_on", _("The day of the next evaluation has passed. Return the draft."))


def check_may_tell(guideline: Guideline, by: Position) -> None:
    """Those who work on the case write that the child was told of a guideline in force."""
    check_may_edit(guideline.case, by)
    if not guideline.is_in_force:
        raise Refused("over", _("Only a guideline that is in force is explained to the child."))


def check_told_at(told_at: datetime, guideline: Guideline, now: datetime) -> None:
    """It has happened, and not before the guideline was drafted."""
    if told_at > now:
        raise Refused("told_at", _("This moment lies in the future."))
    if localdate(told_at) < localdate(guideline.drafted_at):
        raise Refused("told_at", _("This day lies before the guideline was drafted."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft or the guideline that prevents closing a case, in a sentence; '' where there is none."""
    if any(row.state_at(now) is State.WAITING for row in (*guidelines_of(case), *reviews_of(case))):
        return _("A draft on the support guideline waits for its decision.")
    if in_force(case) is not None:
        return _("A support guideline is in force. Evaluate it, and end it with the evaluation, first.")
    return ""
