"""The withheld address of one child is on no sheet of another one of the home, and no print tells of a case not seen."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.prints.models import Print
from cases.prints.queries import papers
from cases.records import actions as records
from cases.records.actions import update_child
from cases.records.codes import ContactMethod
from cases.records.models import Case
from cases.stays.actions import CHANGE
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.households.test_homes import hidden, split
from tests.unit.cases.households.test_linked import SISTER, linked
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.cases.prints.test_sheets import notified, sheet_of, with_a_telephone
from tests.unit.cases.stays.test_places import draft as drafted_move

SECRET = "〒100-0002 架空県別市西町三丁目４番５号"
AS_WRITTEN = "別市西町3-4-5"


def home(cast: Cast, address: str = SECRET, **more: Any) -> tuple[Case, Case]:
    """A child with a notification, and a sister whose address is withheld."""
    case = notified(cast)
    other = a_case(cast, child=replace(SISTER, address=address, address_withheld=True, **more))
    linked(cast, case, other)
    return case, other


def wrote(cast: Cast, case: Case, body: str) -> None:
    who = cast.caseworker
    with acting_as(who):
        records.write_progress(
            case, happened_at=clock.now(), method=ContactMethod.OFFICE, with_whom="父", body=body, by=who
        )


def lives_at(cast: Cast, case: Case, address: str) -> None:
    with acting_as(cast.caseworker):
        update_child(case, replace(CHILD, address=address), by=cast.caseworker)


def pages_of(cast: Cast, case: Case) -> dict[str, str]:
    """The words of every form that can be printed of the case."""
    with acting_as(cast.caseworker):
        there = {
            code: [one for one in paper.subjects(case, cast.caseworker) if one.final]
            for code, paper in papers().items()
        }
    return {code: sheet_of(cast, case, code) for code, subjects in there.items() if subjects}


@pytest.mark.parametrize("written", [AS_WRITTEN, "架空県別市西町3丁目4-5", "別市 西町３－４－５"])
def test_an_address_that_is_a_siblings_withheld_one_is_on_no_sheet(cast: Cast, written: str) -> None:
    """However it is written: neither as the child's own address nor in a text; and no telephone leads there."""
    case, _other = home(cast)
    with_a_telephone(cast, case)
    lives_at(cast, case, written)
    wrote(cast, case, f"父は「{written}にいるのか」と尋ねた。")
    pages = pages_of(cast, case)
    assert {"reception_form", "child_record", "progress_form"} <= set(pages)
    for code, words in pages.items():
        assert "西町" not in words, code
        assert CHILD.telephone not in words, code
    assert "父は「秘匿にいるのか」と尋ねた。" in pages["progress_form"]
    with acting_as(cast.caseworker):
        kept = reveal(Print.objects.get(paper="progress_form"), "content") or ""
        assert written in kept, "what is stored is never folded"


def test_another_address_stays(cast: Cast) -> None:
    case, _other = home(cast)
    lives_at(cast, case, "別市西町3-4-56")
    wrote(cast, case, "別市西町3-4は商店街。")
    pages = pages_of(cast, case)
    assert "別市西町3-4-56" in pages["reception_form"]
    assert CHILD.telephone in pages["reception_form"]
    assert "別市西町3-4は商店街。" in pages["progress_form"]


def test_the_childs_own_withheld_address_is_in_no_text(cast: Cast) -> None:
    case = notified(cast)
    with acting_as(cast.caseworker):
        update_child(case, replace(CHILD, address=SECRET, address_withheld=True), by=cast.caseworker)
    wrote(cast, case, f"転居先は{AS_WRITTEN}。")
    words = sheet_of(cast, case, "progress_form")
    assert "西町" not in words
    assert "転居先は秘匿。" in words


def test_a_persons_withheld_address_and_a_withheld_place_count_too(cast: Cast) -> None:
    """Of the sibling: where its mother lives, where it is in custody, and where it was moved."""
    case = notified(cast)
    start = in_custody(cast, place="ひまわり寮", place_withheld=True)
    move = drafted_move(cast, start.case, place="あおぞら病院", place_withheld=True)
    with acting_as(cast.director):
        CHANGE.decide(move, Verdict.APPROVE, by=cast.director)
    linked(cast, case, start.case)
    texts = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    texts |= {"role": "relative", "name": "髙橋母", "relation": "母", "address": SECRET}
    with acting_as(cast.caseworker):
        records.save_person(start.case, texts | {"address_withheld": True}, by=cast.caseworker)
    wrote(cast, case, f"妹は、ひまわり 寮からあおぞら病院に移った。母は{AS_WRITTEN}にいる。")
    words = sheet_of(cast, case, "progress_form")
    assert "妹は、秘匿から秘匿に移った。母は秘匿にいる。" in words


def test_a_reprint_leaves_out_what_was_withheld_meanwhile(cast: Cast) -> None:
    case, other = notified(cast), a_case(cast, child=replace(SISTER, address=AS_WRITTEN))
    linked(cast, case, other)
    wrote(cast, case, f"妹は{AS_WRITTEN}にいる。")
    assert "西町" in sheet_of(cast, case, "progress_form")
    with acting_as(cast.caseworker):
        row = Print.objects.get()
        update_child(other, replace(SISTER, address=SECRET, address_withheld=True), by=cast.caseworker)
    again = text_of(signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, row.pk])))
    assert "西町" not in again
    assert "妹は秘匿にいる。" in again


def test_a_sample_leaves_it_out_too(cast: Cast) -> None:
    start = in_custody(cast, place="ひまわり寮")
    other = in_custody(cast, place="ひまわり寮", place_withheld=True)
    linked(cast, start.case, other.case)
    with_a_parent(cast, start.case)
    with acting_as(cast.caseworker):
        key = papers()["custody_notice"].subjects(start.case, cast.caseworker)[0]
    url = reverse("print_sample", args=[start.case.pk, "custody_notice", key.key])
    words = text_of(signed_in(cast.caseworker).get(url))
    assert "ひまわり" not in words
    assert "秘匿" in words


def with_a_parent(cast: Cast, case: Case) -> None:
    texts = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    texts |= {"role": "custodian", "name": "髙橋父", "relation": "父"}
    with acting_as(cast.caseworker):
        records.save_person(case, texts, by=cast.caseworker)


def test_who_separated_the_cases_does_not_open_the_address(cast: Cast) -> None:
    """A sister who was taken out of the household to a safe place is still kept off her brother's sheets."""
    case, other = home(cast)
    wrote(cast, case, f"妹は{AS_WRITTEN}にいる。")
    split(cast, other)
    assert "西町" not in sheet_of(cast, case, "progress_form")


GUESSES = (SECRET, AS_WRITTEN, "別市西町9-9-9", CHILD.address)


@pytest.mark.parametrize("is_withheld", [True, False])
def test_a_print_answers_every_guess_alike_to_who_does_not_see_the_sibling(
    cast: Cast, is_withheld: bool
) -> None:
    """Whether an address of the home is withheld or not, whatever is tried as the child's own or in a text: the same words."""
    case, other = home(cast)
    if not is_withheld:
        with acting_as(cast.caseworker):
            update_child(other, replace(SISTER, address=SECRET), by=cast.caseworker)
    hidden(cast, other)
    own = set()
    for number, guess in enumerate(GUESSES, start=1):
        lives_at(cast, case, guess)
        wrote(cast, case, f"父は{guess}にいると言う。")
        reception, text = (sheet_of(cast, case, code) for code in ("reception_form", "progress_form"))
        assert not any(one in reception + text for one in ("西町", "北町", CHILD.telephone))
        assert text.count("秘匿にいると言う。") == number
        own.add(reception.count("秘匿"))
    assert len(own) == 1


def test_the_page_says_why_to_who_does_not_see_the_sibling(cast: Cast) -> None:
    case, other = home(cast)
    page, said = reverse("prints", args=[case.pk]), "担当していないケースがあります"
    assert said not in signed_in(cast.caseworker).get(page).content.decode()
    hidden(cast, other)
    shown = signed_in(cast.caseworker).get(page).content.decode()
    assert said in shown
    assert other.number not in shown
    assert said not in signed_in(cast.director).get(page).content.decode()


def test_a_print_is_no_look_at_the_siblings_case(cast: Cast) -> None:
    """Its address is compared and never shown."""
    case, other = home(cast)
    wrote(cast, case, "架空")
    answer = printed(cast, case, "progress_form:1")
    assert "架空" in "".join(words_on(answer))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE wall")
        cursor.execute(
            "SELECT count(*) FROM security_casetrace t JOIN security_event e ON e.uuid = t.event_uuid"
            " WHERE e.verb = 'CASE_PRINT' AND %s = ANY(t.case_ids)",
            [other.pk],
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")
