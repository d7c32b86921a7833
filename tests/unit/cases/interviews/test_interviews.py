"""The register of interviews: what may be written, when a child may be asked again, and how often it was."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.duties.queries import duties_after
from cases.intake.actions import register_call
from cases.interviews import actions, panel, rules
from cases.interviews.actions import SECOND, Reasons
from cases.interviews.codes import Asker, InterviewKind
from cases.interviews.models import Interview, SecondInterview
from cases.interviews.queries import allowed_at, interviews_of
from cases.records.codes import Answer
from cases.records.models import Case
from security.encryption.fields import words_of
from tests.cast import CHILD, FACTS, Cast, a_case, waiting_for
from tests.client import signed_in, text_of
from tests.raw import known_row, refusal
from tests.unit.agencies.training.test_training import certified
from tests.unit.cases.intake.test_actions import received

REASONS = Reasons(
    "録音が途中で切れている（架空）",
    "北警察署 架空係（11月28日）",
    "いつ、だれといたか",
    "同じことを三度話すことになる",
)
WHY = {name: getattr(REASONS, name) for name in Interview.REASONS}
FIRST_HEARING = {
    "kind": "first_hearing", "began_at": "R8.11.20 10:00", "office": "架空小学校", "interviewer": "架空 養護教諭",
    "place": "保健室", "questions": "「どうしたの」", "words": "「家でだれかといた」",
}  # fmt: skip
NO_TEXTS: dict[str, Any] = dict.fromkeys(Interview.TEXTS, "")


def texts(kind: InterviewKind, **more: Any) -> dict[str, Any]:
    facts = {
        "kind": kind,
        "place": "児童相談所 面接室",
        "office": "北児童相談所",
        "interviewer": "架空 面接者",
    }
    return {**NO_TEXTS, **facts, **more}


def record(cast: Cast, case: Case, kind: InterviewKind, *, hours_ago: float = 1, **more: Any) -> Interview:
    corrects, ended_at = more.pop("corrects", None), more.pop("ended_at", None)
    of_center = more.pop("of_center", None)
    began_at = timezone.now() - timedelta(hours=hours_ago)
    with acting_as(cast.caseworker):
        return actions.record_interview(
            Case.objects.get(pk=case.pk),
            began_at=began_at,
            ended_at=ended_at,
            texts=texts(kind, **more),
            by=cast.caseworker,
            corrects=corrects,
            of_center=of_center,
        )


def approved(cast: Cast, case: Case) -> SecondInterview:
    with acting_as(cast.caseworker):
        row = actions.draft_second(Case.objects.get(pk=case.pk), REASONS, by=cast.caseworker)
    with acting_as(cast.supervisor):
        fresh = SecondInterview.objects.select_related("case__office", "case__child").get(pk=row.pk)
        return SECOND.decide(fresh, Verdict.APPROVE, by=cast.supervisor)


def times(cast: Cast, case: Case) -> int:
    with acting_as(cast.caseworker):
        return panel.times_asked(Case.objects.get(pk=case.pk))


@pytest.mark.parametrize("kind", [InterviewKind.JOINT_THREE, InterviewKind.JOINT_TWO])
def test_a_joint_interview_takes_no_words(cast: Cast, kind: InterviewKind) -> None:
    """刑事訴訟法321条の3: the recording is the account."""
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        record(cast, case, kind, words="架空の言葉")
    assert refused.value.code == "words"
    assert record(cast, case, kind).on_facts


@pytest.mark.parametrize("kind", [InterviewKind.SPONTANEOUS, InterviewKind.FIRST_HEARING])
def test_who_was_told_first_writes_the_words(cast: Cast, kind: InterviewKind) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        record(cast, case, kind)
    assert refused.value.code == "words"
    row = record(cast, case, kind, words="「学校でだれかに会った」", questions="「どうしたの」")
    assert (row.asked, row.on_facts) == (kind is InterviewKind.FIRST_HEARING, False)


@pytest.mark.parametrize(
    "typed", ["https://video.invalid/1", "録画１.mp4", "\\\\server\\video", "/mnt/disk/a", "file:a"]
)
def test_no_recording_and_no_link_is_kept(cast: Cast, typed: str) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.OWN, medium_no=typed)
    assert refused.value.code == "medium_no"
    assert record(cast, case, InterviewKind.OWN, medium_no="令8-架空-第3号").on_facts


def test_the_times_are_in_order(cast: Cast) -> None:
    case, now = a_case(cast), timezone.now()
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.OWN, hours_ago=-1)
    assert refused.value.code == "began_at"
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.OWN, ended_at=now - timedelta(hours=2))
    assert refused.value.code == "ended_at"


def test_the_form_says_it_beside_both_fields(cast: Cast) -> None:
    case = a_case(cast)
    sent = FIRST_HEARING | {"ended_at": "R8.11.20 9:00"}
    page = signed_in(cast.caseworker).post(reverse("interview_new", args=[case.pk]), sent)
    assert {"began_at", "ended_at"} == {*page.context["form"].errors}
    assert "「家でだれかといた」" in text_of(page)
    with acting_as(cast.caseworker):
        assert not Interview.objects.exists()


def test_the_first_interview_needs_no_decision_and_the_second_does(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused) as refused:
        rules.check_may_ask_again(case, cast.caseworker, timezone.now())
    assert refused.value.code == "first"
    first = record(cast, case, InterviewKind.OWN)
    assert (first.unallowed, first.allowed_by, times(cast, case)) == (False, None, 1)
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.POLICE)
    assert refused.value.code == "cannot_serve"
    decided = approved(cast, case)
    second = record(cast, case, InterviewKind.JOINT_THREE)
    assert (second.unallowed, second.allowed_by_id, times(cast, case)) == (False, decided.pk, 2)
    with acting_as(cast.caseworker):
        assert allowed_at(Case.objects.get(pk=case.pk), timezone.now()) is None


def test_one_approval_allows_one_interview(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    approved(cast, case)
    with acting_as(cast.caseworker), pytest.raises(Refused) as refused:
        actions.draft_second(Case.objects.get(pk=case.pk), REASONS, by=cast.caseworker)
    assert refused.value.code == "allowed"
    record(cast, case, InterviewKind.POLICE)
    with pytest.raises(Refused):
        record(cast, case, InterviewKind.PROSECUTOR)


def test_the_training_of_the_interviewer_is_kept_as_the_register_had_it_that_day(cast: Cast) -> None:
    case, staff = a_case(cast), cast.caseworker.staff
    untrained = record(cast, case, InterviewKind.OWN, of_center=staff)
    certified(cast)
    second = record(cast, case, InterviewKind.POLICE, of_center=staff, **WHY)
    outside = record(cast, case, InterviewKind.PROSECUTOR, **WHY)
    corrected = record(cast, case, InterviewKind.POLICE, corrects=second)
    with acting_as(cast.caseworker):
        kept = [words_of(row.training) for row in (untrained, second, outside, corrected)]
    assert kept[0] == f"{staff.name}：研修台帳に有効な研修なし"
    assert "NICHD" in kept[1]
    assert kept[2] == ""
    assert kept[3] == kept[1]
    path = reverse("interview", args=[case.pk, untrained.pk])
    assert "研修台帳に有効な研修なし" in text_of(signed_in(cast.caseworker).get(path))
    new = reverse("interview_new", args=[case.pk])
    assert str(staff.pk) in signed_in(cast.caseworker).get(new).content.decode()


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REFUSE, Verdict.RETURN])
def test_an_office_that_asks_again_says_why_and_learns_what_the_center_thinks(
    cast: Cast, verdict: Verdict
) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    client, path = signed_in(cast.caseworker), reverse("second_interview", args=[case.pk])
    asked = {**WHY, "asker": "police"}
    assert set(client.post(path, asked).context["form"].errors) == {"their_reason"}
    theirs = asked | {"their_reason": "時期の特定が要る（架空）"}
    ours = theirs | {"asker": "center"}
    assert set(client.post(path, ours).context["form"].errors) == {"their_reason"}
    assert client.post(path, theirs).status_code == 302
    with acting_as(cast.supervisor):
        row = SecondInterview.objects.select_related("case__office", "case__child").get()
        assert words_of(row.their_reason) == "時期の特定が要る（架空）"
        note = "" if verdict is Verdict.APPROVE else "録音で足りる"
        SECOND.decide(row, verdict, note=note, by=cast.supervisor)
    assert "時期の特定が要る（架空）" in text_of(client.get(f"/cases/{case.pk}/progress/"))
    with acting_as(cast.caseworker):
        owed = [(one.kind, one.owner_id) for one in duties_after(case.pk, row.pk)]
    assert owed == ([] if verdict is Verdict.RETURN else [("second_view", cast.caseworker.pk)])


def test_a_wish_of_the_center_owes_nobody_an_answer(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    row = approved(cast, case)
    with acting_as(cast.caseworker):
        assert list(duties_after(case.pk, row.pk)) == []
        unreasoned = replace(REASONS, asker=Asker.PROSECUTOR)
        with pytest.raises(Refused, match="their_reason"):
            rules.check_request(unreasoned.asker, unreasoned.their_reason)


def test_the_drafter_does_not_decide(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    with acting_as(cast.caseworker):
        row = actions.draft_second(Case.objects.get(pk=case.pk), REASONS, by=cast.caseworker)
        with pytest.raises(Refused):
            SECOND.decide(row, Verdict.APPROVE, by=cast.caseworker)
    with acting_as(cast.supervisor):
        assert waiting_for(SECOND, cast.supervisor) == [row]


def test_what_was_held_without_a_decision_is_written_and_the_supervisor_is_told(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    row = record(cast, case, InterviewKind.MEDICAL, questions="診察で経過を尋ねた", **WHY)
    assert (row.unallowed, times(cast, case)) == (True, 2)
    with acting_as(cast.supervisor):
        told = Notice.objects.filter(kind=NoticeKind.ASKED_AGAIN, reference=case.number)
        assert [one.path for one in told] == [reverse("interview", args=[case.pk, row.pk])]


def test_told_at_an_examination_without_a_question_is_no_interview(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    row = record(cast, case, InterviewKind.MEDICAL, words="「ここが痛い」")
    assert (row.asked, row.on_facts, times(cast, case)) == (False, False, 1)


def test_a_correction_takes_the_place_of_what_it_corrects(cast: Cast) -> None:
    case = a_case(cast)
    first = record(cast, case, InterviewKind.OWN)
    mended = record(cast, case, InterviewKind.POLICE, corrects=first)
    with acting_as(cast.caseworker):
        assert [row.pk for row in interviews_of(Case.objects.get(pk=case.pk))] == [mended.pk]
        stale = Interview.objects.get(pk=first.pk)
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.OWN, corrects=stale)
    assert (refused.value.code, times(cast, case)) == ("corrected", 1)


def test_a_correction_does_not_hide_that_the_child_was_asked_again(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.OWN)
    heard = record(
        cast, case, InterviewKind.FIRST_HEARING, words="「だれかといた」", questions="「どうしたの」"
    )
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.POLICE, corrects=heard)
    assert refused.value.code == "cannot_serve"
    again = record(cast, case, InterviewKind.POLICE, corrects=heard, **WHY)
    assert again.unallowed


def test_an_interview_on_the_facts_goes_on_counting_whatever_it_is_corrected_to(cast: Cast) -> None:
    case = a_case(cast)
    first = record(cast, case, InterviewKind.OWN)
    other = record(cast, case, InterviewKind.SPONTANEOUS, words="「言いたくない」", corrects=first)
    assert (other.asked, other.on_facts, times(cast, case)) == (True, True, 1)
    with pytest.raises(Refused) as refused:
        record(cast, case, InterviewKind.POLICE)
    assert refused.value.code == "cannot_serve"
    with acting_as(cast.caseworker):
        copied = known_row("cases_interview", other.pk)
        assert refusal("cases_interview", copied, corrects_id=other.pk, on_facts=False)[0] == "23514"
        assert refusal("cases_interview", copied, corrects_id=other.pk) == ("", "")
    again = record(cast, case, InterviewKind.POLICE, **WHY)
    assert again.unallowed


def in_sql(cast: Cast, case: Case, **columns: Any) -> None:
    row = Interview(
        case=case, began_at=timezone.now(), recorded_by=cast.caseworker, recorded_at=timezone.now()
    )
    row.asked = row.on_facts = True
    for name, value in texts(InterviewKind.OWN).items():
        setattr(row, name, value or None)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_the_database_asks_for_the_decision_too(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    first = record(cast, case, InterviewKind.OWN)
    record(cast, other, InterviewKind.OWN)
    foreign = approved(cast, other)
    for columns in ({}, {"allowed_by_id": foreign.pk}):
        with (
            acting_as(cast.caseworker),
            pytest.raises(IntegrityError, match=r"asked again by decision|no such decision"),
            transaction.atomic(),
        ):
            in_sql(cast, case, **columns)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="correction of another case"),
        transaction.atomic(),
    ):
        in_sql(cast, other, corrects_id=first.pk)
    with acting_as(cast.caseworker):
        in_sql(cast, case, unallowed=True)


def test_no_row_of_the_register_changes(cast: Cast) -> None:
    row = record(cast, a_case(cast), InterviewKind.OWN)
    refused = pytest.raises(ProgrammingError, match="permission denied")
    for sql in ("UPDATE cases_interview SET asked = false", "DELETE FROM cases_interview"):
        with acting_as(cast.caseworker), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert row.asked


def test_of_two_first_interviews_at_once_one_is_the_second(cast: Cast) -> None:
    case = a_case(cast)

    def go(_number: int) -> str:
        try:
            record(cast, case, InterviewKind.OWN)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, range(2))) == ["cannot_serve", "recorded"]


def test_the_count_stands_at_the_head_of_every_page(cast: Cast) -> None:
    case = a_case(cast)
    record(cast, case, InterviewKind.FIRST_HEARING, words="「だれかといた」", questions="「どうしたの」")
    with acting_as(cast.caseworker):
        (chip,) = panel.cautions(Case.objects.get(pk=case.pk), cast.caseworker)
    assert chip.kind == "warning"
    record(cast, case, InterviewKind.OWN)
    page = signed_in(cast.caseworker).get(reverse("case_custody", args=[case.pk]))
    assert "聴取回数（面接記録簿）2回" in text_of(page)


def test_a_form_records_an_interview(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    answer = client.post(reverse("interview_new", args=[case.pk]), FIRST_HEARING)
    assert answer.status_code == 302, answer.context["form"].errors
    with acting_as(cast.caseworker):
        row = Interview.objects.get()
    assert row.began_at == datetime(2026, 11, 20, 1, tzinfo=row.began_at.tzinfo)
    page = client.get(reverse("interview", args=[case.pk, row.pk]))
    assert "「家でだれかといた」" in text_of(page)
    assert client.get(reverse("interview_new", args=[case.pk]), {"of": "no-such"}).status_code == 404
    assert signed_in(cast.stranger).get(reverse("interview", args=[case.pk, row.pk])).status_code == 404


def test_answers_are_codes() -> None:
    assert {*Answer.values} == {"yes", "no", "unknown"}


def test_the_form_of_a_first_interview_says_nothing_of_a_second(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    again = "再び聞いた理由"
    assert again not in text_of(client.get(reverse("interview_new", args=[case.pk])))
    record(cast, case, InterviewKind.OWN)
    assert again in text_of(client.get(reverse("interview_new", args=[case.pk])))


@pytest.mark.parametrize("question", ["", "何があったの（架空）"])
def test_the_register_says_that_whoever_notified_had_asked(cast: Cast, question: str) -> None:
    with acting_as(cast.caseworker):
        told = received(question=question)
        row = register_call(CHILD, FACTS, told, in_charge=cast.caseworker, by=cast.caseworker)
    page = text_of(signed_in(cast.caseworker).get(reverse("progress_list", args=[row.case_id])))
    assert ("受付より前に、こどもへの聴き取りがありました" in page) is bool(question)
    assert ("まだ誰もこどもに聞いていません" in page) is not bool(question)
    assert "何があったの" not in page, "the words stand with the receipt alone"
