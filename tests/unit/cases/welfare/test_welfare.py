"""What goes to a welfare office is owed an answer: its decision is recorded once, and the duty goes with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing.rules import check_nothing_open
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.records.models import Case
from cases.welfare import actions
from cases.welfare.codes import ANSWER_DAYS, Matter, Verdict
from cases.welfare.models import WelfareDecision, WelfareReferral
from security.encryption.fields import reveal
from security.walls import clock
from tests.at_once import posts_at_once
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

SAID = {"welfare_office": "架空市福祉事務所", "reason": "母子で暮らせる場所が要る（架空）"}
DECIDED = {"decision_no": "架福第12号", "decision_words": "入所を承諾する（架空）"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def sent(cast: Cast, case: Case, **more: Any) -> WelfareReferral:
    facts = {"matter": Matter.MOTHER_CHILD, "sent_on": clock.today(), **SAID, **more}
    with acting_as(cast.caseworker):
        return actions.refer(case, by=cast.caseworker, **facts)


def decided(cast: Cast, row: WelfareReferral, **more: Any) -> WelfareDecision:
    facts = {"verdict": Verdict.DONE, "decided_on": clock.today(), **DECIDED, **more}
    with acting_as(cast.caseworker):
        fresh = WelfareReferral.objects.select_related("case").get(pk=row.pk)
        return actions.record_decision(fresh, by=cast.caseworker, **facts)


def test_a_mother_and_child_facility_is_decided_by_the_welfare_office(cast: Cast, case: Case) -> None:
    """児童福祉法23条, 児童福祉法26条1項: what it decides is owed until it is recorded, and is recorded once."""
    row = sent(cast, case)
    with acting_as(cast.caseworker):
        duty = Duty.objects.get(case=case, kind="welfare_decision")
        assert (duty.cause, duty.owner_id, duty.done_at) == (row.pk, cast.caseworker.pk, None)
        assert (duty.due_at - clock.now()).days == ANSWER_DAYS - 1
        with pytest.raises(Refused, match="open"):
            check_nothing_open(case, clock.now(), besides=())
        with pytest.raises(Refused, match="by_act"):
            fulfil_duty(duty, note="済", by=cast.caseworker)
    with pytest.raises(DatabaseError, match="done by recording"):
        raw(cast.caseworker, "UPDATE cases_duty SET done_at = now() WHERE id = %s", [duty.pk])
    decision = decided(cast, row)
    with acting_as(cast.caseworker):
        assert reveal(decision, "decision_no") == "架福第12号"
        duty.refresh_from_db()
        assert duty.done_at is not None
    with pytest.raises(Refused, match="decided"):
        decided(cast, row)


def test_the_days_have_come_in_their_order(cast: Cast, case: Case) -> None:
    today = clock.today()
    with pytest.raises(Refused, match="sent_on"):
        sent(cast, case, sent_on=today + timedelta(days=1))
    row = sent(cast, case)
    for day in (-1, 1):
        with pytest.raises(Refused, match="decided_on"):
            decided(cast, row, decided_on=today + timedelta(days=day))
    with pytest.raises(Refused, match="there"):
        sent(cast, case)


def test_by_sql_a_decision_is_of_its_own_case_and_nothing_changes(cast: Cast, case: Case) -> None:
    row, other = sent(cast, case), sent(cast, a_case(cast))
    decision = decided(cast, row)
    copy = (
        "INSERT INTO cases_welfaredecision SELECT r.* FROM cases_welfaredecision t,"
        " jsonb_populate_record(NULL::cases_welfaredecision, to_jsonb(t) || jsonb_build_object('id',"
        " gen_random_uuid(), 'referral_id', %s::text)) r WHERE t.id = %s"
    )
    with pytest.raises(DatabaseError, match="referral of this case"):
        raw(cast.caseworker, copy, [str(other.pk), decision.pk])
    for table in ("cases_welfarereferral", "cases_welfaredecision"):
        with pytest.raises(DatabaseError):
            raw(cast.caseworker, f"UPDATE {table} SET recorded_at = now() WHERE case_id = %s", [case.pk])


def test_the_pages(cast: Cast, case: Case) -> None:
    client = signed_in(cast.caseworker)
    url = reverse("welfare_new", args=[case.pk])
    typed = {
        "matter": "sent",
        "sent_on": clock.today().isoformat(),
        "welfare_office": "",
        "reason": "理由（架空）",
    }
    answer = client.post(url, typed)
    assert set(answer.context["form"].errors) == {"welfare_office"}
    assert answer.context["form"]["reason"].value() == "理由（架空）"
    client.post(url, typed | {"welfare_office": "架空市福祉事務所"})
    with acting_as(cast.caseworker):
        row = WelfareReferral.objects.get(case=case)
    url = reverse("welfare_referral", args=[case.pk, row.pk])
    typed = {
        "verdict": "refused",
        "decided_on": "2020-01-01",
        "decision_no": "",
        "decision_words": "行わない（架空）",
    }
    early = text_of(client.post(url, typed))
    assert "送致・報告日」より前" in early or "lies before" in early
    client.post(url, typed | {"decided_on": clock.today().isoformat()})
    assert "行わない（架空）" in text_of(client.get(url))
    stream = text_of(client.get(reverse("progress_list", args=[case.pk])))
    assert "福祉事務所の決定：行わない" in stream


def test_what_is_sent_ten_times_at_once_is_recorded_and_owed_once(cast: Cast, case: Case) -> None:
    url = reverse("welfare_new", args=[case.pk])
    typed = {"matter": "sent", "sent_on": clock.today().isoformat(), **SAID}
    assert posts_at_once(cast.caseworker, url, typed, 10) == [200] * 9 + [302]
    with acting_as(cast.caseworker):
        assert WelfareReferral.objects.count() == 1
        assert Duty.objects.filter(case=case, kind="welfare_decision").count() == 1
