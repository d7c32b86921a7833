"""What the child is told before it answers: what is true, and the old words stay readable under the answers given to them."""

import pytest
from django.db import connections

from agencies.wordings.queries import SHIPPED
from referrals.consent.texts import BEFORE
from security.walls.seeder import seeding
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import steps

GOES_ON = "べるのをつづけることがあります"
"""「調べるのをつづけることがあります」 without its ruby: the police may go on."""


def test_the_question_says_that_the_police_may_go_on(cast: Cast) -> None:
    page = signed_in(cast.caseworker).get(f"/cases/{a_case(cast).pk}/intention/new/").content.decode()
    assert SHIPPED in page
    assert GOES_ON in page
    assert "いつでもやめられます" not in page


@pytest.mark.parametrize("version", BEFORE)
def test_an_answer_shows_the_words_it_was_given_to(cast: Cast, version: str) -> None:
    case = a_case(cast)
    answer = steps.confirmed(cast, case)
    with seeding(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_intention SET wording_version = %s, wording = NULL WHERE id = %s",
            [version, answer.pk],
        )
    page = signed_in(cast.caseworker).get(f"/cases/{case.pk}/intention/").content.decode()
    assert f'id="wording-{version}"' in page
    assert page.count('id="wording-') == page.count(f'id="wording-{version}')
    assert (GOES_ON in page) is (version != "2026-1")
