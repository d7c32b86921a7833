"""The guideline on paper, and the page of the child: in words it knows, with readings, and nothing that is not for it."""

import pytest

from agencies.staff.acting import acting_as
from agencies.wordings.codes import ASKED, About, Band
from agencies.wordings.queries import shipped_text
from agencies.wordings.rules import check_says
from cases.decisions.codes import Verdict
from cases.guidelines.papers import CHILDS_PAGE, GUIDELINE_SHEET
from cases.prints.models import Print
from tests.cast import Cast
from tests.unit.cases.guidelines.made import TEXTS, decide, draft, fresh, in_force, tell
from tests.unit.cases.prints.test_notice import sample_of
from tests.unit.cases.prints.test_prints import printed, words_on


def test_the_sheet_has_all_of_it_and_the_boxes_for_approval(cast: Cast) -> None:
    row = in_force(cast)
    tell(cast, row, sheet_version="5～9歳用 2026-3")
    words = "".join(words_on(printed(cast, row.case, f"guideline_form:{row.pk}")))
    for text in (
        *(text for name, text in TEXTS.items() if name != "for_child"),
        "援助指針票",
        "髙橋母",
        "「一緒に暮らしたい」（架空）",
        "眠れる",
        "面接と家庭訪問",
        "地域で暮らす",
        "起案",
        "所長",
        "5～9歳用",
    ):
        assert text in words, text


def test_a_draft_is_a_sample_and_what_was_returned_is_on_no_paper(cast: Cast) -> None:
    row = draft(cast)
    assert "見本" in "".join(words_on(sample_of(cast, row.case, "guideline_form", str(row.pk))))
    printed(cast, row.case, f"guideline_form:{row.pk}")
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()
    decide(cast, row, Verdict.RETURN)
    with acting_as(cast.caseworker):
        assert GUIDELINE_SHEET.subjects(fresh(row.case), cast.caseworker) == []


@pytest.mark.parametrize("band", ASKED)
def test_the_page_of_the_child_is_one_page_in_its_own_words(cast: Cast, band: Band) -> None:
    row = in_force(cast)
    pages = words_on(printed(cast, row.case, f"guideline_childs_page:{row.pk}.{band.value}"))
    (words,) = pages
    for text in ("安心", "あんしん", "いっしょに", "担当", "電話"):
        assert text in words.replace(" ", ""), text
    for text in (TEXTS["needs"], TEXTS["care"], TEXTS["support"], "決裁", "髙橋母"):
        assert text not in words, text


@pytest.mark.parametrize("band", ASKED)
def test_each_text_of_the_office_says_that_the_child_is_heard(band: Band) -> None:
    check_says(About.GUIDELINE, shipped_text(band, About.GUIDELINE).words)


def test_the_page_of_the_childs_age_comes_first(cast: Cast) -> None:
    row = in_force(cast)
    with acting_as(cast.caseworker):
        subjects = CHILDS_PAGE.subjects(fresh(row.case), cast.caseworker)
    assert len(subjects) == len(ASKED)
    in_force(cast, row.case)
    with acting_as(cast.caseworker):  # that of the one before is given to nobody any more
        assert all(
            str(row.pk) not in one.key for one in CHILDS_PAGE.subjects(fresh(row.case), cast.caseworker)
        )
