"""The notice to a custodian, samples that take no number, and what to make sure of before paper leaves the office."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.custody.codes import Ground
from cases.custody.models import CustodyDecision
from cases.outgoing.notices import NOTICE
from cases.prints.models import Print
from cases.records import actions as records
from cases.records.actions import update_child
from cases.records.models import Case, Person
from security.audit.models import Event
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, decide
from tests.unit.cases.prints.test_prints import printed, words_on


def a_person(cast: Cast, case: Case, role: str = "custodian", name: str = "髙橋母") -> Person:
    """A person around the child."""
    texts = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    with acting_as(cast.caseworker):
        person = texts | {"role": role, "name": name, "relation": "親"}
        return records.save_person(case, person, by=cast.caseworker)


def a_notice(cast: Cast, **more: Any) -> tuple[CustodyDecision, str]:
    """A draft of custody with one custodian, and the key of the notice to that person."""
    row = a_draft(cast, **more)
    return row, f"{row.pk}.{a_person(cast, row.case).pk}"


def sample_of(cast: Cast, case: Case, code: str, key: str, by: str = "caseworker") -> Any:
    """The answer to the button that shows a sample."""
    return signed_in(cast.positions[by]).get(reverse("print_sample", args=[case.pk, code, key]))


def test_a_notice_tells_what_was_decided_and_how_to_object(cast: Cast) -> None:
    """行政不服審査法18条: within three months; 行政事件訴訟法14条: within six."""
    row, key = a_notice(cast, place_withheld=True)
    decide(cast, row)
    words = "".join(words_on(printed(cast, row.case, f"custody_notice:{key}")))
    for word in (
        "一時保護決定通知書",
        "髙橋母様",
        "北児童相談所長",
        "児童福祉法第33条",
        "児童虐待",
        "3か月以内",
        "6か月以内",
        "審査請求",
        "秘匿",
        "第1号",
    ):
        assert word in words, word
    for word in (
        "北一時保護施設",
        "在宅では安全を確保できない",
        "家に帰りたくない",
        CHILD.address,
        "反対",
        "決裁",
    ):
        assert word not in words, word


def test_nothing_is_notified_before_it_is_approved(cast: Cast) -> None:
    row, key = a_notice(cast)
    answer = printed(cast, row.case, f"custody_notice:{key}")
    assert answer.redirect_chain[0][0] == reverse("prints", args=[row.case_id])
    assert "承認後に印刷できます。" in answer.content.decode()
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()


def test_a_notice_goes_to_nobody_but_a_custodian_of_this_case(cast: Cast) -> None:
    row, _key = a_notice(cast)
    decide(cast, row)
    sibling = a_person(cast, row.case, "sibling", "髙橋妹")
    foreign = a_person(cast, a_case(cast))
    for person in (sibling, foreign):
        printed(cast, row.case, f"custody_notice:{row.pk}.{person.pk}")
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()
        assert [one.words for one in NOTICE.subjects(row.case, cast.caseworker) if "妹" in one.words] == []


def test_a_sample_takes_no_number_and_is_recorded_as_a_print(cast: Cast) -> None:
    row, key = a_notice(cast)
    for code, subject in (("custody_notice", key), ("custody_form", str(row.pk))):
        words = "".join(words_on(sample_of(cast, row.case, code, subject)))
        assert "見本（番号なし）" in words
        assert words.count("見本") > 1, "it is across the page, too"
        assert "第1号" not in words
    with acting_as(cast.director):
        assert not Print.objects.exists()
        looks = Event.objects.filter(case_id=row.case_id, panels__contains=["custody_notice"])
        assert [(look.actor_id, look.verb) for look in looks] == [(cast.caseworker.staff_id, "CASE_PRINT")]


def test_the_look_at_the_list_names_what_its_lines_tell(cast: Cast) -> None:
    """The notices name the custodians."""
    row, _key = a_notice(cast)
    for case, expected in ((row.case, {"custody", "around"}), (a_case(cast), set())):
        page = signed_in(cast.caseworker).get(reverse("prints", args=[case.pk]))
        assert ("髙橋母" in page.content.decode()) is bool(expected)
        with acting_as(cast.director):
            (look,) = Event.objects.filter(case_id=case.pk, panels__contains=["papers"])
            assert expected == {*look.panels} & {"custody", "around", "intake"}


def test_a_sample_is_of_a_form_that_has_one_and_for_those_who_see_the_case(cast: Cast) -> None:
    row, key = a_notice(cast)
    wrong = (("progress_form", "1"), ("x", "1"), ("custody_notice", "1"), ("custody_form", "x" * 300))
    for code, subject in wrong:
        assert sample_of(cast, row.case, code, subject).status_code == 404
    for by in ("stranger", "police"):
        assert sample_of(cast, row.case, "custody_notice", key, by).status_code == 404


def test_the_page_says_what_to_make_sure_of(cast: Cast) -> None:
    row, _key = a_notice(cast, place_withheld=False, grounds=(Ground.ABUSE,))
    page = reverse("prints", args=[row.case_id])
    client = signed_in(cast.caseworker)
    said = ("秘匿されて", "保護を求めた", "加害の疑い", "自由記述")
    assert not [word for word in said if word in text_of(client.get(page))]
    a_person(cast, row.case, "suspect", "継父")
    with acting_as(cast.caseworker):
        update_child(row.case, replace(CHILD, address_withheld=True), by=cast.caseworker)
    assert [word for word in said if word in text_of(client.get(page))] == [
        "秘匿されて",
        "加害の疑い",
        "自由記述",
    ]
    other, _key = a_notice(cast)
    shown = text_of(client.get(reverse("prints", args=[other.case_id])))
    assert [word for word in said if word in shown] == ["秘匿されて", "保護を求めた"]
