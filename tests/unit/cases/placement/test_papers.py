"""What the notices of a placement say, to whom, and what they leave out."""

from typing import Any

import pytest
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.consents.codes import Said
from cases.placement.papers import CONSENT_FORM, LATER_NOTICE, NOTICE, PLACE_NOTICE
from cases.records.codes import PersonRole
from cases.records.models import Case
from tests.cast import Cast, a_case
from tests.unit.cases.placement.placed import (
    a_parent,
    by_court,
    draft,
    draft_end,
    explains,
    fresh,
    parent_of,
    placed,
    says,
    settle,
)
from tests.unit.cases.prints.test_prints import printed, words_on

HIDDEN = "秘密の家"


def two_parents(cast: Cast, **more: Any) -> Case:
    case = a_case(cast)
    for name in ("架空母", "架空父"):
        says(cast, case, a_parent(cast, case, name), Said.CONSENTS)
    settle(cast, draft(cast, case, told_reason="養育が困難なため", reason="秘められた理由", **more))
    return case


def keys(cast: Cast, case: Case, paper: object) -> list[str]:
    with acting_as(cast.caseworker), override("ja"):
        return [one.key for one in paper.subjects(fresh(case), cast.caseworker)]  # type: ignore[attr-defined]  # a Paper


def words(cast: Cast, case: Case, paper: object, key: str) -> str:
    return "".join(words_on(printed(cast, case, f"{paper.code}:{key}")))  # type: ignore[attr-defined]  # a Paper


def test_each_person_gets_a_notice_with_how_to_object(cast: Cast) -> None:
    """行政不服審査法18条・82条, 行政事件訴訟法14条・46条."""
    case = two_parents(cast)
    a_parent(cast, case, "架空祖母", roles_more=[], role=PersonRole.CUSTODIAN)
    found = keys(cast, case, NOTICE)
    assert len(found) == 2
    pages = [words(cast, case, NOTICE, key) for key in found]
    first, second = sorted(pages, key=lambda page: "架空父" in page)
    for page, own, other in ((first, "架空母", "架空父"), (second, "架空父", "架空母")):
        assert own in page
        assert other not in page
        for part in ("措置決定通知書", "青空学園", "養育が困難なため", "審査請求", "３か月", "取消し"):
            assert part in page.replace("3か月", "３か月"), part
        assert "秘められた理由" not in page
        assert "施設でもいい" not in page


@pytest.mark.parametrize("paper", [NOTICE, PLACE_NOTICE])
def test_a_withheld_place_is_on_no_notice(cast: Cast, paper: object) -> None:
    case = two_parents(cast, place=HIDDEN, place_withheld=True)
    for key in keys(cast, case, paper):
        assert HIDDEN not in words(cast, case, paper, key)
    with acting_as(cast.caseworker):
        assert len(paper.advice(fresh(case))) == 1  # type: ignore[attr-defined]  # a Paper


def test_the_institution_is_told_what_it_needs_and_no_reason(cast: Cast) -> None:
    case = two_parents(cast, school="転校先は架空小", medical="予防接種は施設長")
    (key,) = keys(cast, case, PLACE_NOTICE)
    page = words(cast, case, PLACE_NOTICE, key)
    for part in ("青空学園", "転校先は架空小", "予防接種は施設長"):
        assert part in page
    for part in ("養育が困難", "秘められた理由", "審査請求"):
        assert part not in page


def test_the_form_of_consent_says_nothing_of_others(cast: Cast) -> None:
    case = a_case(cast)
    says(cast, case, a_parent(cast, case, "架空母"), Said.OBJECTS)
    a_parent(cast, case, "架空父")
    assert len(keys(cast, case, CONSENT_FORM)) == 2
    pages = [words(cast, case, CONSENT_FORM, key) for key in keys(cast, case, CONSENT_FORM)]
    (page,) = [page for page in pages if "架空父" in page]
    assert "架空母" not in page
    assert "児童養護施設" in page


def test_the_notice_of_a_placement_by_the_court_says_until_when(cast: Cast) -> None:
    row = by_court(cast)
    (key,) = keys(cast, row.case, NOTICE)
    assert "第28条" in words(cast, row.case, NOTICE, key)


def test_the_notice_of_an_end_goes_to_each_and_to_the_institution(cast: Cast) -> None:
    row = placed(cast, place="青空学園")
    explains(cast, row.case, parent_of(cast, row.case))
    settle(cast, draft_end(cast, row.case, told_reason="家庭の準備が整ったため", place="秘密の母宅"))
    to_parent, to_place = keys(cast, row.case, LATER_NOTICE)
    parent, place = (words(cast, row.case, LATER_NOTICE, key) for key in (to_parent, to_place))
    for part in ("措置停止・変更・解除通知書", "措置の解除", "家庭復帰", "青空学園"):
        assert part in parent, part
        assert part in place, part
    assert "家庭の準備が整ったため" in parent
    assert "審査請求" in parent
    for page in (parent, place):
        assert "秘密の母宅" not in page
    assert "審査請求" not in place
    assert "家庭の準備" not in place
    assert len(keys(cast, row.case, NOTICE)) == 1
