"""The papers of custody that leave the office: what each holds, to whom it goes, and the place that it names."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.wordings.actions import decide_wording, draft_wording
from agencies.wordings.codes import About, Band
from agencies.wordings.models import Wording
from agencies.wordings.queries import shipped_text
from agencies.wordings.rules import check_says_it_is_heard
from cases.custody.actions import draft_end
from cases.custody.codes import Place
from cases.custody.models import CustodyDecision
from cases.outgoing.childs import CHILDS_SHEET
from cases.outgoing.entrusting import ENTRUSTMENT
from cases.outgoing.notices import END_NOTICE, NOTICE
from cases.outgoing.queries import goes_on_until
from cases.prints.models import Print
from cases.records.actions import update_child
from cases.records.models import Case
from face.paper import Paper
from face.wareki import format_date
from security.audit.models import Event
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import CHILD, Cast
from tests.client import signed_in, text_of
from tests.unit.cases.continuing import test_continuing as continuing
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody
from tests.unit.cases.limits.test_limits import decide as decide_limit
from tests.unit.cases.limits.test_limits import draft as draft_limit
from tests.unit.cases.prints.test_notice import a_person, sample_of
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.cases.stays.test_places import NAME, approve, draft

FREE = ("在宅では安全を確保できない", "家に帰りたくない", "家庭で安全が確保された", "うれしい", "高熱のため")
"""What was written freely in these decisions."""


def keys(cast: Cast, case: Case, paper: Paper) -> list[str]:
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        return [one.key for one in paper.subjects(fresh, cast.caseworker)]


def words(cast: Cast, case: Case, paper: Paper, key: str = "") -> str:
    key = key or keys(cast, case, paper)[0]
    return "".join(words_on(printed(cast, case, f"{paper.code}:{key}")))


def ended(cast: Cast, start: CustodyDecision, **more: Any) -> CustodyDecision:
    with acting_as(cast.caseworker):
        row = draft_end(Case.objects.get(pk=start.case_id), end_facts(**more), by=cast.caseworker)
    return decide(cast, row)


def test_the_notice_names_the_place_of_the_day_of_the_print(cast: Cast) -> None:
    """After a move the old place is on no new notice; the one that was sent before still says what it said."""
    start = in_custody(cast, place_withheld=False)
    case = start.case
    a_person(cast, case)
    old = keys(cast, case, NOTICE)[0]
    before = words(cast, case, NOTICE)
    assert "北一時保護施設" in before
    approve(cast, draft(cast, case))
    after = words(cast, case, NOTICE)
    assert NAME in after
    assert "北一時保護施設" not in after
    with acting_as(cast.caseworker):
        first, second = Print.objects.order_by("number")
    assert second.subject == f"{old}.1"
    answer = printed(cast, case, f"custody_notice:{old}")
    assert answer.redirect_chain[0][0] == reverse("prints", args=[case.pk]), (
        "the old place is not printed anew"
    )
    again = text_of(signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, first.pk])))
    assert "北一時保護施設" in again
    assert NAME not in again
    approve(cast, draft(cast, case, place="秘密の家", place_kind=Place.FOSTER, place_withheld=True))
    assert "秘密の家" not in words(cast, case, NOTICE)


def test_each_person_is_told_of_the_end_and_where_the_child_goes_unless_it_is_withheld(cast: Cast) -> None:
    start = in_custody(cast)
    case = start.case
    mother, _father = a_person(cast, case), a_person(cast, case, "parental_authority", "髙橋父")
    assert keys(cast, case, END_NOTICE) == []
    row = ended(cast, start, place_withheld=False)
    assert len(keys(cast, case, END_NOTICE)) == 2
    key = f"{row.pk}.{mother.pk}"
    told = words(cast, case, END_NOTICE, key)
    for word in (
        "一時保護解除通知書",
        "髙橋母様",
        "児童福祉法第33条",
        "祖母宅",
        "3か月以内",
        "6か月以内",
        "北児童相談所長",
    ):
        assert word in told, word
    assert not [word for word in (*FREE, "髙橋父", CHILD.address, "北一時保護施設") if word in told]
    with acting_as(cast.caseworker):
        update_child(case, replace(CHILD, address_withheld=True), by=cast.caseworker)
        first = Print.objects.get(subject=key)
    again = text_of(signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, first.pk])))
    assert "祖母宅" not in again
    assert again.count("秘匿") == 2, "neither the kind nor the name"


def test_a_withheld_place_afterwards_is_not_on_the_notice_of_the_end(cast: Cast) -> None:
    start = in_custody(cast)
    a_person(cast, start.case)
    ended(cast, start, place_withheld=True)
    told = words(cast, start.case, END_NOTICE)
    assert "祖母宅" not in told
    assert told.count("秘匿") == 2
    page = text_of(signed_in(cast.caseworker).get(reverse("prints", args=[start.case_id])))
    assert "児童の行き先が秘匿されています" in page


def test_the_entrusted_place_is_told_what_it_needs_and_no_more(cast: Cast) -> None:
    start = in_custody(cast)
    case = start.case
    assert keys(cast, case, ENTRUSTMENT) == [], "the center's own facility is no entrustment"
    mother = a_person(cast, case, name="髙橋母")
    decide_limit(cast, draft_limit(cast, case, mother))
    approve(cast, draft(cast, case))
    told = words(cast, case, ENTRUSTMENT)
    for word in (
        "一時保護委託通知書",
        f"{NAME}御中",
        "髙橋𠮷乃",
        "タカハシヨシノ",
        "児童福祉法第33条",
        "髙橋母",
        "尋ねないでください",
    ):
        assert word in told, word
    assert not [
        word
        for word in (*FREE, CHILD.address, CHILD.telephone, CHILD.school, "児童虐待", "北一時保護施設")
        if word in told
    ]


def test_of_custody_that_was_continued_the_place_and_the_child_are_told_the_day_of_today(cast: Cast) -> None:
    """児童福祉法33条13項: the day that was expected at the start is over when custody goes on."""
    start = continuing.begun(cast)
    approve(cast, draft(cast, start.case))
    first = start_day(cast, start)
    continuing.settle(cast, continuing.draft(cast, start))
    until = continuing.term_end(cast, start)
    assert until > first
    told = words(cast, start.case, ENTRUSTMENT)
    with override("ja"):
        assert (format_date(until, style="day") in told, format_date(first, style="day") in told) == (
            True,
            False,
        )
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("child", "office").get(pk=start.case_id)
        assert goes_on_until(case, CustodyDecision.objects.get(pk=start.pk)) == until


def start_day(cast: Cast, start: CustodyDecision) -> date:
    """The day until which the custody was expected when it was decided."""
    with acting_as(cast.caseworker):
        return value_of(CustodyDecision.objects.get(pk=start.pk).expected_until) or date.min


def test_a_withheld_place_is_not_even_on_its_own_notice(cast: Cast) -> None:
    start = in_custody(cast)
    approve(cast, draft(cast, start.case, place="秘密の家", place_kind=Place.FOSTER, place_withheld=True))
    told = words(cast, start.case, ENTRUSTMENT)
    assert "秘密の家" not in told
    assert "様" in told
    page = text_of(signed_in(cast.caseworker).get(reverse("prints", args=[start.case_id])))
    assert "宛先は手書き" in page
    assert "秘密の家" not in page


def test_the_childs_sheet_explains_in_the_words_of_its_age(cast: Cast) -> None:
    """児童福祉法33条の3の3: the child can say what it thinks."""
    start = in_custody(cast)
    case = start.case
    first = keys(cast, case, CHILDS_SHEET)[0]
    assert first == f"{start.pk}.from_10", "the text of the child's age is offered first"
    told = words(cast, case, CHILDS_SHEET)
    assert "1/1" in told, "it is one page"
    for word in (
        "一時保護の説明書（児童用）",
        "髙橋𠮷乃",
        "たかはし",
        "さんへ",
        "いちじほご",
        "アドボケイト",
        "いまいるところ",
        "職員caseworker",
    ):
        assert word in told, word
    assert not [word for word in (*FREE, CHILD.address, "北一時保護施設", "児童虐待") if word in told]


def test_an_office_explains_custody_in_its_own_words(cast: Cast) -> None:
    """From the first day of a text that its director approved; the text about the police stays what it was."""
    start = in_custody(cast)
    own = "架空《かくう》の所《ところ》の文《ぶん》です。あなたの気持《きも》ちを聞《き》きます。"
    with acting_as(cast.positions["supervisor"]):
        row = draft_wording(
            Band.FROM_10, own, clock.today(), by=cast.positions["supervisor"], about=About.CUSTODY
        )
    assert "架空" not in words(cast, start.case, CHILDS_SHEET)
    with acting_as(cast.director):
        decide_wording(Wording.objects.get(pk=row.pk), approved=True, by=cast.director)
    assert "架空の所の文です" in re_read(words(cast, start.case, CHILDS_SHEET))
    asked = signed_in(cast.caseworker).get("/question/from_10/").content.decode()
    assert "架空" not in asked


def re_read(text: str) -> str:
    """Without the readings of the office's text above."""
    for reading in ("かくう", "ところ", "ぶん"):
        text = text.replace(reading, "")
    return text


@pytest.mark.parametrize("band", [Band.FROM_5, Band.FROM_10, Band.FROM_15])
def test_each_text_that_comes_with_the_system_says_that_the_child_is_heard(band: Band) -> None:
    text = shipped_text(band, About.CUSTODY).words
    check_says_it_is_heard(text)
    assert "アドボケイト" in text
    assert "2か月" in text


def test_a_text_of_custody_that_does_not_say_so_is_refused_at_its_field(cast: Cast) -> None:
    answer = signed_in(cast.caseworker).post(
        "/wordings/custody/from_10/add/",
        {"text": "ここでくらします。", "starts_on": clock.today().isoformat()},
    )
    assert 'id="id_text_error"' in answer.content.decode()
    with acting_as(cast.caseworker):
        assert not Wording.objects.exists()


def test_an_oral_start_is_explained_at_once_and_a_draft_is_not(cast: Cast) -> None:
    draft_row = a_draft(cast)
    with acting_as(cast.caseworker):
        (one, *_rest) = CHILDS_SHEET.subjects(
            Case.objects.select_related("child", "office").get(pk=draft_row.case_id), cast.caseworker
        )
    assert one.final is False


WRONG = ("x", "{start}", "{start}.x", "{start}.to", "{start}.from_10.9", "{start}.under_5", "{start}.{start}")


def test_a_key_that_names_nothing_gives_no_sheet(cast: Cast) -> None:
    start = in_custody(cast)
    a_person(cast, start.case)
    for paper in (NOTICE, END_NOTICE, ENTRUSTMENT, CHILDS_SHEET):
        for key in WRONG:
            wrong = key.format(start=start.pk)
            assert sample_of(cast, start.case, paper.code, wrong).status_code == 404, (paper.code, wrong)
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()


def test_a_look_at_a_sample_names_what_is_on_it(cast: Cast) -> None:
    start = in_custody(cast)
    key = keys(cast, start.case, CHILDS_SHEET)[0]
    assert sample_of(cast, start.case, "custody_childs_sheet", key).status_code == 200
    assert sample_of(cast, start.case, "custody_childs_sheet", key, "stranger").status_code == 404
    with acting_as(cast.director):
        (look,) = Event.objects.filter(case_id=start.case_id, panels__contains=["custody_childs_sheet"])
    assert {"custody", "stay", "child"} <= set(look.panels)


def test_the_day_of_a_sheet_is_written_for_a_child() -> None:
    from cases.outgoing.childs import _day

    assert _day(date(2026, 11, 9)) == [("2026年11月9日", "")]
