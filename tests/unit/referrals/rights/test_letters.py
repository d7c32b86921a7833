"""A letter of a child at a rights bureau: in its order, answered as the child wants it, by two people."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.codes import Answer
from referrals.rights import actions, rules
from referrals.rights.codes import AnswerWay, LetterChannel, LetterState, NoteStep
from referrals.rights.models import ChildLetter, LetterNote, LetterReading, LetterReply
from referrals.rights.panel import waiting
from referrals.rights.queries import counted_in
from security.audit.models import Event
from security.audit.verbs import Verb
from security.encryption.fields import reveal
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.referrals.rights.steps import (
    READ,
    REPLY,
    WORDS,
    ago,
    came,
    decided,
    judged,
    ready,
    replied_to,
    state_of,
    transcribed,
)


def note(cast: Cast, letter: ChildLetter, step: NoteStep, **more: Any) -> LetterNote:
    facts: dict[str, Any] = {"happened_at": timezone.now(), "words": "架空の経過"} | more
    with acting_as(cast.rights):
        return actions.write_note(letter, step=step, by=cast.rights, **facts)


def test_the_childs_words_stay_exactly_as_they_were_written(cast: Cast) -> None:
    letter = came(cast)
    client = signed_in(cast.rights)
    typed = {name: value for name, value in READ.items() if name != "matters"}
    typed |= {"matters": [one.value for one in READ["matters"]]}
    address = reverse("child_letter_read", args=[letter.pk])
    assert client.post(address, typed).status_code == 302
    with acting_as(cast.rights):
        row = LetterReading.objects.get()
        assert reveal(row, "words") == WORDS
        assert reveal(row, "grade") == "３年"
    assert "おうちにかえるのが　こわいです。。" in text_of(
        client.get(reverse("child_letter", args=[letter.pk]))
    )


def test_it_goes_in_its_order(cast: Cast) -> None:
    letter = came(cast)
    with pytest.raises(Refused, match="unread"):
        judged(cast, letter)
    with pytest.raises(Refused, match="unjudged"):
        replied_to(cast, letter)
    transcribed(cast, letter)
    assert state_of(cast, letter) == LetterState.READ
    with pytest.raises(Refused, match="unjudged"):
        replied_to(cast, letter)
    judged(cast, letter)
    reply = replied_to(cast, letter)
    assert state_of(cast, letter) == LetterState.CHECKED
    decided(reply, cast.rights_head)
    with acting_as(cast.rights):
        actions.send_reply(LetterReply.objects.select_related("letter").get(), timezone.now(), by=cast.rights)
    assert state_of(cast, letter) == LetterState.REPLIED
    with pytest.raises(Refused, match="step"):
        note(cast, letter, NoteStep.CLOSED)
    note(cast, letter, NoteStep.FOLLOWED)
    note(cast, letter, NoteStep.CLOSED)
    assert state_of(cast, letter) == LetterState.CLOSED
    with pytest.raises(Refused, match="closed"):
        note(cast, letter, NoteStep.AGAIN)
    with pytest.raises(Refused, match="closed"):
        transcribed(cast, letter)


def test_a_reply_takes_the_head_who_did_not_draft_it(cast: Cast) -> None:
    letter = ready(cast)
    reply = replied_to(cast, letter)
    with acting_as(cast.rights_head):
        assert Notice.objects.filter(kind="decision_waiting", path=actions.path_of(reply)).exists()
    with pytest.raises(Refused, match="role"):
        decided(reply, cast.rights)
    with pytest.raises(Refused, match="waiting"):
        replied_to(cast, letter)
    with pytest.raises(Refused, match="note"):
        decided(reply, cast.rights_head, approved=False)
    decided(reply, cast.rights_head, approved=False, note="もっとやさしい言葉で")
    page = text_of(signed_in(cast.rights).get(reverse("child_letter_reply", args=[letter.pk])))
    assert REPLY["text"] in page
    own = replied_to(cast, letter, by="rights_head")
    with pytest.raises(Refused, match="own_draft"):
        decided(own, cast.rights_head)


def test_it_is_decided_on_the_page(cast: Cast) -> None:
    letter = ready(cast)
    reply = replied_to(cast, letter)
    address = actions.path_of(reply)
    head = signed_in(cast.rights_head)
    page = text_of(head.get(address))
    assert REPLY["text"] in page
    assert "かくうのてがみ" in page
    assert head.post(address, {"verdict": "return", "note": ""}).status_code == 200
    assert head.post(address, {"verdict": "approve", "note": ""}).status_code == 302
    assert head.post(address, {"verdict": "approve", "note": ""}).status_code == 200
    sent = reverse("child_letter_sent", args=[letter.pk, reply.pk])
    before = {"sent_at": (timezone.localtime() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    client = signed_in(cast.rights)
    assert client.post(sent, before).status_code == 200
    assert client.post(sent, {"sent_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}).status_code == 302
    assert state_of(cast, letter) == LetterState.REPLIED
    for wrong in (
        reverse("child_letter_decide", args=[letter.pk, "notice", reply.pk]),
        reverse("child_letter_decide", args=[letter.pk, "other", reply.pk]),
        reverse("child_letter_sent", args=[letter.pk, letter.pk]),
    ):
        assert head.get(wrong).status_code == 404


UNSAFE = {"answer_way": AnswerWay.HOME, "way_safe": Answer.NO, "opened_by": "継父が郵便を開ける"}


@pytest.mark.parametrize(
    ("said", "reply", "field"),
    [
        (UNSAFE, {"way": AnswerWay.HOME, "kept_safe": "気をつける"}, "way"),
        (UNSAFE, {"way": AnswerWay.SCHOOL}, "kept_safe"),
        (UNSAFE | {"way_safe": Answer.UNKNOWN}, {"way": AnswerWay.HOME}, "kept_safe"),
        ({}, {"way": AnswerWay.HOME}, "way"),
        ({"answer_way": AnswerWay.NONE}, {"way": AnswerWay.SCHOOL}, "way"),
        ({}, {"way": AnswerWay.NONE}, "way"),
    ],
)
def test_the_childs_wish_decides_how_it_is_answered(
    cast: Cast, said: dict[str, Any], reply: dict[str, Any], field: str
) -> None:
    letter = ready(cast, **said)
    with pytest.raises(Refused, match=field):
        replied_to(cast, letter, **reply)
    typed = {name: getattr(value, "value", value) for name, value in (REPLY | reply).items()}
    answer = signed_in(cast.rights).post(reverse("child_letter_reply", args=[letter.pk]), typed)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_another_way_is_taken_where_the_wanted_one_is_not_safe(cast: Cast) -> None:
    letter = ready(cast, **UNSAFE)
    replied_to(cast, letter, way=AnswerWay.SCHOOL, kept_safe="養護教諭が手渡す")
    with acting_as(cast.rights):
        assert LetterReply.objects.count() == 1


def test_who_opens_the_post_is_asked_unless_it_is_surely_safe(cast: Cast) -> None:
    letter = came(cast)
    for said in (
        {"answer_way": AnswerWay.HOME, "way_safe": Answer.UNKNOWN},
        {"answer_way": AnswerWay.TELEPHONE, "answer_to": ""},
        {"answer_way": AnswerWay.HOME, "address": ""},
    ):
        with pytest.raises(Refused, match=r"opened_by|answer_to"):
            transcribed(cast, letter, **said)
    with pytest.raises(Refused, match="consultations"):
        transcribed(cast, letter, consultations=0)


def test_in_danger_110_and_the_center_are_telephoned_first(cast: Cast) -> None:
    letter = came(cast)
    transcribed(cast, letter)
    page = text_of(signed_in(cast.rights).get(reverse("child_letter_danger", args=[letter.pk])))
    assert "110番" in page
    for said, field in (
        ({"danger": Answer.YES}, "police_at"),
        ({"danger": Answer.YES, "police_at": timezone.now()}, "calls"),
        ({"danger": Answer.NO, "police_at": timezone.now()}, "danger"),
        ({"danger": Answer.YES, "police_at": timezone.now() + timedelta(hours=1)}, "police_at"),
    ):
        with pytest.raises(Refused, match=field):
            judged(cast, letter, **said)
    judged(cast, letter, danger=Answer.YES, police_at=timezone.now(), center_at=timezone.now())
    assert state_of(cast, letter) == LetterState.CHECKED


def test_a_child_in_danger_is_not_closed_without_a_notification(cast: Cast) -> None:
    """児童福祉法25条: whoever finds a child in need of protection notifies the center."""
    letter = came(cast)
    transcribed(cast, letter, answer_way=AnswerWay.NONE)
    judged(cast, letter, danger=Answer.YES, police_at=timezone.now(), calls="児相は話し中")
    with pytest.raises(Refused, match="step"):
        note(cast, letter, NoteStep.FOLLOWED)


def test_a_child_who_wants_an_answer_gets_one(cast: Cast) -> None:
    letter = ready(cast)
    with pytest.raises(Refused, match="step"):
        note(cast, letter, NoteStep.FOLLOWED)
    other = ready(cast, "R8-0002", answer_way=AnswerWay.NONE)
    note(cast, other, NoteStep.FOLLOWED)
    assert state_of(cast, other) == LetterState.FOLLOWED


def test_what_is_written_has_happened(cast: Cast) -> None:
    letter = ready(cast)
    for at in (timezone.now() + timedelta(hours=1), timezone.now() - timedelta(days=3)):
        with pytest.raises(Refused, match="happened_at"):
            note(cast, letter, NoteStep.ADVISED, happened_at=at)
    with acting_as(cast.rights), pytest.raises(Refused, match="received_at"):
        actions.register_letter(
            channel=LetterChannel.LINE,
            number="R8-9",
            received_at=timezone.now() + timedelta(hours=1),
            held_by="-",
            by=cast.rights,
        )


def test_a_child_who_spoke_was_answered_then_and_the_head_reads_it_afterwards(cast: Cast) -> None:
    written = ready(cast)
    with pytest.raises(Refused, match="sent_at"):
        replied_to(cast, written, sent_at=timezone.now())
    call = came(cast, "R8-0002", channel=LetterChannel.DIAL110)
    transcribed(cast, call, answer_way=AnswerWay.SAME, way_safe=Answer.YES)
    judged(cast, call)
    with pytest.raises(Refused, match="sent_at"):
        replied_to(cast, call, way=AnswerWay.SAME, sent_at=ago(days=1))
    reply = replied_to(cast, call, way=AnswerWay.SAME, sent_at=ago(hours=1))
    assert state_of(cast, call) == LetterState.CHECKED
    decided(reply, cast.rights_head)
    assert state_of(cast, call) == LetterState.REPLIED


def test_letters_and_the_consultations_in_them_are_counted(cast: Cast) -> None:
    ready(cast)
    second = came(cast, "R8-0002")
    transcribed(cast, second, consultations=1)
    transcribed(cast, second, consultations=4)
    came(cast, "R8-0003")
    came(cast, "X-1", by="rights2")
    with acting_as(cast.rights):
        year = timezone.localdate(ago(hours=2)).year
        assert counted_in(cast.rights, year) == (3, 2 + 4 + 1)
        assert counted_in(cast.rights, year - 1) == (0, 0)


def test_the_register_lists_by_state(cast: Cast) -> None:
    ready(cast)
    came(cast, "R8-0002")
    came(cast, "X-1", by="rights2")
    client = signed_in(cast.rights)
    page = text_of(client.get(reverse("child_letters")))
    assert "R8-0001" in page
    assert "R8-0002" in page
    assert "X-1" not in page
    page = text_of(client.get(reverse("child_letters") + "?state=received"))
    assert "R8-0001" not in page
    assert "R8-0002" in page
    assert "R8-0002" in text_of(client.get(reverse("child_letters") + "?state=nothing"))


def test_a_letter_is_registered_on_the_page_and_its_number_is_no_place_for_words(cast: Cast) -> None:
    client = signed_in(cast.rights)
    at = ago(hours=1).astimezone(timezone.get_current_timezone()).strftime("%Y-%m-%dT%H:%M")
    typed = {"channel": "dial110", "received_at": at, "number": "はなさん", "held_by": "係"}
    assert client.post(reverse("child_letter_new"), typed).status_code == 200
    typed["number"] = "Ｒ8-0007"
    assert client.post(reverse("child_letter_new"), typed).status_code == 302
    again = client.post(reverse("child_letter_new"), typed)
    assert again.status_code == 200
    with acting_as(cast.rights):
        assert [row.number for row in ChildLetter.objects.all()] == ["R8-0007"]


def test_what_waits_is_on_the_home_page(cast: Cast) -> None:
    came(cast, "R8-0001")
    second = came(cast, "R8-0002")
    transcribed(cast, second)
    third = ready(cast, "R8-0003")
    replied_to(cast, third)
    page = text_of(signed_in(cast.rights).get("/"))
    for number in ("R8-0001", "R8-0002", "R8-0003"):
        assert number in page
    with acting_as(cast.rights):
        first = waiting(cast.rights, 9)[0]
        assert (str(first.text).split()[0], first.pressing, first.due) == ("R8-0002", True, None)
    with acting_as(cast.rights_head):
        assert {str(line.text).split()[0] for line in waiting(cast.rights_head, 9) if line.pressing} >= {
            "R8-0002",
            "R8-0003",
        }
    assert "R8-000" not in text_of(signed_in(cast.rights2).get("/"))


def test_the_days_within_which_it_is_read_and_answered(cast: Cast) -> None:
    came(cast, days=20)
    friday = datetime(
        2026, 1, 9, 10, 0, tzinfo=timezone.get_current_timezone()
    )  # the Monday after it is a holiday
    assert rules.read_by(friday).date() == friday.date()
    assert rules.read_by(friday.replace(hour=18)).date() == date(2026, 1, 13)
    assert rules.reply_by(friday, cast.rights.office).date() == date(2026, 1, 15)
    with as_owner():
        type(cast.rights.office).objects.using("owner").filter(pk=cast.rights.office_id).update(
            letter_reply_days=1
        )
    cast.rights.office.refresh_from_db(using="gate")
    assert rules.reply_by(friday, cast.rights.office).date() == date(2026, 1, 13)
    with acting_as(cast.rights):
        assert [line.pressing for line in waiting(cast.rights, 9)] == [True]


def test_each_look_is_recorded(cast: Cast) -> None:
    letter = ready(cast)
    signed_in(cast.rights_head).get(reverse("child_letter", args=[letter.pk]))
    with as_owner():
        look = Event.objects.using("owner").get(verb=Verb.LETTER_VIEW, actor=cast.rights_head.staff_id)
    assert (look.object_pk, look.case_id) == (str(letter.pk), None)
