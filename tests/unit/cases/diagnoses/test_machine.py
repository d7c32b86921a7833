"""Random courses of diagnoses against a plain model (``course.py``): asked for, written, returned and replaced by the team and by
the facility, and judged by two people, in any order. Each step is done, or refused in a sentence, as the model says; afterwards
the team, the facility and everybody else read the same as it says.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.conferences.codes import SittingKind
from cases.conferences.queries import items_of
from cases.decisions.codes import Verdict
from cases.diagnoses import actions
from cases.diagnoses.actions import JUDGED, Written
from cases.diagnoses.codes import JUDGEMENT, DiagnosisKind, SelfHarmThought
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Judgement
from cases.diagnoses.queries import findings_of
from cases.duties.models import Duty
from cases.records.codes import Stage
from cases.records.models import Case
from cases.shelter.actions import end_stay
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, as_owner, delegated
from tests.machines import run_until_met
from tests.unit.cases.conferences.test_conferences import held, planned, put
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.diagnoses.course import UNWRITTEN, WRITE, Course, Draft, Row
from tests.unit.cases.diagnoses.team import SCORES, newcomer, on_team, texts
from tests.unit.cases.diagnoses.test_judgement import TEXTS
from tests.unit.cases.diagnoses.walks import WALKS, WORKER
from tests.unit.cases.shelter.test_sheet import sent, works_at

TEAM = ("caseworker", "supervisor", "psychologist")
IN_CHARGE = ("caseworker", "supervisor")
OUTSIDE = ("colleague", "stranger")
"""Who works on another case, here and elsewhere."""
whoever = st.sampled_from((*TEAM, *TEAM, *TEAM, "colleague", WORKER))
managers = st.sampled_from((*IN_CHARGE, *IN_CHARGE, "psychologist", "stranger"))
deciders = st.sampled_from(("director", "director", "supervisor", "supervisor", "caseworker"))
verdicts = st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE))
kinds = st.sampled_from(sorted(WRITE))
which = st.sampled_from((0, 0, 0, 1, 2))
"""Counted from the latest."""

ACTS = {
    "ask", "ask anew", "write", "submit", "return", "write there", "submit there", "return there", "leave", "draft", "redraft",
    "take back", "approve", "return draft", "refuse",
}  # fmt: skip
STATES = {"planned", "in_progress", "submitted", "returned", "accepted", "superseded"}
RARE = {
    "superseded over one that came back",
    "written in its place already",
    "approved by a delegate",
    "own draft, to decide",
    "own diagnosis, to return",
    "a draft on what was returned",
    "submitted in parts",
    "an old page",
    "of the facility, to return to a colleague",
    "the facility's next",
    "accepted of the facility",
    "rests on what was accepted before",
    "returned there after the child left",
}
"""What the fixed walks reach besides."""
WANTED = {"returned", "refused"}
"""Without these the random courses prove nothing."""


class Courses(RuleBasedStateMachine):
    """One case an example, of a child in temporary custody."""

    cast: Cast
    people: dict[str, Position]
    met: set[str] = set()

    @initialize(assessed=st.sampled_from((True, True, True, False)), written=kinds, back=st.booleans())
    def begin(self, assessed: bool, written: str, back: bool = False) -> None:
        self.model, self.steps = Course(assessed), 0
        self.rows: list[Any] = []
        self.there: list[Any] = []
        self.drafts: list[Judgement] = []
        start = in_custody(self.cast)
        self.stay = sent(self.cast, start, self.people[WORKER])
        self.case_id = start.case_id
        with as_owner():
            Case.objects.using("owner").filter(pk=self.case_id).update(stage=Stage.INVESTIGATION)
        with acting_as(self.people["caseworker"]):
            case = self.case()
        on_team(self.cast, case, self.people["psychologist"])
        sitting = planned(self.cast, SittingKind.ASSESSMENT)
        put(self.cast, case, sitting)
        if assessed:
            held(self.cast, sitting)
        writer = min(WRITE[written])
        self.ask("caseworker", written, writer, None, late=False)
        self.write(writer, 0, submit=True, partly=False, old=False)
        if back:
            self.give_back("caseworker" if writer == "supervisor" else "supervisor", 0)

    def case(self) -> Case:
        return Case.objects.select_related("child", "office").get(pk=self.case_id)

    def act(self, who: str, may: bool, what: str, do: Callable[[Position], Any]) -> Any:
        """What is done by somebody; it is done or refused as the model says. Any other fault is the product's."""
        by, done, why = self.people[who], None, "done."
        with acting_as(by):
            try:
                done = do(by) or True
            except Refused as refused:
                why = str(refused.reason)
            except ObjectDoesNotExist:
                why = "not found." if who in (*OUTSIDE, WORKER) else "not found by who works on it"
        assert why.endswith(("。", ".")), (what, who, why)
        assert (done is not None) is may, (what, who, why, self.model)
        self.met.update({what} if may else {f"no {what}", "refused"})
        return done if may else None

    def place(self, number: int) -> int:
        return max(len(self.rows) - 1 - number, 0)

    def diagnosis(self, place: int) -> Diagnosis:
        """As the page of the case has it, of the moment when it was asked for."""
        row: Diagnosis = self.rows[place]
        return row

    def keep(self) -> None:
        """The page of the case shows what is new on it; the rows read before stay as they were."""
        have = {row.pk for row in self.rows}
        with acting_as(self.people["caseworker"]):
            found = Diagnosis.objects.filter(case=self.case_id).select_related(
                "case__office", "facility__admission"
            )
            self.rows += [row for row in found.order_by("asked_at", "id") if row.pk not in have]

    # --- the team

    @rule(
        who=whoever,
        kind=kinds,
        writer=st.sampled_from(TEAM),
        replaces=st.sampled_from((None, None, 0, 1, 2)),
        late=st.sampled_from((False, False, False, True)),
        same=st.booleans(),
    )
    def ask(
        self, who: str, kind: str, writer: str, replaces: int | None, late: bool, same: bool = False
    ) -> None:
        """A new one, or one in the place of another; ``same``: of its kind, asked of who writes that."""
        with acting_as(self.people["caseworker"]):
            case = self.case()
        place = None if replaces is None else self.place(replaces)
        if same:
            kind = self.model.rows[place or 0].kind
            writer = min(WRITE[kind])
        may = who in TEAM and writer in WRITE[kind] and not late
        if may and place is not None and self.model.is_replaced(place):
            old = self.model.rows[place]
            again = old.kind == kind and old.state in ("returned", "accepted")
            self.met.update({"written in its place already"} if again else ())
        may = may and (place is None or self.model.may_replace(place, kind))
        facts: dict[str, Any] = {
            "kind": DiagnosisKind(kind),
            "question": "見立て（架空）",
            "writer": self.people[writer],
            "due_on": clock.today() + timedelta(days=-1 if late else 14),
            "replaces": None if place is None else self.rows[place],
        }
        what = "ask" if place is None else "ask anew"
        if self.act(who, may, what, lambda by: actions.ask_for_diagnosis(case, by=by, **facts)):
            self.model.rows.append(Row(kind, writer, place))
            self.keep()
        self.agree()

    @rule(
        who=st.sampled_from((*TEAM, *TEAM, "colleague", WORKER)),
        number=which,
        submit=st.booleans(),
        partly=st.sampled_from((False, False, False, True)),
        old=st.sampled_from((False, False, False, True)),
    )
    def write(self, who: str, number: int, submit: bool, partly: bool, old: bool) -> None:
        place = self.place(number)
        row, now = self.model.rows[place], self.rows[place]
        may = who in WRITE[row.kind] and row.state in UNWRITTEN and not (submit and partly) and not old
        said: dict[str, Any] = {"texts": texts(DiagnosisKind(row.kind))}
        if partly:
            said["texts"] = dict(list(said["texts"].items())[:1])
        if row.kind == "psychological":
            said |= {"codes": {"self_harm": SelfHarmThought.NONE}, "tests": SCORES}
        version = 0 if old else None
        if who in WRITE[row.kind] and row.state in UNWRITTEN:
            self.met.update({"submitted in parts"} if submit and partly else {"an old page"} if old else ())

        def write(by: Position) -> Any:
            return actions.write_diagnosis(now, Written(**said), by=by, submit=submit, version=version)

        if self.act(who, may, "submit" if submit else "write", write):
            row.state, row.begun = "submitted" if submit else "in_progress", True
            row.submitted_by = who if submit else ""
        self.agree()

    @precondition(lambda self: self.model.standing())
    @rule(who=managers, number=which)
    def give_back(self, who: str, number: int) -> None:
        """Returned to who of the team submitted it, and asked for again; what the facility wrote, to the facility."""
        place = self.place(number)
        row, found = self.model.rows[place], self.diagnosis(place)
        may = who in IN_CHARGE and row.state == "submitted"
        if row.there is not None:
            left = may and not self.model.sleeps_there
            self.met.update({"returned there after the child left"} if left else ())
            there = found.facility
            assert there is not None
            may = may and self.model.sleeps_there

            def to_facility(by: Position) -> Any:
                actions.return_to_facility(found, there, why="眠りを（架空）", by=by)

            if self.act(who, may, "return there", to_facility):
                row.state = self.model.there[row.there] = "returned"
        else:
            own = row.submitted_by == who
            self.met.update({"own diagnosis, to return"} if may and own else ())
            day = clock.today() + timedelta(days=3)

            def to_writer(by: Position) -> Any:
                return actions.return_diagnosis(found, why="短く（架空）", due_on=day, by=by)

            if self.act(who, may and not own, "return", to_writer):
                row.state = "returned"
                self.model.rows.append(Row(row.kind, row.submitted_by, place))
                self.keep()
        self.agree()

    @precondition(lambda self: any(row.there is not None for row in self.model.rows))
    @rule(who=managers)
    def give_back_to_a_colleague(self, who: str) -> None:
        """What the facility wrote is no colleague's: nobody of the team is asked to write it again."""
        place = max(place for place, row in enumerate(self.model.rows) if row.there is not None)
        found, day = self.diagnosis(place), clock.today()
        if who in IN_CHARGE and self.model.rows[place].state == "submitted":
            self.met.add("of the facility, to return to a colleague")
        self.act(
            who, False, "return", lambda by: actions.return_diagnosis(found, why="架空", due_on=day, by=by)
        )
        self.agree()

    # --- the facility

    @rule(
        who=st.sampled_from((WORKER, WORKER, WORKER, WORKER, "caseworker", "stranger")),
        submit=st.booleans(),
        partly=st.sampled_from((False, False, False, True)),
        old=st.sampled_from((False, False, False, True)),
    )
    def write_there(self, who: str, submit: bool, partly: bool, old: bool) -> None:
        latest = self.model.there[-1] if self.model.there else ""
        said = texts(DiagnosisKind.BEHAVIOURAL)
        said = dict(list(said.items())[:1]) if partly else said
        version = 0
        if latest == "open":
            with acting_as(self.people[WORKER]):
                version = FacilityDiagnosis.objects.get(admission=self.stay, submitted_at=None).version
        version += 1 if old else 0
        may = who == WORKER and latest != "submitted" and not old and not (submit and partly)

        def write(by: Position) -> Any:
            return actions.write_at_facility(self.stay, Written(said), by=by, submit=submit, version=version)

        row = self.act(who, may, "submit there" if submit else "write there", write)
        if row is not None:
            if latest != "open":
                self.met.update({"the facility's next"} if latest else ())
                self.model.there.append("open")
                self.there.append(row)
            if submit:
                self.model.submit_there(len(self.model.there) - 1, WORKER)
                self.keep()
        self.agree()

    @precondition(lambda self: self.model.there)
    @rule(who=st.sampled_from(("caseworker", "supervisor", "stranger", WORKER)))
    def leave(self, who: str) -> None:
        may = who in IN_CHARGE and self.model.sleeps_there
        if self.act(who, may, "leave", lambda by: end_stay(self.stay, by=by)):
            self.model.sleeps_there = False
        self.agree()

    # --- the comprehensive diagnosis

    @rule(
        who=st.sampled_from((*TEAM, *IN_CHARGE, "colleague")),
        rests=st.sampled_from(("standing", "all", "last", "")),
    )
    def draft(self, who: str, rests: str) -> None:
        """A new one, or the own draft that waits is changed."""
        standing, every = self.model.standing(), set(range(len(self.rows)))
        chosen = {"standing": standing, "all": every, "last": set(sorted(standing)[-1:]), "": set[int]()}[
            rests
        ]
        waiting = self.model.waiting
        change = waiting is not None and waiting.by == who
        fits = bool(chosen) and chosen <= standing
        may = fits and (change or (who in TEAM and self.model.assessed and waiting is None))
        earlier = self.drafts[-1] if change else None
        with acting_as(self.people["caseworker"]):
            case = self.case()
            (item,) = items_of(case)
            on = self.on(chosen)

        def draft(by: Position) -> Any:
            return actions.draft_judgement(case, item, on, TEXTS, by=by, earlier=earlier)

        row = self.act(who, may, "redraft" if change else "draft", draft)
        if row is not None and waiting is not None:
            waiting.rests_on = chosen
            self.drafts[-1] = row
        elif row is not None:
            self.drafts.append(row)
            self.model.drafts.append(Draft(who, chosen))
        self.agree()

    def on(self, chosen: Collection[int]) -> list[Diagnosis]:
        return [self.diagnosis(place) for place in chosen]

    @precondition(lambda self: self.drafts)
    @rule(who=st.sampled_from((*IN_CHARGE, "director")))
    def take_back(self, who: str) -> None:
        draft, row = self.model.drafts[-1], self.drafts[-1]
        may = draft.state == "waiting" and draft.by == who
        if self.act(who, may, "take back", lambda by: JUDGED.take_back(row, by=by)):
            draft.state = "taken_back"
        self.agree()

    @precondition(lambda self: self.drafts)
    @rule(who=deciders, verdict=verdicts)
    def decide(self, who: str, verdict: Verdict) -> None:
        """The director, or the supervisor, to whom it is delegated today; nobody decides what they drafted."""
        draft, row = self.model.drafts[-1], self.drafts[-1]
        may = draft.state == "waiting" and who in ("director", "supervisor")
        self.met.update({"own draft, to decide"} if may and draft.by == who else ())
        may = may and draft.by != who
        approves = verdict is Verdict.APPROVE
        holds = draft.rests_on <= self.model.standing()
        self.met.update({"a draft on what was returned"} if may and approves and not holds else ())
        may = may and (holds or not approves)
        what = {Verdict.APPROVE: "approve", Verdict.RETURN: "return draft", Verdict.REFUSE: "refuse"}[verdict]
        if self.act(who, may, what, lambda by: JUDGED.decide(row, verdict, by=by, note="架空")):
            if approves:
                self.note_rare(who, draft)
                self.model.accept(draft)
            else:
                draft.state = "returned" if verdict is Verdict.RETURN else "refused"
        self.agree()

    def note_rare(self, who: str, draft: Draft) -> None:
        rests = [self.model.rows[place] for place in draft.rests_on]
        self.met.update({"approved by a delegate"} if who == "supervisor" else ())
        for row in rests:
            self.met.update({"rests on what was accepted before"} if row.state == "accepted" else ())
            self.met.update({"accepted of the facility"} if row.there is not None else ())
            before = None if row.replaces is None else self.model.rows[row.replaces]
            if before is not None and before.state == "returned" and before.replaces is not None:
                first = self.model.rows[before.replaces]
                self.met.update({"superseded over one that came back"} if first.state == "accepted" else ())

    # --- what each reads

    def agree(self) -> None:
        """The team and the facility after each step, and one after the other of those who read nothing."""
        self.steps += 1
        for who in ("psychologist", (*IN_CHARGE, "director")[self.steps % 3]):
            with acting_as(self.people[who]):
                self.team_reads(who)
        with acting_as(self.people[WORKER]):
            found = self.read_there()
            assert found == self.model.there
            assert not Diagnosis.objects.filter(case=self.case_id).exists()
            assert not Judgement.objects.filter(case=self.case_id).exists()
        who = OUTSIDE[self.steps % len(OUTSIDE)]
        with acting_as(self.people[who]):
            for model in (Diagnosis, FacilityDiagnosis, Judgement):
                assert not model.objects.filter(case=self.case_id).exists(), (who, model)
        self.met.update(row.state for row in self.model.rows)

    def team_reads(self, who: str) -> None:
        numbers = {row.pk: place for place, row in enumerate(self.rows)}
        found = {numbers[row.pk]: row for row in Diagnosis.objects.filter(case=self.case_id)}
        assert len(found) == len(self.model.rows), who
        for place, row in enumerate(self.model.rows):
            now = found[place]
            before = None if now.replaces_id is None else numbers[now.replaces_id]
            assert (now.kind, now.state.value, before) == (row.kind, row.state, row.replaces), (
                who,
                place,
                self.model,
            )
            assert bool(value_of(now.texts)) is (row.begun and row.there is None), (who, place)
            assert bool(reveal(now, "returned_why")) is (row.state == "returned"), (who, place)
            apart = row.kind == "psychological" and row.begun and who == "psychologist"
            assert (findings_of(now) is not None) is apart, (who, place)
        assert self.read_there() == [state for state in self.model.there if state != "open"], who
        decided = {row.pk: row.state.value for row in Judgement.objects.filter(case=self.case_id)}
        assert [decided.pop(row.pk) for row in self.drafts] == [one.state for one in self.model.drafts], who
        assert not decided, who
        owed = Duty.objects.filter(case=self.case_id, kind="diagnosis", done_at=None)
        due = sorted(numbers[cause] for cause in owed.values_list("cause", flat=True))
        assert due == [place for place, row in enumerate(self.model.rows) if row.state in UNWRITTEN], who

    def read_there(self) -> list[str]:
        """What the facility wrote, as the acting position reads it, words and all."""
        rows = FacilityDiagnosis.objects.filter(admission=self.stay.pk).order_by("written_at", "id")
        for row in rows:
            assert value_of(row.texts)
            assert bool(reveal(row, "returned_why")) is (row.returned_at is not None)
        return [
            "returned" if row.returned_at else "submitted" if row.submitted_at else "open" for row in rows
        ]


def prepare(cast: Cast) -> None:
    """Who is there besides the usual cast; today the comprehensive diagnosis is delegated to the supervisor."""
    Courses.cast, Courses.met = cast, set()
    Courses.people = cast.positions | {
        WORKER: works_at(cast),
        "psychologist": newcomer(cast, "shinri", Role.PSYCHOLOGIST),
    }
    delegated(cast, cast.supervisor, JUDGEMENT)


def test_the_fixed_walks(cast: Cast) -> None:
    """What chance seldom reaches, against the same model: every act is done and is refused, and every state is met."""
    prepare(cast)
    for walk in WALKS:
        walk(Courses())
    assert ACTS | STATES | RARE <= Courses.met, (ACTS | STATES | RARE) - Courses.met
    assert {f"no {act}" for act in ACTS} <= Courses.met, {f"no {act}" for act in ACTS} - Courses.met


def test_in_any_order_product_and_model_say_the_same(cast: Cast) -> None:
    prepare(cast)
    run_until_met(Courses, WANTED, steps=12, examples=8)


pytestmark = pytest.mark.commits
