"""The items of a report by the center, what their texts leave out, and the consultation that names nobody."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.directory.models import OfficeKind
from agencies.staff.acting import acting_as
from agencies.staff.pages import refusal_of
from agencies.staff.rules import Refused
from agencies.wordings.codes import Band
from cases.households import actions as households
from cases.intake.actions import register_call
from cases.interviews import actions as interviews
from cases.interviews.codes import InterviewKind
from cases.interviews.models import Interview
from cases.receipts.actions import record_facts
from cases.receipts.codes import SuspectRelation
from cases.receipts.models import ReceiptFacts
from cases.receipts.queries import receipts_of
from cases.records.actions import save_person
from cases.records.codes import HouseholdRelation, PersonRole, Track, Urgency
from cases.records.models import Case
from referrals.consent.queries import text_now
from referrals.consent.texts import asked_about, questions_of
from referrals.disclosures import actions
from referrals.disclosures.catalogue import ceiling
from referrals.disclosures.codes import Item, PaperKind
from referrals.disclosures.models import Disclosure
from tests.cast import CHILD, FACTS, Cast, a_case, agreed
from tests.client import signed_in, text_of
from tests.unit.cases.intake.test_actions import received
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import NEW, add_item, raw, values_of

NEW_ITEMS = (
    Item.SUSPECT_RELATION,
    Item.CHILDREN_AT_RISK,
    Item.DISCOVERY,
    Item.EVIDENCE_HELD,
    Item.INTERVIEW_REQUEST,
    Item.MEDICAL_DONE,
)
OLD_ITEMS = [
    Item.IDENTITY_MIN,
    Item.SAFETY_STATE,
    Item.INCIDENT_OUTLINE,
    Item.CUSTODY_DATES,
    Item.INTERVIEW_PLAN,
    Item.CONSIDERATIONS,
]
NAMELESS = ("incident_outline", "children_at_risk")
SISTER = replace(CHILD, given_name="愛", given_kana="アイ")


def of_home(cast: Cast) -> Case:
    """A case with a sister and a suspect who lives there."""
    case, other = a_case(cast), a_case(cast, child=SISTER)
    with acting_as(cast.caseworker):
        households.link_case(case, other, households.Joining(), by=cast.caseworker)
        facts: dict[str, Any] = {
            "role": PersonRole.SUSPECT, "roles_more": [PersonRole.COHABITANT], "name": "架空　剛",
            "relation_code": HouseholdRelation.STEPFATHER,
        }  # fmt: skip
        save_person(case, facts, by=cast.caseworker)
    return case


def consulted(cast: Cast, case: Case, text: str = "架空の概要", **more: Any) -> Disclosure:
    """A consultation before a report, on an intention without the name."""
    steps.confirmed(cast, case, items=NAMELESS)
    texts = {"incident_outline": text}
    return steps.drafted(cast, case, paper_kind=PaperKind.SOUDAN, texts=texts, **more)


@pytest.mark.parametrize("item", NEW_ITEMS)
def test_each_is_under_the_ceiling_and_has_its_question(cast: Cast, item: Item) -> None:
    assert item in ceiling(OfficeKind.POLICE)
    alone = [question for question in questions_of(Band.FROM_15) if item in question.items]
    assert [question.items for question in alone] == [(item,)]
    assert item not in asked_about(Band.FROM_10) | asked_about(Band.FROM_5)
    case = a_case(cast)
    intention = steps.confirmed(cast, case, items=("identity_min", item))
    row = values_of(cast, case, intention=intention.pk, items=["identity_min", item])
    assert raw(cast.caseworker, NEW, row) == 1


@pytest.mark.parametrize("item", NEW_ITEMS)
def test_an_old_agreement_and_an_old_answer_keep_their_items(cast: Cast, item: Item) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case, items=OLD_ITEMS)
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, items=("identity_min", item))
    assert refused.value.code == "items"
    agreed(cast, items=[code.value for code in OLD_ITEMS])
    intention = steps.confirmed(cast, case, items=(*OLD_ITEMS, item))
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, items=("identity_min", item))
    assert refused.value.code == "items"
    row = values_of(cast, case, intention=intention.pk, items=["identity_min", item])
    with pytest.raises(IntegrityError, match="beyond the agreement"):
        raw(cast.caseworker, NEW, row)


NAMED = {
    "長女・愛（5歳）": True, "あいちゃん、5歳": True, "ｱｲと弟の2人": True, "髙 橋さんの妹": True, "架空剛の連れ子": True,
    "2人（5歳、不明）": False, "愛着に課題のある子が1人": False, "同居するこどもが2人、その間の子はいない（あいだなし）": False,
    "アイスが好きな5歳の子": False,
}  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_the_other_children_are_counted_and_not_named(cast: Cast, text: str) -> None:
    case = of_home(cast)
    steps.confirmed(cast, case, items=("identity_min", "children_at_risk"))
    texts = {"identity_min": "本人", "children_at_risk": text}
    if not NAMED[text]:
        assert steps.drafted(cast, case, texts=texts).sent_at is None
        return
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, texts=texts)
    assert refused.value.code == "names"


def test_a_name_is_refused_beside_its_field_and_in_an_edited_draft(cast: Cast) -> None:
    case = of_home(cast)
    steps.confirmed(cast, case, items=("identity_min", "children_at_risk"))
    filled = pages.report(text_children_at_risk="長女・愛（5歳）CANARY")
    del filled["text_incident_outline"]
    path = f"/cases/{case.pk}/reports/new/"
    client = pages.in_english(signed_in(cast.caseworker))
    address = client.get(path)["Location"]
    page = client.post(address, filled).content.decode()
    assert 'id="id_text_children_at_risk_error"' in page
    assert "CANARY" in page
    texts = {"identity_min": "本人", "children_at_risk": "1人（5歳）"}
    report = steps.drafted(cast, case, texts=texts)
    worse = {
        "texts": texts | {"children_at_risk": "愛（5歳）"},
        "urgency": Urgency.A,
        "due_at": report.due_at,
    }
    with acting_as(cast.caseworker):
        refusal = refusal_of(actions.edit_draft, report, by=cast.caseworker, **worse)
    assert "氏名" in refusal


@pytest.mark.parametrize("paper", [kind for kind in PaperKind if kind is not PaperKind.SOUDAN])
def test_without_a_name_only_a_consultation(cast: Cast, paper: PaperKind) -> None:
    case, station = a_case(cast), cast.offices["station"]
    intention = steps.confirmed(cast, case, recipient=station, items=NAMELESS)
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, recipient=station, paper_kind=paper, items=["incident_outline"])
    assert refused.value.code == "disclosure_named"
    row = values_of(
        cast,
        case,
        intention=intention.pk,
        recipient=station.pk,
        paper=paper.value,
        items=["incident_outline"],
    )
    with pytest.raises(IntegrityError, match="only a consultation"):
        raw(cast.caseworker, NEW, row)


def test_a_consultation_goes_its_way_and_names_nobody(cast: Cast) -> None:
    case = a_case(cast)
    report = steps.sent(cast, steps.decided(cast, consulted(cast, case)))
    steps.assigned(cast, report)
    officer = signed_in(cast.police)
    with override("ja"):
        page = text_of(officer.get(f"/police/{report.pk}/"))
    assert "事前相談" in page
    assert not [name for name in ("髙橋", "𠮷乃", "ヨシノ", "架空市北町") if name in page]
    assert officer.get(f"/police/{report.pk}/print/").status_code == 200


def test_the_ceiling_of_a_consultation_has_no_name(cast: Cast) -> None:
    """The child agreed to the name too: the paper takes it all the same not."""
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, paper_kind=PaperKind.SOUDAN)
    assert refused.value.code == "disclosure_nameless"
    row = values_of(cast, case, intention=intention.pk, paper="soudan", items=["identity_min"])
    with pytest.raises(IntegrityError, match="names nobody"):
        raw(cast.caseworker, NEW, row)
    report = steps.drafted(cast, case, paper_kind=PaperKind.SOUDAN, items=["incident_outline"])
    with pytest.raises(IntegrityError):
        add_item(cast, report, "identity_min")


SAYS_WHO = [
    "髙橋さんの件", "吉乃ではなく𠮷乃です", "よしのさんは元気です", "2013-05-01生まれ", "２０１３年５月１日生まれ",
    "平成25年5月1日生まれ", "H25.5.1生", "2013/05/01", "架空市 北町1-1 に住む", "架空市北町１－１",
]  # fmt: skip


@pytest.mark.parametrize("text", SAYS_WHO)
def test_a_consultation_says_nothing_of_who_it_is(cast: Cast, text: str) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        consulted(cast, case, text)
    assert refused.value.code == "disclosure_nameless"
    assert consulted(cast, case, "中学生。架空の事案。5月に相談があった。").sent_at is None


def test_an_exception_is_not_held_to_the_name(cast: Cast) -> None:
    """Danger to life is told with what is known."""
    case = a_case(cast)
    steps.excepted(cast, case)
    assert steps.drafted(cast, case, items=["incident_outline"]).paper_kind == PaperKind.JOHO


def test_the_texts_begin_with_what_is_known_and_with_no_name(cast: Cast) -> None:
    case = of_home(cast)
    with acting_as(cast.caseworker):
        facts: dict[str, Any] = dict.fromkeys(Interview.TEXTS) | {
            "kind": InterviewKind.OWN, "medium_no": "架空-第3号", "place": "相談室", "office": "本所", "interviewer": "担当",
        }  # fmt: skip
        interviews.record_interview(
            case, began_at=timezone.now(), ended_at=None, texts=facts, by=cast.caseworker
        )
    with acting_as(cast.caseworker):
        begun = {item: text_now(case, item) for item in NEW_ITEMS}
    assert begun[Item.SUSPECT_RELATION] == "継父（本児と同居）"
    assert begun[Item.CHILDREN_AT_RISK].startswith("1人（")
    assert "架空-第3号" in begun[Item.EVIDENCE_HELD]
    assert [begun[item] for item in (Item.DISCOVERY, Item.INTERVIEW_REQUEST, Item.MEDICAL_DONE)] == [""] * 3
    assert not [name for name in ("髙橋", "愛", "剛") if name in "".join(begun.values())]


def test_a_suspect_from_outside_the_home_is_told_by_its_code(cast: Cast) -> None:
    case = a_third_party(cast)
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.select_related("office").get(pk=case.pk))[0]
        said = dict.fromkeys(ReceiptFacts.FACTS) | {"suspect_relation": SuspectRelation.SNS}
        record_facts(receipt, receipt.kind, said, by=cast.caseworker)
    with acting_as(cast.caseworker):
        assert text_now(Case.objects.get(pk=case.pk), Item.SUSPECT_RELATION) == "SNSで知り合った者"
    page = signed_in(cast.caseworker).get(reverse("case_reception", args=[case.pk]))
    assert "SNSで知り合った者" in page.content.decode()
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.select_related("office").get(pk=case.pk))[0]
        record_facts(receipt, receipt.kind, dict.fromkeys(ReceiptFacts.FACTS), by=cast.caseworker)
    with acting_as(cast.caseworker):
        assert text_now(Case.objects.get(pk=case.pk), Item.SUSPECT_RELATION) == ""


def a_third_party(cast: Cast) -> Case:
    """A case of harm by somebody from outside the home."""
    with acting_as(cast.caseworker):
        facts = replace(FACTS, track=Track.THIRD_PARTY)
        return register_call(CHILD, facts, received(), in_charge=cast.caseworker, by=cast.caseworker).case


def test_a_home_of_one_child_puts_nothing_into_the_text(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        assert [text_now(case, item) for item in NEW_ITEMS] == [""] * len(NEW_ITEMS)
