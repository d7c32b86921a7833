"""What a package is, and how urgent: its kind in words, the urgency as the code alone; unknown codes as they were stored."""

import pytest
from django.test import Client
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.records.codes import Urgency
from referrals.disclosures.codes import Kind, PaperKind
from referrals.disclosures.models import Disclosure
from referrals.disclosures.queries import package_view
from security.walls.migrating import seeding_with_keys, without_triggers
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.referrals import steps

PAGES = ("", "print/")


def without_spaces(text: object) -> str:
    """As a sheet's words are read."""
    return "".join(str(text).split())


def shown(client: Client, report: Disclosure, page: str) -> str:
    """The officer's page, or the paper, as text without spaces."""
    answer = client.get(f"/police/{report.pk}/{page}")
    assert answer.status_code == 200
    return without_spaces(text_of(answer))


@pytest.mark.parametrize("page", PAGES)
def test_the_kind_is_in_words_and_the_urgency_says_no_word_of_the_child(cast: Cast, page: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.police):
        package = package_view(report.pk)
    assert package is not None
    assert (package.heading, package.urgency) == (PaperKind.JOHO.label, Urgency.A)
    assert isinstance(package.urgency, Urgency)
    text = shown(signed_in(cast.police), report, page)
    with override("ja"):
        assert without_spaces(PaperKind.JOHO.label) in text
        assert "joho" not in text
        assert without_spaces(Urgency.A.label) not in text


@pytest.mark.parametrize("page", PAGES)
def test_a_code_that_this_version_does_not_know_is_shown_as_it_is(cast: Cast, page: str) -> None:
    report = steps.readable(cast)
    with without_triggers(Disclosure, "owner"), seeding_with_keys("owner"):
        Disclosure.objects.using("owner").filter(pk=report.pk).update(paper_kind="oldkind", urgency="Z9")
    text = shown(signed_in(cast.police), report, page)
    assert "oldkind" in text
    assert "Z9" in text


@pytest.mark.parametrize("page", PAGES)
def test_one_from_before_kinds_were_chosen_is_a_report_to_the_police(cast: Cast, page: str) -> None:
    report = steps.readable(cast)
    with without_triggers(Disclosure, "owner"), seeding_with_keys("owner"):
        Disclosure.objects.using("owner").filter(pk=report.pk).update(paper_kind="")
    with override("ja"):
        assert without_spaces(Kind.POLICE_REPORT.label) in shown(signed_in(cast.police), report, page)
