"""What is on each form, and what never is: who notified, a withheld address, a withheld place."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.consents.codes import Said
from cases.custody.actions import draft_end
from cases.intake import actions as intake
from cases.intake.codes import Channel, ReceiptKind, Sign, Source, UrgencyItem
from cases.intake.models import Notification, Told
from cases.interviews.codes import PlanState
from cases.prints.models import Print
from cases.prints.queries import papers, papers_of
from cases.receipts.actions import record_facts
from cases.receipts.codes import Abuse, IncidentBand
from cases.receipts.models import ReceiptFacts
from cases.receipts.queries import receipts_of
from cases.records import actions as records
from cases.records.actions import ChildFacts, update_child
from cases.records.codes import ContactMethod, PersonRole
from cases.records.models import Case, Person
from cases.shelter.actions import write_for_place
from face import typeset
from security.audit.models import Event
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in, text_of
from tests.requesting import approved
from tests.unit.agencies.training.test_training import certified
from tests.unit.cases.conferences.test_papers import with_acceptance, with_minutes
from tests.unit.cases.counseling.plans import a_plan
from tests.unit.cases.counseling.test_later import an_end
from tests.unit.cases.counseling.test_later import ended as help_ended
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody
from tests.unit.cases.diagnoses.test_judgement import with_judgement
from tests.unit.cases.guidelines.made import in_force
from tests.unit.cases.intake.test_filing import opened
from tests.unit.cases.interviews.test_plans import agree, propose, step
from tests.unit.cases.limits.test_limits import decide as decide_limit
from tests.unit.cases.limits.test_limits import draft as draft_limit
from tests.unit.cases.placement.placed import draft as draft_placement
from tests.unit.cases.placement.placed import draft_end as draft_placement_end
from tests.unit.cases.placement.placed import explains, says, settle
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.cases.reliance.planned import answered, asked, sent
from tests.unit.cases.shelter.test_sheet import CARE
from tests.unit.cases.stays.test_places import approve as approve_move
from tests.unit.cases.stays.test_places import draft as draft_move
from tests.unit.referrals.steps import readable

AT = datetime(2026, 11, 28, 10, 31, tzinfo=ZoneInfo("Asia/Tokyo"))
RARE = "髙﨑𠮷邉葛󠄀"
"""Characters of names that many fonts lack, one with a variation selector."""
PRESSED = ("register_filing", "attach_filing")
"""Addresses that are only sent to; they answer with the page again where something is missing."""
NOTIFIER = {
    "name": "通告太郎",
    "relation": "近所の人",
    "telephone": "090-1111-2222",
    "keep_from": "父に知られたくない",
}


def notified(cast: Cast, child: ChildFacts = CHILD) -> Case:
    """A case with a notification, a person around the child, and who notified."""
    case = a_case(cast, child=child)
    told = dict.fromkeys((name for name in Told.TOLD if name != "grounds"), "")
    told |= {"words": "「おうちに帰りたくない」", "situation": "担任が聞いた（架空）", "basis": "heard"}
    received = intake.Received(AT, Channel.TELEPHONE, Source.SCHOOL, told, (UrgencyItem.SEXUAL,), NOTIFIER)
    person = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    with acting_as(cast.caseworker):
        intake.add_notification(case, received, by=cast.caseworker)
        records.save_person(
            case, person | {"role": "custodian", "name": "髙橋母", "relation": "実母"}, by=cast.caseworker
        )
    return case


def sheet_of(cast: Cast, case: Case, code: str) -> str:
    """The words of a form of this case."""
    with acting_as(cast.caseworker):
        key = next(iter(papers()[code].subjects(case, cast.caseworker))).key
    return "".join(words_on(printed(cast, case, f"{code}:{key}")))


def test_the_reception_form_holds_what_was_told_and_not_who_told_it(cast: Cast) -> None:
    words = sheet_of(cast, notified(cast), "reception_form")
    for word in (
        "相談・通告受付票",
        "髙橋𠮷乃",
        "タカハシヨシノ",
        "架空市北町1-1",
        "「おうちに帰りたくない」",
        "髙橋母",
        "実母",
    ):
        assert word in words, word
    for word in NOTIFIER.values():
        assert word not in words, word
    assert "児童虐待の防止等に関する法律第7条" in words
    with acting_as(cast.caseworker):
        kept = reveal(Print.objects.get(), "content") or ""
    assert not [word for word in (*NOTIFIER.values(), CHILD.address, CHILD.telephone) if word in kept]


def test_the_reception_form_holds_the_facts_of_the_receipt(cast: Cast) -> None:
    """What statistics count and the first hour are on it; what nobody filled in takes a word of the last line alone."""
    case = notified(cast)
    with acting_as(cast.caseworker):
        (receipt,) = receipts_of(case)
    empty = words_on(printed(cast, case, f"reception_form:{receipt.of}"))
    assert len(empty) == 1, "what is empty fills no second page"
    assert "未記入の項目" in empty[0]
    for name in ("主な虐待種別", "最後の被害の時期", "観察された様子"):
        assert empty[0].index("未記入の項目") < empty[0].index(name), name
    with acting_as(cast.caseworker):
        facts = dict.fromkeys(ReceiptFacts.FACTS) | {
            "abuse": Abuse.SEXUAL,
            "incident_band": IncidentBand.HOURS,
            "others": "妹（6歳）",
        }
        record_facts(receipt, ReceiptKind.CONSULTATION, facts, by=cast.caseworker)
    words = sheet_of(cast, case, "reception_form")
    for word in ("性的虐待", "72時間以内", "妹（6歳）", "相談", "観察された様子"):
        assert word in words, word
    assert words.index("未記入の項目") > words.index("主な虐待種別")


PHONE = "090-3333-4444"


def ended(cast: Cast, case: Case) -> None:
    """Its custody."""
    with acting_as(cast.caseworker):
        row = draft_end(Case.objects.get(pk=case.pk), end_facts(), by=cast.caseworker)
    decide(cast, row)


def with_placement(cast: Cast, case: Case) -> None:
    """Decided with the consent of the one with parental authority, and ended again."""
    with acting_as(cast.caseworker):
        mother = Person.objects.filter(case=case).earliest("written_at")
    says(cast, case, mother, Said.CONSENTS)
    settle(cast, draft_placement(cast, case))
    answered(
        cast, sent(cast, asked(cast, case))
    )  # the plan of the institution: no number before it is accepted
    explains(cast, case, mother)
    settle(cast, draft_placement_end(cast, case))


def with_a_telephone(cast: Cast, case: Case) -> None:
    """A grandmother whose number is known."""
    facts = dict.fromkeys(("kana", "age", "occupation", "note"), "")
    with acting_as(cast.caseworker):
        records.save_person(
            case,
            facts | {"role": "relative", "name": "髙橋祖母", "relation": "祖母", "telephone": PHONE},
            by=cast.caseworker,
        )


def withhold(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        update_child(case, replace(CHILD, address_withheld=True), by=cast.caseworker)


def test_where_the_address_is_withheld_no_form_has_a_telephone(cast: Cast) -> None:
    """Neither the child's nor that of a person around: of every form of every room, and on a reprint."""
    case = in_custody(cast).case
    told = dict.fromkeys((name for name in Told.TOLD if name != "grounds"), "")
    with acting_as(cast.caseworker):
        facts = intake.Received(
            AT, Channel.TELEPHONE, Source.SCHOOL, told, (UrgencyItem.SEXUAL,), dict.fromkeys(NOTIFIER, "")
        )
        intake.add_notification(case, facts, by=cast.caseworker)
        custodian: dict[str, Any] = dict.fromkeys(("kana", "age", "occupation", "note"), "")
        custodian |= {"role": "custodian", "name": "髙橋母", "relation": "実母", "telephone": "090-5555-6666"}
        custodian["roles_more"] = [PersonRole.PARENTAL_AUTHORITY]
        records.save_person(case, custodian, by=cast.caseworker)
        records.write_progress(
            case,
            happened_at=clock.now(),
            method=ContactMethod.OFFICE,
            with_whom="母",
            body="架空",
            by=cast.caseworker,
        )
    with_a_telephone(cast, case)
    certified(cast)
    agree(cast, step(cast, propose(cast, case), PlanState.CONFERRING))
    with acting_as(cast.caseworker):
        mother = Person.objects.filter(case=case).earliest("written_at")
        write_for_place(Case.objects.select_related("child").get(pk=case.pk), CARE, by=cast.caseworker)
    decide_limit(cast, draft_limit(cast, case, mother))
    approved(cast, case)
    approve_move(cast, draft_move(cast, case))
    ended(cast, case)
    with_acceptance(cast, case)
    with_minutes(cast, case)
    with_judgement(cast, case)
    in_force(cast, case)
    help_ended(cast, an_end(cast, a_plan(cast, case, risks="架空")))
    with_placement(cast, case)
    assert PHONE in sheet_of(cast, case, "reception_form")
    withhold(cast, case)
    with acting_as(cast.caseworker):
        before = Print.objects.get()
    pages = {code: sheet_of(cast, case, code) for code in papers_of(case)}
    again = signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, before.pk]))
    pages["again"] = text_of(again)
    assert len(pages) == len(papers_of(case)) + 1 >= 7
    for code, words in pages.items():
        for number in (CHILD.telephone, CHILD.address, PHONE, "090-5555-6666"):
            assert number not in words, (code, number)
    for code in ("reception_form", "child_record", "again"):
        assert pages[code].count("秘匿") == 4, code  # address, telephone, two people


def test_a_person_who_was_removed_stays_on_the_sheet_of_before(cast: Cast) -> None:
    case = notified(cast)
    with_a_telephone(cast, case)
    assert PHONE in sheet_of(cast, case, "reception_form")
    with acting_as(cast.caseworker):
        row = Print.objects.get()
        assert PHONE not in (reveal(row, "content") or "")
        records.remove_person(case, Person.objects.latest("written_at"), by=cast.caseworker)
    again = signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, row.pk]))
    assert PHONE in text_of(again)


def test_a_browsers_print_has_no_telephone_where_the_address_is_withheld(cast: Cast) -> None:
    """The number stands on the screen alone; paper says that it is withheld."""
    case = a_case(cast)
    with_a_telephone(cast, case)
    client = signed_in(cast.caseworker)
    hidden, said = '<span class="no-print nowrap">%s</span>', '<span class="print-only">秘匿</span>'
    pages = {"case": [CHILD.telephone, PHONE], "people_list": [PHONE]}
    for page, numbers in pages.items():
        shown = client.get(reverse(page, args=[case.pk])).content.decode()
        assert all(number in shown and hidden % number not in shown for number in numbers), page
    withhold(cast, case)
    for page, numbers in pages.items():
        shown = client.get(reverse(page, args=[case.pk])).content.decode()
        for number in numbers:
            assert hidden % number + said in shown, page
            assert shown.count(number) == 1, page


def test_the_childs_record_sheet_puts_the_case_together(cast: Cast) -> None:
    row = in_custody(cast)
    case = row.case
    with_a_telephone(cast, case)
    told = dict.fromkeys((name for name in Told.TOLD if name != "grounds"), "") | {"words": "「いやだ」"}
    received = intake.Received(AT, Channel.TELEPHONE, Source.SCHOOL, told, (UrgencyItem.SEXUAL,), NOTIFIER)
    with acting_as(cast.caseworker):
        intake.add_notification(case, received, by=cast.caseworker)
    words = sheet_of(cast, case, "child_record")
    for word in (
        "児童記録票",
        "髙橋𠮷乃",
        CHILD.telephone,
        case.number,
        "髙橋祖母",
        PHONE,
        "受付の別",
        "進行状況の変更",
        "一時保護の開始",
        cast.caseworker.staff.name,
        "起案",
        "取扱注意",
    ):
        assert re.sub(r"\s", "", word) in words, word
    for word in (*NOTIFIER.values(), "「いやだ」"):
        assert word not in words, word
    with acting_as(cast.director):
        event = Event.objects.filter(verb="CASE_PRINT").get()
    assert {"child_record", "child", "people", "intake", "stages", "in_force"} <= set(event.panels)


def test_a_form_that_fills_a_paper_bears_its_name(cast: Cast) -> None:
    """Every form of every room, in both languages, on each page that is said to fill it; and no other form page has one."""
    row = in_custody(cast)
    case, by = row.case, cast.caseworker
    with_a_telephone(cast, case)
    told = dict.fromkeys((name for name in Told.TOLD if name != "grounds"), "")
    received = intake.Received(
        AT, Channel.TELEPHONE, Source.SCHOOL, told, (UrgencyItem.SEXUAL,), dict.fromkeys(NOTIFIER, "")
    )
    with acting_as(by):
        intake.add_notification(case, received, by=by)
        entry = records.write_progress(
            case, happened_at=clock.now(), method=ContactMethod.OFFICE, with_whom="母", body="架空", by=by
        )
        named = {
            "complete_notification": [Notification.objects.get().pk],
            "progress_correct": [entry.pk],
            "person_edit": [Person.objects.get().pk],
            "custody_opinion": [row.pk],
            "receipt_facts": [Notification.objects.get().pk],
        }
    named["joint_change"] = [propose(cast, case).pk]
    a_plan(cast, case, risks="架空")
    filing = opened(cast)
    client, found = signed_in(by), 0
    there = signed_in(cast.positions["institution"])  # it fills its own plan in
    own = {"reliance_write": [asked(cast).pk]}
    other = a_case(cast)
    for paper in papers_of(case).values():
        assert paper.filled_at, paper.code
        for page in paper.filled_at:
            about = other if page == "custody_start" else case
            args = [about.pk, *named.get(page, [])]
            others: dict[str, list[Any]] = {"register_call": [], **own}
            url = reverse(page, args=others.get(page, [filing.pk] if "filing" in page else args))
            reader = there if page in own else client
            for language in ("ja", "en"):
                reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
                shown = reader.post(url) if page in PRESSED else reader.get(url)
                assert shown.status_code == 200, (page, shown.status_code)
                (line,) = re.findall(r'<p class="page-head__paper">([^<]+)</p>', shown.content.decode())
                with override(language):
                    assert escape(str(paper.label)) in line, (page, language)
                found += 1
    assert found >= 40
    assert "page-head__paper" not in client.get(reverse("team_add", args=[case.pk])).content.decode()


def test_an_address_that_is_withheld_after_the_print_is_not_on_the_reprint(cast: Cast) -> None:
    case = notified(cast)
    assert CHILD.address in sheet_of(cast, case, "reception_form")
    with acting_as(cast.caseworker):
        row = Print.objects.get()
        update_child(case, replace(CHILD, address_withheld=True), by=cast.caseworker)
    again = text_of(signed_in(cast.caseworker).get(reverse("print_pdf", args=[case.pk, row.pk])))
    assert "秘匿" in again
    assert CHILD.address not in again
    assert CHILD.telephone not in again


def test_the_urgency_sheet_ticks_what_was_ticked(cast: Cast) -> None:
    words = sheet_of(cast, notified(cast), "urgency_form")
    assert words.count("レ") - sum(str(sign.label).count("レ") for sign in Sign) == 1
    assert "緊急度アセスメントシート" in words
    assert "A：" in words


def test_the_urgency_sheet_says_what_was_ruled_out_and_what_is_to_be_found_out(cast: Cast) -> None:
    case = notified(cast)
    with acting_as(cast.caseworker):
        receipt = receipts_of(case)[0]
        facts = dict.fromkeys(ReceiptFacts.FACTS) | {"ruled_out": [UrgencyItem.GRAVE]}
        record_facts(receipt, receipt.kind, facts, by=cast.caseworker)
    words = sheet_of(cast, case, "urgency_form")
    assert words.count("該当しないと確認") == 1
    assert words.count("未確認") == 2
    assert words.count("確認は不要") == 4
    found_out, rest = (re.sub(r"\s", "", str(item.label)) for item in (UrgencyItem.GRAVE, UrgencyItem.ASKS))
    after = words.partition("これから確認する項目")[2]
    assert found_out not in after
    assert rest in after


def test_the_custody_form_names_drafter_and_decider_and_no_withheld_place(cast: Cast) -> None:
    row = in_custody(cast, place="秘密の家", place_withheld=True)
    words = sheet_of(cast, row.case, "custody_form")
    assert "秘密の家" not in words
    for word in ("一時保護決定書（起案・決裁）", "秘匿", "起案者職員caseworker", "決裁者職員director"):
        assert word in words, word


def test_a_correction_follows_what_it_corrects(cast: Cast) -> None:
    case, by = a_case(cast), cast.caseworker
    facts: dict[str, Any] = {
        "happened_at": clock.now(),
        "method": ContactMethod.OFFICE,
        "with_whom": "母",
        "by": by,
    }
    with acting_as(by):
        first = records.write_progress(case, body="はじめの記録", **facts)
        records.write_progress(case, body="つぎの記録", **facts)
        records.write_progress(case, body="直した記録", corrects=first, **facts)
    words = sheet_of(cast, case, "progress_form")
    places = [words.index(text) for text in ("はじめの記録", "【訂正】", "直した記録", "つぎの記録")]
    assert places == sorted(places)


def test_the_officers_print_holds_what_the_page_holds(cast: Cast) -> None:
    report = readable(cast)
    officer = signed_in(cast.police)
    sheet = officer.get(reverse("letter_print", args=[report.pk]))
    words = text_of(sheet)
    for word in (report.reference, "少年サポートセンター北御中", "北児童相談所", "取扱注意", "1/1"):
        assert word in words, word
    assert "起案" not in words
    assert "再印刷" not in words
    assert "再印刷" in text_of(officer.get(reverse("letter_print", args=[report.pk])))


def test_rare_characters_are_drawn_and_missing_ones_are_said() -> None:
    assert typeset.missing([RARE]) == []
    assert typeset.missing({"a": ["𡱈x𡱈"]}) == ["𡱈"]
    head = {
        "form": "x",
        "about": "",
        "number": "",
        "date": "",
        "to": "",
        "sender": "",
        "seats": [],
        "printed": "",
    }
    assert "U+21C48" in typeset.sheet(head, [{"text": "𡱈"}])["head"]["missing"]
    assert typeset.sheet(head, [])["head"]["missing"] == ""


def test_the_same_sheet_is_the_same_file() -> None:
    head = {
        "form": RARE,
        "about": "",
        "number": "",
        "date": "",
        "to": "",
        "sender": "",
        "seats": [],
        "printed": "",
    }
    sheet = typeset.sheet(head, [])
    assert typeset.as_pdf(sheet, AT) == typeset.as_pdf(sheet, AT)
    assert typeset.as_pictures(sheet, AT)[0].startswith(b"\x89PNG")


@pytest.mark.parametrize("broken", [{}, {"head": {}, "parts": []}, {"head": None, "parts": None}])
def test_what_breaks_the_template_is_one_error_without_a_word(broken: dict[str, object]) -> None:
    with pytest.raises(typeset.NotSet) as caught:
        typeset.as_pdf(broken, AT)
    assert str(caught.value) == "CalledProcessError"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("case_reception", ["相談・通告受付票", "緊急度アセスメントシート"]),
        ("case_custody", ["一時保護決定書（起案・決裁）", "一時保護決定通知書"]),
        ("progress_list", ["経過記録"]),
    ],
)
def test_a_section_has_the_names_of_its_forms_and_leads_to_them(
    cast: Cast, page: str, names: list[str]
) -> None:
    """And the form on paper has the same name."""
    case = a_case(cast)
    shown = signed_in(cast.caseworker).get(reverse(page, args=[case.pk])).content.decode()
    for name in names:
        assert f'<a href="{reverse("prints", args=[case.pk])}#papers">{name}</a>' in shown, name
    with override("ja"):
        assert set(names) <= {str(paper.label) for paper in papers().values()}
