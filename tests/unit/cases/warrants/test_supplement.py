"""What the judge asked for (追完) is owed until the day the judge named: a request that is not supplemented is rejected
(児童福祉法33条4項)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from cases.clocks.rules import end_of
from cases.corrections.actions import STEP, draft_step_correction
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.duties.rules import check_may_fulfil
from cases.records.models import Case
from cases.warrants import panel
from cases.warrants.codes import WarrantState
from cases.warrants.models import WarrantStep
from cases.warrants.owed import SUPPLEMENT
from tests.cast import Cast
from tests.requesting import requested, stepped
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.diagnoses.team import on_team
from tests.unit.cases.warrants.test_steps import released

S = WarrantState
UNTIL = timezone.localdate() + timedelta(days=2)


def asked(cast: Cast) -> WarrantStep:
    return stepped(cast, requested(cast, in_custody(cast)), S.ASKED_MORE, due_on=UNTIL)


def owed(cast: Cast) -> list[Duty]:
    with acting_as(cast.supervisor):
        return list(Duty.objects.filter(kind=SUPPLEMENT.code, done_at=None))


def test_it_is_owed_by_whoever_is_in_charge_until_the_day_that_the_judge_named(cast: Cast) -> None:
    step = asked(cast)
    (duty,) = owed(cast)
    assert (duty.cause, duty.owner_id, duty.due_at) == (step.pk, cast.caseworker.pk, end_of(UNTIL))
    with acting_as(cast.caseworker):
        assert Notice.objects.filter(path__endswith=f"/duties/{duty.pk}/").exists()
        case = Case.objects.select_related("child", "office").get(pk=step.case_id)
        (line,) = [one for one in panel.steps(case, cast.caseworker) if one.due == end_of(UNTIL)]
    assert line.pressing


@pytest.mark.parametrize("following", [S.ANSWERED, S.ISSUED, S.REJECTED])
def test_the_next_step_does_it_whoever_records_it(cast: Cast, following: WarrantState) -> None:
    step = asked(cast)
    on_team(cast, step.case, cast.colleague)
    with acting_as(cast.caseworker):
        request = step.request
    stepped(cast, request, following, by="colleague")
    assert owed(cast) == []
    with acting_as(cast.supervisor):
        assert Duty.objects.get(cause=step.pk).done_by_id == cast.colleague.pk


def test_no_note_and_no_raw_sql_does_it(cast: Cast) -> None:
    step = asked(cast)
    (duty,) = owed(cast)
    with acting_as(cast.caseworker), pytest.raises(Exception, match="by_act"):
        check_may_fulfil(duty, cast.caseworker)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="done by recording it"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_duty SET done_at = now() WHERE cause = %s", [step.pk])


def test_it_is_over_with_custody(cast: Cast) -> None:
    step = asked(cast)
    released(cast, step.case)
    assert owed(cast) == []


def test_a_step_that_is_struck_owes_nothing_and_one_whose_answer_is_struck_is_owed_again(cast: Cast) -> None:
    step = asked(cast)
    with acting_as(cast.caseworker):
        request = step.request
    answered = stepped(cast, request, S.ANSWERED)
    assert owed(cast) == []
    struck(cast, answered)
    (again,) = owed(cast)
    assert (again.cause, again.due_at) == (step.pk, end_of(UNTIL))
    struck(cast, step)
    assert owed(cast) == []


def struck(cast: Cast, step: WarrantStep) -> None:
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("child", "office").get(pk=step.case_id)
        row = draft_step_correction(case, step, None, "別の事件の記録だった（架空）", by=cast.caseworker)
    with acting_as(cast.director):
        STEP.decide(row, Verdict.APPROVE, by=cast.director)
