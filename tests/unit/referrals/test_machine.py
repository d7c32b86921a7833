"""A Hypothesis machine over the way to the police, against a plain model.

No reachable state shows the police anything without an active confirmation of the child's intention, or an approved, unexpired
exception that no other report has spent.
"""

import os
from collections.abc import Callable, Iterator
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
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.conftest import copy_database, drop_database, use_database
from tests.unit.referrals import steps

OFFICES = ("support", "support2")
ANSWERS = ("wishes", "wishes", "wishes", "declines", "undecided", "unable")
OFFICERS = {"support": ("police", "police2"), "support2": ("foreign_police",)}
CHIEF = "policechief"
ITEMS = ("identity_min", "safety_state")


class Word:
    """The model's confirmation."""

    def __init__(self, row: Intention, office: str, result: str, items: frozenset[str]) -> None:
        self.row, self.office, self.result, self.items = row, office, result, items
        self.ended = self.withdrawn = False

    @property
    def holds(self) -> bool:
        return self.result == "wishes" and not self.ended

    @property
    def for_good(self) -> bool:
        return self.result in ("declines", "undecided") or self.withdrawn


class Grace:
    """The model's exception."""

    def __init__(self, row: ExceptionRequest, office: str, ground: Ground) -> None:
        self.row, self.office, self.ground = row, office, ground
        self.approved = self.expired = False
        self.spent_on: object = None

    def holds_for(self, report: object) -> bool:
        return self.approved and not self.expired and self.spent_on in (None, report)


class Paper:
    """The model's report."""

    def __init__(self, row: Any, office: str, basis: Word | Grace, items: frozenset[str]) -> None:
        self.row, self.office, self.basis, self.items = row, office, basis, items
        self.approved = self.sent = self.taken = self.ended = False
        self.readers: set[str] = set()


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
        """A no, an undecided and a withdrawal are answers for good; a wish counts while it is its office's newest record."""
        newest = {word.office: word.result for word in self.words}
        return any(word.for_good for word in self.words) or "wishes" in newest.values()

    def grace_holds(self, grace: Grace, report: object) -> bool:
        return grace.holds_for(report) and not (grace.ground == "cannot_form" and self.formed)

    def stands(self, paper: Paper) -> bool:
        basis = paper.basis
        holds = basis.holds if isinstance(basis, Word) else self.grace_holds(basis, paper)
        return holds and not paper.ended

    def basis(self, office: str) -> Word | Grace | None:
        words = [word for word in self.words if word.office == office and word.holds]
        graces = [
            g for g in self.graces if g.office == office and g.spent_on is None and self.grace_holds(g, None)
        ]
        found: list[Word | Grace] = [*words, *graces]
        return found[0] if found else None

    def _the_child_has_answered(self) -> None:
        """What rested on there being no answer ends for good."""
        for paper in self.papers:
            without_answer = isinstance(paper.basis, Grace) and paper.basis.ground == "cannot_form"
            paper.ended = paper.ended or without_answer

    @rule(
        office=st.sampled_from(OFFICES),
        result=st.sampled_from(ANSWERS),
        items=st.sampled_from([ITEMS, ITEMS[:1]]),
        corrects=st.booleans(),
    )
    def confirm_or_supersede(self, office: str, result: str, items: tuple[str, ...], corrects: bool) -> None:
        self._confirm(office, result, items, corrects)

    def _confirm(self, office: str, result: str, items: tuple[str, ...], corrects: bool = False) -> None:
        earlier = [word for word in self.words if word.office == office]
        given: dict[str, Any] = {"result": result, "recipient": self.cast.offices[office], "items": items}
        row = tried(
            lambda: steps.confirmed(self.cast, self.case, correction="誤記" if corrects else "", **given)
        )
        refused = corrects and (not earlier or (result == "unable" and earlier[-1].for_good))
        assert (row is None) == refused
        if row is None:
            return
        for word in earlier:
            word.ended = True
        self.words.append(Word(row, office, result, frozenset(items)))
        if result != "unable":
            self._the_child_has_answered()

    @precondition(lambda self: self.words)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self._withdraw(data.draw(st.sampled_from(self.words)))

    def _withdraw(self, word: Word) -> None:
        steps.withdrawn(self.cast, word.row)
        word.ended = word.withdrawn = True
        self._the_child_has_answered()

    @precondition(lambda self: self.words)
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        self._expire(data.draw(st.sampled_from(self.words)))

    @staticmethod
    def _expire(word: Word) -> None:
        with as_owner():
            past = clock.now() - timedelta(minutes=1)
            Intention.objects.using("owner").filter(pk=word.row.pk).update(valid_until=past)
        word.ended = True

    @rule(
        office=st.sampled_from(OFFICES),
        ground=st.sampled_from([Ground.DANGER, Ground.CANNOT_FORM, Ground.ALL_CASES]),
    )
    def ask_for_an_exception(self, office: str, ground: Ground) -> None:
        self._ask(office, ground)

    def _ask(self, office: str, ground: Ground) -> None:
        row = tried(
            lambda: steps.excepted(
                self.cast, self.case, ground=ground, condition="2歳", approve=False, office=office
            )
        )
        sound = ground == "danger" or (ground == "cannot_form" and not self.formed)
        waits = any(grace.office == office and not grace.approved for grace in self.graces)
        assert (row is not None) == (sound and not waits), "one request waits for each office at a time"
        if row is not None:
            self.graces.append(Grace(row, office, ground))

    @precondition(lambda self: any(not grace.approved for grace in self.graces))
    @rule(data=st.data())
    def approve_an_exception(self, data: st.DataObject) -> None:
        self._approve(data.draw(st.sampled_from([grace for grace in self.graces if not grace.approved])))

    def _approve(self, grace: Grace) -> None:
        done = tried(lambda: steps.approved(self.cast, grace.row))
        assert (done is not None) == (grace.ground == "danger" or not self.formed)
        grace.approved = done is not None

    @precondition(lambda self: any(grace.approved for grace in self.graces))
    @rule(data=st.data())
    def let_an_exception_expire(self, data: st.DataObject) -> None:
        self._expire_grace(data.draw(st.sampled_from([grace for grace in self.graces if grace.approved])))

    @staticmethod
    def _expire_grace(grace: Grace) -> None:
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
        free = not any(paper.office == office and self.stands(paper) for paper in self.papers)
        assert (row is not None) == (basis is not None and set(items) <= allowed and free)
        if row is not None and basis is not None:
            found = [g for g in self.graces if g.row.pk == row.exception_id] + [
                w for w in self.words if w.row.pk == row.intention_id
            ]
            self.papers.append(Paper(row, office, found[0], frozenset(items)))

    @precondition(lambda self: self.papers)
    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        self._decide(data.draw(st.sampled_from(self.papers)))

    def _decide(self, paper: Paper) -> None:
        done = tried(lambda: steps.decided(self.cast, paper.row))
        assert (done is not None) == (self.stands(paper) and not paper.approved)
        paper.approved = paper.approved or done is not None

    @precondition(lambda self: self.papers)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        self._send(data.draw(st.sampled_from(self.papers)))

    def _send(self, paper: Paper) -> None:
        done = tried(lambda: steps.sent(self.cast, paper.row))
        assert (done is not None) == (self.stands(paper) and paper.approved and not paper.sent)
        if done is not None:
            self._sent(paper)

    @staticmethod
    def _sent(paper: Paper) -> None:
        paper.sent = True
        if isinstance(paper.basis, Grace):
            paper.basis.spent_on = paper

    @precondition(lambda self: any(paper.sent for paper in self.papers))
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        """An officer takes what nobody has taken yet."""
        paper = data.draw(st.sampled_from([paper for paper in self.papers if paper.sent]))
        self._take(paper, data.draw(st.sampled_from(OFFICERS[paper.office])))

    def _take(self, paper: Paper, officer: str) -> None:
        done = tried(lambda: steps.taken(self.cast, paper.row, by=officer))
        assert (done is not None) == (self.stands(paper) and not paper.taken)
        self._read_by(paper, officer if done is not None else None)

    @precondition(lambda self: any(paper.sent and paper.office == "support" for paper in self.papers))
    @rule(data=st.data(), officer=st.sampled_from([*OFFICERS["support"], CHIEF]))
    def assign(self, data: st.DataObject, officer: str) -> None:
        """The supervisor assigns a first or a further officer, or takes it."""
        at_desk = [paper for paper in self.papers if paper.sent and paper.office == "support"]
        self._assign(data.draw(st.sampled_from(at_desk)), officer)

    def _assign(self, paper: Paper, officer: str) -> None:
        done = tried(lambda: steps.assigned(self.cast, paper.row, to=officer, by=CHIEF))
        assert (done is not None) == (self.stands(paper) and officer not in paper.readers)
        self._read_by(paper, officer if done is not None else None)

    @staticmethod
    def _read_by(paper: Paper, officer: str | None) -> None:
        if officer is not None:
            paper.taken = True
            paper.readers.add(officer)

    @precondition(lambda self: any(paper.readers and paper.office == "support" for paper in self.papers))
    @rule(data=st.data())
    def end_an_assignment(self, data: st.DataObject) -> None:
        held = [paper for paper in self.papers if paper.readers and paper.office == "support"]
        paper = data.draw(st.sampled_from(held))
        self._end(paper, data.draw(st.sampled_from(sorted(paper.readers))))

    def _end(self, paper: Paper, officer: str) -> None:
        steps.unassigned(self.cast, paper.row, officer)
        paper.readers.remove(officer)

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
        steps.taken(self.cast, paper.row, by=OFFICERS[office][0])
        paper.approved = True
        self._sent(paper)
        self._read_by(paper, OFFICERS[office][0])

    @invariant()
    def the_police_see_what_the_model_allows(self) -> None:
        """AccessEvent: every officer, without any filter of Python's."""
        for paper in getattr(self, "papers", []):
            for officer in (*OFFICERS["support"], *OFFICERS["support2"], CHIEF):
                allowed = self.stands(paper) and paper.sent and officer in paper.readers
                expected = paper.items if allowed else frozenset()
                Way.shown += len(expected)
                Way.hidden += officer in paper.readers and not expected
                assert set(steps.seen_by(self.cast.positions[officer], paper.row)) == expected, (
                    officer,
                    paper.__dict__,
                )


def _a_withdrawal(way: Way) -> Iterator[None]:
    way._confirm("support", "wishes", ITEMS)
    way._go("support", ITEMS)
    yield
    way._withdraw(way.words[0])


def _an_expiry(way: Way) -> Iterator[None]:
    way._confirm("support", "wishes", ITEMS)
    way._go("support", ITEMS)
    way._expire(way.words[0])
    yield
    way._confirm("support", "wishes", ITEMS[:1])
    way._draft("support", ITEMS)


def _one_exception_and_two_reports(way: Way) -> Iterator[None]:
    way._ask("support", Ground.DANGER)
    way._approve(way.graces[0])
    way._draft("support", ITEMS)
    way._draft("support", ITEMS)  # refused: one report to an office is open at a time
    (first,) = way.papers
    way._decide(first)
    way._send(first)
    way._take(first, "police")
    yield
    way._expire_grace(way.graces[0])


def _answers_after_an_exception_because_there_is_none(way: Way) -> Iterator[None]:
    way._confirm("support2", "unable", ITEMS)
    way._ask("support", Ground.CANNOT_FORM)
    way._approve(way.graces[0])
    way._go("support", ITEMS)
    yield
    way._confirm("support2", "undecided", ITEMS)
    yield
    way._confirm("support2", "unable", ITEMS)
    way._ask("support", Ground.CANNOT_FORM)


def _officers_come_and_go(way: Way) -> Iterator[None]:
    way._confirm("support", "wishes", ITEMS)
    way._go("support", ITEMS)
    paper = way.papers[0]
    way._take(paper, "police2")
    way._assign(paper, "police2")
    yield
    way._end(paper, "police")
    yield
    way._take(paper, "police")
    way._assign(paper, "police")


WALKS = (
    _a_withdrawal,
    _an_expiry,
    _one_exception_and_two_reports,
    _answers_after_an_exception_because_there_is_none,
    _officers_come_and_go,
)


@pytest.mark.parametrize("walk", WALKS)
def test_a_fixed_walk(template: str, django_db_blocker: Any, walk: Callable[[Way], Iterator[None]]) -> None:
    """What chance seldom reaches, step by step against the same model; each walk shows something, and hides it."""
    Way.template, Way.shown, Way.hidden = template, 0, 0
    with django_db_blocker.unblock():
        _walked(walk)
    assert Way.shown or walk is _an_expiry
    assert Way.hidden or walk is _officers_come_and_go


def _walked(walk: Callable[[Way], Iterator[None]]) -> None:
    way = Way()
    way.begin(read_already=False)
    for _ in walk(way):
        way.the_police_see_what_the_model_allows()
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
        _walked(_a_withdrawal)  # so that chance cannot empty what is asserted below
        run_state_machine_as_test(Way, settings=few)
    assert Way.shown, "no example ever showed the police anything: the machine proves nothing"
    assert Way.hidden, "no example ever closed anything that had been taken"


pytestmark = pytest.mark.commits
