"""Random walks through the decisions on a placement against a plain model: what it allows goes through, and nothing else."""

from collections.abc import Callable
from random import Random

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.decisions.codes import Verdict
from cases.placement.models import PlacementDecision
from cases.placement.queries import standing
from tests.cast import Cast, a_case
from tests.unit.cases.placement import placed

NEXT = {
    "none": {"start"},
    "decided": {"change", "end"},
    "placed": {"change", "suspend", "end"},
    "suspended": {"resume", "end"},
    "ended": {"start"},
}
"""Written beside the product: what can be decided in which state."""
LEADS_TO = {"start": "decided", "suspend": "suspended", "resume": "placed", "end": "ended"}


class Walk:
    """One child with one parent who has parental authority, and what is true of its placement in a few words."""

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast, self.random, self.case = cast, random, a_case(cast)
        self.parent = placed.a_parent(cast, self.case)
        self.state, self.consents, self.asked, self.explained, self.arrived = (
            "none",
            False,
            False,
            False,
            True,
        )
        self.waiting: tuple[str, PlacementDecision] | None = None
        self.places, self.done = 0, 0

    def step(self, name: str, allowed: bool, act: Callable[[], object]) -> bool:
        """The act goes through if, and only if, the model allows it."""
        refused = ""
        try:
            act()
        except Refused as refusal:
            refused = refusal.code
        assert (refused == "") is allowed, (name, self.state, refused)
        self.done += allowed
        return allowed

    def says(self) -> None:
        said = self.random.choice([Said.CONSENTS, Said.CONSENTS, Said.OBJECTS, Said.NOT_REACHED])
        placed.says(self.cast, self.case, self.parent, said)
        self.asked, self.consents = True, said is not Said.OBJECTS

    def explains(self) -> None:
        goes_on = self.state not in ("none", "ended")
        if self.step("explain", goes_on, lambda: placed.explains(self.cast, self.case, self.parent)):
            self.explained = True

    def drafts(self) -> None:
        likely = sorted(NEXT[self.state]) * 3
        kind = self.random.choice(["start", "change", "suspend", "resume", "end", *likely])
        needs = {"start": self.asked, "change": self.asked, "end": self.explained}.get(kind, True)
        allowed = self.waiting is None and kind in NEXT[self.state] and needs
        self.places += 1
        by: dict[str, Callable[[], PlacementDecision]] = {
            "start": lambda: placed.draft(self.cast, self.case, place=f"架空園{self.places}"),
            "change": lambda: placed.draft_change(self.cast, self.case, place=f"架空園{self.places}"),
            "suspend": lambda: placed.draft_suspension(self.cast, self.case),
            "resume": lambda: placed.draft_resumption(self.cast, self.case),
            "end": lambda: placed.draft_end(self.cast, self.case),
        }

        def act() -> None:
            self.waiting = (kind, by[kind]())

        self.step(f"draft {kind}", allowed, act)

    def approves(self) -> None:
        if self.waiting is None:
            return
        kind, row = self.waiting
        allowed = self.consents if kind in ("start", "change") else kind != "end" or self.explained
        if not self.step(f"approve {kind}", allowed, lambda: placed.settle(self.cast, row)):
            return
        self.waiting, self.state = None, LEADS_TO.get(kind, self.state)
        self.explained = False
        if kind in ("start", "change"):
            self.arrived = False
        if kind in ("start", "change", "end"):
            self.asked = self.consents = False

    def returns(self) -> None:
        if self.waiting is not None:
            placed.settle(self.cast, self.waiting[1], Verdict.RETURN)
            self.waiting = None

    def arrives(self) -> None:
        allowed = self.state in ("decided", "placed") and not self.arrived
        with acting_as(self.cast.caseworker):
            where = standing(placed.fresh(self.case)).where
        if where is None:
            assert not allowed
        elif self.step("arrive", allowed, lambda: placed.arrives(self.cast, where)):
            self.arrived, self.state = True, "placed"

    def holds(self) -> None:
        with acting_as(self.cast.caseworker):
            assert standing(placed.fresh(self.case)).reached == self.state


@pytest.mark.parametrize("seed", range(6))
def test_every_step_is_allowed_or_refused_as_the_model_says(cast: Cast, seed: int) -> None:
    """児童福祉法27条4項, 33条の4."""
    random = Random(seed)
    walk = Walk(cast, random)
    acts = [
        walk.says, walk.says, walk.says, walk.explains, walk.drafts, walk.drafts, walk.drafts, walk.approves, walk.approves,
        walk.approves, walk.arrives, walk.arrives, walk.returns,
    ]  # fmt: skip
    for _number in range(50):
        random.choice(acts)()
        walk.holds()
    assert walk.done > 3
