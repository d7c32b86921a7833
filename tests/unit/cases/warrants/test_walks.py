"""Custody and the file of its warrant in a random order, against a plain model; and two people who record two steps at once."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import pytest
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.custody import actions as custody
from cases.custody.actions import END, START
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.warrants import panel
from cases.warrants.actions import REQUEST, draft_request, hand_in, record_step
from cases.warrants.codes import STEPS, WarrantState
from cases.warrants.models import WarrantDraft, WarrantStep
from cases.warrants.queries import files_of, to_hand_in
from tests.cast import Cast, a_case
from tests.requesting import FACTS, FACTS_OF, handed_in, requested
from tests.unit.cases.custody.test_actions import end_facts, in_custody, start_facts
from tests.unit.referrals.actors import Steps, run

S = WarrantState
Row = TypeVar("Row")
AFTER = {
    "requested": {"asked_more", "issued", "rejected"},
    "asked_more": {"answered", "issued", "rejected"},
    "answered": {"asked_more", "issued", "rejected"},
    "rejected": {"review_asked"},
    "review_asked": {"upheld", "quashed"},
    "quashed": {"issued"},
    "issued": set(),
    "upheld": set(),
}
"""The order of the law, written down a second time (児童福祉法33条4項・7項)."""


@dataclass
class Model:
    """What is known of one case: is the child in custody, is a warrant owed, what became of the request, which limit runs."""

    in_custody: bool = False
    owed: bool = False
    waits: bool = False
    is_stale: bool = False  # what waits is for an earlier custody
    approved: bool = False
    state: str = ""
    of_now: bool = False  # the latest request is for the custody that lasts
    review: bool = False

    @property
    def must_end(self) -> bool:
        return self.of_now and self.state in ("rejected", "upheld")

    def may(self, what: str) -> bool:
        """Whether the product must allow it."""
        is_over = not self.of_now and self.state in ("rejected", "upheld")
        return {
            "start": not self.in_custody,
            "end": self.in_custody,
            "draft": self.owed and not self.waits,
            "approve": self.owed and self.waits and not self.is_stale,
            "send_back": self.waits,
            "hand_in": self.owed and self.approved,
        }.get(what, what in AFTER.get(self.state, ()) and not is_over)

    def done(self, what: str) -> None:
        """What follows from it."""
        if what == "start":
            self.in_custody = self.owed = True
            self.approved, self.is_stale = False, self.waits
        elif what == "end":
            self.in_custody = self.owed = self.review = self.of_now = False
        elif what in ("draft", "send_back"):
            self.waits, self.is_stale = what == "draft", False
        elif what == "approve":
            self.waits, self.approved = False, True
        elif what == "hand_in":
            self.owed, self.approved, self.of_now, self.state = False, False, True, "requested"
        else:
            self.state = what
            self.review = what == "rejected" and self.of_now


class Walk:
    """One case; each step is tried on the product and on the model."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.model, self.case_id = cast, Model(), a_case(cast).pk

    def case(self) -> Case:
        return Case.objects.select_related("office", "child").get(pk=self.case_id)

    def try_(self, what: str) -> bool:
        director = what in ("approve", "send_back")
        by = self.cast.director if director else self.cast.caseworker
        try:
            with acting_as(by):
                self._act(what)
        except Refused:
            return False
        if what in ("start", "end"):  # drafted: the director decides
            kind = START if what == "start" else END
            with acting_as(self.cast.director):
                draft = kind.model.objects.filter(case=self.case_id, kind=what).latest("drafted_at")
                kind.decide(draft, Verdict.APPROVE, by=self.cast.director)
        return True

    def _act(self, what: str) -> None:
        getattr(self, what, self.record)(what)

    def start(self, _what: str) -> None:
        now, until = timezone.now(), timezone.localdate() + timedelta(days=9)
        facts = start_facts(effective_at=now, expected_until=until)
        custody.draft_start(self.case(), facts, by=self.cast.caseworker)

    def end(self, _what: str) -> None:
        custody.draft_end(self.case(), end_facts(effective_at=timezone.now()), by=self.cast.caseworker)

    def draft(self, _what: str) -> None:
        draft_request(self.case(), FACTS, by=self.cast.caseworker)

    def decide(self, verdict: Verdict) -> None:
        rows = WarrantDraft.objects.filter(case=self.case_id, decided_at=None)
        REQUEST.decide(one_of(rows), verdict, by=self.cast.director, note="架空")

    def approve(self, _what: str) -> None:
        self.decide(Verdict.APPROVE)

    def send_back(self, _what: str) -> None:
        self.decide(Verdict.RETURN)

    def hand_in(self, _what: str) -> None:
        hand_in(one_of(to_hand_in(self.case())), handed_in(), by=self.cast.caseworker)

    def record(self, what: str) -> None:
        file, to = one_of(files_of(self.case())), WarrantState(what)
        facts = {"follows": file.latest.pk if file.latest else None, **FACTS_OF[to]}
        record_step(file.request, to, happened_at=timezone.now(), by=self.cast.caseworker, **facts)

    def agrees(self) -> None:
        """The state, the limits and the warning are those of the model."""
        with acting_as(self.cast.caseworker):
            case, model = self.case(), self.model
            running = set(Clock.objects.running().filter(case=case).values_list("kind", flat=True))
            assert (ClockKind.WARRANT in running) is model.owed
            assert (ClockKind.WARRANT_REVIEW in running) is model.review
            assert bool(panel.to_do(self.cast.caseworker, 9)) is model.must_end
            assert any(file.must_end for file in files_of(case)) is model.must_end


def one_of(rows: Iterable[Row]) -> Row:
    """The latest; without any the page has no such button."""
    for row in rows:
        return row
    raise Refused("none", "")


WORDS = ("start", "end", "draft", "approve", "send_back", "hand_in", *(state.value for state in STEPS))


@pytest.mark.parametrize("seed", range(3))
def test_custody_and_warrant_in_any_order(cast: Cast, seed: int) -> None:
    """What the law's order allows is allowed, and nothing else (児童福祉法33条3項・4項・7項)."""
    walk, chance, met = Walk(cast), random.Random(seed), Counter[str]()
    for _step in range(25):
        allowed = [word for word in WORDS if walk.model.may(word)]
        onward = [word for word in allowed if word not in ("end", "send_back")]
        drawn = chance.random()
        what = chance.choice(onward if drawn < 0.6 and onward else allowed if drawn < 0.75 else WORDS)
        expected = walk.model.may(what)
        assert walk.try_(what) is expected, (what, walk.model)
        if expected:
            walk.model.done(what)
        met[what if expected else "refused"] += 1
        walk.agrees()
    assert met["refused"] >= 3
    assert met["hand_in"] >= 1


@pytest.mark.commits
@pytest.mark.parametrize("names", [("caseworker", "supervisor"), ("supervisor", "caseworker")])
def test_of_two_steps_recorded_at_once_the_second_is_refused(cast: Cast, names: tuple[str, str]) -> None:
    """The judge's ruling, typed in by two people with two results: one is recorded."""
    request = requested(cast, in_custody(cast))

    def recorded(name: str, to: WarrantState) -> Steps:
        by = cast.positions[name]
        with acting_as(by):
            facts = {"happened_at": timezone.now(), "follows": None, **FACTS_OF[to]}
            record_step(request, to, by=by, **facts)
            yield

    early, late = names
    none, error = run("AB", lambda: recorded(early, S.ISSUED), lambda: recorded(late, S.REJECTED))
    assert none is None
    assert isinstance(error, Refused)
    assert error.code == "follows"
    with acting_as(cast.caseworker):
        assert [row.state for row in WarrantStep.objects.all()] == [S.ISSUED]
