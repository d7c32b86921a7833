"""What the decider reads: the child, every answer with result and state, each correction, and the text that would go."""

import pytest
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.records.models import Case
from referrals.consent.actions import EXCEPTION
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import pages, steps


def page(cast: Cast, path: str) -> str:
    return pages.in_english(signed_in(cast.director)).get(path).content.decode()


def named(cast: Cast, case: Case) -> str:
    with acting_as(cast.caseworker):
        child = Case.objects.select_related("child").get(pk=case.pk).child
        return f"{child.family_name.reveal()}　{child.given_name.reveal()}"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case with a no, corrected into a wish that was withdrawn, and a newer wish."""
    case = a_case(cast)
    steps.confirmed(cast, case, result="declines")
    wish = steps.confirmed(cast, case, correction="別のこどもの回答を書いた")
    steps.withdrawn(cast, wish)
    steps.confirmed(cast, case)
    return case


def check(cast: Cast, case: Case, shown: str) -> None:
    with override("en"):
        urgency = str(case.get_urgency_display())
    for expected in (
        named(cast, case),
        "The child does not wish it",
        "Replaced by a newer answer",
        "Recorded wrongly, corrected later",
        "The child wished it",
        "Withdrawn by the child",
        "別のこどもの回答を書いた",
        str(cast.caseworker.staff),
        urgency,
    ):
        assert expected in shown


def test_the_page_of_an_exception(cast: Cast, case: Case) -> None:
    request = steps.excepted(cast, case, approve=False)
    shown = page(cast, EXCEPTION.url(request))
    check(cast, case, shown)
    assert shown.count(named(cast, case)) == 3, (
        "at the top of the case, in the head, and in the text that would go"
    )


def test_the_page_of_a_report(cast: Cast, case: Case) -> None:
    report = steps.drafted(cast, case)
    shown = page(cast, f"/cases/{case.pk}/decisions/police_report/{report.pk}/")
    check(cast, case, shown)
    assert "伝える文 incident_outline" in shown
