"""When a plan is amended, reviewed and ended, and what is written then."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.codes import GoalState, ReviewOutcome
from cases.counseling.models import CounselingEnd, CounselingPlan
from cases.counseling.queries import goals_of, waiting_amendments, waiting_ends
from cases.counseling.rules import check_current, latest_review
from cases.decisions.rules import check_may_draft
from cases.records.codes import Answer
from cases.records.models import Case
from cases.records.rules import check_may_edit
from face.wareki import format_date


def check_may_amend(plan: CounselingPlan, *, besides: CounselingPlan | None = None) -> None:
    """A plan that is current is amended, by one draft at a time, and not while its end waits."""
    check_current(plan)
    if any(besides is None or row.pk != besides.pk for row in waiting_amendments(plan)):
        raise Refused("amends", _("An amendment of this plan waits for its decision already."))
    if waiting_ends(plan):
        raise Refused("amends", _("A draft of the end of this plan waits for its decision already."))


def check_amends(
    plan: CounselingPlan, why: str, changed: Collection[object], *, besides: CounselingPlan
) -> None:
    """It may be amended, and is with a reason; something is changed."""
    check_may_amend(plan, besides=besides)
    if not why.strip():
        raise Refused("amended_why", _("Write why the plan is amended."))
    if not changed:
        raise Refused("amended_why", _("Nothing is changed. Change what is to be amended."))


def check_may_review(plan: CounselingPlan, by: Position, now: datetime) -> None:
    """Those who work on the case review a plan that runs."""
    check_may_edit(plan.case, by)
    check_current(plan)
    if not plan.runs_on(localdate(now)):
        raise Refused("plan", _("This plan has not begun. It is reviewed once it runs."))


def check_review(
    plan: CounselingPlan, on: date, outcome: ReviewOutcome, next_on: date | None, today: date
) -> None:
    """It was held while the plan ran, and the next one is as soon as the office wants, where the help goes on. Raises Refused
    naming the field."""
    if on > today:
        raise Refused("reviewed_on", _("“Reviewed on” lies in the future."))
    if on < plan.starts_on:
        raise Refused("reviewed_on", _("“Reviewed on” lies before the plan begins."))
    if outcome is ReviewOutcome.END:
        if next_on is not None:
            raise Refused("next_on", _("Where the help is to end there is no next review. Leave this empty."))
        return
    if next_on is None:
        raise Refused("next_on", _("Write when the plan is reviewed next."))
    if next_on <= on or next_on < today:
        raise Refused("next_on", _("“To be reviewed next on” is a day to come, after “Reviewed on”."))
    last = latest_review(plan.case, on)
    if next_on > last:
        raise Refused(
            "next_on",
            _("By the rules of the office this plan is reviewed on %(day)s at the latest.")
            % {"day": format_date(last)},
        )


def check_goal_states(plan: CounselingPlan, states: Mapping[str, GoalState]) -> None:
    """Of each goal it is said how far it is. Raises Refused naming the field of the goal."""
    for code in goals_of(plan):
        if code not in states:
            raise Refused(f"state_{code}", _("Say of each goal how far it is."))


def check_may_draft_end(case: Case, by: Position, now: datetime) -> None:
    """Those who work on the case and draft decisions."""
    check_may_draft(case, by, (), now)


def check_may_end(plan: CounselingPlan, now: datetime, *, besides: CounselingEnd | None = None) -> None:
    """A plan that is current is ended, by one draft at a time, and none while an amendment waits."""
    check_current(plan)
    if any(besides is None or row.pk != besides.pk for row in waiting_ends(plan)):
        raise Refused("drafted", _("A draft of the end of this plan waits for its decision already."))
    if waiting_amendments(plan):
        raise Refused("drafted", _("An amendment of this plan waits for its decision already."))


def check_last(plan: CounselingPlan, last_on: date, follow_up_on: date | None, today: date) -> None:
    """The help was given until a day that has come, and the follow-up is on a day to come. Raises Refused naming the field."""
    if last_on > today:
        raise Refused("last_on", _("“Last day of the help” lies in the future."))
    if follow_up_on is not None and follow_up_on <= last_on:
        raise Refused("follow_up_on", _("“Follow-up on” lies before “Last day of the help”."))
    if follow_up_on is not None and follow_up_on < today:
        raise Refused("follow_up_on", _("“Follow-up on” lies before today."))


def check_farewell(farewell: Answer, words: str) -> None:
    """Where no farewell was taken, it is written why not: a child that is left without a word is left again."""
    if farewell is not Answer.YES and not words.strip():
        raise Refused("farewell_words", _("Write why no farewell was taken, and how it is made up for."))


def check_end_holds(row: CounselingEnd, _by: Position, now: datetime) -> None:
    """When it is approved, the plan has not ended or been amended meanwhile."""
    check_may_end(row.plan, now, besides=row)
