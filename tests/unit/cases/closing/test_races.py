"""What begins while a case is being closed: one of the two is refused, in every order. A withdrawal never is."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing.actions import CLOSING
from cases.custody.actions import draft_start
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.records.codes import Stage, Urgency
from cases.records.models import Case
from referrals.consent.actions import withdraw
from referrals.consent.models import Intention
from referrals.disclosures.actions import draft_report
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import Disclosure
from security.walls import clock
from tests.cast import Cast, a_case
from tests.unit.cases.closing.test_closing import a_closing
from tests.unit.cases.custody.test_actions import start_facts
from tests.unit.referrals import steps
from tests.unit.referrals.actors import Steps, interleavings, run

ORDERS = sorted(interleavings(2, 2))
Script = Callable[[], Steps]


def approving(cast: Cast, case: Case) -> Script:
    """approve, which closes the case · commit."""
    row = a_closing(cast, case)

    def script() -> Steps:
        with acting_as(cast.director):
            CLOSING.decide(row, Verdict.APPROVE, by=cast.director)
            yield

    return script


def custody(cast: Cast, case: Case) -> Script:
    """draft custody · commit."""

    def script() -> Steps:
        with acting_as(cast.caseworker):
            draft_start(case, start_facts(), by=cast.caseworker)
            yield

    return script


def report(cast: Cast, case: Case) -> Script:
    """draft a report to the police · commit."""

    def script() -> Steps:
        with acting_as(cast.caseworker):
            draft_report(
                case,
                recipient=cast.offices["support"],
                paper_kind=PaperKind.JOHO,
                texts={"identity_min": "本文"},
                urgency=Urgency.A,
                due_at=clock.now(),
                by=cast.caseworker,
            )
            yield

    return script


def withdrawal(cast: Cast, intention: Intention) -> Script:
    """withdraw · commit."""

    def script() -> Steps:
        with acting_as(cast.caseworker):
            withdraw(Intention.objects.select_related("case").get(pk=intention.pk), by=cast.caseworker)
            yield

    return script


@pytest.mark.parametrize("begin", [custody, report])
def test_one_of_the_two_is_refused(cast: Cast, begin: Callable[[Cast, Case], Script]) -> None:
    refused = set()
    for order in ORDERS:
        case = a_case(cast)
        steps.confirmed(cast, case)
        begun, closed = run(order, begin(cast, case), approving(cast, case))
        assert (begun is None) != (closed is None), (order, begun, closed)
        assert isinstance(begun or closed, Refused | IntegrityError), (order, begun, closed)
        refused.add(begun is None)
        with acting_as(cast.caseworker):
            is_closed = Case.objects.get(pk=case.pk).stage == Stage.CLOSED
            rows = (
                CustodyDecision.objects.filter(case=case).count()
                + Disclosure.objects.filter(case=case).count()
            )
        assert is_closed == (rows == 0), order
    assert refused == {True, False}


def test_a_withdrawal_is_never_refused(cast: Cast) -> None:
    for order in ORDERS:
        case = a_case(cast)
        intention = steps.confirmed(cast, case)
        withdrew, closed = run(order, withdrawal(cast, intention), approving(cast, case))
        assert (withdrew, closed) == (None, None), order
        with acting_as(cast.caseworker):
            assert Intention.objects.get(pk=intention.pk).withdrawn_at is not None
