"""A place without an account gets the admission sheet on paper: who the child is, its health and dangers, and no allegation."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.custody.codes import Place
from cases.outgoing.admitting import ADMISSION_SHEET
from cases.records.actions import update_child
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import actions
from cases.shelter.codes import SelfHarm
from cases.shelter.models import PlaceSheet
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, in_custody
from tests.unit.cases.outgoing.test_outgoing import FREE, ended, keys, words
from tests.unit.cases.shelter.test_sheet import CARE
from tests.unit.cases.stays.test_places import approve, draft

PLACE: dict[str, Any] = {"place": "青空学園", "place_kind": Place.CHILDRENS_HOME, "place_withheld": False}


def written(cast: Cast, case: Case, **more: Any) -> PlaceSheet:
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        return actions.write_for_place(fresh, CARE | more, by=cast.caseworker)


def test_it_says_what_the_place_must_know_and_nothing_of_what_happened(cast: Cast) -> None:
    case = in_custody(cast, **PLACE).case
    assert keys(cast, case, ADMISSION_SHEET) == []
    written(cast, case)
    told = words(cast, case, ADMISSION_SHEET)
    for word in (
        "一時保護連絡票",
        "青空学園",
        "髙橋𠮷乃",
        "はーちゃん",
        "そば（架空）",
        "母の交際相手",
        "家であったこと",
        "北児童相談所長",
    ):
        assert word in told, word
    assert not [word for word in (*FREE, CHILD.address, CHILD.telephone) if word in told]


def test_a_withheld_place_and_a_withheld_address_are_not_on_it(cast: Cast) -> None:
    case = in_custody(cast, **PLACE | {"place_withheld": True}).case
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        update_child(fresh, replace(CHILD, address_withheld=True), by=cast.caseworker)
    written(cast, case, danger=f"父が{CHILD.address}を探している")
    told = words(cast, case, ADMISSION_SHEET)
    assert "青空学園" not in told
    assert CHILD.address not in told
    assert "父が秘匿を探している" in told
    page = text_of(signed_in(cast.caseworker).get(reverse("prints", args=[case.pk])))
    assert "宛名は手書き" in page or "手書き" in page


def test_after_a_move_the_sheet_names_the_new_place(cast: Cast) -> None:
    case = in_custody(cast, **PLACE).case
    written(cast, case)
    old = keys(cast, case, ADMISSION_SHEET)[0]
    approve(cast, draft(cast, case))
    assert keys(cast, case, ADMISSION_SHEET) == [f"{old}.1"]
    assert "青空学園" not in words(cast, case, ADMISSION_SHEET)


def test_the_latest_that_was_written_counts(cast: Cast) -> None:
    case = in_custody(cast, **PLACE).case
    written(cast, case)
    written(cast, case, medicine="吸入薬（架空）")
    assert "吸入薬（架空）" in words(cast, case, ADMISSION_SHEET)
    assert CARE["period"] in words(cast, case, ADMISSION_SHEET)
    page = text_of(signed_in(cast.caseworker).get(f"/cases/{case.pk}/custody/"))
    assert "吸入薬（架空）" in page


def test_the_page_writes_it_and_asks_for_what_is_lacking(cast: Cast) -> None:
    case = in_custody(cast, **PLACE).case
    client, where = signed_in(cast.caseworker), reverse("shelter_paper", args=[case.pk])
    sent = {**{name: str(value) for name, value in CARE.items()}, "allergy": "yes", "self_harm": "watch"}
    lacking = client.post(where, {**sent, "allergies": "", "may_come": ""})
    assert {"allergies", "may_come"} <= set(lacking.context["form"].errors)
    assert client.post(where, sent)["Location"].endswith("#shelter")
    with acting_as(cast.caseworker):
        assert reveal(PlaceSheet.objects.get(case=case), "called") == "はーちゃん"
    assert signed_in(cast.stranger).get(where).status_code == 404


def test_it_is_written_while_custody_goes_on_and_of_no_other_case(cast: Cast) -> None:
    start = in_custody(cast, **PLACE)
    written(cast, start.case)
    other = a_case(cast)
    with pytest.raises(Refused):
        written(cast, other)
    forged = PlaceSheet(case=other, start=start, written_by=cast.caseworker, written_at=clock.now())
    with acting_as(cast.caseworker):
        for name in (*PlaceSheet.CHILD, *PlaceSheet.CARE):
            setattr(forged, name, None)
        forged.family_name = forged.given_name = forged.family_kana = forged.given_kana = "偽"
        forged.may_come = forged.not_to_ask = "偽"
        forged.sex, forged.birth_date = CHILD.sex, clock.today()
        forged.allergy, forged.self_harm = Answer.NO, SelfHarm.NONE
        with pytest.raises(IntegrityError, match="no such custody"), transaction.atomic():
            forged.save(force_insert=True)
    ended(cast, start)
    with pytest.raises(Refused):
        written(cast, start.case)


def test_a_draft_that_waits_is_a_sample_only(cast: Cast) -> None:
    row = a_draft(cast, **PLACE)
    with pytest.raises(Refused):
        written(cast, row.case)
