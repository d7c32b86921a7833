"""A report races a withdrawal on two connections, in every order of their steps: nothing readable stays, the withdrawal wins."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.records.codes import Urgency
from cases.records.models import Case
from referrals.consent import actions as consent
from referrals.consent.models import Intention
from referrals.disclosures import actions
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import Disclosure
from referrals.police import actions as police
from referrals.police.queries import letter_at_desk
from security.walls import clock
from tests.cast import Cast, a_case
from tests.unit.referrals import steps
from tests.unit.referrals.actors import Steps, interleavings, run
from tests.unit.referrals.disclosures.test_gate_by_sql import NEW, values_of

ORDERS = sorted(interleavings(2, 3))
Racer = Callable[[Cast, Case], Callable[[], Steps]]


def withdrawal(cast: Cast, intention: Intention) -> Callable[[], Steps]:
    """lock · end it · commit."""

    def script() -> Steps:
        with acting_as(cast.caseworker):
            row = (
                Intention.objects.select_for_update(of=("self",)).select_related("case").get(pk=intention.pk)
            )
            yield
            consent.withdraw(row, by=cast.caseworker)
            yield

    return script


def drafting(cast: Cast, case: Case) -> Callable[[], Steps]:
    """draft · commit."""

    def script() -> Steps:
        with acting_as(cast.caseworker):
            actions.draft_report(
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


def drafting_by_sql(cast: Cast, case: Case) -> Callable[[], Steps]:
    """insert · commit, without the lock that the action takes first: the gate's own must do."""
    with acting_as(cast.caseworker):
        intention = Intention.objects.get(case=case)

    def script() -> Steps:
        with acting_as(cast.caseworker), connection.cursor() as cursor:
            cursor.execute(NEW, values_of(cast, case, intention=intention.pk))
            yield

    return script


def approving(cast: Cast, case: Case) -> Callable[[], Steps]:
    """approve · commit."""
    report = steps.drafted(cast, case)

    def script() -> Steps:
        with acting_as(cast.director):
            actions.REPORT.decide(report, Verdict.APPROVE, version=report.version, by=cast.director)
            yield

    return script


def sending(cast: Cast, case: Case) -> Callable[[], Steps]:
    """send · commit."""
    report = steps.decided(cast, steps.drafted(cast, case))

    def script() -> Steps:
        with acting_as(cast.caseworker):
            actions.send_report(report, by=cast.caseworker)
            yield

    return script


def taking(cast: Cast, case: Case) -> Callable[[], Steps]:
    """take · commit."""
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))

    def script() -> Steps:
        with acting_as(cast.police):
            letter = letter_at_desk(cast.police, report.pk)
            assert letter is not None
            police.take(letter, by=cast.police)
            yield

    return script


@pytest.mark.parametrize("racer", [drafting, drafting_by_sql, approving, sending, taking])
def test_every_order(cast: Cast, racer: Racer) -> None:
    failed = set()
    for order in ORDERS:
        case = a_case(cast)
        intention = steps.confirmed(cast, case)
        against, withdrew = run(order, racer(cast, case), withdrawal(cast, intention))
        assert withdrew is None, (order, withdrew)
        assert against is None or isinstance(against, Refused | IntegrityError), (order, against)
        failed.add(against is not None)
        with acting_as(cast.caseworker):
            assert Intention.objects.get(pk=intention.pk).withdrawn_at is not None
            reports = list(Disclosure.objects.filter(case=case))
            assert all(report.ended_at is not None for report in reports), order
        for report in reports:
            assert steps.seen_by(cast.police, report) == [], order
    assert failed == {True, False}, (
        "the orders must contain both a report before and a report after the withdrawal"
    )


def test_the_officer_reads_whole_or_nothing(cast: Cast) -> None:
    """A look that runs beside a withdrawal shows the package or nothing; the next one shows nothing."""
    for order in ORDERS:
        report = steps.readable(cast)
        with acting_as(cast.caseworker):
            intention = Intention.objects.get(case_id=report.case_id)
        seen: list[list[str]] = []

        def looking(report: Disclosure = report, seen: list[list[str]] = seen) -> Steps:
            seen.append(steps.seen_by(cast.police, report))
            yield
            seen.append(steps.seen_by(cast.police, report))
            yield

        errors = run(order, looking, withdrawal(cast, intention))
        assert errors == (None, None)
        assert all(sorted(items) in ([], sorted(steps.ITEMS)) for items in seen)
        assert steps.seen_by(cast.police, report) == []
