"""A step of a warrant was recorded in error or with a wrong moment: two people correct it, and its limit follows."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import due_at
from cases.corrections.actions import STEP, draft_step_correction
from cases.corrections.models import StepCorrection
from cases.corrections.queries import step_named
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.warrants.codes import WarrantState
from cases.warrants.models import WarrantRequest, WarrantStep
from cases.warrants.queries import file_of, must_end
from tests.cast import Cast
from tests.client import signed_in
from tests.requesting import requested, stepped
from tests.unit.cases.custody.test_actions import a_draft, decide, said

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "裁判所の決定書の日付による（架空）"


def asked(cast: Cast) -> WarrantRequest:
    """Custody of five days ago, for which the warrant was requested four days ago."""
    at = timezone.now() - 5 * DAY
    row = decide(cast, a_draft(cast, **{**said(), "effective_at": at, "said_at": at}))
    return requested(cast, row, requested_at=timezone.now() - 4 * DAY)


def drafted(cast: Cast, step: WarrantStep, at: datetime | None, by: str = "caseworker") -> StepCorrection:
    with acting_as(cast.positions[by]):
        case = Case.objects.select_related("office", "child").get(pk=step.case_id)
        found = step_named(case, step.pk)
        assert found is not None
        return draft_step_correction(case, found[1], at, WHY, by=cast.positions[by])


def approved(cast: Cast, row: StepCorrection, verdict: Verdict = Verdict.APPROVE) -> StepCorrection:
    with acting_as(cast.director):
        found = StepCorrection.objects.select_related("case__office", "step").get(pk=row.pk)
        return STEP.decide(found, verdict, by=cast.director, note=WHY)


def corrected(cast: Cast, step: WarrantStep, at: datetime | None) -> None:
    approved(cast, drafted(cast, step, at))


def review(cast: Cast, request: WarrantRequest) -> list[Clock]:
    with acting_as(cast.caseworker):
        rows = Clock.objects.filter(case=request.case_id, kind=ClockKind.WARRANT_REVIEW, replaced_by=None)
        return list(rows.select_related("case__office"))


def reached(cast: Cast, request: WarrantRequest) -> WarrantState:
    with acting_as(cast.caseworker):
        file = file_of(Case.objects.get(pk=request.case_id), request.pk)
        assert file is not None
        return file.reached


def test_a_rejection_recorded_in_error_is_struck_and_what_is_true_is_recorded(cast: Cast) -> None:
    """Custody need not end any more, and the limit of the reversal with it (児童福祉法33条7項)."""
    request = asked(cast)
    step = stepped(cast, request, WarrantState.REJECTED)
    with acting_as(cast.caseworker):
        assert list(must_end(cast.caseworker)) == [step]
    draft = drafted(cast, step, None)
    assert reached(cast, request) is WarrantState.REJECTED  # a draft changes nothing
    approved(cast, draft)
    assert (reached(cast, request), review(cast, request)[0].state) == (
        WarrantState.REQUESTED, ClockState.ENDED,
    )  # fmt: skip
    with acting_as(cast.caseworker):
        assert list(must_end(cast.caseworker)) == []
    stepped(cast, request, WarrantState.ISSUED)
    assert reached(cast, request) is WarrantState.ISSUED


def test_the_day_of_the_ruling_moves_the_limit_of_its_reversal(cast: Cast) -> None:
    """Three days, the day after the ruling being the first (児童福祉法33条7項)."""
    request = asked(cast)
    step = stepped(cast, request, WarrantState.REJECTED)
    (before,) = review(cast, request)
    at = step.happened_at - 2 * DAY
    corrected(cast, step, at)
    (after,) = review(cast, request)
    assert (after.started_at, after.due_at, after.replaces_id) == (
        at, due_at(ClockKind.WARRANT_REVIEW, at, after.case.office), before.pk,
    )  # fmt: skip


def test_a_reversal_that_was_not_asked_for_after_all_lets_the_limit_run_again(cast: Cast) -> None:
    request = asked(cast)
    stepped(cast, request, WarrantState.REJECTED)
    step = stepped(cast, request, WarrantState.REVIEW_ASKED)
    assert review(cast, request)[0].state is ClockState.MET
    corrected(cast, step, None)
    (limit,) = review(cast, request)
    assert (limit.state, reached(cast, request)) == (ClockState.RUNNING, WarrantState.REJECTED)
    stepped(cast, request, WarrantState.REVIEW_ASKED)
    assert review(cast, request)[0].state is ClockState.MET


def test_a_reversal_that_was_asked_for_earlier_was_in_time(cast: Cast) -> None:
    request = asked(cast)
    stepped(cast, request, WarrantState.REJECTED, happened_at=timezone.now() - 3 * DAY)
    step = stepped(cast, request, WarrantState.REVIEW_ASKED)
    at = step.happened_at - DAY
    corrected(cast, step, at)
    (limit,) = review(cast, request)
    assert limit.met_at == at


def code_of(cast: Cast, *of: Any) -> str:
    with pytest.raises(Refused) as caught:
        drafted(cast, *of)
    return caught.value.code


def test_what_contradicts_is_named(cast: Cast) -> None:
    request = asked(cast)
    first = stepped(cast, request, WarrantState.ASKED_MORE, happened_at=timezone.now() - 2 * DAY)
    second = stepped(cast, request, WarrantState.ANSWERED)
    assert code_of(cast, first, None) == "mend"  # a step follows it
    assert code_of(cast, first, first.happened_at) == "corrected_at"
    assert code_of(cast, first, second.happened_at + HOUR) == "corrected_at"
    assert code_of(cast, first, request.requested_at - HOUR) == "corrected_at"
    assert code_of(cast, second, timezone.now() + HOUR) == "corrected_at"
    assert code_of(cast, second, first.happened_at - HOUR) == "corrected_at"
    corrected(cast, second, None)
    corrected(cast, first, None)
    assert reached(cast, request) is WarrantState.REQUESTED


def test_a_step_that_came_meanwhile_keeps_the_one_before(cast: Cast) -> None:
    request = asked(cast)
    step = stepped(cast, request, WarrantState.ASKED_MORE)
    draft = drafted(cast, step, None)
    stepped(cast, request, WarrantState.ANSWERED)
    with pytest.raises(Refused, match="mend"):
        approved(cast, draft)
    assert reached(cast, request) is WarrantState.ANSWERED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_warrantstep SET struck_at = now()",
        "UPDATE cases_warrantstep SET happened_at = happened_at - interval '1 hour'",
        "UPDATE cases_stepcorrection SET held_at = held_at - interval '1 day'",
        "UPDATE cases_stepcorrection SET corrected_at = now() + interval '1 day'",
    ],
)
def test_raw_sql_strikes_and_moves_nothing(cast: Cast, change: str) -> None:
    request = asked(cast)
    drafted(cast, stepped(cast, request, WarrantState.REJECTED), None)
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change)
    assert reached(cast, request) is WarrantState.REJECTED


def test_raw_sql_calls_what_waits_in_vain(cast: Cast) -> None:
    request = asked(cast)
    draft = drafted(cast, stepped(cast, request, WarrantState.REJECTED), None)
    with acting_as(cast.director), connection.cursor() as cursor:
        cursor.execute("SELECT wall.correct_warrant_step(%s)", [draft.pk])
        assert cursor.fetchall() == []
    assert reached(cast, request) is WarrantState.REJECTED


def test_it_is_drafted_on_its_page_and_a_foreign_step_is_missing(cast: Cast) -> None:
    request, other = asked(cast), asked(cast)
    step, foreign = (stepped(cast, one, WarrantState.REJECTED) for one in (request, other))
    client = signed_in(cast.caseworker)
    url = reverse("warrant_step_correction", args=[request.case_id])
    assert client.get(f"{url}?of={foreign.pk}").status_code == 404
    assert client.get(f"{url}?of=x").status_code == 404
    sent = client.post(f"{url}?of={step.pk}", {"mend": "moment", "reason": WHY})
    assert sent.status_code != 302
    sent = client.post(f"{url}?of={step.pk}", {"mend": "struck", "reason": WHY})
    assert sent.status_code == 302
    with acting_as(cast.caseworker):
        row = StepCorrection.objects.get()
        assert (row.step_id, row.corrected_at) == (step.pk, None)
