"""The child's identity and the basic facts: names byte for byte, conflicts, the withheld address."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.actions import add_to_team, update_case
from cases.records.codes import Level, Relation, Track, Urgency
from cases.records.models import Case, Child, Grant
from cases.records.queries import search_exact
from security.encryption.fields import reveal
from security.signin import parked
from tests.cast import CHILD, FACTS, Cast, a_case, as_owner
from tests.client import signed_in

CHILD_FORM = {
    "version": "1",
    "started": "{}",
    "family_name": "髙橋",
    "given_name": "𠮷乃",
    "family_kana": "タカハシ",
    "given_kana": "ヨシノ",
    "sex": "female",
    "birth_date": "2013-05-01",
    "school": "若葉中学校 1年",
    "address": "架空市北町1-1",
    "telephone": "03-0000-1111",
}
BASICS_FORM = {
    "version": "1",
    "started": "{}",
    "track": "abuse",
    "urgency": "A",
    "outline": "新しい概要",
    "place_of_stay": "hospital",
}


def _child(case: Case, by: Position) -> dict[str, str | None]:
    with acting_as(by):
        child = Child.objects.get(pk=case.child_id)
        return {name: reveal(child, name) for name in CHILD.columns()} | {"version": str(child.version)}


def _edit(client: Client, case: Case, **changes: str) -> Any:
    return client.post(reverse("child_edit", args=[case.pk]), CHILD_FORM | changes)


NAMES = [
    "髙橋",
    "﨑",
    "𠮷",
    "渡邉",
    "\ufa19谷",
    "辻\U000e0100",
    "葛\U000e0101城",
    "李",
    "a",
    "O'Neil <b>",
    "ﾊﾝｶｸ",
]
NAMES.append("ジュゲム" * 24 + "ノ")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_stored_and_shown_byte_for_byte(cast: Cast, name: str) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    assert _edit(client, case, family_name=name, given_name=name).status_code == 302
    stored = _child(case, cast.caseworker)
    assert (stored["family_name"], stored["given_name"]) == (name, name)
    shown = client.get(reverse("child_edit", args=[case.pk])).content.decode()
    assert f'value="{escape(name)}"' in shown


def test_kana_and_birth_date_may_be_unknown(cast: Cast) -> None:
    case = a_case(cast)
    unknown = {"family_kana": "不詳", "given_kana": "不詳", "birth_date": "unknown"}
    assert _edit(signed_in(cast.caseworker), case, **unknown).status_code == 302
    stored = _child(case, cast.caseworker)
    assert (stored["family_kana"], stored["birth_date"]) == ("不詳", "不詳")
    with acting_as(cast.caseworker):
        assert search_exact(cast.caseworker, kana="タカハシヨシノ", birth_date=date(2013, 5, 1)) == []


def test_a_sound_that_cannot_be_searched_is_no_fault(cast: Cast) -> None:
    case = a_case(cast)
    assert _edit(signed_in(cast.caseworker), case, family_kana="ー", given_kana="ー").status_code == 302


def test_half_width_and_hiragana_become_katakana(cast: Cast) -> None:
    case = a_case(cast)
    assert (
        _edit(signed_in(cast.caseworker), case, family_kana="ﾊﾝｶｸ", given_kana="ひらがな").status_code == 302
    )
    stored = _child(case, cast.caseworker)
    assert (stored["family_kana"], stored["given_kana"]) == ("ハンカク", "ヒラガナ")
    with acting_as(cast.caseworker):
        assert search_exact(cast.caseworker, kana="はんかく ﾋﾗｶﾞﾅ", birth_date=date(2013, 5, 1)) == [case]


BAD = [
    {"family_name": ""},
    {"family_name": "a\0b"},
    {"family_name": "長" * 101},
    {"sex": "x"},
    {"birth_date": "2013-02-30"},
]


@pytest.mark.parametrize(
    "change", [*BAD, {"birth_date": "2999-01-01"}, {"telephone": "abc"}, {"version": "x"}]
)
def test_a_bad_field_is_named_and_nothing_typed_is_lost(cast: Cast, change: dict[str, str]) -> None:
    case = a_case(cast)
    response = _edit(signed_in(cast.caseworker), case, **({"school": "打ちかけの学校"} | change))
    assert response.status_code == 200
    page = response.content.decode()
    assert "打ちかけの学校" in page
    assert "error-summary" in page
    assert _child(case, cast.caseworker)["version"] == "1"


def test_a_newer_version_is_shown_and_the_typed_text_kept(cast: Cast) -> None:
    case = a_case(cast)
    first, second = signed_in(cast.caseworker), signed_in(cast.supervisor)
    started = first.get(reverse("child_edit", args=[case.pk])).context["form"]["started"].value()
    assert _edit(second, case, school="港中学校 2年", started=started).status_code == 302
    response = _edit(first, case, telephone="03-9999-9999", started=started)
    assert response.status_code == 200
    form, page = response.context["form"], response.content.decode()
    assert form.conflict is not None
    assert [(change.before, change.now) for change in form.conflict] == [("若葉中学校 1年", "港中学校 2年")]
    assert "03-9999-9999" in page
    again = {"version": "2", "started": form["started"].value(), "telephone": "03-9999-9999"}
    assert _edit(first, case, **again).status_code == 302
    assert _child(case, cast.caseworker)["telephone"] == "03-9999-9999"


@pytest.mark.parametrize("started", ["", "x", "[]", "null", '{"school": 1}', "\0"])
def test_a_forged_start_is_no_fault(cast: Cast, started: str) -> None:
    response = _edit(signed_in(cast.caseworker), a_case(cast), version="7", started=started)
    assert response.status_code == 200


def test_restored_text_is_shown_and_not_saved(cast: Cast) -> None:
    case = a_case(cast)
    response = _edit(signed_in(cast.caseworker), case, _restore="1", school="預かった学校")
    assert response.status_code == 200
    assert "預かった学校" in response.content.decode()
    assert _child(case, cast.caseworker)["school"] == CHILD.school


def test_a_withheld_address_is_shown_on_its_own_page_only(cast: Cast) -> None:
    case = a_case(cast, child=dataclasses.replace(CHILD, address_withheld=True))
    client = signed_in(cast.caseworker)
    assert "架空市" not in client.get(reverse("child_edit", args=[case.pk])).content.decode()
    assert "架空市" in client.get(reverse("child_address", args=[case.pk])).content.decode()
    assert _edit(client, case, address="", address_withheld="on").status_code == 302
    assert _child(case, cast.caseworker)["address"] == "架空市北町1-1"
    assert _edit(client, case, address="住所不定", address_withheld="on", version="2").status_code == 302
    assert _child(case, cast.caseworker)["address"] == "住所不定"


def test_basics_are_saved(cast: Cast) -> None:
    """Also the track, in reception and to abuse: a custodian turned out to have done it (児童虐待防止法2条)."""
    case = a_case(cast, facts=dataclasses.replace(FACTS, track=Track.THIRD_PARTY))
    typed = BASICS_FORM | {"urgency": "AA"}
    response = signed_in(cast.caseworker).post(reverse("basics_edit", args=[case.pk]), typed)
    assert response.status_code == 302
    with acting_as(cast.caseworker):
        stored = Case.objects.get(pk=case.pk)
        assert (stored.urgency, stored.track) == ("AA", "abuse")
        assert (reveal(stored, "outline"), reveal(stored, "place_of_stay")) == ("新しい概要", "hospital")


def test_the_urgency_is_lowered_only_with_a_reason_and_every_reason_is_kept(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    address, version = reverse("basics_edit", args=[case.pk]), 1

    def sent(urgency: str, reason: str) -> Any:
        typed = BASICS_FORM | {"version": str(version), "urgency": urgency, "lowered_because": reason}
        return client.post(address, typed)

    for urgency, reason in (("B", ""), ("AA", "上げる理由"), ("A", "変わらない理由")):
        page = sent(urgency, reason)
        assert list(page.context["form"].errors) == ["lowered_because"], urgency
        assert "新しい概要" in page.content.decode()
    with acting_as(cast.caseworker), pytest.raises(Refused, match="lowered"):
        update_case(
            case,
            urgency=Urgency.B,
            texts=BASICS_FORM | {"harm_type": "", "place_detail": ""},
            by=cast.caseworker,
        )
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="urgency_lowered"),
        transaction.atomic(),
    ):
        Case.objects.filter(pk=case.pk).update(urgency=Urgency.B)
    for urgency, reason in (("B", "祖母が同居した"), ("C", "加害者が転居した"), ("A", "")):
        assert sent(urgency, reason).status_code == 302, urgency
        version += 1
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    for words in ("A → B 職員 caseworker", "祖母が同居した", "B → C 職員 caseworker", "加害者が転居した"):
        assert words in page, words


def test_basics_saved_by_another_meanwhile_are_shown(cast: Cast) -> None:
    case = a_case(cast)
    address = reverse("basics_edit", args=[case.pk])
    first, second = signed_in(cast.caseworker), signed_in(cast.supervisor)
    started = first.get(address).context["form"]["started"].value()
    assert second.post(address, BASICS_FORM | {"started": started, "urgency": "AA"}).status_code == 302
    page = first.post(address, BASICS_FORM | {"started": started, "outline": "打ちかけの概要"})
    assert page.status_code == 200
    assert "打ちかけの概要" in page.content.decode()
    changed = [(change.before, change.now) for change in page.context["form"].conflict]
    assert ("架空の事案", "新しい概要") in changed
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).urgency == "AA"


def _grant(cast: Cast, case: Case, who: str) -> Grant:
    with acting_as(cast.caseworker):
        add_to_team(case, cast.positions[who], relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
        found: Grant = Grant.objects.get(content_object=case, position=cast.positions[who])
        return found


def test_access_that_ended_between_page_and_save_keeps_the_text(cast: Cast) -> None:
    case = a_case(cast)
    grant = _grant(cast, case, "colleague")
    client = signed_in(cast.colleague)
    assert client.get(reverse("child_edit", args=[case.pk])).status_code == 200
    with as_owner():
        Grant.objects.using("owner").filter(pk=grant.pk).update(ended_at=case.opened_at)
    refused = _edit(client, case, school="書きかけ")
    assert refused.status_code == 404
    assert (
        refused.content
        == signed_in(cast.stranger).post(reverse("child_edit", args=[case.pk]), CHILD_FORM).content
    )
    kept = parked.forms_of(cast.colleague.staff_id)
    assert [dict(form.fields)["school"] for form in kept] == ["書きかけ"]
    assert parked.forms_of(cast.stranger.staff_id) == []


def test_access_that_was_narrowed_is_refused_beside_the_text(cast: Cast) -> None:
    case = a_case(cast)
    grant = _grant(cast, case, "colleague")
    client = signed_in(cast.colleague)
    with as_owner():
        view = grant.permission.__class__.objects.using("owner").get(codename=f"{Level.VIEW}_case")
        Grant.objects.using("owner").filter(pk=grant.pk).update(permission=view)
    assert client.get(reverse("child_edit", args=[case.pk])).status_code == 404
    response = _edit(client, case, school="書きかけ")
    assert response.status_code == 200
    assert "書きかけ" in response.content.decode()
    assert _child(case, cast.caseworker)["version"] == "1"


def test_a_closed_case_is_not_written_on(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="closed")
    client = signed_in(cast.caseworker)
    assert _edit(client, case).status_code == 200
    assert client.post(reverse("basics_edit", args=[case.pk]), BASICS_FORM).status_code == 200
    assert _child(case, cast.caseworker)["version"] == "1"
