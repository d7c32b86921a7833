"""What the police read they print: no text that is sent to them names an address or a place that is withheld."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.models import Case
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, decide
from tests.unit.cases.prints.test_withheld_home import AS_WRITTEN, home
from tests.unit.referrals import steps
from tests.unit.referrals.pages import report

PLACE = "架空港の家"


def ready(cast: Cast) -> Case:
    """A child whose sister's address is withheld, with a confirmation."""
    case, _other = home(cast)
    steps.confirmed(cast, case)
    return case


def drafted(cast: Cast, case: Case, text: str) -> Any:
    texts = {item: text if item == "safety_state" else f"伝える文 {item}" for item in steps.ITEMS}
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
    return steps.drafted(cast, fresh, texts=texts)


def withheld_at_a_place(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
    decide(cast, a_draft(cast, fresh, place=PLACE, place_withheld=True))


def test_a_withheld_address_of_a_sister_is_named_before_it_is_drafted(cast: Cast) -> None:
    case = ready(cast)
    with override("ja"), pytest.raises(Refused) as caught:
        drafted(cast, case, f"きょうだいは{AS_WRITTEN}にいる（架空）")
    assert caught.value.code == "withheld"
    assert "現在の安全" in str(caught.value.reason)
    drafted(cast, case, "きょうだいは安全な所にいる（架空）")


def test_a_withheld_place_of_custody_too(cast: Cast) -> None:
    case = ready(cast)
    withheld_at_a_place(cast, case)
    with pytest.raises(Refused, match="withheld"):
        drafted(cast, case, f"{PLACE}で保護中（架空）")


def test_what_is_withheld_after_the_draft_is_not_sent(cast: Cast) -> None:
    case = ready(cast)
    report = drafted(cast, case, f"{PLACE}で保護中（架空）")
    steps.decided(cast, report)
    withheld_at_a_place(cast, case)
    with pytest.raises(Refused, match="withheld"):
        steps.sent(cast, report)


def test_the_page_says_in_which_text_it_is(cast: Cast) -> None:
    case = ready(cast)
    url = reverse("report_new", args=[case.pk])
    with override("ja"):
        client = signed_in(cast.caseworker)
        page = client.get(url, follow=True)
        path = page.redirect_chain[-1][0] if page.redirect_chain else url
        sent = client.post(path, report(text_safety_state=f"{AS_WRITTEN}にいる"))
        assert "次の項目に秘匿する住所又は場所が書かれています" in text_of(sent)
