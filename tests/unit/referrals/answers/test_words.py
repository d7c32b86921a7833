"""The center accepts an answer of the police or asks back; until one is accepted somebody named looks after it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError
from django.urls import reverse

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.records.models import Case
from referrals.answers import actions
from referrals.answers.codes import ACCEPT_DAYS, OWED, SAID_AFTER, Says, Step, Why
from referrals.answers.models import Answer, AnswerWord
from referrals.answers.queries import words_to
from referrals.disclosures.models import Disclosure
from security.encryption.fields import reveal
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.referrals import pages, steps
from tests.unit.referrals.answers.test_answers import answered, ended, received
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

QUESTION = "架空の照会"
WORD = (
    "INSERT INTO referrals_answerword (id, answer_id, disclosure_id, case_id, says, said_by_id, said_at, why, question) "
    "VALUES (%s, %s, %s, %s, %s, %s, now(), %s, %s)"
)


def the_case(cast: Cast, report: Disclosure) -> Case:
    return Case.objects.select_related("office", "child").get(pk=report.case_id)


def accepted(cast: Cast, row: Answer, who: str = "caseworker") -> AnswerWord:
    by = cast.positions[who]
    with acting_as(by):
        return actions.accept_answer(the_case(cast, row.disclosure), row.pk, by=by)


def asked(cast: Cast, row: Answer, who: str = "caseworker", **more: Any) -> AnswerWord:
    by, texts = cast.positions[who], {"why": Why.UNCLEAR.value, "question": QUESTION, **more}
    with acting_as(by):
        return actions.ask_back(the_case(cast, row.disclosure), row.pk, by=by, **texts)


def by_sql(cast: Cast, row: Answer, says: str, who: str = "caseworker", more: Any = None) -> int:
    by, more = cast.positions[who], more or {}
    sealed = b"x" if says == Says.ASKED_BACK else None
    ids = [
        more.get("answer", row.pk),
        more.get("disclosure", row.disclosure_id),
        more.get("case", row.case_id),
    ]
    return raw(by, WORD, [uuid4(), *ids, says, cast.director.pk, sealed, sealed])


def duties(cast: Cast) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=OWED).order_by("left_at"))


def test_the_table_names_everything_that_can_be_said() -> None:
    assert set(SAID_AFTER) == {"", *Says.values}


def test_an_answer_is_owed_a_word_by_who_is_in_charge_until_it_is_accepted(cast: Cast) -> None:
    report = steps.readable(cast)
    assert duties(cast) == []
    answered(cast, report, Step.ACCEPTED)
    (duty,) = duties(cast)
    assert (duty.owner_id, duty.cause, duty.done_at) == (cast.caseworker.pk, report.pk, None)
    assert duty.left_at is not None
    assert abs(duty.due_at - duty.left_at - timedelta(days=ACCEPT_DAYS)) < timedelta(minutes=1)
    row = answered(cast, report, Step.INVESTIGATING)
    assert len(duties(cast)) == 1
    with acting_as(cast.caseworker), pytest.raises(Refused, match="by_act"):
        fulfil_duty(duty, note="架空", by=cast.caseworker)
    word = accepted(cast, row, who="supervisor")
    (duty,) = duties(cast)
    assert (duty.done_by_id, word.said_by_id) == (cast.supervisor.pk, cast.supervisor.pk)
    assert duty.done_at is not None
    answered(cast, report, Step.CLOSED)
    assert [one.done_at is None for one in duties(cast)] == [False, True]


def test_asked_back_the_officer_reads_why_and_answers_anew(cast: Cast) -> None:
    report = steps.readable(cast)
    row = answered(cast, report, Step.NOT_TAKEN)
    client = pages.in_english(signed_in(cast.caseworker))
    path = reverse("answer_ask_back", args=[report.case_id, row.pk])
    assert "The officers who have the report read this" in text_of(client.get(path))
    refused = client.post(path, {"why": "", "question": QUESTION})
    assert {*refused.context["form"].errors} == {"why"}
    assert QUESTION in text_of(refused)
    assert client.post(path, {"why": "reason", "question": QUESTION}).status_code == 302
    with acting_as(cast.police):
        assert Notice.objects.filter(kind=NoticeKind.ANSWER_ASKED_BACK, position=cast.police).count() == 1
    officer = pages.in_english(signed_in(cast.police))
    page = text_of(officer.get(reverse("letter_answer", args=[report.pk])))
    for words in (QUESTION, "the reason is not said", "Answer anew", "The center asks back"):
        assert words in page, words
    assert [one.done_at for one in duties(cast)] == [None]
    with acting_as(cast.police):
        anew = actions.write_answer(
            received(cast, report), step=Step.NOT_TAKEN, texts=WORDS_ANEW, by=cast.police, corrects=row
        )
    assert accepted(cast, anew).says == Says.ACCEPTED
    assert all(one.done_at for one in duties(cast))
    seen = text_of(client.get(reverse("case_wishes", args=[report.case_id])))
    assert "accepted by the center" in seen
    assert QUESTION in seen


WORDS_ANEW = {"section": "", "officer": "", "police_number": "", "text": "改めての回答"}


def test_the_button_accepts_the_answer_that_holds(cast: Cast) -> None:
    report = steps.readable(cast)
    first = answered(cast, report, Step.ACCEPTED)
    row = answered(cast, report, Step.INVESTIGATING)
    client = pages.in_english(signed_in(cast.caseworker))
    old = client.post(reverse("answer_accept", args=[report.case_id, first.pk]), follow=True)
    assert "not the answer that holds now" in text_of(old)
    done = client.post(reverse("answer_accept", args=[report.case_id, row.pk]), follow=True)
    assert "has been accepted" in text_of(done)
    assert client.post(reverse("answer_accept", args=[report.case_id, uuid4()])).status_code == 404
    page = text_of(pages.in_english(signed_in(cast.police)).get(reverse("letter_answer", args=[report.pk])))
    assert "accepted by the center" in page


@pytest.mark.parametrize("says", list(Says))
def test_nothing_follows_what_was_accepted_by_rule_or_by_sql(cast: Cast, says: Says) -> None:
    row = answered(cast, steps.readable(cast), Step.ACCEPTED)
    asked(cast, row)
    accepted(cast, row)
    with pytest.raises(Refused) as refused:
        (accepted if says is Says.ACCEPTED else asked)(cast, row)
    assert refused.value.code == "said"
    with pytest.raises(IntegrityError, match="does not follow"):
        by_sql(cast, row, says)


def test_it_is_asked_back_once_and_with_why(cast: Cast) -> None:
    row = answered(cast, steps.readable(cast), Step.ACCEPTED)
    for wrong in ({"why": "nothing"}, {"question": " "}):
        with pytest.raises(Refused):
            asked(cast, row, **wrong)
    with pytest.raises(IntegrityError, match="asked_back_says_why"):
        raw(
            cast.caseworker,
            WORD,
            [uuid4(), row.pk, row.disclosure_id, row.case_id, "asked_back", cast.director.pk, None, None],
        )
    asked(cast, row)
    with pytest.raises(Refused):
        asked(cast, row)
    with pytest.raises(IntegrityError, match="does not follow"):
        by_sql(cast, row, Says.ASKED_BACK)


@pytest.mark.parametrize("how", ["withdrawn", "closed", "expired"])
def test_of_a_report_that_ended_the_answer_is_accepted_and_not_asked_back(cast: Cast, how: str) -> None:
    report = steps.readable(cast)
    row = answered(cast, report, Step.ACCEPTED)
    ended(cast, report, how)
    with pytest.raises(Refused) as refused:
        asked(cast, row)
    assert refused.value.code == "answer_open"
    with pytest.raises(IntegrityError, match="takes no answer"):
        by_sql(cast, row, Says.ASKED_BACK)
    accepted(cast, row)
    assert all(one.done_at for one in duties(cast))


@pytest.mark.parametrize("who", ["police", "policechief", "stranger", "colleague"])
def test_nobody_else_says_a_word(cast: Cast, who: str) -> None:
    row = answered(cast, steps.readable(cast), Step.ACCEPTED)
    with pytest.raises(DatabaseError, match="row-level security"):
        by_sql(cast, row, Says.ACCEPTED, who)
    path = reverse("answer_accept", args=[row.case_id, row.pk])
    assert signed_in(cast.positions[who]).post(path).status_code in (403, 404)


def test_both_sides_read_it_it_is_the_writers_and_it_stays(cast: Cast) -> None:
    report = steps.readable(cast)
    row = answered(cast, report, Step.ACCEPTED)
    asked(cast, row)
    for who in ("police", "caseworker", "director"):
        with acting_as(cast.positions[who]):
            (word,) = words_to(report.pk)
            assert (reveal(word, "question"), word.said_by_id) == (QUESTION, cast.caseworker.pk)
    for who in ("police2", "policechief", "foreign_police", "stranger"):
        with acting_as(cast.positions[who]):
            assert not AnswerWord.objects.exists(), who
    for sql in ("UPDATE referrals_answerword SET says = 'accepted'", "DELETE FROM referrals_answerword"):
        with pytest.raises(DatabaseError, match="permission denied"):
            raw(cast.caseworker, sql)


def test_by_sql_a_word_is_about_an_answer_of_its_report_and_case(cast: Cast) -> None:
    row, other = (answered(cast, steps.readable(cast), Step.ACCEPTED) for _ in range(2))
    for wrong in (
        {"disclosure": other.disclosure_id},
        {"case": other.case_id},
        {"answer": other.pk},
        {"answer": uuid4()},
    ):
        with pytest.raises(IntegrityError, match="does not follow"):
            by_sql(cast, row, Says.ACCEPTED, more=wrong)
    assert by_sql(cast, row, Says.ACCEPTED) == 1
