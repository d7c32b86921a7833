"""The center is notified with what the letter says; back come the receipt and a text for the child, and nothing of the case."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.intake import filing as filings
from cases.intake.codes import Basis, Source, UrgencyItem
from cases.intake.models import Filing, FilingContent, Notification, Notifier
from cases.records.codes import Answer, Track, Urgency
from cases.records.models import UNKNOWN, Case, ProgressEntry
from referrals.rights import actions
from referrals.rights.codes import AnswerWay, LetterState, NoteStep, Wish
from referrals.rights.models import LetterNote, WordForChild
from referrals.rights.names import kana_of, name_of
from referrals.rights.queries import receipts_of, words_to
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.intake.test_filing import a_filing, register
from tests.unit.referrals.rights.steps import (
    WORDS,
    came,
    decided,
    judged,
    notified,
    ready,
    state_of,
    transcribed,
)

WORD = "もうだいじょうぶ。がっこうに　いくひとが　います。（架空）"


def filing_at(cast: Cast) -> Filing:
    with acting_as(cast.caseworker):
        return Filing.objects.select_related("sender", "filed_by__staff").get()


def registered(cast: Cast) -> Notification:
    """The center opens the one filing at its desk, and a case with it."""
    row, by = filing_at(cast), cast.caseworker
    with acting_as(by):
        filings.open_filing(row, by=by)
    row = filing_at(cast)
    with acting_as(by):
        return filings.register_filing(row, track=Track.ABUSE, urgency=Urgency.A, in_charge=by, by=by)


def asked_to_tell(cast: Cast, notification: Notification, text: str = WORD) -> None:
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=notification.case_id)
        actions.ask_to_tell(case, notification, text, by=cast.caseworker)


def test_nothing_of_the_letter_is_typed_again(cast: Cast) -> None:
    letter = ready(cast)
    client = signed_in(cast.rights)
    address = reverse("child_letter_notify", args=[letter.pk])
    form = client.get(address).context["form"]
    assert "性的被害" in form.initial["situation"]
    assert "学校への手紙" in form.initial["reach"]
    assert form.initial["grounds"] == [UrgencyItem.SEXUAL]
    typed = {**form.initial, "grounds": [UrgencyItem.SEXUAL.value], "recipient": cast.offices["kita"].pk}
    assert client.post(address, typed | {"wish": "wants", "child_said": "いいよ"}).status_code == 302
    assert state_of(cast, letter) == LetterState.NOTIFIED
    row = filing_at(cast)
    with acting_as(cast.caseworker):
        filings.open_filing(row, by=cast.caseworker)
    with acting_as(cast.caseworker):
        content = FilingContent.objects.get()
        assert reveal(content, "words") == WORDS
        assert (reveal(content, "given_name"), reveal(content, "given_kana")) == ("はな", "ハナ")
        assert reveal(content, "school") == "みどり小学校 ３年"
        assert value_of(content.basis) is Basis.FROM_CHILD
        assert value_of(content.grounds) == [UrgencyItem.SEXUAL]
        situation, observed = reveal(content, "situation") or "", reveal(content, "observed") or ""
    for said in ("性的被害", "こどもへの連絡のとりかた：学校への手紙", "いいよ", "希望している"):
        assert said in situation
    assert "家の絵" in observed
    assert "法務局" not in situation + observed


def test_of_the_case_the_bureau_learns_what_any_filer_does(cast: Cast) -> None:
    letter = ready(cast)
    notified(cast, letter)
    page = reverse("child_letter", args=[letter.pk])
    with acting_as(cast.rights):
        (receipt,) = receipts_of(letter).values()
    assert receipt.reference in text_of(signed_in(cast.rights_head).get(page))
    notification = registered(cast)
    with acting_as(cast.rights_head):
        (receipt,) = receipts_of(letter).values()
        assert receipt.state.value == "registered"
        assert (receipt.received_by_id, timezone.localtime(receipt.sent_at).hour) == (None, 0)
        assert not Case.objects.exists()
        assert not Notification.objects.exists()
    with acting_as(cast.caseworker):
        assert value_of(Notification.objects.get(pk=notification.pk).source) is Source.RIGHTS
    for name in ("case", "case_reception"):
        assert signed_in(cast.rights).get(reverse(name, args=[notification.case_id])).status_code == 404
    with acting_as(cast.rights2):
        assert receipts_of(letter) == {}


def test_against_the_childs_wish_the_head_decides_before_it_is_sent(cast: Cast) -> None:
    letter = ready(cast)
    with pytest.raises(Refused, match="why"):
        notified(cast, letter, wish=Wish.AGAINST)
    with pytest.raises(Refused, match="wish"):
        notified(cast, letter, why="理由")
    row = notified(cast, letter, wish=Wish.AGAINST, why="命に関わるおそれ")
    assert row.filing_id is None
    with acting_as(cast.caseworker):
        assert not Filing.objects.exists()
    assert state_of(cast, letter) == LetterState.CHECKED
    with pytest.raises(Refused, match="role"):
        decided(row, cast.rights)
    decided(row, cast.rights_head, approved=False, note="もう一度こどもに尋ねる")
    again = reverse("child_letter_notify", args=[letter.pk])
    assert signed_in(cast.rights).get(again).context["form"].initial["why"] == "命に関わるおそれ"
    second = notified(cast, letter, wish=Wish.AGAINST, why="命に関わるおそれ")
    decided(second, cast.rights_head)
    assert filing_at(cast).filed_by_id == cast.rights_head.pk
    assert state_of(cast, letter) == LetterState.NOTIFIED
    with acting_as(cast.rights):
        assert len(receipts_of(letter)) == 1
    with pytest.raises(Refused, match="decided"):
        decided(second, cast.rights_head)


def test_what_danger_there_was_goes_with_it(cast: Cast) -> None:
    letter = came(cast)
    transcribed(cast, letter, answer_way=AnswerWay.NONE)
    judged(cast, letter, danger=Answer.YES, police_at=timezone.now(), calls="110番の係と確認")
    form = signed_in(cast.rights).get(reverse("child_letter_notify", args=[letter.pk])).context["form"]
    assert "110番の係と確認" in form.initial["situation"]
    assert UrgencyItem.URGENT in form.initial["grounds"]


def test_the_center_asks_to_tell_the_child_and_the_bureau_reads_it(cast: Cast) -> None:
    letter = ready(cast)
    notified(cast, letter)
    notification = registered(cast)
    lead = signed_in(cast.caseworker)
    address = reverse("child_word_new", args=[notification.case_id, notification.pk])
    assert address in lead.get(reverse("case_reception", args=[notification.case_id])).content.decode()
    assert lead.post(address, {"text": WORD}).status_code == 302
    with acting_as(cast.caseworker):
        assert WORD in (reveal(ProgressEntry.objects.get(), "body") or "")
        assert not WordForChild.objects.exists()
    page = reverse("child_letter", args=[letter.pk])
    client = signed_in(cast.rights)
    assert WORD in text_of(client.get(page))
    assert letter.number in text_of(client.get("/"))
    assert signed_in(cast.rights2).get(page).status_code == 404
    with acting_as(cast.rights):
        (word,) = words_to(letter)
    told = f"{reverse('child_letter_note', args=[letter.pk])}?word={word.pk}"
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert client.post(told, {"happened_at": at, "words": "電話で伝えた"}).status_code == 302
    assert client.get(told).status_code == 404
    with acting_as(cast.rights):
        row = LetterNote.objects.get()
        assert (value_of(row.step), row.word_id) == (NoteStep.TOLD_WORD, word.pk)


def test_a_word_names_a_day_and_nobody(cast: Cast) -> None:
    letter = ready(cast)
    notified(cast, letter)
    asked_to_tell(cast, registered(cast))
    with as_owner():
        row = WordForChild.objects.using("owner").get()
    at = timezone.localtime(row.sent_at)
    assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    assert {field.name for field in WordForChild._meta.concrete_fields} == {"id", "filing", "sent_at", "text"}


def test_only_who_manages_the_case_of_a_bureau_asks(cast: Cast) -> None:
    letter = ready(cast)
    notified(cast, letter)
    notification = registered(cast)
    address = reverse("child_word_new", args=[notification.case_id, notification.pk])
    for who in (cast.colleague, cast.stranger, cast.rights):
        assert signed_in(who).get(address).status_code == 404
    with acting_as(cast.caseworker):
        notifier = Notifier.objects.get()
        assert reveal(notifier, "reference")
        other = Notification.objects.get(pk=notification.pk)
        case = Case.objects.get(pk=notification.case_id)
        with pytest.raises(Refused, match="text"):
            actions.ask_to_tell(case, other, "  ", by=cast.caseworker)


def test_a_notification_by_telephone_has_no_bureau_to_write_to(cast: Cast) -> None:
    filing = a_filing(cast)
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
    notification = register(cast, filing)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=notification.case_id)
        with pytest.raises(Refused, match="no_bureau"):
            actions.ask_to_tell(case, notification, WORD, by=cast.caseworker)
    page = text_of(signed_in(cast.caseworker).get(reverse("case_reception", args=[case.pk])))
    assert "法務局からこどもに" not in page


@pytest.mark.parametrize(
    ("written", "family", "given", "kana"),
    [
        ("ほしの はな", "ほしの", "はな", "ハナ"),
        ("星野　花", "星野", "花", ""),
        ("はな", "", "はな", "ハナ"),
        ("", "", "", ""),
        ("ハナ", "", "ハナ", "ハナ"),
    ],
)
def test_a_name_as_a_child_writes_it(written: str, family: str, given: str, kana: str) -> None:
    assert name_of(written) == (family, given)
    assert kana_of(given) == kana


def test_the_child_is_nameless_where_it_gave_no_name(cast: Cast) -> None:
    letter = ready(cast, name="", school="", grade="", address="")
    row = notified(cast, letter)
    assert row.filing_id
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
    with acting_as(cast.caseworker):
        content = FilingContent.objects.get()
        named = {reveal(content, name) for name in ("family_name", "given_name", "family_kana", "given_kana")}
        assert named == {UNKNOWN}
        assert (reveal(content, "school"), reveal(content, "address")) == ("", "")
