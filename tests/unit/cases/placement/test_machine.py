"""Random placements against a plain model (``path.py``): a conference decides, the child is heard, the parents answer, the court
approves, and the placement is decided, changed, suspended, renewed and ended, while days pass. Each step is done or refused as
the model says, and afterwards the placement stands where the model has it and the same is owed.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.clocks.models import Clock
from cases.conferences.codes import CouncilWay, Measure, Opposed
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import Council
from cases.consents.codes import How, Said
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.hearings.codes import Advocate
from cases.placement import actions, later
from cases.placement.codes import Basis, CourtAct, DecisionKind, EndTo, Explained, PlacementKind
from cases.placement.models import PlacementDecision, PlacementHearing
from cases.placement.queries import awaited, court_of, decisions_of, standing
from cases.placement.seen import record_visit
from cases.records.actions import save_person
from cases.records.codes import Answer, PersonRole, StayKind
from cases.records.models import Person
from security.walls import clock
from tests.accepting import resolve
from tests.cast import Cast, a_case
from tests.machines import run_until_met
from tests.simulation.office import as_seeder, make_months
from tests.unit.cases.clocks.history import JAPAN
from tests.unit.cases.clocks.later import WHY, OneCase
from tests.unit.cases.placement.path import COURT, DECIDED_BY, NEXT, REVIEWED_AFTER, Path, Where
from tests.unit.cases.placement.placed import HOME, KINDS, facts

FIRST = date(2026, 12, 20)
MINUTE = timedelta(minutes=1)
PARENTS = ("架空父", "架空母")
FOSTER = PlacementKind.FOSTER
URGENT = Council(CouncilWay.URGENT, why="待てない（架空）")
GARDEN = Where("架空園", HOME.value, by_court=False)
HALL = Where("架空寮", HOME.value, by_court=False)
BY_COURT = Where("架空園", HOME.value, by_court=True)
FAMILY = Where("架空家", FOSTER.value, by_court=True)
ALL = sorted({kind for kinds in NEXT.values() for kind in kinds})
KIND = st.sampled_from(ALL)
WHERE = st.builds(
    Where,
    name=st.sampled_from(("架空園", "架空寮")),
    kind=st.sampled_from((HOME.value, HOME.value, FOSTER.value)),
    by_court=st.booleans(),
)
AHEAD = st.sampled_from((0, 0, 0, 4))
SAYS = st.sampled_from((Said.CONSENTS, Said.CONSENTS, Said.CONSENTS, Said.NOT_REACHED, Said.OBJECTS))
WORDS: dict[Said, dict[str, Any]] = {Said.NOT_REACHED: {"tries": "三度電話した（架空）"}}
DECIDES = st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.APPROVE, Verdict.RETURN))
WANTED = {"approve start", "arrive", "draft refused", "approve refused"}
"""Without these the random placements prove nothing."""
REACHED = (
    WANTED
    | {f"{act} {kind}" for kind in ALL for act in ("draft", "approve")}
    | {f"draft {kind} refused" for kind in ALL}
    | {"approve start refused", "approve renew refused", "arrive refused", "explain refused", "see refused"}
    | {
        "answer refused",
        "step refused",
        "term runs",
        "see",
        "answer",
        "came by the end",
        "term left",
        "term begun by a change",
    }
)
"""What the fixed walk reaches."""


class Placements(OneCase):
    """One child an example, whose parents are known or not, and which may be placed already; the person in charge acts, and the
    director decides."""

    @initialize(known=st.sampled_from((0, 1, 1, 2)), there=st.sampled_from((None, GARDEN, BY_COURT)))
    def begin(self, known: int, there: Where | None = None) -> None:
        self.now = datetime.combine(FIRST, time(9), JAPAN)
        self.lead, self.model = self.cast.caseworker, Path(set())
        self.draft: PlacementDecision | None = None
        self.hearing: PlacementHearing | None = None
        self.items: dict[str, ConferenceItem] = {}
        self.people: dict[str, Person] = {}
        with self.moment():
            self.case_id = a_case(self.cast).pk
        for _one in range(known):
            self.another_parent_is_known()
        if there is not None:
            for step in (CourtAct.PETITION, CourtAct.GRANTED) if there.by_court else ():
                self.court(step)
            self.decided("start", there)
            self.the_child_comes()

    def step(self, what: str, act: Any, may: bool, kind: str = "", by: Position | None = None) -> Any:
        """What somebody gets done, a minute later, or is refused, as the model says."""
        self.now += MINUTE
        done = self.act(f"did {what}", act, by)
        words = "only the model does it" if may else "the product does it"
        assert (done is not None) is may, (what, kind, words)
        whole = f"{what} {kind}".strip()
        self.met.update({what, whole} if may else {f"{whole} refused", f"{what} refused"})
        return done

    def stands_alike(self) -> None:
        """The placement stands where the model has it, the same draft waits, the same term runs and the same is owed."""
        model = self.model
        with self.moment(), acting_as(self.lead):
            case = self.case()
            found = standing(case).reached, court_of(case).last
            comes = awaited(case)
            waiting = [row.kind for row in decisions_of(case) if not row.decided_at and not row.taken_back_at]
            terms = [one.due_at for one in Clock.objects.running().filter(case=case, kind="placement_term")]
            owed = list(Duty.objects.filter(case=case, done_at=None).values_list("kind", "due_at"))
        act = model.awaited()
        assert found == (model.state, model.court)
        assert waiting == ([model.draft.kind] if model.draft else [])
        assert (comes and (comes.kind, comes.effective_on)) == (act and (act.kind, act.effective_on))
        assert [at.astimezone(JAPAN).date() for at in terms] == ([model.term] if model.term else [])
        reviews = [at.astimezone(JAPAN).date() for kind, at in owed if kind == "placement_review"]
        assert reviews == ([model.review_on] if model.review_on else [])
        assert sum(kind == "placement_visit" for kind, _at in owed) == int(model.is_to_be_seen)
        self.met.update({"term runs"} if model.term else ())

    # --- what a decision rests on

    @rule()
    def another_parent_is_known(self) -> None:
        """With parental authority."""
        if len(self.people) < len(PARENTS):
            name = PARENTS[len(self.people)]
            roles = {"role": PersonRole.CUSTODIAN, "roles_more": [PersonRole.PARENTAL_AUTHORITY]}
            self.model.parents.add(name)
            self.people[name] = self.step(
                "know", lambda by: save_person(self.case(), {"name": name, **roles}, by=by), may=True
            )

    @rule(what=st.sampled_from(sorted(DECIDED_BY.values())), council=st.booleans())
    def a_conference_decides(self, what: str, council: bool) -> None:
        """A support policy conference (児童相談所運営指針), with or without the child welfare council (児童福祉法27条6項)."""
        self.now += 3 * MINUTE
        with self.moment(), acting_as(self.lead):
            self.items[what] = resolve(
                self.cast, self.case(), Measure[what.upper()], council=URGENT if council else None
            )
        self.model.decides(what, council=council)

    @rule()
    def the_child_is_heard(self) -> None:
        """児童福祉法33条の3の3."""
        said = {
            "heard_at": self.now, "place": "架空の部屋", "heard_by": "架空の福祉司", "explained": "絵を使った",
            "advocate": Advocate.PRESENT,
        }  # fmt: skip
        self.model.hears()
        self.hearing = self.step(
            "hear",
            lambda by: actions.record_hearing(self.case(), said, opinion="「施設でもいい」", by=by),
            may=True,
        )

    @rule(
        who=st.sampled_from(("", *PARENTS)),
        kind=st.sampled_from((HOME, HOME, FOSTER)),
        said=st.sampled_from((Said.CONSENTS, Said.OBJECTS, Said.WITHDRAWN)),
    )
    def a_parent_answers(self, who: str, kind: PlacementKind, said: Said) -> None:
        """児童福祉法27条4項."""
        if not who or who in self.people:
            self.answers(who, kind, said if who else Said.NOBODY)
            self.stands_alike()

    def answers(self, who: str, kind: PlacementKind, said: Said) -> None:
        words = WORDS.get(said, {"how": How.MEETING, "note": "架空の答え"})
        asked: dict[str, Any] = {"asked_kind": kind, "consent": said, "person": self.people.get(who)}
        self.step(
            "answer",
            lambda by: actions.record_answer(
                self.case(), answered_at=clock.now(), by=by, **asked, **words
            ),
            self.model.answers(who, kind.value, said.value),
        )  # fmt: skip

    @rule(forced=st.booleans(), data=st.data(), until=st.sampled_from((None, 30, 200, 900)))
    def a_step_at_the_court(self, forced: bool, data: st.DataObject, until: int | None) -> None:
        """Mostly one that can follow (児童福祉法28条)."""
        steps = sorted(CourtAct.values if forced else COURT[self.model.step])
        self.court(CourtAct(data.draw(st.sampled_from(steps))), until)
        self.stands_alike()

    def court(self, step: CourtAct, until: int | None = None) -> None:
        approves = step in (CourtAct.GRANTED, CourtAct.RENEWAL_GRANTED)
        until_day = self.today + timedelta(days=until) if until and approves else None
        kinds = [HOME] if step is CourtAct.GRANTED else []
        self.step(
            "step",
            lambda by: actions.record_court(
                self.case(), step=step, step_on=self.today, court="架空家庭裁判所", kinds=kinds, until_day=until_day, by=by
            ),
            self.model.goes_to_court(step.value, self.today, {one.value for one in kinds}, until_day),
        )  # fmt: skip

    @precondition(lambda self: self.people)
    @rule(who=st.sampled_from(PARENTS))
    def it_is_explained(self, who: str) -> None:
        """児童福祉法33条の4."""
        if who in self.people:
            told: dict[str, Any] = {"way": Explained.HEARD, "words": f"{self.now}の言葉（架空）"}
            self.step(
                "explain",
                lambda by: later.record_explained(
                    self.case(), self.people[who], explained_at=clock.now(), by=by, **told
                ),
                self.model.explains(who),
            )

    @rule()
    def the_child_comes(self) -> None:
        act = self.model.awaited()
        may = self.model.arrives(self.today)
        self.step(
            "arrive",
            lambda by: actions.record_arrival(self.case(), arrived_at=clock.now(), by=by),
            may,
        )
        self.met.update({f"came by the {act.kind}"} if act is not None and may else ())
        self.stands_alike()

    @rule()
    def the_child_is_seen_there(self) -> None:
        self.step(
            "see",
            lambda by: record_visit(
                self.case(), seen_at=clock.now(), alone=Answer.YES, words="元気（架空）", by=by
            ),
            self.model.may_be_seen(),
        )
        self.model.is_to_be_seen = self.model.is_to_be_seen or self.model.may_be_seen()
        self.stands_alike()

    # --- what is decided

    @rule(kind=KIND, forced=st.booleans(), where=WHERE, opposed=st.booleans(), ahead=AHEAD)
    def somebody_drafts(self, kind: str, forced: bool, where: Where, opposed: bool, ahead: int) -> None:
        """On whatever is there; mostly something that can follow."""
        self.drafts(kind if forced else self.likely(kind), where, opposed=opposed, ahead=ahead)

    @rule(kind=KIND, where=WHERE, said=SAYS, verdict=DECIDES, ahead=AHEAD)
    def it_is_prepared_and_decided(
        self, kind: str, where: Where, said: Said, verdict: Verdict, ahead: int
    ) -> None:
        """Something that can follow, with all that it rests on: but the last parent may not want it."""
        self.decided(self.likely(kind), where, said, verdict, ahead)

    def likely(self, kind: str) -> str:
        kinds = sorted(NEXT[self.model.state])
        return kind if kind in kinds else kinds[ALL.index(kind) % len(kinds)]

    def decided(
        self, kind: str, where: Where, said: Said = Said.CONSENTS, verdict: Verdict = Verdict.APPROVE, ahead: int = 0,
    ) -> None:  # fmt: skip
        if self.draft is None:
            if kind in DECIDED_BY:
                self.a_conference_decides(DECIDED_BY[kind], council=True)
            self.the_child_is_heard()
            names = [*self.people] or [""]
            for name in names:
                if kind == "end" and name:
                    self.it_is_explained(name)
                elif kind in ("start", "change") and not where.by_court:
                    last = said if name and name == names[-1] else Said.CONSENTS
                    self.answers(name, PlacementKind(where.kind), last if name else Said.NOBODY)
            self.drafts(kind, where, opposed=kind in DECIDED_BY, ahead=ahead)
        if self.draft is not None:
            self.the_director_decides(verdict)

    def drafts(self, kind: str, where: Where, *, opposed: bool = False, ahead: int = 0) -> None:
        effective_on = self.today + timedelta(days=ahead)
        term = self.model.term
        row = self.step(
            "draft",
            lambda by: self._draft(kind, where, effective_on, term, opposed, by),
            self.model.drafts(kind, where, effective_on, self.today, opposed=opposed),
            kind,
        )
        self.draft = row or self.draft
        self.stands_alike()

    def _draft(
        self, kind: str, where: Where, effective_on: date, term: date | None, opposed: bool, by: Position
    ) -> PlacementDecision:
        case = self.case()
        rests: dict[str, Any] = {
            "hearing": self.hearing, "item": self.items.get(DECIDED_BY.get(kind, "")),
            "opposed": [Opposed.CUSTODIAN] if opposed else [],
        }  # fmt: skip
        if kind in ("start", "change"):
            said = facts(
                **rests, place=where.name, place_kind=PlacementKind(where.kind), effective_on=effective_on,
                review_on=effective_on + REVIEWED_AFTER, basis=Basis.COURT if where.by_court else Basis.CONSENT,
            )  # fmt: skip
            draft = actions.draft_placement if kind == "start" else later.draft_change
            return draft(case, said, by=by)
        if kind == "renew":
            begins = (term or self.today) + timedelta(days=1)
            renewal = actions.RenewalFacts(**rests, review_on=begins + REVIEWED_AFTER, **WHY)
            return actions.draft_renewal(case, renewal, by=by)
        rests |= {"effective_on": effective_on, **WHY}
        if kind == "suspend":
            away = later.SuspensionFacts(**rests, stay_after=StayKind.HOSPITAL, place="港病院（架空）")
            return later.draft_suspension(case, away, by=by)
        if kind == "resume":
            return later.draft_resumption(case, later.ResumeFacts(**rests), by=by)
        ends: dict[str, Any] = {
            "stay_after": StayKind.HOME, "place": "父宅（架空）", "end_to": EndTo.HOME, "guidance_effect": "指導の効果（架空）",
            "home_trial": "週末の外泊（架空）",
        }  # fmt: skip
        return later.draft_end(case, later.EndFacts(**rests, **ends), by=by)

    @precondition(lambda self: self.draft is not None)
    @rule(verdict=DECIDES)
    def the_director_decides(self, verdict: Verdict) -> None:
        draft, term = self.model.draft, self.model.term
        assert draft is not None
        assert self.draft is not None
        pk, kind = self.draft.pk, KINDS[DecisionKind(draft.kind)]
        note = "" if verdict is Verdict.APPROVE else "補正を要する（架空）"

        def decide(by: Position) -> Any:
            row = PlacementDecision.objects.select_related("case__office", "case__child").get(pk=pk)
            return kind.decide(row, verdict, by=by, note=note)

        if verdict is Verdict.RETURN:
            self.step("return", decide, may=True, by=self.cast.director)
            self.draft = self.model.draft = None
        elif self.step("approve", decide, self.model.approve(self.today), draft.kind, self.cast.director):
            self.draft = None
            if draft.kind == "change" and (term is None) is not (self.model.term is None):
                self.met.add("term begun by a change" if term is None else "term left")
        self.stands_alike()

    # --- time

    @rule(number=st.sampled_from((1, 1, 6, 30, 100)))
    def days_pass(self, number: int) -> None:
        if self.today < FIRST + timedelta(days=400):  # the months that there are tables for
            self.now += timedelta(days=number)
        self.stands_alike()


def _walk(machine: Placements) -> None:
    machine.begin(1)
    for kind in ALL:
        machine.drafts(kind, GARDEN)  # nothing is there that it could rest on
    machine.a_parent_answers("", HOME, Said.NOBODY)
    machine.a_parent_answers("架空父", HOME, Said.WITHDRAWN)
    machine.it_is_explained("架空父")
    machine.the_child_comes()
    machine.the_child_is_seen_there()
    machine.decided("start", GARDEN, Said.OBJECTS)
    machine.the_director_decides(Verdict.RETURN)
    machine.decided("start", BY_COURT)  # no court has approved it
    machine.court(CourtAct.GRANTED)  # nobody asked
    for step in (CourtAct.PETITION, CourtAct.GRANTED):
        machine.court(step)
    machine.the_director_decides(Verdict.APPROVE)
    machine.the_child_comes()
    machine.the_child_is_seen_there()
    machine.days_pass(1)
    machine.decided("renew", BY_COURT)
    for step in (CourtAct.RENEWAL_ASKED, CourtAct.RENEWAL_GRANTED):
        machine.court(step, 900)
    machine.the_director_decides(Verdict.APPROVE)  # the court has renewed it now
    machine.decided("suspend", GARDEN, ahead=4)
    machine.the_child_comes()
    machine.days_pass(6)
    machine.the_child_comes()
    machine.decided("resume", GARDEN)
    machine.another_parent_is_known()
    machine.drafts("change", HALL)
    machine.decided("change", HALL)
    machine.the_child_comes()
    machine.days_pass(1)
    machine.decided("change", FAMILY)  # not among what the court approved
    machine.the_director_decides(Verdict.RETURN)
    machine.decided("change", BY_COURT)
    machine.a_conference_decides("ended", council=False)
    machine.the_child_is_heard()
    machine.drafts("end", GARDEN)  # it was not explained
    machine.decided("end", GARDEN, ahead=4)
    machine.days_pass(6)
    machine.the_child_comes()
    machine.decided("start", GARDEN, Said.NOT_REACHED)
    machine.a_conference_decides("changed", council=False)
    machine.the_child_is_heard()
    machine.drafts("change", HALL)  # what was said was said to the start


def test_a_fixed_walk_reaches_every_decision(cast: Cast) -> None:
    """Against a parent's will nothing is decided until the court approves; a change by consent leaves its term, one by the court
    begins one; a renewal takes the court, and the end an explanation (児童福祉法27条4項, 28条, 33条の4)."""
    Placements.cast, Placements.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 18)
        try:
            _walk(Placements())
        finally:
            connections["default"].close()
    assert Placements.met >= REACHED, REACHED - Placements.met


def test_every_placement_is_as_the_model_says(cast: Cast) -> None:
    """児童福祉法27条4項, 28条, 33条の3の3, 33条の4."""
    Placements.cast, Placements.met = cast, set()
    with as_seeder(FIRST):
        make_months(FIRST, 18)
        try:
            run_until_met(Placements, WANTED, steps=10, examples=6)
        finally:
            connections["default"].close()


pytestmark = pytest.mark.commits
