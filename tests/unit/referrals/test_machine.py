"""A Hypothesis machine over the way to the police, against a plain model.

No reachable state shows the police anything without an active confirmation of the child's intention, or an approved, unexpired
exception that no other report has spent.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agencies.staff.rules import Refused
from referrals.consent.models import ExceptionRequest, Intention
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.conftest import copy_database, drop_database, use_database
from tests.unit.referrals import steps

OFFICES = ("support", "support2")
ANSWERS = ("wishes", "wishes", "wishes", "declines", "undecided", "unable")
OFFICER = {"support": "police", "support2": "foreign_police"}
ITEMS = ("identity_min", "safety_state")


class Word:
    """The model's confirmation."""

    def __init__(self, row: Intention, office: str, result: str, items: frozenset[str]) -> None:
        self.row, self.office, self.result, self.items = row, office, result, items
        self.ended = False

    @property
    def holds(self) -> bool:
        return self.result == "wishes" and not self.ended


class Grace:
    """The model's exception."""

    def __init__(self, row: ExceptionRequest, office: str, ground: str) -> None:
        self.row, self.office, self.ground = row, office, ground
        self.approved = self.expired = self.void = False
        self.spent_on: object = None

    def holds_for(self, report: object) -> bool:
        return self.approved and not self.expired and not self.void and self.spent_on in (None, report)


class Paper:
    """The model's report."""

    def __init__(self, row: Any, office: str, basis: Word | Grace, items: frozenset[str]) -> None:
        self.row, self.office, self.basis, self.items = row, office, basis, items
        self.approved = self.sent = self.assigned = self.ended = False

    @property
    def stands(self) -> bool:
        holds = self.basis.holds if isinstance(self.basis, Word) else self.basis.holds_for(self)
        return holds and not self.ended

    @property
    def readable(self) -> bool:
        return self.stands and self.sent and self.assigned


def tried(act: Callable[[], Any]) -> Any:
    """What an action gives, or None where it was refused."""
    try:
        return act() or True
    except Refused:
        return None


class Way(RuleBasedStateMachine):
    """Steps by the caseworker, the director, the clock and two police offices, in any order."""

    template = database = ""
    shown = hidden = 0

    @initialize(read_already=st.booleans())
    def begin(self, read_already: bool) -> None:
        """A case about which the child was not asked yet, or one whose report the police read already."""
        self.database = copy_database(self.template, "way")
        use_database(self.database)
        self.cast = Cast.load()
        self.case = a_case(self.cast)
        self.words: list[Word] = []
        self.graces: list[Grace] = []
        self.papers: list[Paper] = []
        if read_already:
            self._confirm("support", "wishes", ITEMS)
            self._go("support", ITEMS)

    def teardown(self) -> None:
        connections.close_all()
        if self.database:
            drop_database(self.database)

    @property
    def formed(self) -> bool:
        return bool(self.words) and self.words[-1].result != "unable"

    def basis(self, office: str) -> Word | Grace | None:
        words = [word for word in self.words if word.office == office and word.holds]
        graces = [g for g in self.graces if g.office == office and g.spent_on is None and g.holds_for(None)]
        found: list[Word | Grace] = [*words, *graces]
        return found[0] if found else None

    @rule(
        office=st.sampled_from(OFFICES),
        result=st.sampled_from(ANSWERS),
        items=st.sampled_from([ITEMS, ITEMS[:1]]),
    )
    def confirm_or_supersede(self, office: str, result: str, items: tuple[str, ...]) -> None:
        self._confirm(office, result, items)

    def _confirm(self, office: str, result: str, items: tuple[str, ...]) -> None:
        row = steps.confirmed(
            self.cast, self.case, result=result, recipient=self.cast.offices[office], items=items
        )
        for word in self.words:
            word.ended = word.ended or word.office == office
        self.words.append(Word(row, office, result, frozenset(items)))
        if result != "unable":
            for grace in self.graces:
                grace.void = grace.void or (grace.ground == "cannot_form" and grace.approved)

    @precondition(lambda self: self.words)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self._withdraw(data.draw(st.sampled_from(self.words)))

    def _withdraw(self, word: Word) -> None:
        steps.withdrawn(self.cast, word.row)
        word.ended = True

    @precondition(lambda self: self.words)
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        word = data.draw(st.sampled_from(self.words))
        with as_owner():
            past = clock.now() - timedelta(minutes=1)
            Intention.objects.using("owner").filter(pk=word.row.pk).update(valid_until=past)
        word.ended = True

    @rule(office=st.sampled_from(OFFICES), ground=st.sampled_from(["danger", "cannot_form", "all_cases"]))
    def ask_for_an_exception(self, office: str, ground: str) -> None:
        row = tried(
            lambda: steps.excepted(
                self.cast, self.case, ground=ground, condition="2歳", approve=False, office=office
            )
        )
        expected = ground == "danger" or (ground == "cannot_form" and not self.formed)
        assert (row is not None) == expected
        if row is not None:
            self.graces.append(Grace(row, office, ground))

    @precondition(lambda self: any(not grace.approved for grace in self.graces))
    @rule(data=st.data())
    def approve_an_exception(self, data: st.DataObject) -> None:
        grace = data.draw(st.sampled_from([grace for grace in self.graces if not grace.approved]))
        done = tried(lambda: steps.approved(self.cast, grace.row))
        assert (done is not None) == (grace.ground == "danger" or not self.formed)
        grace.approved = done is not None

    @precondition(lambda self: any(grace.approved for grace in self.graces))
    @rule(data=st.data())
    def let_an_exception_expire(self, data: st.DataObject) -> None:
        grace = data.draw(st.sampled_from([grace for grace in self.graces if grace.approved]))
        with as_owner():
            past = clock.now() - timedelta(minutes=1)
            ExceptionRequest.objects.using("owner").filter(pk=grace.row.pk).update(expires_at=past)
        grace.expired = True

    @rule(office=st.sampled_from(OFFICES), items=st.sampled_from([ITEMS, ITEMS[:1]]))
    def draft(self, office: str, items: tuple[str, ...]) -> None:
        self._draft(office, items)

    def _draft(self, office: str, items: tuple[str, ...]) -> None:
        basis = self.basis(office)
        allowed = basis.items if isinstance(basis, Word) else frozenset(steps.ITEMS)
        row = tried(
            lambda: steps.drafted(self.cast, self.case, items=items, recipient=self.cast.offices[office])
        )
        assert (row is not None) == (basis is not None and set(items) <= allowed)
        if row is not None and basis is not None:
            found = [g for g in self.graces if g.row.pk == row.exception_id] + [
                w for w in self.words if w.row.pk == row.intention_id
            ]
            self.papers.append(Paper(row, office, found[0], frozenset(items)))

    @precondition(lambda self: self.papers)
    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        paper = data.draw(st.sampled_from(self.papers))
        done = tried(lambda: steps.decided(self.cast, paper.row))
        if done is not None:
            assert paper.stands
            assert not paper.approved
            paper.approved = True

    @precondition(lambda self: self.papers)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        paper = data.draw(st.sampled_from(self.papers))
        done = tried(lambda: steps.sent(self.cast, paper.row))
        if done is not None:
            assert paper.stands
            assert paper.approved
            assert not paper.sent
            paper.sent = True
            if isinstance(paper.basis, Grace):
                paper.basis.spent_on = paper

    @precondition(lambda self: any(paper.sent for paper in self.papers))
    @rule(data=st.data())
    def take_or_assign(self, data: st.DataObject) -> None:
        paper = data.draw(st.sampled_from([paper for paper in self.papers if paper.sent]))
        done = tried(lambda: steps.taken(self.cast, paper.row, by=OFFICER[paper.office]))
        assert (done is not None) == (paper.stands and not paper.assigned)
        paper.assigned = paper.assigned or done is not None

    @rule(office=st.sampled_from(OFFICES), items=st.sampled_from([ITEMS, ITEMS[:1]]))
    def go_the_whole_way(self, office: str, items: tuple[str, ...]) -> None:
        """Single steps seldom fall into this order by chance: draft, decide, send, take."""
        self._go(office, items)

    def _go(self, office: str, items: tuple[str, ...]) -> None:
        before = len(self.papers)
        self._draft(office, items)
        if len(self.papers) == before:
            return
        paper = self.papers[-1]
        for step in (steps.decided, steps.sent):
            step(self.cast, paper.row)
        steps.taken(self.cast, paper.row, by=OFFICER[office])
        paper.approved = paper.sent = paper.assigned = True
        if isinstance(paper.basis, Grace):
            paper.basis.spent_on = paper

    @invariant()
    def the_police_see_what_the_model_allows(self) -> None:
        """Look: every officer, without any filter of Python's."""
        for paper in getattr(self, "papers", []):
            for office, officer in OFFICER.items():
                expected = paper.items if paper.readable and office == paper.office else frozenset()
                Way.shown += len(expected)
                Way.hidden += bool(paper.assigned and not expected)
                assert set(steps.seen_by(self.cast.posts[officer], paper.row)) == expected, (
                    office,
                    paper.__dict__,
                )


def _one_way_that_shows_and_hides() -> None:
    """The fixed walk that proves, whatever chance does: the machine sees what is shown, and what a withdrawal hides."""
    way = Way()
    way.begin(read_already=True)
    way.the_police_see_what_the_model_allows()
    way._withdraw(way.words[0])
    way.the_police_see_what_the_model_allows()
    way.teardown()


def test_no_state_shows_the_police_anything_without_a_basis(template: str, django_db_blocker: Any) -> None:
    Way.template = template
    few = settings(
        max_examples=int(os.environ.get("MACHINE_EXAMPLES", "10")),
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=False,
    )
    with django_db_blocker.unblock():
        _one_way_that_shows_and_hides()
        run_state_machine_as_test(Way, settings=few)
    assert Way.shown, "no example ever showed the police anything: the machine proves nothing"
    assert Way.hidden, "no example ever closed anything that had been taken"


pytestmark = pytest.mark.commits
