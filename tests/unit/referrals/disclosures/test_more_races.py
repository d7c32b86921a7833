"""Two connections in every order: a newer answer, one exception spent twice, two officers, a decision and its draft, and what
ends the reader's right. The outcome is always one of the two that come of doing them one after the other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.records import actions as records
from cases.records.models import Case
from referrals.consent import actions as consent
from referrals.disclosures import actions
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import Assignment, Disclosure
from referrals.police import actions as police
from referrals.police.queries import letter_at_desk
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.unit.referrals import steps
from tests.unit.referrals.actors import Steps, interleavings, run

ORDERS = sorted(interleavings(2, 2))
Script = Callable[[], Steps]


def act(position: Position, what: Callable[[], Any]) -> Script:
    """act · commit, in the name of ``position``."""

    def script() -> Steps:
        with acting_as(position):
            what()
            yield

    return script


def answered(cast: Cast, case: Case, result: str) -> Script:
    given: dict[str, Any] = {
        "result": result,
        "recipient": cast.offices["support"],
        "items": steps.ITEMS,
        "asked_at": clock.now(),
        "valid_until": clock.now() + timedelta(days=30),
        "texts": steps.WORDS,
        "asking": steps.ASKING,
    }
    return act(cast.caseworker, lambda: consent.record_intention(case, by=cast.caseworker, **given))


@pytest.mark.parametrize("result", ["declines", "wishes"])
def test_sending_against_a_newer_answer(cast: Cast, result: str) -> None:
    for order in ORDERS:
        case = a_case(cast)
        steps.confirmed(cast, case)
        report = steps.decided(cast, steps.drafted(cast, case))
        sending = act(cast.caseworker, lambda report=report: actions.send_report(report, by=cast.caseworker))  # type: ignore[misc]
        sent, newer = run(order, sending, answered(cast, case, result))
        assert newer is None, (order, newer)
        assert sent is None or isinstance(sent, Refused), (order, sent)
        with acting_as(cast.caseworker):
            assert Disclosure.objects.get(pk=report.pk).ending == "superseded", order


@pytest.mark.parametrize("basis", [steps.confirmed, steps.excepted])
def test_two_reports_are_drafted_at_one_moment(cast: Cast, basis: Callable[[Cast, Case], Any]) -> None:
    given: dict[str, Any] = {
        "recipient": cast.offices["support"],
        "paper_kind": PaperKind.JOHO,
        "texts": dict.fromkeys(steps.ITEMS, "伝える文"),
        "urgency": "A",
        "due_at": clock.now() + timedelta(days=3),
    }
    for order in ORDERS:
        case = a_case(cast)
        basis(cast, case)
        drafting = act(
            cast.caseworker,
            lambda case=case: actions.draft_report(case, by=cast.caseworker, **given),  # type: ignore[misc]
        )
        errors = run(order, drafting, drafting)
        assert sorted(error is None for error in errors) == [False, True], (order, errors)
        assert all(error is None or isinstance(error, Refused) for error in errors), errors
        with acting_as(cast.caseworker):
            assert Disclosure.objects.filter(case=case).count() == 1, order


def test_two_officers_and_one_envelope(cast: Cast) -> None:
    def taking(officer: Position, report: Disclosure) -> Script:
        letter = None
        with acting_as(officer):
            letter = letter_at_desk(officer, report.pk)
        assert letter is not None
        return act(officer, lambda: police.take(letter, by=officer))

    for order in ORDERS:
        case = a_case(cast)
        steps.confirmed(cast, case)
        report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
        errors = run(order, taking(cast.police, report), taking(cast.police2, report))
        assert sorted(error is None for error in errors) == [False, True], (order, errors)
        with acting_as(cast.policechief):
            assert Assignment.objects.filter(disclosure_id=report.pk).count() == 1, order


def test_a_decision_against_a_change_of_the_draft_by_sql(cast: Cast) -> None:
    """The drafter changes a text behind the application's back while the director approves what was read."""

    def slipping(report: Disclosure) -> Script:
        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE referrals_packageitem SET content = content WHERE disclosure_id = %s", [report.pk]
                )

        return act(cast.caseworker, change)

    outcomes = set()
    for order in ORDERS:
        case = a_case(cast)
        steps.confirmed(cast, case)
        report = steps.drafted(cast, case)
        read = report.version

        def approve(report: Disclosure = report, read: int = read) -> None:
            actions.REPORT.decide(report, Verdict.APPROVE, version=read, by=cast.director)

        decided, slipped = run(order, act(cast.director, approve), slipping(report))
        assert (decided is None) != (slipped is None), (order, decided, slipped)
        assert isinstance(decided, Refused) if decided else isinstance(slipped, DatabaseError)
        outcomes.add(decided is None)
    assert outcomes == {True, False}


def block(cast: Cast, report: Disclosure) -> Script:
    with acting_as(cast.supervisor):
        case = Case.objects.get(pk=report.case_id)
    return act(cast.supervisor, lambda: records.block_person(case, cast.police.staff, by=cast.supervisor))


def end_position(cast: Cast, _report: Disclosure) -> Script:
    def script() -> Steps:
        with as_owner():
            past = clock.today() - timedelta(days=1)
            Position.objects.using("owner").filter(pk=cast.police.pk).update(ends_on=past)
            yield

    return script


@pytest.mark.parametrize("ending", [block, end_position])
def test_assigning_against_what_ends_the_officers_right(
    cast: Cast, ending: Callable[[Cast, Disclosure], Script]
) -> None:
    for order in ORDERS:
        case = a_case(cast)
        steps.confirmed(cast, case)
        report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
        with acting_as(cast.policechief):
            letter = letter_at_desk(cast.policechief, report.pk)
        assert letter is not None
        assigning = act(
            cast.policechief,
            lambda letter=letter: police.assign(letter, cast.police, by=cast.policechief),  # type: ignore[misc]
        )
        assigned, ended = run(order, assigning, ending(cast, report))
        assert ended is None, (order, ended)
        assert assigned is None or isinstance(assigned, Refused), (order, assigned)
        assert steps.seen_by(cast.police, report) == [], order
        with as_owner():
            Position.objects.using("owner").filter(pk=cast.police.pk).update(ends_on=None)
