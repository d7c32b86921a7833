"""A sibling of whom the office learns later: the first receipt is taken over; who notified is asked where it is sealed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.clocks.models import Clock
from cases.households.forms import ALWAYS, name_in
from cases.households.models import Household
from cases.intake.models import Notification, Notifier
from cases.records import actions as records
from cases.records.codes import Level, Relation
from cases.records.models import Case, Person
from security.encryption.fields import reveal
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.households.test_children import SISTER, registered, row_data
from tests.unit.cases.intake.test_actions import NOTIFIER


def sent(cast: Cast, **more: Any) -> dict[str, Any]:
    at = (timezone.localtime() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S")
    typed = {"received_at": at, "situation": "妹もいると分かった（架空）", "urgency": "B"}
    return typed | {"in_charge": str(cast.caseworker.pk)} | row_data(2, SISTER) | more


def address(case: Case) -> str:
    return reverse("household_register", args=[case.pk])


def test_the_receipt_is_taken_over_and_the_words_are_not(cast: Cast) -> None:
    case, client = registered(cast)[0], signed_in(cast.caseworker)
    page = client.get(address(case))
    assert page.status_code == 200
    assert "notifier_name" not in page.context["form"].fields
    assert client.post(address(case), sent(cast))["Location"] == f"/cases/{case.pk}/#household"
    with acting_as(cast.caseworker):
        other = Case.objects.exclude(pk=case.pk).get()
        told = Notification.objects.get(case=other)
        assert reveal(Notifier.objects.get(notification=told), "name") == NOTIFIER["name"]
        assert not reveal(told, "words")
        assert "妹もいると" in str(reveal(told, "situation"))
        assert reveal(other.child, "family_name") == "髙橋"
        assert reveal(other.child, "address") == reveal(case.child, "address")
        assert Person.objects.filter(case=other).count() == 1
        assert Clock.objects.running().get(case=other).started_at == told.received_at
        assert Household.objects.count() == 1


def test_who_may_not_read_who_notified_is_asked(cast: Cast) -> None:
    case = registered(cast)[0]
    with acting_as(cast.caseworker):
        records.add_to_team(
            case,
            cast.colleague,
            relation=Relation.MEMBER,
            level=Level.EDIT,
            by=cast.caseworker,
        )
    client = signed_in(cast.colleague)
    assert "notifier_name" in client.get(address(case)).context["form"].fields
    assert client.post(address(case), sent(cast, notifier_name="別の通告者（架空）")).status_code == 302
    with acting_as(cast.caseworker):
        other = Case.objects.exclude(pk=case.pk).get()
        assert reveal(Notifier.objects.get(case=other), "name") == "別の通告者（架空）"


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        (dict.fromkeys(row_data(2, SISTER), ""), {name_in(2, name) for name in ALWAYS}),
        (row_data(3, ("", "レン", date(2020, 9, 9))), {"child3_given_name"}),
        ({"situation": ""}, {"situation"}),
        ({"received_at": "2999-01-01T00:00"}, {"received_at"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    cast: Cast, more: dict[str, str], fields: set[str]
) -> None:
    case = registered(cast)[0]
    page = signed_in(cast.caseworker).post(address(case), sent(cast, **more))
    assert page.status_code == 200
    assert set(page.context["form"].errors) == fields
    with acting_as(cast.director):
        assert Case.objects.count() == 1


def test_a_case_without_a_receipt_has_nothing_to_take_over(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    assert client.get(address(case)).status_code == 404
    assert address(case) not in client.get(f"/cases/{case.pk}/").content.decode()
