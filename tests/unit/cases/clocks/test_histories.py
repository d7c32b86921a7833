"""Random histories of time limits and duties against a plain model (``history.py``): started, corrected, kept, extended, given to
another, while days pass and the watch runs when it likes, or falls. No breach is unnoticed, and nothing is told twice.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import Count, Sum
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
)

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.clocks import tasks as limits
from cases.clocks.models import Clock, ClockWarning
from cases.clocks.rules import last_day
from cases.continuing.actions import CONTINUE, draft_continuing
from cases.custody.actions import END, START, draft_end, draft_start
from cases.custody.codes import Consent
from cases.decisions.codes import Verdict
from cases.duties import tasks as duties
from cases.duties.actions import fulfil_duty, leave_duty
from cases.duties.models import Duty, DutyWarning
from cases.hearings.actions import ADVOCATE
from cases.intake.actions import register_call, retract_safety_check
from cases.intake.models import SafetyCheck
from cases.receipts.queries import receipts_of
from cases.receipts.received import CORRECTION, draft_correction
from cases.records.actions import name_lead
from cases.records.codes import Urgency
from cases.warrants.actions import REQUEST, draft_request, hand_in
from tests.cast import CHILD, FACTS, Cast
from tests.machines import run_until_met
from tests.requesting import FACTS as REQUEST_FACTS
from tests.requesting import handed_in
from tests.simulation.office import as_seeder, make_months
from tests.unit.cases.clocks.history import DAY, HOUR, JAPAN, History, Owed, last_moment
from tests.unit.cases.clocks.later import Later
from tests.unit.cases.continuing.test_continuing import facts as continuing_facts
from tests.unit.cases.custody.test_actions import end_facts, start_facts
from tests.unit.cases.intake.test_actions import check, received

FIRST = date(
    2020, 12, 20
)  # over New Year, and the end of February; a right given for a day to come begins by the real clock, too
MINUTE = timedelta(minutes=1)
FALLS = st.sampled_from(("", "", "", "before", "between", "at the end"))
"""Where the worker falls in the midst of the watch, if it does."""


WANTED = {"see", "custody", "hand over"}
"""Without these the random histories prove nothing."""


class Killed(Exception):
    """The worker fell."""


class Histories(Later):
    """One case an example; whoever is in charge acts, and the supervisor or the director decides."""

    @initialize(hour=st.integers(0, 23))
    def begin(self, hour: int) -> None:
        self.now = datetime.combine(FIRST, time(hour), JAPAN)
        self.history, self.told_limits, self.told_duties = History(), 0, 0
        self.lead = self.cast.caseworker
        with self.moment(), acting_as(self.lead):
            facts = replace(FACTS, urgency=Urgency.C)
            came = self.now - 20 * MINUTE
            self.case_id = register_call(
                CHILD, facts, received(came), in_charge=self.lead, by=self.lead
            ).case.pk
            self.others = list(
                Clock.objects.exclude(case=self.case_id).running().values_list("pk", flat=True)
            )
        self.received = came
        self.history.start("safety", came, came + 48 * HOUR)

    # --- the child is to be seen

    @rule(hours=st.integers(-30, 30), verdict=st.sampled_from((Verdict.APPROVE, Verdict.RETURN)))
    def correct_the_start(self, hours: int, verdict: Verdict) -> None:
        self.now += MINUTE  # of two corrections the later one holds

        def draft(by: Position) -> Any:
            case = self.case()
            receipt = receipts_of(case)[0]
            moment = receipt.received_at + hours * HOUR
            return draft_correction(case, receipt, moment, "電話受付簿の時刻による（架空）", by=by)

        row = self.act("correct", draft)
        if row is None:
            return
        runs = self.history.running("safety")
        if runs is not None and hours < 0 and runs.start == row.held_at:
            self.history.again_from("safety", row.corrected_at)
        self.same("correction drafted")
        supervisor = self.cast.supervisor
        decided = self.act(
            f"correction {verdict.value}",
            lambda by: CORRECTION.decide(row, verdict, by=by, note="架空の理由"),
            supervisor,
        )
        assert decided is not None
        if verdict is Verdict.APPROVE:
            self.received = row.corrected_at
        runs = self.history.running("safety")
        if runs is not None and hours < 0 and verdict is Verdict.RETURN and runs.start == row.corrected_at:
            self.history.again_from("safety", row.held_at)
        if runs is not None and hours > 0 and verdict is Verdict.APPROVE and runs.start == row.held_at:
            self.history.again_from("safety", row.corrected_at)
        self.same("correction decided")

    @rule()
    def see_the_child(self) -> None:
        if self.act("see", lambda by: check(self.case(), by, self.now, why="架空の理由")):
            self.history.stop("safety")
        self.same("seen")

    @rule()
    def take_it_back(self) -> None:
        def back(by: Position) -> Any:
            row = SafetyCheck.objects.standing().filter(case=self.case_id).latest("recorded_at")
            return retract_safety_check(row, "別の児童だった（架空）", by=by)

        with self.moment():
            standing = SafetyCheck.objects.standing().filter(case=self.case_id).count()
        if standing != 1:
            return
        if self.act("retract", back):
            self.history.start("safety", self.received, self.received + 48 * HOUR)
        self.same("taken back")

    # --- custody: its warrant and its term

    @precondition(lambda self: self.custody is None)
    @rule()
    def begin_custody(self) -> None:
        at = self.now - 5 * MINUTE
        facts = start_facts(
            effective_at=at, consent=Consent.OBJECTS, expected_until=last_day(at.astimezone(JAPAN).date())
        )
        row = self.act("custody", lambda by: draft_start(self.case(), facts, by=by))
        if row is None:
            return
        assert self.act("started", lambda by: START.decide(row, Verdict.APPROVE, by=by), self.cast.director)
        self.custody = row
        self.history.start("warrant", at, last_moment(at, days=7))
        self.history.start("custody_end", at, last_moment(at, months=2))
        self.same("custody begins")

    @precondition(lambda self: self.custody is not None)
    @rule()
    def end_custody(self) -> None:
        row = self.act("end", lambda by: draft_end(self.case(), end_facts(effective_at=self.now), by=by))
        if row is None:
            return
        assert self.act("ended", lambda by: END.decide(row, Verdict.APPROVE, by=by), self.cast.director)
        self.custody = self.request = None
        self.history.stop("warrant_review")
        warrant = self.history.running("warrant")
        if warrant is not None and self.now <= warrant.due:
            self.history.stop("warrant")
        self.history.stop("custody_end")
        self.same("custody ends")

    @precondition(lambda self: self.custody is not None)
    @rule()
    def ask_for_the_warrant(self) -> None:
        row = self.act("warrant", lambda by: draft_request(self.case(), REQUEST_FACTS, by=by))
        if row is None:
            return
        if self.act("signed", lambda by: REQUEST.decide(row, Verdict.APPROVE, by=by), self.cast.director):
            self.request = self.act(
                "handed in", lambda by: hand_in(row, handed_in(requested_at=self.now), by=by)
            )
            assert self.request is not None
            self.history.stop("warrant")
        self.same("warrant")

    @precondition(lambda self: self.custody is not None)
    @rule(data=st.data())
    def extend_custody(self, data: st.DataObject) -> None:
        term = self.history.running("custody_end")
        if term is None:
            return
        begins = term.due + timedelta(microseconds=1)
        until = last_day(begins.astimezone(JAPAN).date()) - data.draw(st.integers(0, 20)) * DAY
        row = self.act("extend", lambda by: draft_continuing(self.case(), continuing_facts(until), by=by))
        if row is None:
            return
        if self.act("extended", lambda by: CONTINUE.decide(row, Verdict.APPROVE, by=by), self.cast.director):
            self.history.stop("custody_end")
            self.history.start(
                "custody_end", begins, last_moment(datetime.combine(until, time(), JAPAN), days=1)
            )
        self.same("extended")

    # --- who is in charge, and what is owed

    @precondition(lambda self: self.planned is None)
    @rule()
    def hand_over(self) -> None:
        cast = self.cast
        to = cast.colleague if self.lead == cast.caseworker else cast.caseworker

        def give(by: Position) -> bool:
            name_lead(self.case(), to, by=by, keep_former=False)
            return True

        if self.act("hand over", give, cast.supervisor):
            self.lead = to
        self.same("handed over")

    @rule()
    def leave_a_duty(self) -> None:
        by = self.lead
        assert self.act(
            "leave", lambda _by: leave_duty(self.case(), ADVOCATE, cause=self.case_id, owner=by.pk)
        )
        self.history.leave("advocate", self.now, 7)
        self.same("left")

    @rule(kind=st.sampled_from(("advocate", "inspection")))
    def do_a_duty(self, kind: str) -> None:
        owed = self.history.running(kind)
        if owed is None:
            return

        def do(by: Position) -> bool:
            row = Duty.objects.filter(case=self.case_id, kind=kind, due_at=owed.due, done_at=None).order_by(
                "pk"
            )
            fulfil_duty(row[0], note="架空の記録", by=by)
            return True

        assert self.act(f"do {kind}", do, self.cast.supervisor)
        owed.is_open = False
        self.same("done")

    # --- time, and the watch

    @rule(hours=st.one_of(st.integers(1, 12), st.integers(1, 14).map(lambda days: 24 * days)))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        self.day_comes()

    @rule(turns=st.lists(st.tuples(st.integers(1, 40), FALLS), min_size=1, max_size=6))
    def days_are_watched(self, turns: list[tuple[int, str]]) -> None:
        for hours, falls in turns:
            self.time_passes(hours)
            self.the_watch_runs(falls)

    @rule(falls=FALLS)
    def the_watch_runs(self, falls: str) -> None:
        """It may fall: what was not told then is told by the next run, and what was told is not told again."""
        if falls != "before":
            self._watch(limits.warn, self.history.watch_limits, falls="" if falls == "between" else falls)
        if falls not in ("before", "between"):
            self._watch(duties.warn, self.history.watch_duties, falls=falls)
        if not falls:
            self._nothing_is_unnoticed()
        self._nothing_is_told_twice()

    def _watch(
        self, job: Callable[[], int], model: Callable[[datetime], list[tuple[Owed, str]]], *, falls: str
    ) -> None:
        with self.moment(), suppress(Killed), transaction.atomic():
            job()
            if falls:
                raise Killed
        if not falls:
            told = model(self.now)
            self.met.update(f"told {one.kind} {step}" for one, step in told)
            self._told_in_charge(told)
        self.same("watched")

    def _told_in_charge(self, told: list[tuple[Owed, str]]) -> None:
        """Whoever is in charge then has a notice of each step of a limit."""
        for one, step in told:
            if not one.is_duty:
                kind = f"clock_{'soon' if step in ('far', 'near') else step}"
                with self.moment():
                    at_hand = Notice.objects.filter(
                        position=self.lead, kind=kind, last_at=self.now, path__endswith=f"#limit-{one.kind}"
                    )
                    assert at_hand.exists(), (one, step)

    def _nothing_is_unnoticed(self) -> None:
        """Asked of the rows alone: whatever is due by the law or by the office was told (児童虐待防止法8条, 児童福祉法33条)."""
        with self.moment():
            for clocks, table in (
                (Clock.objects.running(), "limit"),
                (Duty.objects.filter(done_at=None), "duty"),
            ):
                late = clocks.filter(case=self.case_id, due_at__lte=self.now).exclude(warnings__step="due")
                assert not late.exists(), table
            near = Clock.objects.running().filter(case=self.case_id, kind="safety")
            near = near.filter(due_at__lte=self.now + 12 * HOUR)
            assert not near.exclude(warnings__isnull=False).exists()
            said = {
                (row.clock.kind, row.clock.started_at, row.step)
                for row in ClockWarning.objects.filter(clock__case=self.case_id).select_related("clock")
            }
        assert said == {
            (one.kind, one.start, step) for one in self.history.owed if not one.is_duty for step in one.told
        }

    def _nothing_is_told_twice(self) -> None:
        """The supervisor has one notice, or one more in its count, for each step that was told."""
        with self.moment():
            number = self.case().number
            for table, prefix, of in ((ClockWarning, "clock", "clock"), (DutyWarning, "duty", "duty")):
                for step in ("due", "late"):
                    rows = Notice.objects.filter(
                        position=self.cast.supervisor, kind=f"{prefix}_{step}", reference=number
                    )
                    marks = table.objects.filter(**{f"{of}__case": self.case_id, "step": step}).count()
                    assert (rows.aggregate(n=Sum("count"))["n"] or 0) == marks, (prefix, step)
                twice = table.objects.values(of, "step").annotate(n=Count("pk")).filter(n__gt=1)
                assert not twice.exists()


def days(machine: Histories, number: int, *, hours: int = 24) -> None:
    """So many days pass, watched; on each third the worker falls."""
    for turn in range(number * 24 // hours):
        machine.time_passes(hours)
        machine.the_watch_runs("" if turn % 3 else ("before", "between", "at the end")[turn // 3 % 3])
        machine.the_watch_runs("")


LAST: Any = type("Last", (), {"draw": lambda _self, _strategy: 0})()
"""For a draw: the longest that is offered."""


def _what_follows_later(machine: Histories) -> None:
    """The judge rejects, and nobody does anything for days; a guideline; a placement by the court that is renewed and ends."""
    machine.plan_a_hand_over(3)
    machine.decide_a_guideline(20)
    days(machine, 9)
    machine.explain_the_guideline()
    machine.begin_custody()
    machine.ask_for_the_warrant()
    machine.ask_for_the_reversal()  # nothing was rejected
    machine.the_judge_rejects()
    days(machine, 5)
    machine.ask_for_the_reversal()
    days(machine, 9)
    machine.evaluate_the_guideline(60)
    machine.end_custody()
    machine.decide_a_guideline(30)
    machine.evaluate_the_guideline(None)
    machine.place_by_the_court(6)
    days(machine, 2)
    machine.renew_the_placement(granted=False)
    days(machine, 84, hours=72)
    days(machine, 6)
    machine.renew_the_placement(granted=True)
    for number in (645, 85, 60, 26, 3):  # over the two years of the renewed term
        machine.time_passes(24 * number)
        days(machine, 2)
    machine.end_the_placement()
    days(machine, 2)


def test_a_fixed_walk_reaches_every_step(cast: Cast) -> None:
    """What chance seldom reaches, step by step against the same model (児童虐待防止法8条, 児童福祉法33条)."""
    Histories.cast, Histories.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 40)
        machine = Histories()
        machine.begin(hour=9)
        days(machine, 1, hours=8)
        machine.correct_the_start(-6, Verdict.RETURN)
        machine.correct_the_start(5, Verdict.APPROVE)
        days(machine, 4, hours=6)
        machine.hand_over()
        machine.see_the_child()
        machine.correct_the_start(-2, Verdict.APPROVE)
        machine.take_it_back()
        days(machine, 1)
        machine.do_a_duty("inspection")
        machine.see_the_child()
        machine.leave_a_duty()
        machine.begin_custody()
        days(machine, 9)
        machine.ask_for_the_warrant()
        machine.do_a_duty("advocate")
        days(machine, 25, hours=72)
        machine.hand_over()
        days(machine, 21)
        machine.extend_custody(LAST)
        days(machine, 70, hours=48)
        machine.end_custody()
        days(machine, 2)
        _what_follows_later(machine)
        connections["default"].close()
    told = {what for what in Histories.met if what.startswith("told")}
    steps = {
        "warrant": ("soon", "due", "late"),
        "advocate": ("soon", "due", "late"),
        "inspection": ("due", "late"),
    }
    steps |= {
        "safety": ("soon", "due", "late"),
        "custody_end": ("far", "near", "soon", "due", "late"),
        "warrant_review": ("soon", "due", "late"),
        "guideline_told": ("soon", "due", "late"),
        "guideline_review": ("soon", "due", "late"),
        "placement_review": ("soon", "due", "late"),
        "placement_term": ("far", "near", "soon", "due", "late"),
    }
    assert {
        "handed over on its day",
        "explained",
        "evaluated",
        "renewed",
        "placement ended",
        "review_asked",
    } <= Histories.met
    assert told == {f"told {kind} {step}" for kind, of in steps.items() for step in of}


def test_no_breach_is_unnoticed_and_nothing_is_told_twice(cast: Cast) -> None:
    """児童虐待防止法8条, 児童福祉法33条."""
    Histories.cast, Histories.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 18)
        try:
            run_until_met(Histories, WANTED, steps=30)
        finally:
            connections["default"].close()


pytestmark = pytest.mark.commits
