"""What follows later in the random histories: a warrant that is rejected, a guideline, a placement by the court, and a hand-over
on a day to come. With what every rule of them has: the case at its moment, and the comparison with the model.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.conferences.codes import Measure
from cases.conferences.models import ConferenceItem
from cases.consents.codes import How, Said
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.guidelines import actions as guidelines
from cases.guidelines.actions import GUIDE, REVIEW, ReviewFacts
from cases.guidelines.codes import GoalState, Outcome
from cases.guidelines.models import Guideline
from cases.guidelines.queries import Result
from cases.handover.actions import hand_over
from cases.hearings.codes import Advocate
from cases.placement import actions as placements
from cases.placement import later
from cases.placement.actions import RENEW, START, RenewalFacts
from cases.placement.codes import Basis, CourtAct, EndTo, Explained
from cases.placement.models import PlacementDecision, PlacementHearing
from cases.records.actions import save_person
from cases.records.codes import PersonRole, StayKind
from cases.records.models import Case, Person
from cases.warrants.actions import record_step
from cases.warrants.codes import WarrantState
from cases.warrants.models import WarrantRequest
from cases.warrants.queries import file_of
from security.walls import clock
from security.walls.seeder import seeding
from tests.accepting import resolve
from tests.cast import Cast
from tests.requesting import FACTS_OF
from tests.unit.cases.clocks.history import DAY, JAPAN, MICROSECOND, History, last_moment
from tests.unit.cases.guidelines.made import facts as guideline_facts
from tests.unit.cases.placement.placed import HOME
from tests.unit.cases.placement.placed import facts as placement_facts

DUTIES = ("advocate", "inspection", "guideline_told", "guideline_review", "placement_review")
"""The kinds of duties that the model knows; the product has more."""
EXPLAINED_WITHIN = 7
"""Days, as a new office has it."""
HOLDER = {"name": "架空父", "role": PersonRole.CUSTODIAN, "roles_more": [PersonRole.PARENTAL_AUTHORITY]}
WHY: dict[str, Any] = {"reason": "架空の理由", "told_reason": "架空の理由"}


def tried(act: Callable[[], Any]) -> Any:
    """What an act gives, or None where it was refused."""
    try:
        with transaction.atomic():
            return act() or True
    except Refused:
        return None


class OneCase(RuleBasedStateMachine):
    """One case and its model, at a moment that the rules move."""

    cast: Cast
    met: set[str] = set()
    """What was reached at all: a machine that only meets refusals proves nothing."""
    now: datetime
    history: History
    lead: Position
    case_id: UUID

    @contextmanager
    def moment(self) -> Iterator[None]:
        with seeding("default"), clock.moved_to(self.now):
            yield

    @property
    def today(self) -> date:
        return self.now.astimezone(JAPAN).date()

    def case(self) -> Case:
        return Case.objects.select_related("child", "office").get(pk=self.case_id)

    def act(self, what: str, act: Callable[[Position], Any], by: Position | None = None) -> Any:
        """What the person in charge, or another, gets done at this moment; None where it is refused."""
        who = by or self.lead
        with self.moment(), acting_as(who):
            done = tried(lambda: act(who))
        if done is not None:
            self.met.add(what)
        return done

    def approve(self, what: str, kind: Any, row: Any) -> bool:
        """Whether the director could approve what was drafted; else the draft is returned, so that another can be written."""
        if self.act(what, lambda by: kind.decide(row, Verdict.APPROVE, by=by), self.cast.director):
            return True
        assert self.act(
            f"{what} returned",
            lambda by: kind.decide(row, Verdict.RETURN, by=by, note="架空の理由"),
            self.cast.director,
        )
        return False

    def agree(self, what: str, rows: list[tuple[str, datetime, datetime, bool]], *, of_duties: bool) -> None:
        """Product and model have the same limits, or duties, and the same of them are open."""
        said = [
            (one.kind, one.start, one.due, one.is_open)
            for one in self.history.owed
            if one.is_duty is of_duties
        ]
        assert sorted(rows) == sorted(said), what

    def same(self, what: str) -> None:
        with self.moment():
            self.agree(
                what,
                [
                    (row.kind, row.started_at, row.due_at, row.met_at is None and row.ended_at is None)
                    for row in Clock.objects.filter(case=self.case_id)
                ],
                of_duties=False,
            )
            found = Duty.objects.filter(case=self.case_id, kind__in=DUTIES)
            self.agree(
                what,
                [(row.kind, row.left_at, row.due_at, row.done_at is None) for row in found],  # type: ignore[misc]  # these have it
                of_duties=True,
            )


class Later(OneCase):
    """The rules that the histories have besides those of the first days."""

    custody: CustodyDecision | None = None
    request: WarrantRequest | None = None
    guideline: Guideline | None = None
    placement: PlacementDecision | None = None
    renewal_asked: bool = False
    planned: tuple[datetime, Position] | None = None
    """From when on who is in charge, where that is decided already."""
    parent: Person | None = None
    """Who has parental authority and does not want a placement; nobody knew of anybody before."""

    # --- the judge rejects the warrant: custody ends within three days, or the reversal is asked for (児童福祉法33条7項)

    def _ruling(self, to: WarrantState) -> Any:
        def record(by: Position) -> Any:
            request = self.request
            assert request is not None
            file = file_of(self.case(), request.pk)
            follows = file.latest.pk if file and file.latest else None
            return record_step(
                request, to, by=by, happened_at=self.now, **{"follows": follows, **FACTS_OF[to]}
            )

        return self.act(to.value, record)

    @precondition(lambda self: self.custody is not None and self.request is not None)
    @rule()
    def the_judge_rejects(self) -> None:
        if self._ruling(WarrantState.REJECTED):
            self.history.start("warrant_review", self.now, last_moment(self.now, days=4))
        self.same("rejected")

    @precondition(lambda self: self.custody is not None and self.request is not None)
    @rule()
    def ask_for_the_reversal(self) -> None:
        if self._ruling(WarrantState.REVIEW_ASKED):
            self.history.stop("warrant_review")
        self.same("reversal asked for")

    # --- a support guideline is explained to the child, and evaluated by its day

    @rule(days=st.integers(20, 150))
    def decide_a_guideline(self, days: int) -> None:
        review_on = self.today + days * DAY

        def draft(by: Position) -> Any:
            case = self.case()
            return guidelines.draft_guideline(case, guideline_facts(case, review_on=review_on), by=by)

        row = self.act("guideline drafted", draft)
        if row is not None and self.approve("guideline", GUIDE, row):
            self.guideline = row
            for kind in ("guideline_told", "guideline_review"):
                self.history.stop(kind)
            self.history.leave("guideline_told", self.now, EXPLAINED_WITHIN)
            self.history.leave_until("guideline_review", self.now, end_of(review_on))
        self.same("guideline")

    @precondition(lambda self: self.guideline is not None)
    @rule()
    def explain_the_guideline(self) -> None:
        told = {
            "told_at": self.now,
            "told_by": "児童福祉司（架空）",
            "how": "絵で（架空）",
            "child_said": "「わかった」",
        }

        def record(by: Position) -> Any:
            assert self.guideline is not None
            return guidelines.record_told(self.guideline, told, by=by)

        if self.act("explained", record):
            self.history.stop("guideline_told")
        self.same("explained")

    @precondition(lambda self: self.guideline is not None)
    @rule(days=st.one_of(st.none(), st.integers(20, 170)))
    def evaluate_the_guideline(self, days: int | None) -> None:
        """Until another day, or for the last time."""
        next_on = None if days is None else self.today + days * DAY
        facts = ReviewFacts(
            outcome=Outcome.END if next_on is None else Outcome.CONTINUE,
            reviewed_on=self.today,
            results=[Result(GoalState.REACHED, "様子（架空）"), Result(GoalState.NOT_YET, "様子（架空）")],
            next_on=next_on,
            child_view="「眠れるようになった」（架空）",
            assessment="よくなっている（架空）",
        )
        row = self.act("evaluation drafted", lambda by: guidelines.draft_review(self.case(), facts, by=by))
        if row is not None and self.approve("evaluated", REVIEW, row):
            self.history.stop("guideline_review")
            if next_on is None:
                self.history.stop("guideline_told")
                self.guideline = None
            else:
                self.history.leave_until("guideline_review", self.now, end_of(next_on))
        self.same("evaluated")

    # --- a placement by the family court's approval, its term, its renewal and its end (児童福祉法28条)

    def _heard(self, by: Position) -> PlacementHearing:
        facts = {
            "heard_at": self.now, "place": "架空の部屋", "heard_by": "架空の福祉司", "explained": "絵を使った",
            "advocate": Advocate.PRESENT,
        }  # fmt: skip
        return placements.record_hearing(self.case(), facts, opinion="「施設でもいい」", by=by)

    def _resolved(self, measure: Measure) -> ConferenceItem:
        """The support policy conference on which a placement, or its end, rests."""
        with self.moment():
            return resolve(self.cast, self.case(), measure, by=self.lead)

    def _court(self, step: CourtAct, by: Position, ago: int = 0, **more: Any) -> None:
        placements.record_court(
            self.case(), step=step, step_on=self.today - ago * DAY, court="架空家庭裁判所", by=by, **more
        )

    @precondition(lambda self: self.placement is None)
    @rule(months=st.integers(2, 24))
    def place_by_the_court(self, months: int) -> None:
        begins = datetime.combine(self.today, time(), JAPAN)
        due, review_on = last_moment(begins, months=months), self.today + 90 * DAY
        item = self._resolved(Measure.PLACEMENT)

        def draft(by: Position) -> Any:
            self.parent = self.parent or save_person(self.case(), HOLDER, by=by)
            said: dict[str, Any] = {
                "answered_at": self.now,
                "person": self.parent,
                "how": How.MEETING,
                "note": "架空の答え",
            }
            placements.record_answer(self.case(), asked_kind=HOME, consent=Said.OBJECTS, by=by, **said)
            self._court(CourtAct.PETITION, by, ago=1)
            self._court(CourtAct.GRANTED, by, kinds=[HOME], until_day=due.astimezone(JAPAN).date())
            days = {"effective_on": self.today, "review_on": review_on}
            facts = placement_facts(self._heard(by), basis=Basis.COURT, item=item, **days)
            return placements.draft_placement(self.case(), facts, by=by)

        row = self.act("placement drafted", draft)
        if row is not None and self.approve("placed", START, row):
            self.placement = row
            self.history.start("placement_term", begins, due)
            self.history.leave_until("placement_review", self.now, end_of(review_on))
        self.same("placed")

    @precondition(lambda self: self.placement is not None)
    @rule(granted=st.booleans())
    def renew_the_placement(self, granted: bool) -> None:
        term = self.history.running("placement_term")
        assert term is not None
        begins = term.due + MICROSECOND
        review_on = max(begins.astimezone(JAPAN).date(), self.today) + 30 * DAY

        def draft(by: Position) -> Any:
            if not self.renewal_asked:
                self._court(CourtAct.RENEWAL_ASKED, by, ago=1)
            if granted:
                self._court(CourtAct.RENEWAL_GRANTED, by)
            facts = RenewalFacts(hearing=self._heard(by), review_on=review_on, **WHY)
            return placements.draft_renewal(self.case(), facts, by=by)

        row = self.act("renewal drafted", draft)
        self.renewal_asked = self.renewal_asked or row is not None
        if row is not None and self.approve("renewed", RENEW, row):
            self.renewal_asked = False
            self.history.stop("placement_term")
            self.history.start("placement_term", begins, last_moment(begins, months=24))
            self.history.stop("placement_review")
            self.history.leave_until("placement_review", self.now, end_of(review_on))
        self.same("renewed")

    @precondition(lambda self: self.placement is not None)
    @rule()
    def end_the_placement(self) -> None:
        item = self._resolved(Measure.ENDED)

        def draft(by: Position) -> Any:
            assert self.parent is not None
            later.record_explained(
                self.case(),
                self.parent,
                way=Explained.HEARD,
                explained_at=self.now,
                words="架空の言葉",
                by=by,
            )
            facts = later.EndFacts(
                effective_on=self.today, hearing=self._heard(by), stay_after=StayKind.HOME, place="母宅", end_to=EndTo.HOME,
                item=item, guidance_effect="指導の効果（架空）", home_trial="週末の外泊（架空）", **WHY,
            )  # fmt: skip
            return later.draft_end(self.case(), facts, by=by)

        row = self.act("end of placement drafted", draft)
        if row is not None and self.approve("placement ended", later.END, row):
            self.placement, self.renewal_asked = None, False
            for kind in ("placement_term", "placement_review"):
                self.history.stop(kind)
        self.same("placement ended")

    # --- who is in charge from a day to come on

    @precondition(lambda self: self.planned is None)
    @rule(days=st.integers(1, 20))
    def plan_a_hand_over(self, days: int) -> None:
        cast, day = self.cast, self.today + days * DAY
        to = cast.colleague if self.lead == cast.caseworker else cast.caseworker

        def give(by: Position) -> bool:
            hand_over(self.case(), to, day, by=by, keep_former=False)
            return True

        if self.act("hand-over planned", give, cast.supervisor):
            self.planned = datetime.combine(day, time(), JAPAN), to
        self.same("hand-over planned")

    def day_comes(self) -> None:
        """Whoever was named is in charge from the first moment of the day on; nobody does anything for that."""
        if self.planned is not None and self.planned[0] <= self.now:
            self.lead, self.planned = self.planned[1], None
            self.met.add("handed over on its day")


def end_of(day: date) -> datetime:
    """The last moment of a day in Japan."""
    return datetime.combine(day + timedelta(days=1), time(), JAPAN) - MICROSECOND
