"""A request that was approved and is not needed any more is withdrawn; the limit is not lost where consent is taken back."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.custody.codes import Consent
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State
from cases.records.models import Case
from cases.warrants import panel
from cases.warrants.actions import hand_in, withdraw_request
from cases.warrants.models import RequestWithdrawal, WarrantDraft
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.requesting import approved, drafted, handed_in
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.custody.test_consent import answered, running

WHY = "親権者全員が同意（架空）"


def prepared(cast: Cast) -> tuple[CustodyDecision, WarrantDraft]:
    row = in_custody(cast, consent=Consent.OBJECTS)
    return row, approved(cast, row.case)


def withdrawn(cast: Cast, draft: WarrantDraft, by: str = "caseworker") -> RequestWithdrawal:
    with acting_as(cast.positions[by]):
        fresh = WarrantDraft.objects.select_related("case__office", "start").get(pk=draft.pk)
        return withdraw_request(fresh, WHY, by=cast.positions[by])


def labels(cast: Cast, row: CustodyDecision) -> list[str]:
    with acting_as(cast.caseworker), override("en"):
        case = Case.objects.select_related("office", "child").get(pk=row.case_id)
        return [str(step.label) for step in panel.steps(case, cast.caseworker)]


def test_after_everybody_consented_it_is_withdrawn_and_said_so(cast: Cast) -> None:
    """With the consent of everybody no warrant is needed (児童福祉法33条3項)."""
    row, draft = prepared(cast)
    with pytest.raises(Refused, match="needed"):
        withdrawn(cast, draft)
    answered(cast, row, Said.CONSENTS)
    client = signed_in(cast.caseworker)
    page, url = (
        reverse("case_custody", args=[row.case_id]),
        reverse("warrant_withdraw", args=[row.case_id, draft.pk]),
    )
    assert url in text_of(client.get(page))
    assert client.post(url, {"reason": WHY}).status_code == 302
    text = text_of(client.get(page))
    assert WHY in text
    assert url not in text
    with acting_as(cast.caseworker):
        fresh = WarrantDraft.objects.select_related("case__office", "start").get(pk=draft.pk)
        assert fresh.state is State.ENDED
        with pytest.raises(Refused, match="not_approved"):
            hand_in(fresh, handed_in(), by=cast.caseworker)
    with pytest.raises(Refused, match="not_approved"):
        withdrawn(cast, draft)


def test_consent_that_is_taken_back_within_the_seven_days_needs_another_request(cast: Cast) -> None:
    """The limit runs from the day custody began (児童福祉法33条3項)."""
    row, draft = prepared(cast)
    answered(cast, row, Said.CONSENTS)
    withdrawn(cast, draft)
    assert labels(cast, row) == []
    answered(cast, row, Said.OBJECTS)
    (limit,) = running(cast)
    assert limit.started_at == row.effective_at
    assert labels(cast, row) == ["Draft the request for a custody warrant"]
    again = approved(cast, row.case)
    assert labels(cast, row) == ["Hand in the warrant request and record it"]
    with acting_as(cast.caseworker):
        hand_in(again, handed_in(), by=cast.caseworker)
    assert running(cast) == []


def test_one_that_was_not_withdrawn_is_handed_in_after_consent_was_taken_back(cast: Cast) -> None:
    row, draft = prepared(cast)
    answered(cast, row, Said.CONSENTS)
    answered(cast, row, Said.OBJECTS)
    with acting_as(cast.caseworker):
        fresh = WarrantDraft.objects.select_related("case__office", "start").get(pk=draft.pk)
        hand_in(fresh, handed_in(), by=cast.caseworker)
    assert running(cast) == []


def test_what_waits_or_was_handed_in_is_not_withdrawn(cast: Cast) -> None:
    row = in_custody(cast, consent=Consent.OBJECTS)
    draft = drafted(cast, row.case)
    answered(cast, row, Said.CONSENTS)
    with pytest.raises(Refused, match="not_approved"):
        withdrawn(cast, draft)


@pytest.mark.parametrize("by", ["stranger", "police", "duty"])
def test_not_withdrawn_by(cast: Cast, by: str) -> None:
    row, draft = prepared(cast)
    answered(cast, row, Said.CONSENTS)
    with pytest.raises((Refused, WarrantDraft.DoesNotExist)):
        withdrawn(cast, draft, by)


def test_raw_sql_withdraws_nothing_that_is_needed_and_hands_in_nothing_that_was_withdrawn(cast: Cast) -> None:
    row, draft = prepared(cast)
    with acting_as(cast.caseworker):
        bad = RequestWithdrawal(case=row.case, draft=draft, withdrawn_by=cast.caseworker)
        bad.withdrawn_at, bad.reason = timezone.now(), WHY
        with pytest.raises(IntegrityError, match="not needed any more"), transaction.atomic():
            bad.save(force_insert=True)
    answered(cast, row, Said.CONSENTS)
    withdrawn(cast, draft)
    answered(cast, row, Said.OBJECTS)
    with acting_as(cast.caseworker), pytest.raises(IntegrityError, match="approved"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO cases_warrantrequest (id, case_id, decision_id, draft_id, requested_at, recorded_by_id,"
            " recorded_at, court, reference, papers) SELECT gen_random_uuid(), case_id, start_id, id, now(),"
            " drafted_by_id, now(), court, court, court FROM cases_warrantdraft WHERE id = %s",
            [draft.pk],
        )
