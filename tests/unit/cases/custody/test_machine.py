"""Conferences × custody × consent × warrant in any order (児童福祉法33条; ``machine.py``), and fixed walks that try every act."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import pytest

from cases.conferences.codes import Measure, Stand
from cases.consents.codes import Said
from cases.custody.codes import Consent
from cases.decisions.codes import Verdict
from cases.warrants.codes import WarrantState
from tests.cast import Cast
from tests.machines import run_until_met
from tests.unit.cases.custody.beside import MEASURES, Chosen
from tests.unit.cases.custody.machine import ACTS, BEGAN, MOMENTS, NAMES, Custodies

LAST: Any = Chosen()


def _says(machine: Custodies, name: str, what: Said, at: datetime | None) -> None:
    """The answer of this person to the latest custody."""
    drawn: Any = Chosen(machine.world.starts[-1], name)
    machine.answer(drawn, what, at, "caseworker")


def _both_parents(machine: Custodies) -> None:
    for _name in NAMES:
        machine.record_a_parent(holds=True)


def _one_objects_and_the_warrant_is_requested(machine: Custodies) -> Iterator[None]:
    machine.draft_acceptance("caseworker")
    machine.draft_start(Consent.NOT_ASKED, "caseworker")
    machine.decide_start(LAST, "caseworker", Verdict.APPROVE, began=True)
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    yield
    machine.decide_acceptance("director", Verdict.APPROVE)
    machine.draft_acceptance("caseworker")
    _both_parents(machine)
    _says(machine, NAMES[0], Said.CONSENTS, None)
    yield
    _says(machine, NAMES[1], Said.OBJECTS, None)
    yield
    machine.draft_request("stranger")
    machine.draft_request("caseworker")
    machine.draft_request("caseworker")
    machine.hand_in(LAST, "caseworker")
    yield
    machine.decide_request(LAST, "caseworker", Verdict.APPROVE)
    machine.decide_request(LAST, "director", Verdict.APPROVE)
    yield
    machine.hand_in(LAST, "stranger")
    machine.hand_in(LAST, "caseworker")
    yield
    machine.hand_in(LAST, "caseworker")
    machine.draft_request("caseworker")
    _says(machine, NAMES[0], Said.WITHDRAWN, None)


def _all_consent_and_one_withdraws(machine: Custodies) -> Iterator[None]:
    _both_parents(machine)
    machine.record_oral_start(Consent.OBJECTS, BEGAN, "caseworker")
    yield
    _says(machine, NAMES[0], Said.WITHDRAWN, BEGAN)
    for name in NAMES:
        _says(machine, name, Said.CONSENTS, MOMENTS[1])
    yield
    _says(machine, NAMES[1], Said.WITHDRAWN, MOMENTS[4])  # the last hour of the seventh day
    yield
    _says(machine, NAMES[1], Said.CONSENTS, MOMENTS[5])
    yield
    _says(machine, NAMES[1], Said.WITHDRAWN, MOMENTS[6])  # the eighth day


def _said_by_word_of_mouth(machine: Custodies) -> Iterator[None]:
    for began in (True, False):
        machine.record_oral_start(Consent.OBJECTS, BEGAN, "caseworker")
        machine.take_a_start_back(LAST)
        machine.draft_start(Consent.OBJECTS, "caseworker")
        yield
        machine.decide_start(LAST, "director", Verdict.RETURN, began)
        yield
    machine.draft_start(Consent.CONSENTS, "caseworker")
    machine.take_a_start_back(LAST)
    machine.record_oral_start(Consent.NOBODY, BEGAN, "caseworker")
    machine.answer(LAST, Said.NOBODY, None, "caseworker")
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    yield


def _it_ends_in_time(machine: Custodies) -> Iterator[None]:
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[0], "caseworker")
    machine.draft_end(MOMENTS[3], "caseworker")
    machine.draft_end(MOMENTS[3], "caseworker")
    yield
    machine.decide_end(LAST, "director", Verdict.APPROVE)
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    yield
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[2], "caseworker")  # over the one that has ended
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[4], "caseworker")
    yield


def _it_ends_late(machine: Custodies) -> Iterator[None]:
    """The limit of a custody that ended after its seven days stays: the duty was not done."""
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[0], "caseworker")
    machine.draft_end(MOMENTS[6], "caseworker")
    machine.decide_end(LAST, "director", Verdict.APPROVE)
    yield
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    machine.draft_end(None, "caseworker")
    assert machine.world.limit_of


def _the_judge_rejects_and_a_conference_is_held(machine: Custodies) -> Iterator[None]:
    """The conference says that custody ends, and only the decision ends it; the ruling is reversed, and another is upheld."""
    machine.draft_acceptance("caseworker")
    machine.decide_acceptance("director", Verdict.APPROVE)
    machine.see("caseworker")
    for began, ended, ruling in (
        (MOMENTS[2], MOMENTS[6], WarrantState.QUASHED),
        (None, None, WarrantState.UPHELD),
    ):
        machine.record_oral_start(Consent.OBJECTS, began, "caseworker")
        machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
        machine.draft_request("caseworker")
        machine.decide_request(LAST, "director", Verdict.APPROVE)
        machine.record_ruling(LAST, WarrantState.ISSUED, "caseworker")  # not handed in yet
        machine.hand_in(LAST, "caseworker")
        yield
        machine.record_ruling(LAST, WarrantState.ANSWERED, "caseworker")
        machine.record_ruling(LAST, WarrantState.ASKED_MORE, "stranger")
        machine.record_ruling(LAST, WarrantState.ASKED_MORE, "caseworker")
        machine.record_ruling(LAST, WarrantState.ANSWERED, "caseworker")
        machine.record_ruling(LAST, WarrantState.REJECTED, "caseworker")
        yield
        machine.sit("stranger")
        machine.sit("caseworker")
        machine.write_minutes(Measure.PLACEMENT, Stand.OBJECTS, "caseworker")
        machine.write_minutes(Measure.CUSTODY_ENDS, Stand.OBJECTS, "caseworker")
        yield
        machine.decide_minutes("caseworker", Verdict.APPROVE)
        machine.decide_minutes("director", Verdict.RETURN)
        machine.write_minutes(Measure.GUIDANCE, Stand.CONSENTS, "caseworker")
        machine.decide_minutes("director", Verdict.APPROVE)
        yield
        machine.record_ruling(LAST, WarrantState.UPHELD, "caseworker")
        machine.record_ruling(LAST, WarrantState.REVIEW_ASKED, "caseworker")
        yield
        machine.record_ruling(LAST, ruling, "caseworker")
        machine.record_ruling(LAST, WarrantState.ISSUED, "caseworker")
        machine.draft_end(ended, "caseworker")
        machine.decide_end(LAST, "director", Verdict.APPROVE)
        machine.record_ruling(LAST, WarrantState.REVIEW_ASKED, "caseworker")
        yield
        assert ruling.value in machine.met


def _rejected_and_ended(machine: Custodies) -> Iterator[None]:
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[2], "caseworker")
    machine.draft_request("caseworker")
    machine.decide_request(LAST, "director", Verdict.APPROVE)
    machine.hand_in(LAST, "caseworker")
    machine.record_ruling(LAST, WarrantState.REJECTED, "caseworker")
    yield
    machine.draft_end(None, "caseworker")
    machine.decide_end(LAST, "director", Verdict.APPROVE)
    machine.record_ruling(LAST, WarrantState.REVIEW_ASKED, "caseworker")
    machine.sit("caseworker")  # the case is in reception still
    yield


VERDICTS = (Verdict.RETURN, Verdict.REFUSE, Verdict.APPROVE)


def _each_start_and_answer_by_who_may_and_who_may_not(machine: Custodies) -> Iterator[None]:
    """Every act is tried first by somebody who may not do it."""
    for verdict in (Verdict.RETURN, Verdict.REFUSE):
        for who in ("stranger", "caseworker"):
            machine.draft_start(Consent.OBJECTS, who)
        machine.decide_start(LAST, "caseworker", verdict, began=False)
        machine.decide_start(LAST, "director", verdict, began=False)
        yield
    for verdict in VERDICTS:
        for who in ("stranger", "caseworker"):
            machine.record_oral_start(Consent.OBJECTS, MOMENTS[2], who)
        machine.decide_start(LAST, "caseworker", verdict, began=False)
        machine.decide_start(LAST, "director", verdict, began=verdict is Verdict.APPROVE)
        yield
    for who in ("stranger", "caseworker"):
        machine.answer(LAST, Said.NOBODY, None, who)
    _both_parents(machine)
    for what in (*set(Said) - {Said.NOBODY, Said.CONSENTS, Said.WITHDRAWN}, Said.CONSENTS, Said.WITHDRAWN):
        for who in ("stranger", "caseworker"):
            machine.answer(LAST, what, None, who)
        yield


def _each_ruling_by_who_may_and_who_may_not(machine: Custodies) -> Iterator[None]:
    for verdict in VERDICTS:
        for who in ("stranger", "caseworker"):
            machine.draft_acceptance(who)
        machine.decide_acceptance("caseworker", verdict)
        machine.decide_acceptance("director", verdict)
    for who in ("stranger", "caseworker"):
        machine.see(who)
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[2], "caseworker")
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    for verdict in VERDICTS:
        machine.draft_request("stranger")
        machine.draft_request("caseworker")
        machine.decide_request(LAST, "caseworker", verdict)
        machine.decide_request(LAST, "director", verdict)
        yield
    machine.hand_in(LAST, "stranger")
    machine.hand_in(LAST, "caseworker")
    for ruling in ("asked_more", "answered", "rejected", "review_asked", "quashed", "upheld", "issued"):
        machine.record_ruling(LAST, WarrantState(ruling), "stranger")
        machine.record_ruling(LAST, WarrantState(ruling), "caseworker")
        yield


def _each_measure_and_end_by_who_may_and_who_may_not(machine: Custodies) -> Iterator[None]:
    machine.draft_acceptance("caseworker")
    machine.decide_acceptance("director", Verdict.APPROVE)
    machine.see("caseworker")
    machine.record_oral_start(Consent.OBJECTS, MOMENTS[2], "caseworker")
    machine.decide_start(LAST, "director", Verdict.APPROVE, began=True)
    for measure, verdict in zip(MEASURES, (*VERDICTS, Verdict.APPROVE), strict=True):
        machine.sit("stranger")
        machine.sit("caseworker")
        for who in ("stranger", "caseworker"):
            machine.write_minutes(measure, Stand.CONSENTS, who)
        machine.decide_minutes("caseworker", verdict)
        machine.decide_minutes("director", verdict)
        if verdict is Verdict.RETURN:
            machine.write_minutes(measure, Stand.CONSENTS, "caseworker")
            machine.decide_minutes("director", Verdict.APPROVE)
        yield
    for verdict in VERDICTS:
        machine.draft_end(None, "stranger")
        machine.draft_end(None, "caseworker")
        machine.decide_end(LAST, "caseworker", verdict)
        machine.decide_end(LAST, "director", verdict)
        yield


WALKS = (
    _each_start_and_answer_by_who_may_and_who_may_not,
    _each_ruling_by_who_may_and_who_may_not,
    _each_measure_and_end_by_who_may_and_who_may_not,
    _the_judge_rejects_and_a_conference_is_held,
    _rejected_and_ended,
    _one_objects_and_the_warrant_is_requested,
    _all_consent_and_one_withdraws,
    _said_by_word_of_mouth,
    _it_ends_in_time,
    _it_ends_late,
)


def _walked(walk: Callable[[Custodies], Iterator[None]], *, nobody: bool, late: bool) -> None:
    machine = Custodies()
    machine.begin(nobody=nobody, late=late)
    for _step in chain(walk(machine), ("the end",)):
        machine.the_same_limit_runs_and_the_same_custody_lasts()
        machine.every_draft_is_where_the_model_has_it()


def test_the_fixed_walks(cast: Cast) -> None:
    """What chance seldom reaches (児童福祉法33条3項), step by step against the same model and under both rules of the office.
    Each act is done in them and is refused in them, as the model says of it."""
    Custodies.cast, Custodies.met = cast, set()
    for walk in WALKS:
        for rule_of_office in (False, True):
            _walked(walk, nobody=rule_of_office, late=rule_of_office)
    assert ACTS - Custodies.met == set()
    assert {f"no {act}" for act in ACTS} - Custodies.met == set()


def test_in_any_order_product_and_model_say_the_same(cast: Cast) -> None:
    """児童福祉法33条."""
    Custodies.cast, Custodies.met = cast, set()
    run_until_met(Custodies, {"start", "oral start"}, steps=25)


pytestmark = pytest.mark.commits
