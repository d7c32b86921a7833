"""What those with parental authority say after custody has begun, and the limit that follows from it (児童福祉法33条3項)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.consents.codes import Said
from cases.custody import actions, panel
from cases.custody.codes import Consent
from cases.custody.models import CustodyDecision
from cases.records.models import Case
from tests.cast import Cast, as_owner
from tests.requesting import requested
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said


def answered(cast: Cast, row: CustodyDecision, consent: Said, *, by: str = "caseworker") -> None:
    with acting_as(cast.positions[by]):
        actions.record_consent(
            row,
            consent=consent,
            answered_at=timezone.now(),
            answered_by="実母",
            note="架空の答え",
            by=cast.positions[by],
        )


def running(cast: Cast) -> list[Clock]:
    with acting_as(cast.caseworker):
        return list(Clock.objects.running().filter(kind=ClockKind.WARRANT))


def test_consent_given_later_ends_the_limit_and_taken_back_starts_it_from_the_first_day(cast: Cast) -> None:
    row = in_custody(cast, consent=Consent.NOT_ASKED)
    assert len(running(cast)) == 1
    answered(cast, row, Said.CONSENTS)
    assert not running(cast)
    answered(cast, row, Said.OBJECTS)
    (limit,) = running(cast)
    assert limit.started_at == row.effective_at
    requested(cast, row)
    answered(cast, row, Said.OBJECTS)
    assert not running(cast)  # it was requested: nothing starts again


@pytest.mark.parametrize(("is_rule", "limits"), [(False, 0), (True, 1)])
def test_consent_taken_back_after_the_seven_days_asks_whether_custody_goes_on(
    cast: Cast, is_rule: bool, limits: int
) -> None:
    """児童福祉法33条3項: after day seven no duty to request a warrant is known; an office may have that rule."""
    with as_owner():
        Office.objects.using("owner").filter(pk=cast.caseworker.office_id).update(
            late_withdrawal_warrant=is_rule
        )
    long_ago = timezone.now() - timedelta(days=10)
    facts = {**said(), "said_at": long_ago, "effective_at": long_ago, "consent": Consent.CONSENTS}
    row = in_custody(cast, **facts)
    assert not running(cast)
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.select_related("case__office").get(pk=row.pk)
    answered(cast, row, Said.OBJECTS)
    assert len(running(cast)) == limits
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office", "child").get(pk=row.case_id)
        asked = [step.url for step in panel.steps(case, cast.caseworker)]
        assert (reverse("custody_end", args=[case.pk]) in asked) is not is_rule
    answered(cast, row, Said.CONSENTS)
    assert not running(cast)
    with acting_as(cast.caseworker):
        assert reverse("custody_end", args=[case.pk]) not in [
            step.url for step in panel.steps(case, cast.caseworker)
        ]


def test_consent_to_an_oral_decision_before_it_is_confirmed(cast: Cast) -> None:
    row = a_draft(cast, **said())
    answered(cast, row, Said.CONSENTS)
    assert not running(cast)


def test_no_consent_is_recorded_without_custody_or_by_others(cast: Cast) -> None:
    draft = a_draft(cast)
    with pytest.raises(Refused) as refused:
        answered(cast, draft, Said.CONSENTS)
    assert refused.value.code == "not_in_custody"
    row = decide(cast, draft)
    for name in ("colleague", "stranger"):
        with pytest.raises(Refused):
            answered(cast, row, Said.CONSENTS, by=name)


def test_an_office_may_ask_for_a_warrant_where_there_is_no_parental_authority(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(warrant_if_nobody=True)
    in_custody(cast, consent=Consent.NOBODY)
    assert len(running(cast)) == 1


@pytest.mark.parametrize("before", ["an end after the limit", "an answer of another moment"])
def test_raw_sql_ends_no_limit_for_what_does_not_end_it(cast: Cast, before: str) -> None:
    if before == "an end after the limit":
        long_ago = timezone.now() - timedelta(days=10)
        row = in_custody(cast, **{**said(), "said_at": long_ago, "effective_at": long_ago})
        with acting_as(cast.caseworker):
            ending = actions.draft_end(row.case, end_facts(), by=cast.caseworker)
        decide(cast, ending)
    else:
        row = in_custody(cast, consent=Consent.NOT_ASKED)
        for answer in (Said.CONSENTS, Said.OBJECTS):
            answered(cast, row, answer)
    (limit,) = running(cast)
    for name in ("caseworker", "director"):
        with (
            acting_as(cast.positions[name]),
            pytest.raises(IntegrityError, match="reason is still there"),
            transaction.atomic(),
        ):
            connection.cursor().execute("SELECT wall.end_clock(%s)", [limit.pk])
