"""What a child does not want told goes out only in danger to life or body, each item with a reason of its own (ADR 33)."""

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from cases.records.models import Case
from referrals.consent import rules
from referrals.consent.actions import EXCEPTION
from referrals.consent.queries import exceptions_of
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw
from tests.unit.referrals.disclosures.test_rules import refuses

REFUSED = "incident_outline"
WHY = {REFUSED: "今夜、加害者が訪れる予告がある"}
COPY = (
    "INSERT INTO referrals_exceptionrequest SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(){more})))"
    ".* FROM referrals_exceptionrequest e WHERE e.taken_back_at IS NULL"
)


def told(cast: Cast, case: Case) -> set[str]:
    with acting_as(cast.caseworker):
        return rules.refused_items(case)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A child who wishes a report to another office, and does not want one item told there."""
    case = a_case(cast)
    steps.confirmed(
        cast, case, recipient=cast.offices["support2"], items=("identity_min",), refused=(REFUSED,)
    )
    return case


def test_danger_says_why_of_each_item(cast: Cast, case: Case) -> None:
    with refuses("despite"):
        steps.excepted(cast, case)
    with refuses("despite"):
        steps.excepted(cast, case, despite={REFUSED: " ", "safety_state": "別の項目"})
    row = steps.excepted(cast, case, despite=WHY | {"considerations": "伝えない項目"})
    assert row.despite_items == [REFUSED]
    assert steps.drafted(cast, case).items == list(steps.ITEMS)


def test_an_answer_that_does_not_speak_of_an_item_takes_no_refusal_away(cast: Cast, case: Case) -> None:
    office = cast.offices["support2"]
    steps.confirmed(cast, case, recipient=office, result="undecided", items=())
    assert told(cast, case) == {REFUSED}
    steps.confirmed(cast, case, recipient=office, items=(REFUSED,))
    assert told(cast, case) == set()


def test_the_wall_keeps_it_too(cast: Cast) -> None:
    case = a_case(cast)
    asked = steps.excepted(cast, case, approve=False)
    refuse(cast, case)
    for more in ("", ", 'despite_items', ARRAY['incident_outline']", ", 'despite', e.reason"):
        with pytest.raises(IntegrityError, match="does not want that told"):
            raw(cast.caseworker, COPY.replace("{more}", more))
    approve = (
        "UPDATE referrals_exceptionrequest SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="does not want that told"):
        raw(cast.director, approve, [cast.director.pk, cast.director.staff_id, asked.pk])
    with refuses("despite"):
        steps.approved(cast, asked)
    steps.taken_back(cast, asked)
    steps.excepted(cast, case, despite=WHY, approve=False)
    both = ", 'ground', 'cannot_form', 'condition', e.reason"
    with pytest.raises(IntegrityError, match=r"does not want that told|can be formed"):
        raw(cast.caseworker, COPY.replace("{more}", both))


def refuse(cast: Cast, case: Case) -> None:
    """The child says no to an item, towards another office."""
    office = cast.offices["support2"]
    steps.confirmed(cast, case, recipient=office, items=(), result="undecided", refused=(REFUSED,))


def test_a_refusal_before_the_draft_is_heard(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case)
    refuse(cast, case)
    with refuses("items"):
        steps.drafted(cast, case)
    assert steps.drafted(cast, case, items=("identity_min",)).items == ["identity_min"]


@pytest.mark.parametrize("approved", [False, True])
def test_a_refusal_before_the_decision_or_the_sending_is_heard(cast: Cast, approved: bool) -> None:
    case = a_case(cast)
    steps.excepted(cast, case)
    report = steps.drafted(cast, case)
    if approved:
        steps.decided(cast, report)
    refuse(cast, case)
    position = cast.caseworker if approved else cast.director
    with refuses("exception_refused_items"):
        (steps.sent if approved else steps.decided)(cast, report)
    signed = f"approved = true, decided_at = now(), decided_by_id = '{position.pk}', decided_person_id = '{position.staff_id}'"
    with pytest.raises(IntegrityError, match="does not want that told"):
        raw(position, f"UPDATE referrals_disclosure SET {'sent_at = now()' if approved else signed}")


def test_what_danger_sent_off_stays_readable(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    steps.confirmed(cast, case, result="declines", items=(), refused=(REFUSED,))
    assert len(steps.seen_by(cast.police, report)) == len(steps.ITEMS)


def form(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "recipient": str(cast.offices["support"].pk),
        "ground": "danger",
        "reason": "生命の危険",
        "condition": "",
        "items": ["identity_min", REFUSED],
    } | more


def test_the_form_shows_the_answers_and_asks_why(cast: Cast, case: Case) -> None:
    client, path = pages.in_english(signed_in(cast.caseworker)), f"/cases/{case.pk}/exceptions/new/"
    shown = client.get(path).content.decode()
    for expected in ("The child does not want told", steps.WORDS["words"], f"despite_{REFUSED}"):
        assert expected in shown
    refused = client.post(path, form(cast))
    assert "Write why this has to be told all the same." in refused.content.decode()
    assert client.post(path, form(cast, **{f"despite_{REFUSED}": WHY[REFUSED]})).status_code == 302
    with acting_as(cast.director):
        row = exceptions_of(case).get()
    page = pages.in_english(signed_in(cast.director)).get(EXCEPTION.url(row))
    assert WHY[REFUSED] in page.content.decode()
