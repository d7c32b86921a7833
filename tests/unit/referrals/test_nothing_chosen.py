"""Three-valued items and empty choices on the pages of the child's word, the report and the police desk."""

import re

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from referrals.consent.models import Intention
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

CHECKED = re.compile(r'<input[^>]*type="radio"[^>]*checked[^>]*>')
SELECTED = re.compile(r'<select[^>]*name="(\w+)"[^>]*>\s*<option value="([^"]*)"')


def chosen_on(page: str) -> list[str]:
    """The radios that are marked, and the lists whose first line is a value; the era of a date is no choice of these kinds."""
    return CHECKED.findall(page) + [
        name for name, first in SELECTED.findall(page) if first and not name.endswith("_era")
    ]


def test_the_pages_begin_with_nothing_chosen(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    worker, chief = signed_in(cast.caseworker), signed_in(cast.policechief)
    for client, path in (
        (worker, f"/cases/{case.pk}/intention/new/"),
        (worker, f"/cases/{case.pk}/exceptions/new/"),
        (chief, f"/police/{report.pk}/assign/"),
    ):
        page = client.get(path, follow=True).content.decode()
        assert "<form" in page
        assert chosen_on(page) == [], path


def test_the_urgency_of_a_report_is_suggested_and_not_chosen(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    page = signed_in(cast.caseworker).get(f"/cases/{case.pk}/reports/new/", follow=True).content.decode()
    assert chosen_on(page) == []
    assert str(case.get_urgency_display()) in page


def test_each_item_needs_an_answer_beside_its_field(cast: Cast) -> None:
    case = a_case(cast)
    worker = pages.in_english(signed_in(cast.caseworker))
    filled = pages.answer(cast.offices["support"])
    del filled["item_considerations"]
    answer = worker.post(f"/cases/{case.pk}/intention/new/", filled)
    assert answer.status_code == 200
    assert "id_item_considerations_error" in answer.content.decode()
    without_office = pages.answer(cast.offices["support"]) | {"recipient": ""}
    assert worker.post(f"/cases/{case.pk}/intention/new/", without_office).status_code == 200


def test_a_refusal_is_kept_apart_from_what_was_not_asked(cast: Cast) -> None:
    case = a_case(cast)
    worker = pages.in_english(signed_in(cast.caseworker))
    filled = pages.answer(cast.offices["support"])
    assert worker.post(f"/cases/{case.pk}/intention/new/", filled).status_code == 302
    with acting_as(cast.caseworker):
        row = Intention.objects.get(case=case)
    assert row.items == ["identity_min", "incident_outline"]
    assert row.refused_items == ["custody_dates", "safety_state"]
    for path in ("wishes/", "intention/", "reports/new/"):
        shown = worker.get(f"/cases/{case.pk}/{path}", follow=True).content.decode()
        assert "The child does not want told" in shown, path


def test_a_refused_item_never_gets_into_a_package(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case, items=("identity_min",), refused=("safety_state",))
    with pytest.raises(Refused):
        steps.drafted(cast, case, items=("identity_min", "safety_state"))
    report = steps.drafted(cast, case, items=("identity_min",))
    with pytest.raises(IntegrityError):
        raw(
            cast.caseworker,
            "INSERT INTO referrals_packageitem SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), "
            "'item', 'safety_state'))).* FROM referrals_packageitem p WHERE p.disclosure_id = %s",
            [report.pk],
        )
    for change in ("items = '{identity_min,safety_state}'", "refused_items = '{}'"):
        with every_column("referrals_intention"), pytest.raises(Exception, match=r"stays|cannot be changed"):
            raw(cast.caseworker, f"UPDATE referrals_intention SET {change} WHERE id = %s", [intention.pk])
    with pytest.raises(Refused):
        steps.confirmed(cast, case, items=("identity_min",), refused=("identity_min",))
    with pytest.raises(IntegrityError, match="intention_yes_or_no"):
        raw(
            cast.caseworker,
            "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
            "'recipient_id', %s::text, 'items', i.refused_items))).* FROM referrals_intention i WHERE i.id = %s",
            [str(cast.offices["support2"].pk), intention.pk],
        )
