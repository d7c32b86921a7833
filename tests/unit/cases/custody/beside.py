"""What goes on beside custody, as rules of the machine: the policy conference, and what the judge does with a request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences import actions as conferences
from cases.conferences.actions import ITEM
from cases.conferences.codes import Measure, SittingKind, SittingPlace, Stand
from cases.conferences.queries import items_of
from cases.decisions.codes import Verdict
from cases.intake.actions import record_safety_check
from cases.intake.codes import Outcome
from cases.records.models import Case
from cases.warrants.actions import record_step
from cases.warrants.codes import STEPS, WarrantState
from cases.warrants.queries import file_of
from tests.cast import Cast
from tests.requesting import FACTS_OF
from tests.unit.cases.conferences.test_conferences import minutes, sign
from tests.unit.cases.custody.model import Sat, World

SEEN = dict.fromkeys(("place", "seen_by", "condition"), "学校（架空）")
whoever = st.sampled_from(("director", "director", "director", "caseworker"))
writers = st.sampled_from(("caseworker", "caseworker", "caseworker", "stranger"))
verdicts = st.sampled_from(
    (Verdict.APPROVE, Verdict.APPROVE, Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE)
)
MEASURES = (Measure.CUSTODY_GOES_ON, Measure.CUSTODY_ENDS, Measure.PLACEMENT, Measure.GUIDANCE)
measures = st.sampled_from(MEASURES)


def tried(act: Callable[[], Any]) -> Any:
    """What an action gives, or None where it was refused, or where its rows are another's."""
    try:
        return act() or True
    except (Refused, ObjectDoesNotExist):
        return None


class Chosen:
    """In place of what Hypothesis draws: what is wanted and offered, else the last one that is offered."""

    def __init__(self, *wanted: Any) -> None:
        self.wanted = wanted

    def draw(self, offered: Any) -> Any:
        return next((one for one in self.wanted if one in offered.elements), offered.elements[-1])


class Beside(RuleBasedStateMachine):
    """The rules that the machine of custody has besides its own."""

    cast: Cast
    met: set[str] = set()
    """What was reached at all: a machine that only meets refusals proves nothing."""
    case_id: Any
    world: World
    files: dict[int, Any]
    sitting: Any = None
    item: Any = None

    def case(self) -> Case:
        return Case.objects.select_related("child", "office").get(pk=self.case_id)

    def _agree(self, done: Any, allowed: bool, what: str) -> bool:
        """Product and model say the same; whether it happened."""
        assert (done is not None) == allowed, (what, self.world)
        self.met.add(what if allowed else f"no {what}")
        return allowed

    # --- what the judge does with a request that was handed in

    @precondition(lambda self: self.world.askings)
    @rule(data=st.data(), to=st.sampled_from(STEPS), who=writers)
    def record_ruling(self, data: st.DataObject, to: WarrantState, who: str) -> None:
        asking = data.draw(st.sampled_from(self.world.askings))
        request = self.files.get(id(asking))
        if request is None:
            return
        with acting_as(self.cast.caseworker):
            file = file_of(self.case(), request.pk)
            follows = file.latest.pk if file and file.latest else None
        by = self.cast.positions[who]
        with acting_as(by):
            facts = {"happened_at": timezone.now(), "follows": follows, **FACTS_OF[to]}
            done = tried(lambda: record_step(request, to, by=by, **facts))
        if self._agree(done, self.world.may_follow(asking, to.value) and who == "caseworker", to.value):
            self.world.follow(asking, to.value)

    # --- the policy conference

    @rule(who=writers)
    def see(self, who: str) -> None:
        """The child is seen, which takes an accepted case to the investigation."""
        by = self.cast.positions[who]
        with acting_as(self.cast.caseworker):
            case, seen_at = self.case(), timezone.now()
        with acting_as(by):
            done = tried(
                lambda: record_safety_check(case, outcome=Outcome.SEEN, seen_at=seen_at, texts=SEEN, by=by)
            )
        if self._agree(done, who == "caseworker", "see"):
            self.world.was_seen = True
            if self.world.stage == "accepted":
                self.world.stage = "investigation"

    @precondition(lambda self: all(one.is_over for one in self.world.sat))
    @rule(who=writers)
    def sit(self, who: str) -> None:
        """The case is put before a policy conference of this afternoon, which is held."""
        by, now = self.cast.caseworker, timezone.now()
        with acting_as(by):
            case = self.case()
            sitting = conferences.plan_sitting(
                kind=SittingKind.POLICY,
                place=SittingPlace.OFFICE,
                held_from=now - timedelta(hours=2),
                chair=self.cast.supervisor,
                secretary=by,
                by=by,
            )
        other = self.cast.positions[who]
        with acting_as(other):
            entry = tried(lambda: conferences.put_before(case, sitting, "方針（架空）", by=other))
        if not self._agree(entry, self.world.may_sit() and who == "caseworker", "put before"):
            return
        with acting_as(by):
            there: list[Position] = [by, self.cast.supervisor]
            conferences.record_held(sitting, now - timedelta(hours=1), there, by=by)
        self.sitting, self.item = entry, None
        self.world.sat.append(Sat())

    @precondition(lambda self: self.world.sat)
    @rule(measure=measures, stand=st.sampled_from((Stand.CONSENTS, Stand.OBJECTS)), who=writers)
    def write_minutes(self, measure: Measure, stand: Stand, who: str) -> None:
        sat, by = self.world.sat[-1], self.cast.positions[who]
        if measure is Measure.GUIDANCE:
            stand = Stand.CONSENTS  # whether the council is heard has tests of its own
        with acting_as(self.cast.caseworker):
            case = self.case()
            item = next(one for one in items_of(case) if one.entry.pk == self.sitting.pk)
        with acting_as(by):
            said, earlier = minutes(measure, stand=stand), None if sat.waits else self.item
            row = tried(lambda: conferences.draft_minutes(case, item, said, by=by, earlier=earlier))
        allowed = self.world.may_minute(sat, measure.value, against=stand is Stand.OBJECTS)
        if self._agree(row, allowed and who == "caseworker", f"minutes {measure.value}"):
            self.item = sign(self.cast, row)
            self.world.minute(sat, measure.value)

    @precondition(lambda self: self.item is not None)
    @rule(who=whoever, verdict=verdicts)
    def decide_minutes(self, who: str, verdict: Verdict) -> None:
        sat, by = self.world.sat[-1], self.cast.positions[who]
        with acting_as(by):
            done = tried(lambda: ITEM.decide(self.item, verdict, by=by, note="理由"))
        holds = self.world.may_resolve(sat) if verdict is Verdict.APPROVE else sat.waits
        if self._agree(done, holds and who == "director", f"conference {verdict}"):
            self.item = done
            self.world.resolve(sat, verdict.value)
