"""The police answer a report: every move of the table, nothing after the end, and what the sender sees of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils.translation import override

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.answers import actions, panel
from referrals.answers.codes import MOVES, Step, Why
from referrals.answers.models import Answer
from referrals.answers.queries import Received, answers_to, asked_back_on, received_by
from referrals.consent.models import Intention
from referrals.disclosures.models import Disclosure, Envelope
from referrals.police.queries import letter_at_desk
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

WORDS = {
    "section": "生活安全課 少年係",
    "officer": "架空 巡査部長",
    "police_number": "架-101",
    "text": "回答の言葉",
}
# By which answers each step is reached.
WAYS: dict[Step, tuple[Step, ...]] = {
    Step.RECEIVED: (),
    Step.ACCEPTED: (Step.ACCEPTED,),
    Step.ADVICE_ONLY: (Step.ADVICE_ONLY,),
    Step.NOT_TAKEN: (Step.NOT_TAKEN,),
    Step.INVESTIGATING: (Step.ACCEPTED, Step.INVESTIGATING),
    Step.INTERVIEW_ASKED: (Step.ACCEPTED, Step.INVESTIGATING, Step.INTERVIEW_ASKED),
    Step.TO_PROSECUTOR: (Step.ACCEPTED, Step.TO_PROSECUTOR),
    Step.CLOSED: (Step.ACCEPTED, Step.CLOSED),
}
COPY = """
INSERT INTO referrals_answer (id, disclosure_id, case_id, number, step, answered_by_id, answered_at, section, officer,
  police_number, text)
VALUES (%s, %s, %s, 1, %s, %s, now(), '', '', '', '')
"""


def received(cast: Cast, report: Disclosure, who: str = "police") -> Received:
    found = received_by(cast.positions[who], report.pk)
    assert found is not None
    return found


def answered(cast: Cast, report: Disclosure, *way: Step, who: str = "police", **more: Any) -> Answer:
    """The last of these answers, each in a transaction of its own."""
    by, row = cast.positions[who], None
    for step in way:
        with acting_as(by):
            row = actions.write_answer(received(cast, report, who), step=step, texts={**WORDS, **more}, by=by)
    assert row is not None
    return row


def by_sql(cast: Cast, report: Disclosure, step: str, who: str = "police") -> int:
    by = cast.positions[who]
    return raw(by, COPY, [uuid4(), report.pk, report.case_id, step, by.pk])


def ended(cast: Cast, report: Disclosure, how: str) -> None:
    if how == "closed":
        steps.closed(cast, report)
        return
    with as_owner():
        intention = Intention.objects.using("owner").select_related("case__office").get(disclosures=report)
        if how == "expired":
            ran_out = clock.now() - timedelta(minutes=1)
            Intention.objects.using("owner").filter(pk=intention.pk).update(valid_until=ran_out)
    if how == "withdrawn":
        steps.withdrawn(cast, intention)


def test_the_table_names_every_step() -> None:
    assert set(MOVES) == set(WAYS) == set(Step)


class OnlyTriedError(Exception):
    """Rolls an answer back that was written only to see that it can be."""


def tried(cast: Cast, report: Disclosure, step: Step) -> None:
    with acting_as(cast.police):
        actions.write_answer(received(cast, report), step=step, texts=WORDS, by=cast.police)
        raise OnlyTriedError


@pytest.mark.parametrize("before", list(Step))
def test_what_follows_is_what_the_table_says_by_rule_and_by_sql(cast: Cast, before: Step) -> None:
    report = steps.readable(cast)
    if WAYS[before]:
        answered(cast, report, *WAYS[before])
    for step in Step:
        if step in MOVES[before]:
            with pytest.raises(OnlyTriedError):
                tried(cast, report, step)
            continue
        with acting_as(cast.police), pytest.raises(Refused):
            actions.write_answer(received(cast, report), step=step, texts=WORDS, by=cast.police)
        with pytest.raises(IntegrityError, match="does not follow"):
            by_sql(cast, report, step)


@pytest.mark.parametrize("how", ["withdrawn", "closed", "expired"])
def test_what_has_ended_takes_no_answer_by_rule_page_or_sql(cast: Cast, how: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.police):
        opened = received(cast, report)
    ended(cast, report, how)
    with acting_as(cast.police), pytest.raises(Refused) as refusal:
        actions.write_answer(opened, step=Step.ACCEPTED, texts=WORDS, by=cast.police)
    assert refusal.value.code == "answer_open"
    with pytest.raises(IntegrityError, match="takes no answer"):
        by_sql(cast, report, "accepted")
    officer, path = pages.in_english(signed_in(cast.police)), f"/police/{report.pk}/answer/"
    assert "No answer can be written" in text_of(officer.get(path))
    sent = officer.post(path, {"step": "accepted", **WORDS, "text": "消えない言葉"})
    assert sent.status_code == 200
    assert "No answer can be written" in text_of(sent)
    assert "消えない言葉" in text_of(sent)
    with as_owner():
        assert not Answer.objects.using("owner").exists()
        assert Envelope.objects.using("owner").get(disclosure=report).answered_at is None


def test_who_is_not_assigned_writes_nothing(cast: Cast) -> None:
    report = steps.readable(cast)
    path, filled = f"/police/{report.pk}/answer/", {"step": "accepted", **WORDS}
    for who in ("police2", "policechief", "foreign_police"):
        client = signed_in(cast.positions[who])
        assert (client.get(path).status_code, client.post(path, filled).status_code) == (404, 404), who
        with pytest.raises(IntegrityError, match="takes no answer"):
            by_sql(cast, report, "accepted", who)
    assert signed_in(cast.caseworker).get(path).status_code in (403, 404)
    with pytest.raises(IntegrityError, match="takes no answer"):
        by_sql(cast, report, "accepted", "caseworker")


def test_both_sides_read_it_and_nobody_else(cast: Cast) -> None:
    report = steps.readable(cast)
    row = answered(cast, report, Step.ACCEPTED)
    for who in ("police", "caseworker", "supervisor", "director"):
        with acting_as(cast.positions[who]):
            (seen,) = answers_to(report.pk)
            assert reveal(seen, "police_number") == WORDS["police_number"]
    for who in ("police2", "policechief", "foreign_police", "other_section", "stranger"):
        with acting_as(cast.positions[who]):
            assert not Answer.objects.filter(pk=row.pk).exists(), who


def test_it_comes_at_its_own_time_and_stays(cast: Cast) -> None:
    report = steps.readable(cast)
    row = answered(cast, report, Step.ACCEPTED)
    assert (row.number, row.answered_by) == (1, cast.police)
    for who in ("police", "caseworker", "director"):
        with pytest.raises(DatabaseError, match="permission denied"):
            raw(cast.positions[who], "UPDATE referrals_answer SET step = 'closed'")


def test_a_correction_takes_the_place_of_the_answer_that_holds(cast: Cast) -> None:
    report = steps.readable(cast)
    first = answered(cast, report, Step.ACCEPTED)
    wrong = answered(cast, report, Step.CLOSED)
    officer, path = pages.in_english(signed_in(cast.police)), f"/police/{report.pk}/answer/"
    assert f"?corrects={wrong.pk}" in text_of(officer.get(path))
    filled = {"step": "investigating", **WORDS}
    with acting_as(cast.police), pytest.raises(Refused):
        actions.write_answer(
            received(cast, report), step=Step.ADVICE_ONLY, texts=WORDS, by=cast.police, corrects=first
        )
    assert officer.post(f"{path}?corrects={wrong.pk}", filled).status_code == 302
    with acting_as(cast.police):
        now = received(cast, report)
        assert [row.step for row in now.answers] == ["accepted", "closed", "investigating"]
        assert now.latest is not None
        assert (now.latest.step, now.latest.corrects_id) == ("investigating", wrong.pk)
    assert officer.get(f"{path}?corrects={uuid4()}").status_code == 404
    with acting_as(cast.police), pytest.raises(Refused):  # it was corrected already
        actions.write_answer(
            received(cast, report), step=Step.TO_PROSECUTOR, texts=WORDS, by=cast.police, corrects=wrong
        )
    answered(cast, report, Step.INTERVIEW_ASKED)


@pytest.mark.parametrize(
    ("step", "left_out"), [("accepted", "section"), ("accepted", "police_number"), ("not_taken", "text")]
)
def test_an_acceptance_and_a_refusal_need_their_words(cast: Cast, step: str, left_out: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.police), pytest.raises(Refused):
        actions.write_answer(
            received(cast, report), step=Step(step), texts={**WORDS, left_out: " "}, by=cast.police
        )
    officer = signed_in(cast.police)
    sent = officer.post(f"/police/{report.pk}/answer/", {"step": step, **WORDS, left_out: ""})
    assert sent.context["form"].errors.keys() == {left_out}


def test_a_label_asks_for_what_can_be_answered_now(cast: Cast) -> None:
    report = steps.readable(cast)
    officer, path = signed_in(cast.police), f"/police/{report.pk}/answer/"
    assert officer.get(path).context["form"].NEEDED_IF.keys() == {"section", "police_number", "text"}
    answered(cast, report, Step.ADVICE_ONLY)
    assert officer.get(path).context["form"].NEEDED_IF.keys() == {"section", "police_number"}
    answered(cast, report, Step.ACCEPTED)
    assert officer.get(path).context["form"].NEEDED_IF.keys() == set()


def test_the_first_answer_ends_the_delay_on_both_desks(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    draft = steps.drafted(cast, case, due_at=clock.now() - timedelta(hours=1))
    report = steps.sent(cast, steps.decided(cast, draft))
    steps.assigned(cast, report)
    sender = pages.in_english(signed_in(cast.caseworker))
    page = f"/cases/{report.case_id}/wishes/"
    assert _late(cast, report)
    assert "The answer is overdue" in text_of(sender.get(page))
    answered(cast, report, Step.ADVICE_ONLY)
    assert not _late(cast, report)
    for desk in ("home", "envelopes"):
        words = signed_in(cast.police).get(reverse(desk)).content.decode()
        assert "回答済み" in words
        assert "超過" not in words, "nothing is overdue that was answered"
    shown = text_of(sender.get(page))
    assert "The answer is overdue" not in shown
    assert WORDS["text"] in shown


def _late(cast: Cast, report: Disclosure) -> bool:
    with acting_as(cast.policechief):
        letter = letter_at_desk(cast.policechief, report.pk)
        assert letter is not None
        return letter.is_late


def test_the_one_in_charge_and_the_line_are_told(cast: Cast) -> None:
    report = steps.readable(cast)
    answered(cast, report, Step.ACCEPTED)
    for who in ("caseworker", "supervisor"):
        with acting_as(cast.positions[who]):
            told = Notice.objects.filter(kind="disclosure_answered").values_list("reference", flat=True)
            assert list(told) == [report.reference], who


ACCEPT = "Accept the answer of the police, or ask back"


@pytest.mark.parametrize(
    ("way", "label"),
    [
        ((Step.NOT_TAKEN,), "The police do not accept the report: decide what follows"),
        (WAYS[Step.INTERVIEW_ASKED], "Answer the police about the interview"),
    ],
)
def test_what_follows_stands_on_the_case_and_at_home_until_the_next_answer(
    cast: Cast, way: tuple[Step, ...], label: str
) -> None:
    report = steps.readable(cast)
    assert _following(cast, report) == ([], [])
    row = answered(cast, report, *way)
    assert _following(cast, report) == ([ACCEPT, label], [label])
    answered(cast, report, MOVES[Step(row.step)][0])
    assert _following(cast, report) == ([ACCEPT], [])
    with acting_as(cast.caseworker):
        case, latest = Case.objects.get(pk=report.case_id), Answer.objects.latest("number")
        actions.ask_back(case, latest.pk, why=Why.UNCLEAR, question="いつ決まりますか。", by=cast.caseworker)
    assert _following(cast, report) == ([], [])
    with acting_as(cast.police):
        assert asked_back_on([report.pk]) == {report.pk}
    answered(cast, report, MOVES[Step(latest.step)][0])
    assert _following(cast, report)[0][0] == ACCEPT
    with acting_as(cast.police):
        assert asked_back_on([report.pk]) == set()


def _following(cast: Cast, report: Disclosure) -> tuple[list[str], list[str]]:
    """What is to be done on the case, and on the home page of the one in charge."""
    with acting_as(cast.caseworker), override("en"):
        on_case = panel.steps(Case.objects.get(pk=report.case_id), cast.caseworker)
        return [str(step.label) for step in on_case], [
            str(line.text) for line in panel.to_do(cast.caseworker, 9)
        ]


def test_the_stream_of_the_case_names_each_answer(cast: Cast) -> None:
    report = steps.readable(cast)
    answered(cast, report, *WAYS[Step.INVESTIGATING])
    with acting_as(cast.caseworker), override("en"):
        told = panel.moments(Case.objects.get(pk=report.case_id), cast.caseworker)
    assert [moment.text for moment in told] == [
        f"{report.reference} accepted by the police",
        f"{report.reference} under investigation",
    ]
