"""People who are several things at once: roles, parental authority with its dates, and an address that stays off every page."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.outgoing.notices import NOTICE
from cases.prints.queries import papers
from cases.records.actions import remove_person, save_person, update_child
from cases.records.codes import CasePage, HouseholdRelation, PersonRole
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from cases.records.queries import holders_of_authority
from security.audit.models import Event
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.prints.test_sheets import sheet_of

TODAY = clock.today()
ADDRESS = "架空市南町9-9 灯コーポ201"
FATHER: dict[str, Any] = {
    "role": "custodian",
    "roles_more": [PersonRole.SUSPECT, PersonRole.PARENTAL_AUTHORITY],
    "name": "髙橋父",
    "relation_code": HouseholdRelation.FATHER,
    "authority_known": "koseki",
}
TYPED = {
    "version": "0",
    "started": "{}",
    "name": "髙橋父",
    "relation_code": "jippu",
    "role": "custodian",
    "roles_more": ["suspect", "parental_authority"],
    "authority_known": "koseki",
    "authority_from": "2020-04-01",
}


def a_person(cast: Cast, case: Case, **facts: Any) -> Person:
    """Somebody around the child: the father, but for what is said otherwise."""
    with acting_as(cast.caseworker):
        return save_person(case, FATHER | facts, by=cast.caseworker)


def holders(cast: Cast, case: Case, on: date = TODAY) -> set[str | None]:
    """The names of those with parental authority on a day."""
    with acting_as(cast.caseworker):
        return {reveal(one, "name") for one in holders_of_authority(case, on)}


def shown(cast: Cast, page: str, *keys: Any) -> str:
    return text_of(signed_in(cast.caseworker).get(reverse(page, args=keys)))


def test_a_father_is_custodian_suspect_and_parent_at_once(cast: Cast) -> None:
    case = a_case(cast)
    a_person(cast, case)
    for page in ("people_list", "case"):
        words = shown(cast, page, case.pk)
        assert not [one for one in ("保護者", "加害が疑われる人", "親権者", "実父") if one not in words], page
    for page in CasePage.values:
        assert "加害が疑われる親権者あり" in shown(cast, page, case.pk), page


def test_the_notice_of_custody_is_for_each_holder_and_warns_of_the_suspect(cast: Cast) -> None:
    case = in_custody(cast).case
    a_person(cast, case)
    a_person(cast, case, name="髙橋母", role="parental_authority", roles_more=[])
    a_person(cast, case, name="後見人", role="other", roles_more=[PersonRole.MINOR_GUARDIAN])
    a_person(
        cast,
        case,
        name="元の父",
        role="parental_authority",
        authority_until=TODAY - timedelta(1),
        roles_more=[],
    )
    with acting_as(cast.caseworker):
        named = " ".join(one.words for one in NOTICE.subjects(case, cast.caseworker))
        advice = NOTICE.advice(case)
    assert [name for name in ("髙橋父", "髙橋母", "後見人", "元の父") if name in named] == [
        "髙橋父",
        "髙橋母",
        "後見人",
    ]
    assert any("加害の疑い" in str(one) for one in advice)


def test_joint_authority_has_two_holders_and_who_is_removed_is_none(cast: Cast) -> None:
    """Who has it is told: 民法818条, 838条 of a guardian; since 2026-04-01 both parents after a divorce, too (819条)."""
    case = a_case(cast)
    mother = a_person(cast, case, name="髙橋母", roles_more=["parental_authority"], joint_after_divorce="yes")
    a_person(cast, case, joint_after_divorce="yes")
    assert holders(cast, case) == {"髙橋父", "髙橋母"}
    with acting_as(cast.caseworker):
        remove_person(case, mother, by=cast.caseworker)
    assert holders(cast, case) == {"髙橋父"}


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        (None, None, True),
        (0, 0, True),
        (1, None, False),
        (-9, -1, False),
        (None, 0, True),
        (-9, 1, True),
    ],
)
def test_authority_holds_from_its_first_day_to_its_last(
    cast: Cast, begins: int | None, ends: int | None, holds: bool
) -> None:
    case = a_case(cast)
    day = {None: None} | {count: TODAY + timedelta(count) for count in range(-9, 2)}
    a_person(cast, case, authority_from=day[begins], authority_until=day[ends])
    assert bool(holders(cast, case)) is holds
    assert ("加害が疑われる親権者あり" in shown(cast, "case", case.pk)) is holds


def test_authority_that_has_ended_says_until_when(cast: Cast) -> None:
    case = a_case(cast)
    person = a_person(cast, case, authority_until=date(2024, 3, 31))
    assert "親権者（令和6年3月31日" in shown(cast, "people_list", case.pk)
    with acting_as(cast.caseworker):
        assert [one.endswith("まで）") for one in roles_in_words(person)] == [False, False, True]


def test_without_a_role_there_is_no_authority(cast: Cast) -> None:
    case = a_case(cast)
    a_person(cast, case, roles_more=[], authority_from=date(2020, 1, 1))
    assert holders(cast, case) == set()


def test_dates_in_the_wrong_order_name_both_fields_and_lose_nothing(cast: Cast) -> None:
    case = a_case(cast)
    typed = TYPED | {"authority_until": "2019-01-01", "note": "打ちかけの備考", "address": ADDRESS}
    answer = signed_in(cast.caseworker).post(reverse("person_add", args=[case.pk]), typed)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"authority_from", "authority_until"}
    page = answer.content.decode()
    assert not [one for one in ("打ちかけの備考", ADDRESS, "2019-01-01", "2020-04-01") if one not in page]
    with acting_as(cast.caseworker):
        assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"roles_more": ["custodian"]}, {"roles_more"}),
        ({"authority_known": ""}, {"authority_known"}),
        ({"role": "minor_guardian", "roles_more": [], "authority_known": ""}, {"authority_known"}),
        ({"roles_more": [], "authority_known": ""}, set()),
        ({"relation_code": "other"}, {"relation"}),
        ({"relation_code": ""}, {"relation_code"}),
        ({"birth_date": "2999-01-01"}, {"birth_date"}),
    ],
)
def test_what_contradicts_itself_is_named_at_its_field(
    cast: Cast, change: dict[str, Any], wrong: set[str]
) -> None:
    case = a_case(cast)
    answer = signed_in(cast.caseworker).post(reverse("person_add", args=[case.pk]), TYPED | change)
    assert set(answer.context["form"].errors if answer.context else ()) == wrong


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles_more": [PersonRole.CUSTODIAN]},
        {"authority_from": date(2020, 1, 2), "authority_until": date(2020, 1, 1)},
        {"birth_date": TODAY + timedelta(1)},
    ],
)
def test_the_action_refuses_it_too(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        a_person(cast, a_case(cast), **wrong)


def test_everything_typed_is_kept_and_offered_again(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    typed = TYPED | {
        "birth_date": "unknown",
        "sex": "male",
        "safe_to_call": "no",
        "call_hours": "平日の昼",
        "language": "架空語",
        "interpreter": "yes",
        "nationality": "架空国",
        "attitude": "blames",
        "joint_after_divorce": "unknown",
        "address": ADDRESS,
    }
    assert client.post(reverse("person_add", args=[case.pk]), typed).status_code == 302
    words = shown(cast, "people_list", case.pk)
    for one in ("電話不可", "平日の昼", "架空語", "架空国", "こどもを責めている", "戸籍謄本で確認", ADDRESS):
        assert one in words, one
    with acting_as(cast.caseworker):
        (person,) = Person.objects.all()
        assert reveal(person, "birth_date") == "不詳"
    form = client.get(reverse("person_edit", args=[case.pk, person.pk])).context["form"]
    again = {name: form.initial[name] for name in ("birth_date", "attitude", "roles_more", "authority_from")}
    assert again == {
        "birth_date": "unknown",
        "attitude": "blames",
        "roles_more": ["suspect", "parental_authority"],
        "authority_from": date(2020, 4, 1),
    }


def test_a_conflict_says_the_changed_roles_in_words(cast: Cast) -> None:
    case = a_case(cast)
    person = a_person(cast, case)
    address = reverse("person_edit", args=[case.pk, person.pk])
    first, second = signed_in(cast.caseworker), signed_in(cast.supervisor)
    typed = TYPED | {"version": "1", "started": first.get(address).context["form"]["started"].value()}
    assert second.post(address, typed | {"roles_more": ["cohabitant"]}).status_code == 302
    answer = first.post(address, typed | {"note": "打ちかけ"})
    assert answer.status_code == 200
    changes = {one.label: (one.before, one.now) for one in answer.context["form"].conflict}
    assert changes["その他の立場"] == ("加害が疑われる人\n親権者", "同居人")
    assert "打ちかけ" in answer.content.decode()


def test_a_row_of_before_reads_as_it_did(cast: Cast) -> None:
    """Written without what is new: everything new is not filled in, and nothing is asked of it."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        old = save_person(case, {"role": "suspect", "name": "継父某", "relation": "継父"}, by=cast.caseworker)
        old = Person.objects.get(pk=old.pk)
        assert [getattr(old, name) for name in Person.FACTS] == [None] * len(Person.FACTS)
        assert old.roles == frozenset({PersonRole.SUSPECT})
        assert not old.holds_authority(TODAY)
    words = shown(cast, "people_list", case.pk)
    assert not [one for one in ("加害が疑われる人", "継父某", "継父") if one not in words]
    assert shown(cast, "person_edit", case.pk, old.pk)


def withheld(cast: Cast, case: Case) -> Person:
    return a_person(cast, case, address=ADDRESS, address_withheld=True)


def test_a_withheld_address_of_a_person_is_on_its_own_page_alone(cast: Cast) -> None:
    case = in_custody(cast).case
    person = withheld(cast, case)
    for page in CasePage.values:
        assert ADDRESS not in shown(cast, page, case.pk), page
    assert "住所秘匿" in shown(cast, "people_list", case.pk)
    edit = signed_in(cast.caseworker).get(reverse("person_edit", args=[case.pk, person.pk])).content.decode()
    assert ADDRESS not in edit
    assert ADDRESS.encode("unicode_escape").decode() not in edit
    assert ADDRESS in shown(cast, "person_address", case.pk, person.pk)
    with acting_as(cast.director):
        looks = Event.objects.filter(case_id=case.pk, panels__contains=["withheld_address"])
        assert [look.actor_id for look in looks] == [cast.caseworker.staff_id]


def test_it_is_kept_where_it_is_not_typed_again(cast: Cast) -> None:
    case = a_case(cast)
    person = withheld(cast, case)
    address, typed = reverse("person_edit", args=[case.pk, person.pk]), TYPED | {"address_withheld": "on"}
    client = signed_in(cast.caseworker)
    assert client.post(address, typed | {"version": "1", "address": ""}).status_code == 302
    with acting_as(cast.caseworker):
        assert reveal(Person.objects.get(), "address") == ADDRESS
    assert client.post(address, typed | {"version": "2", "address": "新しい住所"}).status_code == 302
    with acting_as(cast.caseworker):
        assert reveal(Person.objects.get(), "address") == "新しい住所"


def test_where_the_childs_address_is_withheld_nobodys_is_shown(cast: Cast) -> None:
    """Who lives with the child would tell where it lives."""
    case = a_case(cast)
    person = a_person(cast, case, address=ADDRESS)
    assert ADDRESS in shown(cast, "people_list", case.pk)
    with acting_as(cast.caseworker):
        update_child(case, replace(CHILD, address_withheld=True), by=cast.caseworker)
    for page in CasePage.values:
        assert ADDRESS not in shown(cast, page, case.pk), page
    assert ADDRESS not in shown(cast, "person_edit", case.pk, person.pk)
    assert ADDRESS in shown(cast, "person_address", case.pk, person.pk)


def test_no_form_on_paper_has_the_address_of_a_person(cast: Cast) -> None:
    """Of every form of every room that can be printed here, withheld or not."""
    case = in_custody(cast).case
    withheld(cast, case)
    a_person(cast, case, name="髙橋母", address="架空市東町7-7")
    read = 0
    for code, paper in papers().items():
        with acting_as(cast.caseworker):
            subjects = list(paper.subjects(case, cast.caseworker))
        if subjects:
            words = sheet_of(cast, case, code)
            read += "髙橋父" in words or "髙橋母" in words
            assert ADDRESS.replace(" ", "") not in words, code
            assert "架空市東町7-7" not in words, code
    assert read > 1


def test_a_paper_says_every_role_and_the_relation(cast: Cast) -> None:
    case = a_case(cast)
    a_person(cast, case, birth_date=date(TODAY.year - 41, 1, 1), relation="戸籍上")
    words = sheet_of(cast, case, "child_record")
    assert not [
        one for one in ("保護者", "加害が疑われる人", "親権者", "実父（戸籍上）", "41") if one not in words
    ]


def test_the_database_keeps_none_of_it_in_clear(cast: Cast) -> None:
    case = a_case(cast)
    person = withheld(cast, case)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM cases_person p WHERE id = %s", [person.pk])
        (stored,) = cursor.fetchone()
        assert value_of(person.address_withheld) is True
    assert not [word for word in (ADDRESS, "parental_authority", "jippu", "koseki") if word in stored]
