"""What another office filed of the next hours: known of the receipt at first, and owed by then."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from cases.duties.models import Duty
from cases.intake import filing as filings
from cases.intake import rules
from cases.intake.codes import PoliceForm, UrgencyItem
from cases.intake.models import Filing, Notification, Told
from cases.receipts import actions as receipts
from cases.receipts.models import ReceiptFacts
from cases.receipts.panel import DECIDE_BY, steps
from cases.receipts.queries import receipts_of
from cases.records.codes import Answer
from cases.records.models import Case
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in
from tests.unit.cases.intake import test_filing, test_police
from tests.unit.cases.receipts.test_receipts import NO_FACTS
from tests.unit.referrals.pages import in_english

HOUR = timedelta(hours=1)
STEP = "Write the facts of the receipt"


def steps_of(cast: Cast, notification: Notification) -> list[str]:
    with acting_as(cast.caseworker), override("en"):
        return [str(step.label) for step in steps(Case.objects.get(pk=notification.case_id), cast.caseworker)]


def filed(cast: Cast, **known: Any) -> Filing:
    """Filed by the school with what it knows, and opened by the center."""
    told = dict.fromkeys(Told.TOLD, "") | {"situation": "架空の事案"}
    with acting_as(cast.school):
        row = filings.file_notification(
            cast.offices["kita"], CHILD, told, grounds=(UrgencyItem.SEXUAL,), about=test_filing.ABOUT, by=cast.school,
            known=known,
        )  # fmt: skip
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(pk=row.pk), by=cast.caseworker)
    return row


def owed(cast: Cast) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=DECIDE_BY.code).order_by("due_at"))


def test_a_child_in_the_hands_of_the_police_is_decided_on_before_it_is_to_be_taken_over(cast: Cast) -> None:
    """児童福祉法25条: until then it is to be decided what becomes of the child; whoever is in charge owes it, and is told."""
    until = clock.now() + 2 * HOUR
    notification = test_police.register(cast, test_police.sent(cast, PoliceForm.IN_HAND, take_over_by=until))
    (duty,) = owed(cast)
    assert (duty.case_id, duty.owner_id, duty.due_at, duty.done_at) == (
        notification.case_id,
        cast.caseworker.pk,
        until,
        None,
    )
    with acting_as(cast.caseworker):
        assert duty.cause == ReceiptFacts.objects.get(notification=notification).pk
        assert Notice.objects.filter(kind="duty_open", path__endswith=f"/duties/{duty.pk}/").count() == 1
    page = in_english(signed_in(cast.caseworker))
    for path in (f"/cases/{duty.case_id}/", "/", "/duties/"):
        assert "before it leaves where it is now" in page.get(path).content.decode(), path


@pytest.mark.parametrize("form", [PoliceForm.DOCUMENT, PoliceForm.SENT])
def test_of_a_document_nothing_is_owed(cast: Cast, form: PoliceForm) -> None:
    test_police.register(cast, test_police.sent(cast, form))
    assert not owed(cast)
    with acting_as(cast.caseworker):
        assert not ReceiptFacts.objects.exists()


def test_what_a_school_filed_is_in_the_form_of_the_facts_and_the_rest_is_still_to_be_asked(
    cast: Cast,
) -> None:
    leaves = (timezone.now() + 3 * HOUR).replace(microsecond=0)
    row = filed(cast, leaves_at=leaves, with_suspect=Answer.YES, can_be_met=Answer.NO, siblings="妹（架空）")
    notification = test_filing.register(cast, row)
    assert [duty.due_at for duty in owed(cast)] == [leaves]
    page = in_english(signed_in(cast.caseworker))
    assert steps_of(cast, notification) == [STEP]
    form = page.get(reverse("receipt_facts", args=[notification.case_id, notification.pk])).context["form"]
    said = {name: form[name].value() for name in ("with_suspect", "can_be_met", "leaves_at")}
    assert said == {"with_suspect": Answer.YES, "can_be_met": Answer.NO, "leaves_at": leaves}
    assert form["item_sexual"].value() == Answer.YES  # what was ticked on the sheet stays
    asked(cast, notification, leaves_at=leaves, with_suspect=Answer.NO)
    assert steps_of(cast, notification) == []
    assert [(duty.due_at, duty.done_at) for duty in owed(cast)] == [
        (leaves, None)
    ]  # the same moment is no other
    asked(cast, notification, leaves_at=leaves - HOUR)
    assert [(duty.due_at, duty.done_at is None) for duty in owed(cast)] == [
        (leaves - HOUR, True),
        (leaves, False),
    ]


def asked(cast: Cast, notification: Notification, **found: Any) -> None:
    with acting_as(cast.caseworker):
        receipt = next(
            one
            for one in receipts_of(Case.objects.get(pk=notification.case_id))
            if one.notification == notification
        )
        facts = NO_FACTS | {"applies": [UrgencyItem.SEXUAL], "ruled_out": []} | found
        receipts.record_facts(receipt, receipt.kind, facts, by=cast.caseworker)


def test_added_to_a_case_it_is_owed_by_whoever_is_in_charge_there(cast: Cast) -> None:
    case, leaves = a_case(cast), clock.now() + HOUR
    row = filed(cast, leaves_at=leaves)
    with acting_as(cast.supervisor):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        filings.attach_filing(test_police.at_desk(row), fresh, by=cast.supervisor)
    (duty,) = owed(cast)
    assert (duty.case_id, duty.owner_id, duty.due_at) == (case.pk, cast.caseworker.pk, leaves)


def test_of_a_moment_that_has_passed_at_the_desk_nothing_is_owed_and_it_is_kept(cast: Cast) -> None:
    leaves = clock.now() + timedelta(milliseconds=200)
    row = filed(cast, leaves_at=leaves)
    while clock.now() <= leaves:
        pass
    notification = test_filing.register(cast, row)
    assert not owed(cast)
    with acting_as(cast.caseworker):
        assert value_of(ReceiptFacts.objects.get(notification=notification).leaves_at) == leaves


def test_a_moment_before_the_filing_keeps_nobody_from_registering_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever files past the rule of the form says something false; the child is to be seen all the same."""
    monkeypatch.setattr(rules, "check_leaves_later", lambda *_: None)
    row = filed(cast, leaves_at=clock.now() - 24 * HOUR, with_suspect=Answer.YES)
    notification = test_filing.register(cast, row)
    assert not owed(cast)
    with acting_as(cast.caseworker):
        facts = ReceiptFacts.objects.get(notification=notification)
        assert (value_of(facts.leaves_at), value_of(facts.with_suspect)) == (None, Answer.YES)


def test_a_filing_that_says_nothing_of_it_leaves_no_facts(cast: Cast) -> None:
    notification = test_filing.register(cast, filed(cast, siblings="妹（架空）"))
    with acting_as(cast.caseworker):
        assert not ReceiptFacts.objects.exists()
        assert receipts_of(Case.objects.get(pk=notification.case_id))[0].facts is None
