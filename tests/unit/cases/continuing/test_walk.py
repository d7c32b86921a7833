"""Custody and its continuing against a plain model, in random order: what may be done, and until when the term lasts."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, last_day
from cases.continuing import actions
from cases.continuing.codes import CourtStep, Stand
from cases.continuing.models import Continuing
from cases.custody import actions as custody
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from tests.cast import Cast
from tests.unit.cases.continuing.test_continuing import (
    begun,
    facts,
    fresh,
    next_at,
    says,
    settle,
    steps_court,
)
from tests.unit.cases.custody.test_actions import decide, end_facts
from tests.unit.cases.custody.test_consent_of_each import a_parent


class Walk:
    """One custody, of a child with one parent who has parental authority, and what is true of it in a few words.

    Each act says whether the law allows it, and does it; only then the model moves.
    """

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast, self.random, self.row = cast, random, begun(cast)
        self.parent = a_parent(cast, self.row, "架空父")
        self.until = last_day(self.row.effective_at.astimezone(JAPAN).date())
        self.at = next_at(cast, self.row)
        self.lasts, self.asked, self.against, self.court, self.petition = True, False, False, False, False
        self.written: tuple[CourtStep, object] | None = None  # the same step is not written twice in a row
        self.waiting: Continuing | None = None
        self.ending: CustodyDecision | None = None
        self.done: dict[str, int] = {}

    def step(self, name: str, allowed: bool, act: Callable[[], object]) -> bool:
        """The act goes through if, and only if, the model allows it."""
        refused = ""
        try:
            act()
        except Refused as refusal:
            refused = refusal.code
        assert (refused == "") is allowed, (name, refused)
        if refused:
            return False
        self.done[name] = self.done.get(name, 0) + 1
        return True

    def says(self) -> None:
        stand = self.random.choice([Stand.AGREES, Stand.AGAINST, Stand.NOT_REACHED])
        if self.step("says", self.lasts, lambda: says(self.cast, self.row, self.parent, stand, self.at)):
            self.asked, self.against = True, stand is Stand.AGAINST

    def asks_court(self) -> None:
        asked = CourtStep.ASKED
        allowed = self.lasts and self.written != (asked, self.at)
        if self.step("court", allowed, lambda: steps_court(self.cast, self.row, asked, at=self.at)):
            self.court, self.written = True, (asked, self.at)

    def petitions(self) -> None:
        step = CourtStep.PETITION_OVER if self.petition else CourtStep.PETITION_28
        if self.step("petition", self.lasts, lambda: steps_court(self.cast, self.row, step, at=self.at)):
            self.petition, self.written = not self.petition, (step, self.at)

    def drafts(self) -> None:
        first = self.until + timedelta(days=1)
        until = self.random.choice([last_day(first), first, first + timedelta(days=20)])

        def act() -> None:
            with acting_as(self.cast.caseworker):
                by = self.cast.caseworker
                self.waiting = actions.draft_continuing(fresh(self.row), facts(until), by=by)

        self.step("draft", self.lasts and self.waiting is None and self.asked, act)

    def approves(self) -> None:
        waiting = self.waiting
        if waiting is None:
            return
        allowed = self.lasts and (not self.against or self.court or self.petition)
        if self.step("approve", allowed, lambda: settle(self.cast, waiting)):
            self.until, self.waiting = waiting.until_on, None
            self.at = next_at(self.cast, self.row)
            self.asked = self.against = self.court = False

    def returns(self) -> None:
        waiting = self.waiting
        if waiting is not None:
            self.step("return", True, lambda: settle(self.cast, waiting, Verdict.RETURN))
            self.waiting = None

    def ends(self) -> None:
        """Rarely: the end is drafted, and decided later."""
        if self.random.random() > 0.3:
            return
        if self.ending is not None:
            decide(self.cast, self.ending)
            self.lasts, self.ending = False, None
        elif self.lasts:
            with acting_as(self.cast.caseworker):
                self.ending = custody.draft_end(fresh(self.row), end_facts(), by=self.cast.caseworker)

    def holds(self) -> None:
        """One term runs while custody lasts, until the day that the model knows; afterwards none."""
        with acting_as(self.cast.caseworker):
            running = Clock.objects.running().filter(case=self.row.case_id, kind="custody_end")
            days: list[date] = [one.due_at.astimezone(JAPAN).date() for one in running]
        assert days == ([self.until] if self.lasts else [])


@pytest.mark.parametrize("seed", range(8))
def test_every_step_is_allowed_or_refused_as_the_model_says(cast: Cast, seed: int) -> None:
    """児童福祉法33条12項, 13項, 14項."""
    random = Random(seed)
    walk = Walk(cast, random)
    acts = [
        walk.says, walk.says, walk.asks_court, walk.petitions, walk.drafts, walk.drafts, walk.approves, walk.approves,
        walk.returns, walk.ends,
    ]  # fmt: skip
    for _number in range(24):
        random.choice(acts)()
        walk.holds()
    assert walk.done.get("says", 0) + walk.done.get("draft", 0) > 0
