"""Random courses of entrusted help against a plain model (``course.py``): two offices take their steps in any order, from pages
as old as the row. Each step is done, or refused in a sentence, as the model says; afterwards both sides read the same as it says.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.actions import draft_plan
from cases.counseling.codes import GoalState
from cases.duties.models import Duty
from cases.records.models import Block
from cases.sessions.codes import Attendance
from referrals.entrusted import actions
from referrals.entrusted.codes import ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession, EntrustedWord
from referrals.entrusted.queries import parts_of
from security.encryption.fields import reveal
from security.encryption.keyring import current
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.machines import run_until_met
from tests.unit.cases.counseling.plans import decide, facts_of
from tests.unit.cases.counseling.test_later import an_end, ended
from tests.unit.referrals.entrusted import steps
from tests.unit.referrals.entrusted.course import Course, Told

CENTER = ("caseworker", "supervisor")
"""Who works on the case."""
GIVER = "therapist"
OUTSIDE = ("colleague", "stranger", "institution", "therapist2")
"""Who reads nothing of it and does nothing on it: at the center, at another center, at the same office, at another."""
at_center = st.sampled_from((*CENTER, "caseworker", "colleague"))
at_office = st.sampled_from((GIVER, GIVER, GIVER, GIVER, "institution", "therapist2"))
which = st.sampled_from((0, 0, 0, 1, 2))
"""Counted from the latest."""
kinds = st.sampled_from((ReturnKind.DANGER, ReturnKind.REVIEW, ReturnKind.END))

ACTS = {
    "entrust", "open", "accept", "ask", "decline", "answer", "withdraw", "plan session", "record session", "send back",
    "send anew", "accept return", "ask return back",
}  # fmt: skip
STATES = {"sent", "asked_back", "accepted", "running", "declined", "ended", "withdrawn"}
RARE = {
    "return accepted after the end",
    "return not asked back after the end",
    "entrusted anew",
    "an old page of what was sent anew",
    "accepted with an open question",
    "withdrawn with its plan",
    "ended with its plan",
    "excluded",
    "excluded no more",
    "a second end report",
}
"""What the fixed walks reach besides."""
WANTED = {"asked_back", "running", "refused"}
"""Without these the random courses prove nothing."""


class Courses(RuleBasedStateMachine):
    """One case an example; its plan is entrusted to one person of another office."""

    cast: Cast
    met: set[str] = set()

    @initialize(further=st.sampled_from(("", "asked", "accepted", "running")))
    def begin(self, further: str) -> None:
        self.model = Course()
        self.rows: list[Entrusted] = []
        self.backs: list[list[EntrustedReturn]] = []
        self.kept: list[list[EntrustedSession]] = []
        self.minutes, self.steps = 50, 0
        self.plan = steps.planned(self.cast, a_case(self.cast))
        self.entrust("caseworker", GIVER)
        if further == "asked":
            self.ask(GIVER, 0)
        elif further:
            self.accept(GIVER, 0)
        if further == "running":
            self.plan_session(GIVER, 0)
            self.record_session(GIVER, 0, Attendance.HELD, danger=False)

    def act(self, who: str, may: bool, what: str, do: Callable[[Position], Any]) -> Any:
        """What is done by somebody; it is done or refused as the model says. Any other fault is the product's."""
        by, done, why = self.cast.positions[who], None, "done."
        with acting_as(by):
            try:
                done = do(by) or True
            except Refused as refused:
                why = str(refused.reason)
            except ObjectDoesNotExist:
                why = "not found." if who in OUTSIDE else "not found by who works on it"
        assert why.endswith(("。", ".")), (what, who, why)
        assert (done is not None) is may, (what, who, why, self.model)
        self.met.update({what} if may else {f"no {what}", "refused"})
        return done if may else None

    def one(self, number: int) -> tuple[Told, int]:
        place = max(len(self.rows) - 1 - number, 0)
        return self.model.told[place], place

    # --- one rule for each side: of many rules Hypothesis leaves most out of an example

    @rule(
        step=st.sampled_from(("answer", "withdraw", "return", "return")),
        who=at_center,
        number=which,
        back=which,
        accepts=st.booleans(),
    )
    def at_the_center(self, step: str, who: str, number: int, back: int, accepts: bool) -> None:
        if step == "answer":
            self.answer(who, number)
        elif step == "withdraw":
            self.withdraw(who, number)
        else:
            self.answer_return(who, number, back, accepts)

    @rule(step=st.sampled_from(("open", "accept", "accept", "ask", "decline")), who=at_office, number=which)
    def answered_there(self, step: str, who: str, number: int) -> None:
        steps_there = {"open": self.open, "accept": self.accept, "ask": self.ask, "decline": self.decline}
        steps_there[step](who, number)

    @rule(
        step=st.sampled_from(("kept", "send", "anew")),
        who=at_office,
        number=which,
        back=which,
        danger=st.booleans(),
        kind=kinds,
        said=st.sampled_from((Attendance.HELD, Attendance.ABSENT_CHILD)),
    )
    def given_there(
        self,
        step: str,
        who: str,
        number: int,
        back: int,
        danger: bool,
        kind: ReturnKind,
        said: Attendance,
    ) -> None:
        if step == "kept":
            self.plan_session(who, number)
            self.record_session(who, number, said, danger)
        elif step == "send":
            self.send_back(who, number, kind)
        else:
            self.send_anew(who, number, back, kind if danger else None)

    # --- the center

    @rule(who=st.sampled_from(("caseworker", "caseworker", "colleague", "stranger")), to=at_office)
    def entrust(self, who: str, to: str) -> None:
        with acting_as(self.cast.caseworker):
            plan, facts = steps.fresh_plan(self.plan), steps.facts(self.cast, to=to)
        may = who == "caseworker" and to == GIVER and self.model.may_entrust()
        row = self.act(who, may, "entrust", lambda by: actions.entrust(plan, facts, by=by))
        if row is not None:
            self.met.update({"entrusted anew"} if self.rows else ())
            self.rows.append(row)
            self.backs.append([])
            self.kept.append([])
            self.model.told.append(Told(self.model.plans, to_office=["entrusted_sent"]))
        self.agree()

    def answer(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row = steps.at_center(self.cast, self.rows[place])
        may = who in CENTER and one.state == "asked_back"
        if self.act(who, may, "answer", lambda by: actions.answer(row, "十時（架空）", by=by)):
            one.state = "sent"
            one.words.append("center")
            one.to_office.append("entrusted_word")
        self.agree()

    def withdraw(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row = self.rows[place]
        if self.act(who, who in CENTER and not one.over, "withdraw", lambda by: actions.withdraw(row, by=by)):
            one.close("withdrawn")
        self.agree()

    def answer_return(self, who: str, number: int, place: int, accepts: bool) -> None:
        """The center accepts what was sent back, or asks back on it."""
        one, at = self.one(number)
        if not one.backs:
            return
        place = max(len(one.backs) - 1 - place, 0)
        back, row = one.backs[place], self.backs[at][place]
        may = who in CENTER and back.state == "sent" and (accepts or not one.over)
        if back.state == "sent" and who in CENTER and one.over:
            self.met.add(f"return {'accepted' if accepts else 'not asked back'} after the end")
        if accepts:
            if self.act(who, may, "accept return", lambda by: actions.accept_return(row, by=by) or True):
                back.state = "accepted"
                if back.kind == "end" and not one.over:
                    one.close("ended")
        elif self.act(who, may, "ask return back", lambda by: actions.ask_return_back(row, "架空", by=by)):
            back.state, back.question = "asked_back", True
            one.to_office.append("entrusted_again")
        self.agree()

    @precondition(lambda self: self.model.current)
    @rule(ends=st.booleans())
    def plan_is_over(self, ends: bool) -> None:
        """The plan ends, or an amendment takes its place: decided by two persons of the center."""
        self.met.update(
            f"{'ended' if one.giving else 'withdrawn'} with its plan"
            for one in self.model.told
            if not one.over
        )
        self.model.plan_over()
        if ends:
            ended(self.cast, an_end(self.cast, self.plan))
            self.model.current = False
        else:
            self.minutes += 5
            by = self.cast.caseworker
            with acting_as(by):
                now = steps.fresh_plan(self.plan)
                said = facts_of(now.case, None, other_office=self.cast.offices["home"], minutes=self.minutes)
                draft = draft_plan(now.case, said, by=by, amends=now, why="時間（架空）")
            self.plan = decide(self.cast, draft)
            self.model.plans += 1
        self.agree()

    @rule()
    def exclude_or_not(self) -> None:
        """Who gives the help is excluded from the case, for a conflict of interest, or is not any more."""
        now = clock.now()
        with as_owner():
            rows = Block.objects.using("owner")
            if self.model.excluded:
                rows.filter(case=self.plan.case_id, ended_at=None).update(ended_at=now)
            else:
                by = self.cast.supervisor
                person = self.cast.therapist.staff
                rows.create(case_id=self.plan.case_id, staff=person, blocked_by=by, created_at=now)
        self.met.add("excluded no more" if self.model.excluded else "excluded")
        self.model.excluded = not self.model.excluded
        self.agree()

    # --- the other office

    def may(self, who: str, one: Told, *states: str) -> bool:
        return who == GIVER and self.model.reads(one) and one.state in states

    def open(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row = self.rows[place]
        may = who == GIVER and self.model.reads(one)
        if self.act(who, may, "open", lambda by: actions.note_opened(row, by=by)):
            one.opened = True
        self.agree()

    def accept(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row, asked = self.rows[place], one.state == "asked_back"
        may = self.may(who, one, "sent", "asked_back")
        if self.act(who, may, "accept", lambda by: actions.accept(row, by=by)):
            self.met.update({"accepted with an open question"} if asked else ())
            one.state, one.answered = "accepted", True
            one.to_center.append("entrusted_accepted")
        self.agree()

    def ask(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row, may = self.rows[place], self.may(who, one, "sent")
        if self.act(who, may, "ask", lambda by: actions.ask_back(row, "夜の様子は（架空）", by=by)):
            one.state = "asked_back"
            one.words.append("office")
            one.to_center.append("entrusted_question")
        self.agree()

    def decline(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row, may = self.rows[place], self.may(who, one, "sent", "asked_back")
        if self.act(who, may, "decline", lambda by: actions.decline(row, "空きなし（架空）", by=by)):
            one.state, one.answered = "declined", True
            one.words.append("office")
            one.to_center.append("entrusted_declined")
        self.agree()

    def plan_session(self, who: str, number: int) -> None:
        one, place = self.one(number)
        row, at = self.rows[place], clock.now() - timedelta(seconds=1)
        may = self.may(who, one, "accepted", "running")
        session = self.act(who, may, "plan session", lambda by: actions.plan_session(row, at, by=by))
        if session is not None:
            one.kept.append(False)
            self.kept[place].append(session)
        self.agree()

    def record_session(self, who: str, number: int, said: Attendance, danger: bool) -> None:
        """The latest that was planned, which may have been recorded already."""
        one, place = self.one(number)
        if not one.kept:
            return
        session, told = self.kept[place][-1], "怖いと言う（架空）" if danger else ""
        facts = actions.SessionFacts(attendance=said, summary="遊んだ（架空）", note=steps.NOTE, danger=told)
        may = self.may(who, one, "accepted", "running") and not one.kept[-1]
        if self.act(who, may, "record session", lambda by: actions.record_session(session, facts, by=by)):
            one.kept[-1] = True
            if said is Attendance.HELD:
                one.state = "running"
            one.send("session")
            if danger:
                one.send("danger")
            self.read_backs(place)
        self.agree()

    def send_back(self, who: str, number: int, kind: ReturnKind) -> None:
        one, place = self.one(number)
        row, may = self.rows[place], self.may(who, one, "accepted", "running")
        if kind == "end" and may and any(back.kind == "end" and back.state == "sent" for back in one.backs):
            self.met.add("a second end report")
        if self.act(who, may, "send back", lambda by: actions.send_back(row, self.said(row, kind), by=by)):
            one.send(kind.value)
            self.read_backs(place)
        self.agree()

    def send_anew(self, who: str, number: int, back: int, kind: ReturnKind | None) -> None:
        """What was asked back, by the page of that time; as another kind it is refused."""
        one, place = self.one(number)
        if not one.backs:
            return
        back = max(len(one.backs) - 1 - back, 0)
        old, before, row = self.backs[place][back], one.backs[back], self.rows[place]
        kind = kind or ReturnKind(before.kind)
        fits = before.state == "asked_back" and kind == before.kind
        may = self.may(who, one, "accepted", "running") and fits
        if before.state == "corrected" and who == GIVER:
            self.met.add("an old page of what was sent anew")

        def send(by: Position) -> Any:
            return actions.send_back(row, self.said(row, kind), by=by, corrects=old)

        if self.act(who, may, "send anew", send):
            before.state = "corrected"
            one.send(kind.value)
            self.read_backs(place)
        self.agree()

    @staticmethod
    def said(row: Entrusted, kind: ReturnKind) -> actions.ReturnFacts:
        goals = dict.fromkeys(row.goal_codes, GoalState.PARTLY)
        seen = Attendance.HELD if kind is ReturnKind.SESSION else None
        return actions.ReturnFacts(
            kind=kind, happened_at=clock.now(), summary="架空", goal_states=goals, attendance=seen
        )

    def read_backs(self, place: int) -> None:
        """The center's page shows what came back; the rows read before stay as they were."""
        have = {row.pk for row in self.backs[place]}
        rows = steps.returns(self.rows[place], self.cast.caseworker)
        self.backs[place] += [row for row in rows if row.pk not in have]

    # --- what each side reads

    def agree(self) -> None:
        """Both sides after each step, and one after the other of those who read nothing."""
        self.steps += 1
        for who in (CENTER[self.steps % 3 == 0], GIVER):
            with acting_as(self.cast.positions[who]):
                for place, one in enumerate(self.model.told):
                    self.reads(who, self.rows[place], one)
        with acting_as(self.cast.caseworker):
            assert self.owed() == self.model.owed()
        ours = [row.pk for row in self.rows]
        who = OUTSIDE[self.steps % len(OUTSIDE)]
        with acting_as(self.cast.positions[who]):
            assert not Entrusted.objects.filter(pk__in=ours).exists(), who
            for model in (EntrustedWord, EntrustedReturn, EntrustedSession):
                assert not model.objects.filter(entrusted__in=ours).exists(), (who, model)
        self.met.update(one.state for one in self.model.told)

    def reads(self, who: str, old: Entrusted, one: Told) -> None:
        """The rows of one entrusted plan as this side reads them."""
        row = Entrusted.objects.get(pk=old.pk)
        found = (row.state, bool(row.opened_at), bool(row.answered_at), bool(row.ended_at))
        assert found == (one.state, one.opened, one.answered, one.over), who
        all_of_it = who in CENTER or self.model.reads(one)
        assert current().can_open(row.shared_scope()) is all_of_it, who
        told = {item.value: reveal(part, "content") for item, part in parts_of(row)}
        assert told == (steps.TEXTS if all_of_it else {}), who
        words = EntrustedWord.objects.filter(entrusted=row)
        sides = ["center" if word.from_center else "office" for word in words]
        assert sides == (one.words if all_of_it else []), who
        backs = EntrustedReturn.objects.filter(entrusted=row)
        seen = sorted((back.kind, back.state, bool(reveal(back, "question"))) for back in backs)
        wanted = sorted((back.kind, back.state, back.question) for back in one.backs)
        assert seen == (wanted if all_of_it else []), who
        kept = EntrustedSession.objects.filter(entrusted=row)
        noted = sorted(reveal(session, "note") == steps.NOTE for session in kept)
        assert noted == (sorted(one.kept) if who == GIVER else []), who
        if who != "supervisor":
            notices = Notice.objects.filter(path__contains=str(row.pk), kind__startswith="entrusted_")
            heard = sorted(kind for notice in notices for kind in [notice.kind] * notice.count)
            assert heard == sorted(one.to_office if who == GIVER else one.to_center), who

    def owed(self) -> list[tuple[int, int, str]]:
        causes = {row.pk: (number, -1) for number, row in enumerate(self.rows)}
        for number, backs in enumerate(self.backs):
            causes |= {row.pk: (number, place) for place, row in enumerate(backs)}
        rows = Duty.objects.filter(case=self.plan.case_id, done_at=None, kind__startswith="entrusted_")
        return sorted((*causes[row.cause], row.kind) for row in rows)


def _questions_first(machine: Courses) -> None:
    machine.begin("")
    for who in ("institution", "therapist2", GIVER, GIVER):
        machine.open(who, 0)
    machine.answer("caseworker", 0)
    for who in (GIVER, GIVER):
        machine.ask(who, 0)
    for who in ("colleague", "supervisor", "caseworker"):
        machine.answer(who, 0)
    machine.ask(GIVER, 0)
    machine.plan_session(GIVER, 0)
    machine.send_back(GIVER, 0, ReturnKind.REVIEW)
    for _again in range(2):
        machine.decline(GIVER, 0)
    machine.entrust("caseworker", "therapist2")
    machine.entrust("caseworker", GIVER)
    machine.entrust("caseworker", GIVER)
    machine.ask(GIVER, 0)
    machine.accept(GIVER, 0)
    machine.ask(GIVER, 0)
    for who in ("colleague", "caseworker", "supervisor"):
        machine.withdraw(who, 0)


def _asked_back_and_ended(machine: Courses) -> None:
    machine.begin("running")
    machine.record_session(GIVER, 0, Attendance.HELD, danger=True)
    machine.plan_session(GIVER, 0)
    machine.record_session(GIVER, 0, Attendance.ABSENT_CHILD, danger=True)
    machine.answer_return("caseworker", 0, 2, accepts=False)
    machine.answer_return("caseworker", 0, 2, accepts=True)
    machine.send_anew("therapist2", 0, 2, None)
    machine.send_anew(GIVER, 0, 2, ReturnKind.DANGER)
    machine.send_anew(GIVER, 0, 2, None)
    machine.send_anew(GIVER, 0, 3, None)
    machine.send_anew(GIVER, 0, 1, None)
    machine.send_back(GIVER, 0, ReturnKind.END)
    machine.send_back(GIVER, 0, ReturnKind.END)
    machine.answer_return("colleague", 0, 0, accepts=True)
    machine.answer_return("supervisor", 0, 0, accepts=True)
    machine.answer_return("caseworker", 0, 1, accepts=False)
    machine.answer_return("caseworker", 0, 1, accepts=True)
    machine.send_back(GIVER, 0, ReturnKind.END)
    machine.record_session(GIVER, 0, Attendance.HELD, danger=False)


def _over_with_the_plan(machine: Courses) -> None:
    machine.begin("running")
    machine.send_back(GIVER, 0, ReturnKind.REVIEW)
    machine.answer_return("caseworker", 0, 0, accepts=False)
    machine.exclude_or_not()
    machine.open(GIVER, 0)
    machine.send_anew(GIVER, 0, 0, None)
    machine.exclude_or_not()
    machine.plan_is_over(ends=False)
    machine.send_anew(GIVER, 0, 0, None)
    machine.entrust("caseworker", GIVER)
    machine.accept(GIVER, 1)
    machine.plan_is_over(ends=True)
    machine.entrust("caseworker", GIVER)


def test_the_fixed_walks(cast: Cast) -> None:
    """What chance seldom reaches, against the same model: every act is done and is refused, and every state is met."""
    Courses.cast, Courses.met = cast, set()
    for walk in (_questions_first, _asked_back_and_ended, _over_with_the_plan):
        walk(Courses())
    assert ACTS | STATES | RARE <= Courses.met, ACTS | STATES | RARE - Courses.met
    assert {f"no {act}" for act in ACTS} <= Courses.met, {f"no {act}" for act in ACTS} - Courses.met


def test_in_any_order_both_sides_read_what_the_model_says(cast: Cast) -> None:
    Courses.cast, Courses.met = cast, set()
    run_until_met(Courses, WANTED, steps=12, examples=10)


pytestmark = pytest.mark.commits
