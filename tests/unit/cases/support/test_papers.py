"""Papers of a support case: what they never say, and the forms that fill them."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.prints.queries import offers, papers_of
from cases.records.actions import save_person, update_child
from cases.records.models import Case
from cases.support.codes import Aid
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.support.made import JUVENILE, support_case
from tests.unit.cases.support.test_plan import designated

ADDRESS = "架空市若葉1-2-3"
"""As it is read from a paper, without the space."""
MOTHER = {"role": "custodian", "name": "架空母", "relation": "実母", "telephone": "090-5555-6666"}
PAPERS = {"juvenile_consultation", "support_plan_sheet", "child_notice"}


def printed(cast: Cast, case: Case) -> dict[str, str]:
    """The words of each paper that the officer can print of a case."""
    client, url = signed_in(cast.police), reverse("print_new", args=[case.pk])
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        found = [(one.paper.code, one.subjects[0].key) for one in offers(fresh, cast.police)]
    return {code: text_of(client.post(url, {"sheet": f"{code}:{key}"}, follow=True)) for code, key in found}


def test_no_paper_says_where_a_child_is_whose_place_is_withheld(cast: Cast) -> None:
    """Neither its address nor its telephone, nor that of its mother: as on the papers of a center."""
    seen = set()
    for case in (designated(cast), support_case(cast, aid=Aid.ABUSE)):
        with acting_as(cast.police):
            save_person(
                case, MOTHER | dict.fromkeys(("kana", "age", "occupation", "note"), ""), by=cast.police
            )
        open_words = "".join(printed(cast, case).values())
        assert JUVENILE.telephone in open_words
        assert ADDRESS in open_words
        with acting_as(cast.police):
            fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
            update_child(fresh, replace(JUVENILE, address_withheld=True), by=cast.police)
        for code, words in printed(cast, case).items():
            seen.add(code)
            for withheld in (JUVENILE.telephone, ADDRESS, MOTHER["telephone"]):
                assert withheld not in words, (code, withheld)
    assert seen == PAPERS


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_form_that_fills_a_paper_bears_its_name(cast: Cast, language: str) -> None:
    case = support_case(cast, aid=Aid.ABUSE)
    client = signed_in(cast.police)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with acting_as(cast.police):
        papers = papers_of(Case.objects.select_related("office").get(pk=case.pk))
    assert papers.keys() >= PAPERS
    for paper in (papers[code] for code in PAPERS):
        (page,) = paper.filled_at
        answer = client.get(reverse(page, args=[] if page == "support_new" else [case.pk]))
        (line,) = re.findall(r'<p class="page-head__paper">([^<]+)</p>', answer.content.decode())
        with override(language):
            assert str(paper.label) in unescape(line), page
