"""Linking, separating and joining in any order, by those who may and those who may not, against a plain model of it."""

import random
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.households import actions
from cases.households.models import HouseholdMember
from cases.records.models import Case
from tests.cast import Cast, a_case, as_owner
from tests.unit.cases.households.test_homes import LEFT, decide, draft, hidden, sees
from tests.unit.cases.households.test_linked import linked

CHILDREN, STEPS, LIKELY = 7, 24, 0.8
PEOPLE = ("caseworker", "supervisor", "other_section", "supervisor2", "director")


class Homes:
    """Which case is in which home, as the rules say; a home is a number, and a separated case remembers where it was."""

    def __init__(self, cases: list[Case]) -> None:
        self.of: dict[UUID, int | None] = {case.pk: None for case in cases}
        self.left: set[tuple[UUID, int]] = set()
        self.count = 0

    def link(self, case: UUID, other: UUID) -> None:
        home = self.of[case] if self.of[case] is not None else self.of[other]
        if home is None:
            home = self.count = self.count + 1
        self.of[case] = self.of[other] = home

    def split(self, case: UUID) -> None:
        home = self.of[case]
        assert home is not None
        self.left.add((case, home))
        self.of[case] = None

    def join(self, case: UUID, other: UUID) -> None:
        into, joined = self.of[case], self.of[other]
        self.of |= {one: into for one, home in self.of.items() if home == joined}

    def beside(self, case: UUID) -> set[UUID]:
        home = self.of[case]
        return {one for one, there in self.of.items() if home is not None and there == home} - {case}


def step(cast: Cast, dice: random.Random, cases: list[Case], model: Homes) -> str:
    """One act of somebody. What the rules refuse changes nothing; what they take is done in the model too."""
    act = dice.choice(("link", "split", "join"))
    case, other = _pair(act, dice, cases, model)
    who = dice.choice(("supervisor", *PEOPLE[:4]))
    by = cast.positions[who]
    with suppress(Refused):
        if act == "link":
            with acting_as(by):
                actions.link_case(case, other, actions.Joining(), by=by)
            model.link(case.pk, other.pk)
        elif act == "split":
            with acting_as(by):
                parted = actions.draft_split(case, LEFT, "架空", by=by)
            with acting_as(cast.director):
                actions.SPLIT.decide(parted, Verdict.APPROVE, by=cast.director)
            model.split(case.pk)
        else:
            row = draft(cast, case, other, by=who)
            try:
                decide(cast, row, by="director")
            except Refused:
                with acting_as(by):
                    actions.JOIN.take_back(row, by=by)
                raise
            model.join(case.pk, other.pk)
        return act
    return ""


def _pair(act: str, dice: random.Random, cases: list[Case], model: Homes) -> list[Case]:
    """Two cases, most often such that the act is possible."""
    pairs = [[one, two] for one in cases for two in cases if one != two]
    possible: dict[str, Callable[[int | None, int | None], bool]] = {
        "link": lambda one, two: one is None or two is None,
        "split": lambda one, _two: one is not None,
        "join": lambda one, two: one is not None and two is not None and one != two,
    }
    likely = [(one, two) for one, two in pairs if possible[act](model.of[one.pk], model.of[two.pk])]
    return list(dice.choice(likely if likely and dice.random() < LIKELY else pairs))


@pytest.mark.parametrize("seed", [1, 2])
def test_each_case_is_in_one_home_at_most_and_each_reader_sees_their_own(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    cases = [a_case(cast) for _child in range(CHILDREN)]
    for case in cases[-2:]:
        hidden(cast, case)  # of another section
    model, done = Homes(cases), set[str]()
    for number in (0, 2):
        linked(cast, cases[number], cases[number + 1])
        model.link(cases[number].pk, cases[number + 1].pk)
    holds = {
        "caseworker": set(cases[:-2]),
        "supervisor": set(cases[:-2]),
        "other_section": set(cases[-2:]),
        "supervisor2": set(cases[-2:]),
        "director": set(cases),
    }
    for _step in range(STEPS):
        done.add(step(cast, dice, cases, model))
        with as_owner():
            open_rows = HouseholdMember.objects.using("owner").filter(left_at=None)
            homes = dict(open_rows.values_list("case_id", "household_id"))
            assert len(homes) == open_rows.count()
        for case in cases:
            same = {one for one, home in homes.items() if home == homes.get(case.pk)} - {case.pk}
            assert (same if case.pk in homes else set()) == model.beside(case.pk)
    for who, own in holds.items():
        mine = {case.pk for case in own}
        for case in own:
            beside = model.beside(case.pk)
            assert sees(cast, who, case) == (beside & mine, len(beside - mine)), who
    assert "join" in done, done
