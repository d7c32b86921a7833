"""The child who could not be heard before is heard promptly after (児童福祉法33条の3の3): somebody owes it until a moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.custody import actions, hearing, panel
from cases.custody.actions import Opinion
from cases.custody.codes import Heard
from cases.custody.models import ChildHearing, CustodyDecision, HearingAnswer
from cases.custody.rules import what_goes_on
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.duties.queries import duties_open_for
from cases.hearings.codes import Advocate
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said
from tests.unit.cases.custody.test_pages import moment
from tests.unit.referrals.pages import in_english

AFTER = Opinion(Heard.AFTER, why="深夜で眠っていた")
WORDS = "「家はいや」"


def facts(**more: Any) -> dict[str, Any]:
    told = {
        "place": "一時保護所",
        "heard_by": "児童福祉司",
        "explained": "絵で",
        "sheet_version": "小学生用 第2版",
    }
    return {**told, "heard_at": timezone.now(), "advocate": Advocate.REFUSED, **more}


def owed(cast: Cast) -> Duty:
    with acting_as(cast.caseworker):
        return Duty.objects.select_related("case").get(kind="custody_hearing")


def hear(cast: Cast, row: CustodyDecision, by: str = "caseworker", **more: Any) -> ChildHearing:
    with acting_as(cast.positions[by]):
        return hearing.record_hearing(row, facts(**more), opinion=WORDS, by=cast.positions[by])


@pytest.mark.parametrize("oral", [True, False])
def test_it_is_owed_from_when_custody_began_by_who_is_in_charge(cast: Cast, oral: bool) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(hearing_hours=30)
    cast.offices["kita"].hearing_hours = cast.caseworker.office.hearing_hours = 30
    row = a_draft(cast, opinion=AFTER, **(said() if oral else {}))
    if not oral:
        with acting_as(cast.caseworker):
            assert not Duty.objects.exists()  # nothing is in effect yet
        decide(cast, row)
    duty = owed(cast)
    assert (duty.owner_id, duty.cause) == (cast.caseworker.pk, row.pk)
    assert duty.due_at == row.effective_at + timedelta(hours=30)
    with acting_as(cast.caseworker):
        assert Notice.objects.filter(kind="duty_open", position=cast.caseworker).exists()
    for name in ("caseworker", "supervisor"):
        with acting_as(cast.positions[name]):
            listed = duties_open_for(cast.positions[name])
            assert [one for one in listed if one.kind == duty.kind] == [duty]
    if oral:
        decide(cast, row)  # confirmed: it stays one duty
        assert owed(cast) == duty


def test_a_child_heard_before_is_owed_nothing(cast: Cast) -> None:
    in_custody(cast)
    with acting_as(cast.caseworker):
        assert not Duty.objects.filter(kind="custody_hearing").exists()


@pytest.mark.parametrize("by", ["caseworker", "supervisor", "colleague"])
def test_it_is_done_by_recording_what_the_child_said_whoever_does_it(cast: Cast, by: str) -> None:
    row = in_custody(cast, opinion=AFTER)
    if by == "colleague":
        with acting_as(cast.caseworker):
            add_to_team(
                row.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker
            )
    one = hear(cast, row, by)
    duty = owed(cast)
    assert duty.done_by_id == cast.positions[by].pk
    with acting_as(cast.caseworker):
        kept = CustodyDecision.objects.get(pk=row.pk)
        read = ChildHearing.objects.get()
        assert (reveal(kept, "opinion"), kept.is_unheard) == (WORDS, False)
        assert (reveal(read, "heard_by"), reveal(read, "sheet_version")) == ("児童福祉司", "小学生用 第2版")
        assert (value_of(read.advocate), read.recorded_by_id) == (Advocate.REFUSED, cast.positions[by].pk)
        with pytest.raises(Refused, match="heard"):
            hearing.record_hearing(kept, facts(), by=cast.caseworker)
    assert one.decision_id == row.pk


def test_the_words_are_needed_where_they_were_not_written_before(cast: Cast) -> None:
    row = in_custody(cast, opinion=AFTER)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="opinion"):
        hearing.record_hearing(row, facts(), by=cast.caseworker)
    before = in_custody(cast, case=a_case(cast))
    with acting_as(cast.caseworker):
        hearing.record_hearing(before, facts(), opinion="べつの言葉", by=cast.caseworker)
        kept = CustodyDecision.objects.get(pk=before.pk)
        assert reveal(kept, "opinion") != "べつの言葉"  # what was said stays


def test_no_note_and_no_raw_sql_does_it(cast: Cast) -> None:
    in_custody(cast, opinion=AFTER)
    duty = owed(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="by_act"):
        fulfil_duty(duty, note="済み", by=cast.caseworker)
    for name in ("caseworker", "supervisor", "director"):
        with acting_as(cast.positions[name]), pytest.raises(IntegrityError) as refusal, transaction.atomic():
            connection.cursor().execute("UPDATE cases_duty SET done_at = now()")
        assert refusal.value.__cause__.diag.constraint_name == "duty_by_act"  # type: ignore[union-attr]  # psycopg's


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REFUSE])
def test_it_goes_with_an_oral_decision_that_is_not_approved(cast: Cast, verdict: Verdict) -> None:
    row = a_draft(cast, opinion=AFTER, **said())
    decide(cast, row, verdict=verdict, note="確認できない", began=False)
    assert owed(cast).done_at is not None
    with acting_as(cast.caseworker), pytest.raises(Refused, match="nothing"):
        hearing.record_hearing(row_of(row), facts(), opinion=WORDS, by=cast.caseworker)


def row_of(row: CustodyDecision) -> CustodyDecision:
    return CustodyDecision.objects.select_related("case__office", "case__child").get(pk=row.pk)


def test_an_end_that_could_not_wait_owes_a_hearing_too_and_the_first_stays_owed(cast: Cast) -> None:
    start = in_custody(cast, opinion=AFTER)
    with acting_as(cast.caseworker):
        end = actions.draft_end(start.case, end_facts(opinion=AFTER), by=cast.caseworker)
    decide(cast, end)
    with acting_as(cast.caseworker):
        unheard = Duty.objects.filter(kind="custody_hearing", done_at=None)
        assert {duty.cause for duty in unheard} == {start.pk, end.pk}
    hear(cast, end)
    hear(cast, start)
    with acting_as(cast.caseworker):
        assert not Duty.objects.filter(done_at=None).exists()
        assert what_goes_on(a_fresh(start), timezone.now()) == ""


def a_fresh(row: CustodyDecision) -> Any:
    return row_of(row).case


def test_the_child_is_answered_after_it_was_heard(cast: Cast) -> None:
    heard_at = timezone.now() - timedelta(hours=2)
    one = hear(cast, in_custody(cast, opinion=AFTER), heard_at=heard_at)
    with acting_as(cast.caseworker):
        for wrong in (heard_at - timedelta(minutes=1), timezone.now() + timedelta(minutes=1)):
            with pytest.raises(Refused, match="answered_at"):
                hearing.record_answer(one, answered_at=wrong, answer="夕方", by=cast.caseworker)
        hearing.record_answer(one, answered_at=timezone.now(), answer="学校と話した", by=cast.caseworker)
        case = a_fresh(one.decision)
        told = [one.at for one in panel.moments(case, cast.caseworker)]
        assert heard_at in told
        assert value_of(HearingAnswer.objects.get().answered_at) in told


def test_a_hearing_ahead_is_refused(cast: Cast) -> None:
    row = in_custody(cast, opinion=AFTER)
    with pytest.raises(Refused, match="heard_at"):
        hear(cast, row, heard_at=timezone.now() + timedelta(minutes=2))
    assert owed(cast).done_at is None


@pytest.mark.parametrize("table", ["childhearing", "hearinganswer"])
def test_raw_sql_writes_nothing_about_another_case_and_changes_nothing(cast: Cast, table: str) -> None:
    one = hear(cast, in_custody(cast, opinion=AFTER))
    with acting_as(cast.caseworker):
        hearing.record_answer(one, answered_at=timezone.now(), answer="学校と話した", by=cast.caseworker)
        other = in_another(cast)
    columns = {
        "childhearing": "decision_id, heard_at, heard_by, explained, advocate",
        "hearinganswer": "hearing_id, answered_at, answer",
    }[table]
    insert = (
        f"INSERT INTO cases_{table} (id, case_id, recorded_at, recorded_by_id, {columns})"
        f" SELECT gen_random_uuid(), %s, recorded_at, recorded_by_id, {columns} FROM cases_{table}"
    )
    with acting_as(cast.caseworker):
        with pytest.raises(IntegrityError, match=r"of this case|duplicate"), transaction.atomic():
            connection.cursor().execute(insert, [other])
        for statement in (f"UPDATE cases_{table} SET recorded_at = now()", f"DELETE FROM cases_{table}"):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)


def in_another(cast: Cast) -> Any:
    return a_case(cast).pk


def test_the_pages(cast: Cast) -> None:
    row = in_custody(cast, opinion=AFTER)
    page = in_english(signed_in(cast.caseworker))
    shown = page.get(reverse("duty", args=[row.case_id, owed(cast).pk])).content.decode()
    form = reverse("custody_opinion", args=[row.case_id, row.pk])
    assert form in shown
    assert "Mark as done" not in shown
    data = {
        "opinion": WORDS, "heard_at": moment(minutes=3), "heard_by": "児童福祉司", "explained": "絵で",
        "advocate": "present",
    }  # fmt: skip
    assert page.post(form, {**data, "advocate": ""}).status_code == 200
    assert page.post(form, data).status_code == 302
    with acting_as(cast.caseworker):
        one = ChildHearing.objects.get()
    custody = page.get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert WORDS in custody
    assert "was present" in custody
    answer = reverse("custody_told_child", args=[row.case_id, one.pk])
    assert answer in custody
    response = page.post(answer, {"answered_at": moment(hours=1), "answer": "学校と話した"})
    assert "When the child was heard" in str(response.context["form"].errors["answered_at"])
    assert page.post(answer, {"answered_at": moment(minutes=1), "answer": "学校と話した"}).status_code == 302
    assert "学校と話した" in page.get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert signed_in(cast.stranger).get(answer).status_code == 404
