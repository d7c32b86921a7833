"""A Hypothesis machine over conferences × custody × consent × warrant, against a plain model (``model.py``).

Which acts are allowed, which limit runs and until when: the same after every step, in any order (児童福祉法33条).
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.conferences.actions import ACCEPTANCE
from cases.conferences.models import Acceptance, ConferenceItem
from cases.consents.codes import How, Said
from cases.custody import actions
from cases.custody.actions import END, START
from cases.custody.codes import Consent
from cases.custody.models import CustodyDecision
from cases.custody.queries import decisions_of, lasting
from cases.decisions.codes import Verdict
from cases.warrants import actions as requests
from cases.warrants.actions import REQUEST
from cases.warrants.codes import STEPS
from cases.warrants.queries import drafts_of, files_of
from tests.accepting import drafted
from tests.cast import Cast, as_owner
from tests.requesting import FACTS, handed_in
from tests.unit.cases.custody.beside import MEASURES, Beside, tried, verdicts, whoever, writers
from tests.unit.cases.custody.model import JAPAN, Asking, Custody, Ending, World
from tests.unit.cases.custody.test_actions import end_facts, start_facts
from tests.unit.cases.custody.test_consent_of_each import a_parent
from tests.unit.cases.intake.test_actions import a_call

FIRST_DAY = timezone.localdate() - timedelta(days=9)
BEGAN = datetime.combine(FIRST_DAY, time(10), JAPAN)
"""When the earliest custody began; its seventh day ended two days ago."""
MOMENTS = (
    *(BEGAN + timedelta(days=days) for days in (0, 1, 3, 5)),
    datetime.combine(FIRST_DAY + timedelta(days=6), time(23), JAPAN),
    datetime.combine(FIRST_DAY + timedelta(days=7), time.min, JAPAN),
    BEGAN + timedelta(days=8),
    None,  # now
)
NAMES = ("架空母", "架空父")
DECIDED = ("acceptance", "start", "oral start", "end", "request", "conference")
ACTS = {
    *("draft_acceptance", "start", "oral start", "take back", "end", "request", "handed in", "see"),
    "put before",
    *(f"{what} {verdict}" for what in DECIDED for verdict in Verdict),
    *(f"minutes {measure.value}" for measure in MEASURES),
    *(f"says {said}" for said in Said),
    *(ruling.value for ruling in STEPS),
}  # fmt: skip
"""Every transition of the machine, by the name under which it is met; "no " before one that was refused."""
MORE = {
    "tries": "架空の電話",
    "why_not_asked": "架空の理由",
    "decided_by_text": "架空の所長",
    "how": How.TELEPHONE,
}
moments = st.sampled_from(MOMENTS)


class Custodies(Beside):
    """Steps by the caseworker and the director, and by people who may not, in any order. One case an example."""

    cast: Cast
    met: set[str] = set()
    """What was reached at all: a machine that only meets refusals proves nothing."""

    @initialize(nobody=st.booleans(), late=st.booleans(), parents=st.sampled_from((0, 1, 2, 2)))
    def begin(self, nobody: bool, late: bool, parents: int = 0) -> None:
        with as_owner():
            Office.objects.using("owner").update(warrant_if_nobody=nobody, late_withdrawal_warrant=late)
        self.case_id = a_call(self.cast).case.pk
        self.world = World(nobody, late)
        self.rows: dict[int, Any] = {}
        self.people: dict[str, Any] = {}
        self.files: dict[int, Any] = {}
        self.acceptance: Any = None
        for _number in range(parents):
            self.record_a_parent(holds=True)

    # --- the intake conference

    @rule(who=writers)
    def draft_acceptance(self, who: str) -> None:
        by = self.cast.positions[who]
        with acting_as(self.cast.caseworker):
            case = self.case()
        row = tried(lambda: drafted(self.cast, case, by, self.cast.caseworker))
        allowed = self.world.may_draft_acceptance() and who == "caseworker"
        if self._agree(row, allowed, "draft_acceptance"):
            self.acceptance, self.world.acceptance_waits = row, True

    @precondition(lambda self: self.acceptance)
    @rule(who=whoever, verdict=verdicts)
    def decide_acceptance(self, who: str, verdict: Verdict) -> None:
        by = self.cast.positions[who]
        with acting_as(by):
            done = tried(lambda: ACCEPTANCE.decide(self.acceptance, verdict, by=by, note="理由"))
        if self._agree(done, self.world.acceptance_waits and who == "director", f"acceptance {verdict}"):
            self.world.acceptance_waits = False
            self.world.is_accepted = verdict is Verdict.APPROVE
            if self.world.is_accepted:
                self.world.stage = "investigation" if self.world.was_seen else "accepted"

    # --- custody

    @rule(consent=st.sampled_from(list(Consent)), who=writers)
    def draft_start(self, consent: Consent, who: str) -> None:
        at = timezone.now() - timedelta(minutes=5)
        self._start(
            Custody(at, consent.value, is_oral=False), start_facts(effective_at=at, consent=consent), who
        )

    @rule(consent=st.sampled_from(list(Consent)), at=moments, who=writers)
    def record_oral_start(self, consent: Consent, at: datetime | None, who: str) -> None:
        at = at or timezone.now() - timedelta(minutes=1)
        facts = start_facts(effective_at=at, consent=consent, is_oral=True, said_by="架空所長", said_at=at)
        self._start(Custody(at, consent.value, is_oral=True), facts, who)

    def _start(self, start: Custody, facts: Any, who: str) -> None:
        by = self.cast.positions[who]
        with acting_as(self.cast.caseworker):
            case = self.case()
        with acting_as(by):
            row = tried(lambda: actions.draft_start(case, facts, by=by))
        allowed = self.world.may_start(start.at) and who == "caseworker"
        if self._agree(row, allowed, "oral start" if start.is_oral else "start"):
            self.rows[id(start)] = row
            self.world.starts.append(start)
            if start.is_oral:
                self.world.take_effect(start)

    @precondition(lambda self: self.world.starts)
    @rule(data=st.data(), who=whoever, verdict=verdicts, began=st.booleans())
    def decide_start(self, data: st.DataObject, who: str, verdict: Verdict, began: bool) -> None:
        start = data.draw(st.sampled_from(self.world.starts))
        by, row = self.cast.positions[who], self.rows[id(start)]
        more = {"began": began} if start.is_oral else {}
        with acting_as(by):
            done = tried(lambda: START.decide(row, verdict, by=by, note="理由", **more))
        kind = "oral start" if start.is_oral else "start"
        if not self._agree(done, start.waits and who == "director", f"{kind} {verdict}"):
            return
        if verdict is not Verdict.APPROVE:
            self.world.not_confirmed(start, began)
            return
        start.waits, start.approved = False, True
        if not start.is_oral:
            self.world.take_effect(start)

    @precondition(lambda self: self.world.starts)
    @rule(data=st.data())
    def take_a_start_back(self, data: st.DataObject) -> None:
        start = data.draw(st.sampled_from(self.world.starts))
        with acting_as(by := self.cast.caseworker):
            done = tried(lambda: START.take_back(self.rows[id(start)], by=by))
        if self._agree(done, start.waits and not start.is_oral, "take back"):
            start.waits = False

    @rule(at=moments, who=writers)
    def draft_end(self, at: datetime | None, who: str) -> None:
        at, by = at or timezone.now(), self.cast.positions[who]
        with acting_as(self.cast.caseworker):
            case = self.case()
        with acting_as(by):
            row = tried(lambda: actions.draft_end(case, end_facts(effective_at=at), by=by))
        if self._agree(row, self.world.may_end(at) and who == "caseworker", "end"):
            present = self.world.present()
            assert present is not None
            ending = Ending(present, at)
            self.rows[id(ending)] = row
            self.world.endings.append(ending)

    @precondition(lambda self: self.world.endings)
    @rule(data=st.data(), who=whoever, verdict=verdicts)
    def decide_end(self, data: st.DataObject, who: str, verdict: Verdict) -> None:
        ending = data.draw(st.sampled_from(self.world.endings))
        by, row = self.cast.positions[who], self.rows[id(ending)]
        with acting_as(by):
            done = tried(lambda: END.decide(row, verdict, by=by, note="理由"))
        holds = verdict is not Verdict.APPROVE or ending.of.lasts
        if not self._agree(done, ending.waits and who == "director" and holds, f"end {verdict}"):
            return
        if verdict is Verdict.APPROVE:
            self.world.end(ending)
        ending.waits = False

    # --- consent and the warrant

    @precondition(lambda self: len(self.people) < len(NAMES))
    @rule(holds=st.sampled_from((True, True, False)))
    def record_a_parent(self, holds: bool) -> None:
        """With parental authority, or without it: then the answer counts only where nobody has it."""
        name = NAMES[len(self.people)]
        with acting_as(self.cast.caseworker):
            row = CustodyDecision(case=self.case())
        more = {} if holds else {"roles_more": None}
        self.people[name] = a_parent(self.cast, row, name, **more)
        if holds:
            self.world.parents.add(name)

    @precondition(lambda self: self.world.starts)
    @rule(
        data=st.data(), what=st.sampled_from([*Said, Said.CONSENTS, Said.CONSENTS]), at=moments, who=writers
    )
    def answer(self, data: st.DataObject, what: Said, at: datetime | None, who: str) -> None:
        start = data.draw(st.sampled_from(self.world.starts[-2:]))
        name = "" if what is Said.NOBODY else data.draw(st.sampled_from(sorted(self.people) or [""]))
        if what is not Said.NOBODY and not name:
            return
        at, by, row = at or timezone.now(), self.cast.positions[who], self.rows[id(start)]
        facts: dict[str, Any] = {
            "consent": what,
            "answered_at": at,
            "person": self.people.get(name),
            "note": "架空",
            **MORE,
        }
        with acting_as(by):
            done = tried(lambda: actions.record_consent(row, by=by, **facts))
        allowed = self.world.may_answer(start, name, what.value, at) and who == "caseworker"
        if self._agree(done, allowed, f"says {what}"):
            self.world.answer(start, name, what.value, at, timezone.now())

    @rule(who=writers)
    def draft_request(self, who: str) -> None:
        by = self.cast.positions[who]
        with acting_as(self.cast.caseworker):
            case = self.case()
        with acting_as(by):
            row = tried(lambda: requests.draft_request(case, FACTS, by=by))
        if self._agree(row, self.world.may_draft_request() and who == "caseworker", "request"):
            of = self.world.to_ask_for()
            assert of is not None
            asking = Asking(of)
            self.rows[id(asking)] = row
            self.world.askings.append(asking)

    @precondition(lambda self: self.world.askings)
    @rule(data=st.data(), who=whoever, verdict=verdicts)
    def decide_request(self, data: st.DataObject, who: str, verdict: Verdict) -> None:
        asking = data.draw(st.sampled_from(self.world.askings))
        by, row = self.cast.positions[who], self.rows[id(asking)]
        with acting_as(by):
            done = tried(lambda: REQUEST.decide(row, verdict, by=by, note="理由"))
        holds = self.world.may_approve_request(asking) if verdict is Verdict.APPROVE else asking.waits
        if self._agree(done, holds and who == "director", f"request {verdict}"):
            asking.waits, asking.approved = False, verdict is Verdict.APPROVE

    @precondition(lambda self: self.world.askings)
    @rule(data=st.data(), who=writers)
    def hand_in(self, data: st.DataObject, who: str) -> None:
        asking = data.draw(st.sampled_from(self.world.askings))
        by, row = self.cast.positions[who], self.rows[id(asking)]
        with acting_as(by):
            done = tried(lambda: requests.hand_in(row, handed_in(), by=by))
        if self._agree(done, self.world.may_hand_in(asking) and who == "caseworker", "handed in"):
            self.world.hand_in(asking)
            self.files[id(asking)] = done

    # --- what is looked at after every step

    @invariant()
    def the_same_limit_runs_and_the_same_custody_lasts(self) -> None:
        if not hasattr(self, "world"):
            return
        with acting_as(self.cast.caseworker):
            case = self.case()
            found = lasting(case)
            limits = list(Clock.objects.running().filter(case=case, kind=ClockKind.WARRANT))
            reviews = Clock.objects.running().filter(case=case, kind=ClockKind.WARRANT_REVIEW).count()
        present, limit = self.world.present(), self.world.limit_of
        assert (found and found.pk) == (present and self.rows[id(present)].pk), self.world
        expected = [(limit.at, limit.last_moment())] if limit else []
        assert [(one.started_at, one.due_at) for one in limits] == expected, self.world
        assert case.stage == self.world.stage, self.world
        assert bool(reviews) == self.world.review_runs, self.world

    @invariant()
    def every_draft_is_where_the_model_has_it(self) -> None:
        """Also those to which nothing happened: does it wait, was it approved, has what it allowed ended, where is a file?"""
        if not hasattr(self, "world"):
            return
        world = self.world
        with acting_as(self.cast.caseworker):
            case = self.case()
            rows: dict[Any, Any] = {row.pk: row for row in [*decisions_of(case), *drafts_of(case)]}
            accepted = list(Acceptance.objects.filter(case=case).order_by("drafted_at"))
            items = list(ConferenceItem.objects.filter(case=case).order_by("drafted_at"))
            files = {file.request.draft_id: file.latest for file in files_of(case)}
        drafts: tuple[Custody | Ending | Asking, ...] = (*world.starts, *world.endings, *world.askings)
        for one in drafts:
            row = rows.pop(self.rows[id(one)].pk)
            assert (waits(row), bool(row.approved)) == (one.waits, one.approved), (one, world)
            if isinstance(one, Custody):
                assert row.ended_at == one.ended_at, (one, world)
            if isinstance(one, Asking):
                latest = files.get(row.pk)
                reached = "" if row.pk not in files else latest.kind if latest else "requested"
                assert reached == one.ruling, (one, world)
        assert not rows  # nothing was drafted of which the model knows nothing
        assert [waits(row) for row in accepted if waits(row)] == [True] * world.acceptance_waits, world
        assert any(row.approved for row in accepted) == world.is_accepted, world
        assert sum(waits(row) for row in items) == sum(sat.waits for sat in world.sat), world
        assert sum(bool(row.approved or row.refused) for row in items) == sum(
            sat.is_over for sat in world.sat
        ), world


def waits(row: Any) -> bool:
    """Whether nobody has decided this draft or taken it back."""
    return row.decided_at is None and row.taken_back_at is None
