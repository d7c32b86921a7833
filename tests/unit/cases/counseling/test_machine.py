"""Random courses of help against a plain model (``course.py``): planned, amended, reviewed, met and ended, while days pass. Each
step is done or refused as the model says, and afterwards the same plans run and the same is owed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils.timezone import localdate
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling import actions, later
from cases.counseling.actions import PLAN
from cases.counseling.codes import GoalState, ReviewOutcome
from cases.counseling.later import END, ReviewFacts
from cases.counseling.models import CounselingEnd, CounselingPlan
from cases.counseling.queries import goals_of
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.records.models import Case
from cases.sessions.actions import plan_sessions, record_session
from cases.sessions.codes import Attendance
from cases.sessions.models import Session
from security.walls import clock
from security.walls.seeder import seeding
from tests.cast import Cast, a_case
from tests.machines import run_until_met
from tests.simulation.office import as_seeder, make_months
from tests.unit.cases.clocks.history import JAPAN
from tests.unit.cases.counseling.course import Course, Plan
from tests.unit.cases.counseling.plans import facts_of
from tests.unit.cases.counseling.test_later import end_facts
from tests.unit.cases.sessions.held import said

FIRST = date(2026, 12, 20)
MINUTE = timedelta(minutes=1)
WANTED = {"amended", "review on", "ended", "held", "review refused"}
"""Without these the random courses prove nothing."""
REACHED = WANTED | {
    "review end",
    "second end review",
    "session refused",
    "amendment drafted refused",
    "end drafted refused",
}
"""What the fixed walk reaches besides."""
DECIDES = st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.RETURN))


class Courses(RuleBasedStateMachine):
    """One case and one course an example; the person in charge acts, and the supervisor decides."""

    cast: Cast
    case_id: Any
    met: set[str] = set()

    @initialize(verdict=DECIDES)
    def begin(self, verdict: Verdict) -> None:
        self.now = datetime.combine(FIRST, time(9), JAPAN)
        self.model = Course()
        self.draft_id: Any = None
        self.end_id: Any = None
        self.number = 0
        with self.moment():
            self.case_id = a_case(self.cast).pk
        review_on = self.today + timedelta(days=80)
        row = self.act(lambda by: actions.draft_plan(self.case(), facts_of(self.case(), by), by=by))
        assert row is not None
        self.course, self.draft_id = row.course, row.pk
        self.model.draft = Plan(self.today, review_on)
        self.decide(verdict)

    @property
    def today(self) -> date:
        return self.now.astimezone(JAPAN).date()

    @contextmanager
    def moment(self) -> Iterator[None]:
        with seeding("default"), clock.moved_to(self.now):
            yield

    def case(self) -> Case:
        return Case.objects.select_related("child", "office").get(pk=self.case_id)

    def plan(self) -> CounselingPlan:
        """The plan that was approved last, or the only draft."""
        rows = CounselingPlan.objects.filter(course=self.course).select_related("case__office", "case__child")
        row = rows.filter(approved=True).order_by("-decided_at").first() or rows.latest("drafted_at")
        row.case = self.case()
        return row

    def act(self, do: Callable[[Position], Any], by: Position | None = None) -> Any:
        """What somebody gets done at this moment; None where it is refused."""
        self.now += MINUTE
        who = by or self.cast.caseworker
        with self.moment(), acting_as(who):
            try:
                with transaction.atomic():
                    return do(who) or True
            except Refused:
                return None

    def same(self, what: str, done: Any, may: bool) -> bool:
        """Done or refused as the model says."""
        assert (done is not None) is may, (
            what,
            "the product" if done is not None else "only the model",
            "does it",
        )
        self.met.add(what if may else f"{what} refused")
        return may

    def agree(self) -> None:
        """The same plans run, ended or were amended, and the same is owed."""
        with self.moment():
            rows = CounselingPlan.objects.filter(course=self.course, approved=True).order_by("decided_at")
            found = [
                tuple(
                    None if at is None else localdate(at)
                    for at in (one.decided_at, one.superseded_at, one.ended_at)
                )
                for one in rows
            ]
            runs = [one.runs_on(self.today) for one in rows]
            owed = sorted(
                (one.kind, localdate(one.due_at))
                for one in Duty.objects.filter(case=self.case_id, done_at=None)
                if one.kind == "counseling_review"
            )
            others = [
                Duty.objects.filter(case=self.case_id, done_at=None, kind=kind).count()
                for kind in ("counseling_report", "counseling_follow_up")
            ]
        model = self.model
        assert found == [(one.approved, one.amended, one.ended) for one in model.plans]
        assert runs == [one.runs(self.today) for one in model.plans]
        due = [] if model.review_due is None else [("counseling_review", model.review_due)]
        assert owed == due
        assert others == [int(model.report_owed), model.follow_ups]

    # --- plans

    @rule(sessions=st.integers(13, 60), ahead=st.sampled_from((0, 0, 4)))
    def amend(self, sessions: int, ahead: int = 0) -> None:
        begins = self.today + timedelta(days=ahead)

        def draft(by: Position) -> Any:
            current = self.plan()
            goal = f"目標 {self.now} （架空）"
            facts = facts_of(current.case, by, sessions=sessions, child_goal=goal, starts_on=begins)
            return actions.draft_plan(current.case, facts, by=by, amends=current, why="回数（架空）")

        row = self.act(draft)
        if self.same("amendment drafted", row, self.model.may_draft()):
            self.draft_id = row.pk
            self.model.draft = Plan(begins, self.today + timedelta(days=80))
        self.agree()

    @rule(verdict=DECIDES)
    def decide(self, verdict: Verdict) -> None:
        """What is drafted, whether first or an amendment."""
        if self.draft_id is None:
            return
        is_amendment = bool(self.model.plans)

        def decide(by: Position) -> Any:
            row = CounselingPlan.objects.select_related("case__office", "case__child").get(pk=self.draft_id)
            return PLAN.decide(row, verdict, by=by, note="架空の理由")

        done = self.act(decide, self.cast.supervisor)
        if verdict is Verdict.RETURN:
            assert done is not None
            self.draft_id, self.model.draft = None, None
        elif self.same("amended" if is_amendment else "approved", done, self.model.approve(self.today)):
            self.draft_id = None
        self.agree()

    # --- reviews

    @rule(outcome=st.sampled_from(ReviewOutcome))
    def review(self, outcome: ReviewOutcome) -> None:
        next_on = None if outcome is ReviewOutcome.END else self.today + timedelta(days=60)
        self.number += 1

        def record(by: Position) -> Any:
            plan = self.plan()
            facts = ReviewFacts(
                reviewed_on=clock.today(),
                outcome=outcome,
                goal_states=dict.fromkeys(goals_of(plan), GoalState.PARTLY),
                next_on=next_on,
                texts={"child_view": "「つづけたい」", "course_note": f"{self.number}回目（架空）"},
            )
            return later.record_review(plan, facts, by=by)

        again = self.model.report_owed and next_on is None
        if self.same(
            f"review {'end' if next_on is None else 'on'}",
            self.act(record),
            self.model.may_review(self.today),
        ):
            self.model.review(next_on)
            self.met.update({"second end review"} if again else ())
        else:
            self.met.add("review refused")
        self.agree()

    # --- sessions

    @rule(attendance=st.sampled_from((Attendance.HELD, Attendance.ABSENT_CHILD)))
    def plan_a_session(self, attendance: Attendance) -> None:
        def plan(by: Position) -> Any:
            return plan_sessions(
                self.case(), self.course, [clock.now() - MINUTE], place="面接室（架空）", by=by
            )

        rows = self.act(plan)
        if self.same("session", rows, self.model.may_plan_session(self.today)):
            self.record(attendance)
        self.agree()

    def record(self, attendance: Attendance) -> None:
        def record(by: Position) -> Any:
            row = Session.objects.filter(case=self.case_id, ended_at=None).latest("planned_for")
            return record_session(row, said(attendance), by=by)

        assert self.act(record) is not None
        self.met.add("held" if attendance is Attendance.HELD else "missed")

    # --- the end

    @rule()
    def draft_the_end(self) -> None:
        def draft(by: Position) -> Any:
            plan = self.plan()
            return later.draft_end(plan, end_facts(plan), by=by)

        row = self.act(draft)
        if self.same("end drafted", row, self.model.may_end()):
            self.end_id, self.model.end_waits = row.pk, True
        self.agree()

    @rule(verdict=DECIDES)
    def decide_the_end(self, verdict: Verdict) -> None:
        if self.end_id is None:
            return

        def decide(by: Position) -> Any:
            row = CounselingEnd.objects.select_related("case__office", "plan").get(pk=self.end_id)
            return END.decide(row, verdict, by=by, note="架空の理由")

        assert self.act(decide, self.cast.supervisor) is not None
        self.end_id, self.model.end_waits = None, False
        if verdict is Verdict.APPROVE:
            self.model.end(self.today)
            self.met.add("ended")
        self.agree()

    # --- time

    @rule(number=st.sampled_from((1, 1, 5, 20, 90)))
    def days_pass(self, number: int) -> None:
        if self.today < FIRST + timedelta(days=400):  # the months that there are tables for
            self.now += timedelta(days=number)
        self.agree()


def test_a_fixed_walk_owes_one_report(cast: Cast) -> None:
    """Two reviews that come to the end owe one report; a review after them that goes on leaves the next as well."""
    Courses.cast, Courses.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 18)
        machine = Courses()
        machine.begin(Verdict.APPROVE)
        machine.plan_a_session(Attendance.HELD)
        for outcome in (ReviewOutcome.END, ReviewOutcome.END, ReviewOutcome.CONTINUE):
            machine.review(outcome)
        machine.days_pass(1)
        machine.amend(20)
        machine.amend(30)
        machine.draft_the_end()
        machine.decide(Verdict.APPROVE)
        machine.amend(40, ahead=4)
        machine.decide(Verdict.APPROVE)
        machine.plan_a_session(Attendance.HELD)  # by the plan that goes on until then
        machine.draft_the_end()
        machine.decide_the_end(Verdict.APPROVE)
        machine.plan_a_session(Attendance.HELD)
        machine.review(ReviewOutcome.CONTINUE)
        connections["default"].close()
    assert Courses.met >= REACHED, REACHED - Courses.met


def test_every_course_is_as_the_model_says(cast: Cast) -> None:
    Courses.cast, Courses.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 18)
        try:
            run_until_met(Courses, WANTED, steps=14)
        finally:
            connections["default"].close()


pytestmark = pytest.mark.commits
