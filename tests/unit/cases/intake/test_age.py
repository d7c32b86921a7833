"""A birth date that makes a grown-up is asked about before anything is saved; with the answer it is taken."""

from typing import Any

import pytest

from agencies.staff.acting import acting_as
from cases.records.models import Case, Child
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.intake.test_known import rows
from tests.unit.cases.intake.test_pages import call_data
from tests.unit.referrals import pages


def born(years: int) -> str:
    today = clock.today()
    return f"{today.year - years}-{today.month:02}-01"


def call(cast: Cast, **more: Any) -> Any:
    client = pages.in_english(signed_in(cast.caseworker))
    return client.post("/intake/call/", call_data(cast, **more))


@pytest.mark.parametrize("age", [18, 46, 120])
def test_a_call_about_a_grown_up_is_asked_about(cast: Cast, age: int) -> None:
    """児童福祉法31条: help for somebody of 18 or 19 years is lawful, so it is asked and not refused."""
    before = rows()
    asked = call(cast, birth_date=born(age))
    page = asked.content.decode()
    assert asked.status_code == 200
    assert f"This makes an age of {age}. Check the birth date." in page
    assert 'name="birth_date_checked"' in page
    assert "養護教諭からの電話" in page  # nothing typed is lost
    assert rows() == before
    assert call(cast, birth_date=born(age), birth_date_checked="on").status_code == 302
    assert rows()[0] == before[0] + 1


@pytest.mark.parametrize("given", [{"birth_date": born(17)}, {"birth_date": "", "birth_date_unknown": "on"}])
def test_a_child_is_not_asked_about(cast: Cast, given: dict[str, str]) -> None:
    """児童福祉法4条: a child is younger than 18."""
    assert call(cast, **given).status_code == 302


def test_both_questions_are_asked_one_after_the_other(cast: Cast) -> None:
    first = call(cast, birth_date=born(19), birth_date_checked="on")
    assert first.status_code == 302
    known = call(cast, birth_date=born(19), birth_date_checked="on")
    assert 'name="another"' in known.content.decode()
    again = call(cast, birth_date=born(19), birth_date_checked="on", another="on")
    assert again.status_code == 302


def test_a_birth_date_to_come_is_refused(cast: Cast) -> None:
    answer = call(cast, birth_date=f"{clock.today().year + 1}-01-01", birth_date_checked="on")
    assert answer.status_code == 200


def test_the_childs_data_ask_once_and_not_about_what_is_recorded(cast: Cast) -> None:
    case = a_case(cast)
    client = pages.in_english(signed_in(cast.caseworker))
    path = f"/cases/{case.pk}/child/edit/"

    def sent(**more: str) -> dict[str, Any]:
        form = client.get(path).context["form"]
        values = {name: form[name].value() for name in form.fields}
        values |= {"birth_date": form["birth_date"].initial, "started": form["started"].value()}
        return {name: value for name, value in values.items() if value not in (None, False)} | more

    asked = client.post(path, sent(birth_date=born(46)))
    assert b"This makes an age of 46" in asked.content
    rows = [[field.name for field in row] for row in asked.context["form"].rows()]
    assert rows.index(["birth_date_checked"]) == rows.index(["birth_date", "sex"]) + 1, (
        "beside what it asks about"
    )
    assert client.post(path, sent(birth_date=born(46), birth_date_checked="on")).status_code == 302
    with acting_as(cast.caseworker):
        child = Child.objects.get(pk=Case.objects.get(pk=case.pk).child_id)
        assert str(value_of(child.birth_date)) == born(46)
    assert client.post(path, sent(school="星見高校")).status_code == 302
