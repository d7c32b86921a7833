"""A closing rests on the support policy conference that decided it (児童相談所運営指針: 終結 in the 援助方針会議)."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing import actions
from cases.closing.codes import ClosingReason
from cases.closing.models import ClosingDecision
from cases.conferences.codes import Measure
from cases.conferences.models import ConferenceItem
from cases.records.codes import Stage
from cases.records.models import Case
from tests.accepting import accept, resolve
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.closing.test_closing import CLOSE, SIGN, TEXTS, decide

FORM = {"kind": "finished", "reason": "終結（架空）", "child_told": ""}


@pytest.fixture
def case(cast: Cast) -> Case:
    """One that was accepted and is being investigated."""
    found = a_case(cast)
    accept(cast, found, cast.caseworker, cast.caseworker, sight=())
    assert found.stage == Stage.INVESTIGATION, (
        "nobody has to see the child: the conference decided on the inquiry"
    )
    return found


def draft(cast: Cast, case: Case, kind: ClosingReason = ClosingReason.FINISHED) -> ClosingDecision:
    facts: dict[str, Any] = {**TEXTS, "kind": kind}
    with acting_as(cast.caseworker):
        return actions.draft_closing(Case.objects.get(pk=case.pk), **facts, by=cast.caseworker)


@pytest.mark.parametrize("kind", sorted(set(ClosingReason) - {ClosingReason.MISTAKE}))
def test_no_accepted_case_is_closed_without_a_conference(cast: Cast, case: Case, kind: ClosingReason) -> None:
    with pytest.raises(Refused, match="kind"):
        draft(cast, case, kind)
    resolve(cast, case, Measure.GUIDANCE)
    with pytest.raises(Refused, match="kind"):
        draft(cast, case, kind)
    resolve(cast, case, Measure.CLOSING)
    assert decide(cast, draft(cast, case, kind)).case.stage == Stage.CLOSED


def test_the_page_names_what_is_missing_and_leads_there(cast: Cast, case: Case) -> None:
    client, path = signed_in(cast.caseworker), reverse("closing_new", args=[case.pk])
    put, missing = reverse("conference_put", args=[case.pk]), "終結とする援助方針会議の決定"
    page = client.get(path).content.decode()
    assert (put in page, missing in page) == (True, True)
    assert missing in client.post(path, FORM).content.decode()
    assert put in client.get(reverse("case_manage", args=[case.pk])).content.decode()
    row = resolve(cast, case, Measure.CLOSING)
    page = client.get(path).content.decode()
    assert (put in page, missing in page) == (False, False)
    item = reverse("decision", args=[case.pk, "conference_item", row.pk])
    assert item in client.get(reverse("case_manage", args=[case.pk])).content.decode()
    assert client.post(path, FORM).status_code == 302


def test_a_case_that_goes_to_another_office_was_decided_to_go(cast: Cast, case: Case) -> None:
    """移管 is decided apart from 終結."""
    resolve(cast, case, Measure.TRANSFER)
    with pytest.raises(Refused, match="kind"):
        draft(cast, case)
    assert decide(cast, draft(cast, case, ClosingReason.HANDED_OVER)).case.stage == Stage.CLOSED


def test_a_later_conference_that_goes_on_takes_the_ground_away(cast: Cast, case: Case) -> None:
    """Of the draft that waits, too, by the rule and by the database alone."""
    resolve(cast, case, Measure.CLOSING)
    row = draft(cast, case)
    resolve(cast, case, Measure.GUIDANCE)
    with pytest.raises(Refused, match="kind"):
        decide(cast, row)
    with acting_as(cast.director), connection.cursor() as cursor:
        cursor.execute(SIGN)
        with pytest.raises(IntegrityError, match="closed by a decision"), transaction.atomic():
            cursor.execute(CLOSE)
        transaction.set_rollback(True)


def test_what_was_recorded_by_mistake_comes_before_no_conference(cast: Cast, case: Case) -> None:
    assert decide(cast, draft(cast, case, ClosingReason.MISTAKE)).case.stage == Stage.CLOSED


def test_a_case_that_was_never_accepted_ends_without_one(cast: Cast) -> None:
    assert decide(cast, draft(cast, a_case(cast), ClosingReason.NO_ACTION)).case.stage == Stage.CLOSED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_closingdecision SET by_mistake = NULL",
        "UPDATE cases_conferenceitem SET opens = NULL",
        "UPDATE cases_conferenceitem SET opens = '{move}'",
    ],
)
def test_raw_sql_makes_no_ground(cast: Cast, case: Case, change: str) -> None:
    resolve(cast, case, Measure.CLOSING)
    draft(cast, case)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize(("measure", "closes"), [(Measure.CLOSING, True), (Measure.GUIDANCE, False)])
def test_minutes_of_an_older_version_are_read_by_the_rule(
    cast: Cast, case: Case, measure: Measure, closes: bool
) -> None:
    """They say nothing in clear: what they decided is read where the keys are."""
    resolve(cast, case, measure)
    with as_owner():
        ConferenceItem.objects.using("owner").update(opens=None)
    if closes:
        assert decide(cast, draft(cast, case)).case.stage == Stage.CLOSED
    else:
        with pytest.raises(Refused, match="kind"):
            draft(cast, case)


def test_a_draft_of_an_older_version_is_decided_by_its_kind(cast: Cast, case: Case) -> None:
    row = draft(cast, case, ClosingReason.MISTAKE)
    with as_owner():
        ClosingDecision.objects.using("owner").update(by_mistake=None)
    assert decide(cast, row).case.stage == Stage.CLOSED
