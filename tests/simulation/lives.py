"""What becomes of a case in the simulated years: seen in time or late, custody, a report and how it ends, duties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.closing.actions import CLOSING, draft_closing
from cases.conferences.actions import ACCEPTANCE, draft_acceptance
from cases.conferences.codes import Measure
from cases.conferences.models import Acceptance
from cases.custody.actions import END, START, draft_end, draft_start
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty, take_over_duty
from cases.duties.models import Duty
from cases.intake.actions import register_call, retract_safety_check
from cases.intake.codes import Outcome
from cases.intake.models import SafetyCheck
from cases.records.codes import Urgency
from cases.records.models import Case
from cases.warrants.actions import REQUEST, hand_in
from referrals.consent.models import Intention
from referrals.disclosures.models import Disclosure
from tests.accepting import accepted, drafted, resolve
from tests.cast import CHILD, FACTS
from tests.requesting import drafted as drafted_request
from tests.requesting import handed_in
from tests.simulation.office import JAPAN, Life, Office, Rare
from tests.unit.cases.closing.test_closing import TEXTS
from tests.unit.cases.custody.test_actions import end_facts, start_facts
from tests.unit.cases.intake.test_actions import check, received
from tests.unit.referrals import steps

MINUTES = timedelta(minutes=30)
ENDINGS = ("withdrawn", "expired", "superseded", "closed")


def calls(office: Office) -> Life:
    """A call every month or so, each the beginning of a case; and one on every leap day."""
    while True:
        office.begin(case(office), timedelta(0))
        days = office.rng.randint(10, 50)
        for passed in range(days):
            if (office.now + timedelta(days=passed + 1)).strftime("%m%d") == "0229":
                days = passed + 1
                break
        yield timedelta(days=days, minutes=office.rng.randint(-60, 60))


def case(office: Office) -> Life:
    """From the call to the closing."""
    by = office.cast.caseworker
    child = replace(
        CHILD, birth_date=date(office.now.year - 13, 5, 1)
    )  # as old in each year: with one text it is asked
    with acting_as(by):
        call = register_call(
            child, replace(FACTS, urgency=Urgency.C), received(office.now - MINUTES), in_charge=by, by=by
        )
    row = call.case
    if (office.now - MINUTES).astimezone(JAPAN).strftime("%m%d") == "0229":
        office.reached[Rare.LEAP_DAY] += 1
    yield from _seen(office, row)
    yield from _accepted(office, row)
    if office.happens(0.3):
        yield from _custody(office, row)
    if office.happens(0.3):
        yield from _exception(office, row)
    if office.happens(0.7):
        yield from _report(office, row)
    _close(office, row)


def _seen(office: Office, row: Case) -> Life:
    late = office.happens(0.2)
    yield office.hours(50, 90) if late else office.hours(2, 40)
    if office.happens(0.2):
        check(row, office.cast.caseworker, office.now - MINUTES, outcome=Outcome.NOT_SEEN)
        yield office.hours(1, 4)
    found = _sight(office, row)
    if office.happens(0.15):
        yield office.hours(20, 60)
        by = office.cast.caseworker
        with acting_as(by):
            retract_safety_check(SafetyCheck.objects.get(pk=found.pk), "別の児童だった（架空）", by=by)
            assert Clock.objects.running().filter(case=row, kind=ClockKind.SAFETY).count() == 1
        office.reached[Rare.RETRACTED] += 1
        yield office.hours(1, 30)
        _sight(office, row)


def _sight(office: Office, row: Case) -> SafetyCheck:
    found = check(row, office.cast.caseworker, office.now - MINUTES, why="夜間で所在が分からなかった（架空）")
    limit = Clock.objects.filter(case=row, kind=ClockKind.SAFETY).exclude(met_at=None).latest("met_at")
    office.reached[Rare.MET_LATE] += _is_late(limit)
    return found


def _is_late(met: Clock) -> bool:
    return met.met_at is not None and met.met_at > met.due_at


def _accepted(office: Office, row: Case) -> Life:
    yield office.hours(1, 20)
    by = office.cast.supervisor
    draft = drafted(office.cast, row, by, office.cast.caseworker, held_at=office.now)
    yield office.hours(0.2, 20)
    if not draft.in_charge.is_current:  # the conference was on 31 March
        with pytest.raises(Refused, match="in_charge"):
            _decided(office, ACCEPTANCE, draft)
        with acting_as(by):
            draft = Acceptance.objects.select_related("case__office").get(pk=draft.pk)
            said = accepted(draft.case, office.cast.caseworker)
            draft = draft_acceptance(draft.case, None, said, by=by, earlier=draft)
    _decided(office, ACCEPTANCE, draft)
    yield office.hours(1, 48)


def _custody(office: Office, row: Case) -> Life:
    cast = office.cast
    begins = office.now - timedelta(minutes=5)
    with acting_as(cast.caseworker):
        facts = start_facts(
            effective_at=begins, expected_until=office.now.astimezone(JAPAN).date() + timedelta(days=50)
        )
        start = draft_start(row, facts, by=cast.caseworker)
    yield office.hours(0.2, 5)
    _decided(office, START, start)
    late = office.happens(0.2)
    yield office.hours(24 * 8, 24 * 10) if late else office.hours(1, 24 * 5)
    warrant = drafted_request(cast, row)
    yield office.hours(0.2, 5)
    _decided(office, REQUEST, warrant)
    with acting_as(cast.caseworker):
        hand_in(warrant, handed_in(requested_at=office.now), by=cast.caseworker)
        met = Clock.objects.filter(case=row, kind=ClockKind.WARRANT).exclude(met_at=None).latest("met_at")
    office.reached[Rare.WARRANT_LATE] += _is_late(met)
    yield office.hours(24, 24 * 40)
    with acting_as(cast.caseworker):
        end = draft_end(row, end_facts(effective_at=office.now), by=cast.caseworker)
    yield office.hours(0.2, 20)
    _decided(office, END, end)
    yield office.hours(1, 48)


def _decided(office: Office, kind: object, row: object) -> None:
    director: Position = office.cast.director
    with acting_as(director):
        kind.decide(row, Verdict.APPROVE, by=director)  # type: ignore[attr-defined]  # one of the three kinds of decision


def _exception(office: Office, row: Case) -> Life:
    """An approved exception and its two duties, which may wait so long that their owner has left."""
    steps.excepted(office.cast, row)
    for kind in ("explain_exception", "review_exception"):
        yield office.hours(24, 24 * 100)
        _fulfilled(office, Duty.objects.select_related("owner__staff").get(case=row, kind=kind))


def _fulfilled(office: Office, duty: Duty) -> None:
    owner, boss = duty.owner, office.cast.supervisor
    office.reached[Rare.LONG_OWED] += duty.warnings.filter(step="late").exists()
    if not owner.is_current:
        office.reached[Rare.LEFT_WITH_DUTY] += 1
        with acting_as(boss):
            take_over_duty(duty, by=boss)
        owner = boss
    with acting_as(owner):
        fulfil_duty(duty, note="架空の記録", by=owner)


def _report(office: Office, row: Case) -> Life:
    cast = office.cast
    valid_until = office.now + office.hours(24 * 5, 24 * 60)
    intention = steps.confirmed(cast, row, asked_at=office.now - MINUTES, valid_until=valid_until)
    report = steps.drafted(cast, row)
    yield office.hours(0.5, 24)
    steps.decided(cast, report)
    yield office.hours(0.5, 24)
    steps.sent(cast, report)
    if office.happens(0.8):
        yield office.hours(0.2, 20)
        steps.assigned(cast, report)
    ending = office.rng.choice(ENDINGS)
    if ending == "expired":
        yield valid_until - office.now + timedelta(days=1)
    else:
        yield office.hours(1, 24 * 4) if office.happens(0.5) else (valid_until - office.now) / 2
        _end(office, row, report, intention, ending)
    found = Disclosure.objects.get(pk=report.pk)
    assert found.ending == ending, (found.ending, ending)
    office.reached[Rare.EXPIRED] += ending == "expired"
    office.reached[Rare.WITHDRAWN] += ending == "withdrawn"
    yield office.hours(1, 48)


def _end(office: Office, row: Case, report: Disclosure, intention: Intention, ending: str) -> None:
    if ending == "withdrawn":
        steps.withdrawn(office.cast, intention)
    elif ending == "closed":
        steps.closed(office.cast, report)
    else:
        now = office.now
        steps.confirmed(
            office.cast, row, result="declines", asked_at=now - MINUTES, valid_until=now + timedelta(days=30)
        )


def _settle(office: Office, row: Case) -> None:
    """Before a case is closed, nothing is owed on it any more: a watch may have left a duty (児童虐待防止法9条)."""
    for duty in Duty.objects.filter(case=row, done_at=None).select_related("owner__staff"):
        office.reached[Rare.INSPECTION] += duty.kind == "inspection"
        _fulfilled(office, duty)


def _close(office: Office, row: Case) -> None:
    _settle(office, row)
    by = office.cast.caseworker
    row.stage = Case.objects.values_list("stage", flat=True).get(pk=row.pk)
    resolve(office.cast, row, Measure.CLOSING, by=by)
    with acting_as(by):
        draft = draft_closing(Case.objects.get(pk=row.pk), **TEXTS, by=by)
    _decided(office, CLOSING, draft)
    office.reached[Rare.CLOSED] += 1
