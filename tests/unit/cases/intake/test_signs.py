"""The lines under the questions of the urgency sheet: what is ticked answers its question, is kept sealed, shown and printed."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.intake import actions
from cases.intake.codes import SIGNS, Sign, UrgencyItem
from cases.intake.models import Notification
from cases.intake.rules import with_signs
from cases.receipts.queries import receipts_of
from cases.records.codes import Urgency
from cases.records.models import Case
from security.encryption.fields import value_of
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import received
from tests.unit.cases.intake.test_pages import call_data, the_only_case
from tests.unit.cases.prints.test_sheets import sheet_of
from tests.unit.referrals.pages import in_english


def the_notification() -> Notification:
    return Notification.objects.order_by("received_at", "id")[0]


def test_every_line_stands_under_one_question() -> None:
    assert sorted(sign for signs in SIGNS.values() for sign in signs) == sorted(Sign)
    assert list(SIGNS) == list(UrgencyItem)


def test_a_line_that_is_ticked_answers_its_question(cast: Cast) -> None:
    """Sexual abuse short of sexual acts asks for A, an injury for AA: nobody has to answer the question besides."""
    assert with_signs((UrgencyItem.HOME,), (Sign.INJURY,)) == (UrgencyItem.GRAVE, UrgencyItem.HOME)
    data = call_data(
        cast, item_sexual="", urgency="", signs_sexual=["infant", "sexual_short"], item_grave="unknown"
    )
    assert signed_in(cast.caseworker).post("/intake/call/", data).status_code == 302
    case = the_only_case(cast)
    assert case.urgency == Urgency.A
    with acting_as(cast.caseworker):
        row = the_notification()
        assert value_of(row.grounds) == [UrgencyItem.SEXUAL]
        assert value_of(row.signs) == [Sign.INFANT, Sign.SEXUAL_SHORT]
        assert UrgencyItem.GRAVE in receipts_of(case)[0].to_find_out
    page = in_english(signed_in(cast.caseworker)).get(reverse("case_reception", args=[case.pk]))
    assert "an infant or a child below school age" in page.content.decode()


def test_what_is_ticked_contradicts_a_no(cast: Cast) -> None:
    data = call_data(cast, item_grave="no", signs_grave=["injury"])
    page = signed_in(cast.caseworker).post("/intake/call/", data)
    form = page.context["form"]
    assert set(form.errors) == {"item_grave"}
    assert form["signs_grave"].value() == ["injury"]  # nothing typed is lost
    assert '<details class="folded-checks" open>' in page.content.decode()
    with as_owner():
        assert not Case.objects.using("owner").exists()
    told = replace(received(), denied=(UrgencyItem.GRAVE,), signs=(Sign.INJURY,))
    case = a_case(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="item_grave"):
        actions.add_notification(case, told, by=cast.caseworker)


def test_a_line_of_another_question_is_refused(cast: Cast) -> None:
    page = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, signs_asks=["injury"]))
    assert set(page.context["form"].errors) == {"signs_asks"}


def test_the_codes_are_sealed(cast: Cast) -> None:
    with acting_as(cast.caseworker):
        actions.add_notification(
            a_case(cast), replace(received(), signs=(Sign.SEXUAL_RESULT,)), by=cast.caseworker
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT signs FROM cases_notification")
            assert Sign.SEXUAL_RESULT not in cursor.fetchone()[0]


def test_what_is_found_out_later_takes_its_place(cast: Cast) -> None:
    assert (
        signed_in(cast.caseworker).post("/intake/call/", call_data(cast, signs_sexual=["infant"])).status_code
        == 302
    )
    case, client = the_only_case(cast), signed_in(cast.caseworker)
    with acting_as(cast.caseworker):
        path = reverse("receipt_facts", args=[case.pk, the_notification().pk])
    form = client.get(path).context["form"]
    assert form["signs_sexual"].value() == [Sign.INFANT]
    typed = {
        "kind": "tsukoku",
        "item_sexual": "yes",
        "signs_sexual": ["sexual_short"],
        "signs_grave": ["injury"],
    }
    assert client.post(path, typed).status_code == 302
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
        assert receipt.signs == {Sign.SEXUAL_SHORT, Sign.INJURY}
        assert receipt.applies == {UrgencyItem.SEXUAL, UrgencyItem.GRAVE}
        assert receipt.notification.case.urgency == Urgency.AA
    assert client.post(path, {"kind": "tsukoku", "item_sexual": "no", "item_grave": "no"}).status_code == 302
    with acting_as(cast.caseworker):
        assert receipts_of(Case.objects.get(pk=case.pk))[0].signs == set()


def test_the_printed_sheet_has_every_line(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        actions.add_notification(case, replace(received(), signs=(Sign.INJURY,)), by=cast.caseworker)
    words = sheet_of(cast, case, "urgency_form")
    with translation.override("ja"):
        of_labels = sum(str(sign.label).count("レ") for sign in Sign)
        assert (
            words.count("レ") - of_labels == 3
        )  # what was answered with yes, the line, and the question it answers
        for sign in Sign:
            assert re.sub(r"\s", "", str(sign.label)) in words, sign
