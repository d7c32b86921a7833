"""A request for an earlier custody does not meet the limit of the present one (児童福祉法33条3項)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.custody import actions as custody
from cases.warrants.models import WarrantRequest
from tests.cast import Cast
from tests.requesting import approved
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody

MET = "UPDATE cases_clock SET met_at = %s WHERE id = %s"


def test_an_approved_request_is_not_kept_for_another_custody(cast: Cast) -> None:
    now = timezone.now()
    first = in_custody(cast, effective_at=now - timedelta(minutes=4))
    kept = approved(cast, first.case)
    with acting_as(cast.caseworker):
        end = custody.draft_end(
            first.case, end_facts(effective_at=now - timedelta(minutes=2)), by=cast.caseworker
        )
    decide(cast, end)
    in_custody(cast, case=first.case, effective_at=now - timedelta(minutes=1))
    with acting_as(cast.caseworker), transaction.atomic():
        limit = Clock.objects.get(kind=ClockKind.WARRANT, met_at=None, ended_at=None)
        row = WarrantRequest(case=first.case, decision=first, draft=kept, requested_at=now)
        row.recorded_by, row.recorded_at = cast.caseworker, now
        row.court, row.reference, row.papers = "架空家庭裁判所", "令8(ハ)1", ""
        row.save(force_insert=True)
        with pytest.raises(DatabaseError, match="met by a request"), transaction.atomic():
            connection.cursor().execute(MET, [now, limit.pk])
