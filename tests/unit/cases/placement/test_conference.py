"""A placement, its change, suspension and end rest on the conference that decided it (児童相談所運営指針: 援助方針会議)."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences.codes import Measure
from cases.conferences.models import ConferenceItem
from cases.consents.codes import Said
from cases.placement.models import PlacementDecision
from tests.accepting import resolve
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.cases.placement.placed import (
    consented,
    draft,
    draft_change,
    draft_end,
    draft_suspension,
    fresh,
    parent_of,
    placed,
    says,
    settle,
)

LATER: dict[str, tuple[Any, Measure]] = {
    "change": (draft_change, Measure.CHANGED),
    "suspend": (draft_suspension, Measure.SUSPENDED),
    "end": (draft_end, Measure.ENDED),
}


def test_no_placement_is_drafted_that_no_conference_decided(cast: Cast) -> None:
    case = consented(cast)
    with pytest.raises(Refused, match="item"):
        draft(cast, case, item=None)
    with pytest.raises(Refused, match="item"):
        draft(cast, case, item=resolve(cast, case, Measure.GUIDANCE))
    with pytest.raises(Refused, match="item"):
        draft(cast, case, item=resolve(cast, case, Measure.INDEPENDENT))
    with pytest.raises(Refused, match="item"):
        draft(cast, case, item=resolve(cast, consented(cast), Measure.PLACEMENT))
    assert settle(cast, draft(cast, case, item=resolve(cast, case, Measure.PLACEMENT))).approved


@pytest.mark.parametrize("kind", sorted(LATER))
def test_nor_its_change_its_suspension_or_its_end(cast: Cast, kind: str) -> None:
    row = placed(cast)
    drafts, _measure = LATER[kind]
    for item in (None, row.item):
        with pytest.raises(Refused, match="item"):
            drafts(cast, fresh_of(cast, row), item=item)


def fresh_of(cast: Cast, row: PlacementDecision) -> Any:
    with acting_as(cast.caseworker):
        return fresh(row.case)


def test_each_decision_has_a_conference_of_its_own(cast: Cast) -> None:
    row = placed(cast)
    says(cast, row.case, parent_of(cast, row.case), Said.CONSENTS)
    changed = settle(cast, draft_change(cast, row.case))
    with pytest.raises(Refused, match="item"):
        draft_change(cast, row.case, item=changed.item, place="海の家")


def test_the_database_asks_for_it_by_itself(cast: Cast) -> None:
    row = draft(cast, consented(cast))
    with as_owner():
        PlacementDecision.objects.using("owner").filter(pk=row.pk).update(item=None)
    with pytest.raises(Refused, match="item"):
        settle(cast, row)
    with (
        acting_as(cast.director),
        pytest.raises(IntegrityError, match="conference decides"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_placementdecision SET decided_at = now(), approved = true")


def test_minutes_of_an_older_version_are_read_by_the_rule(cast: Cast) -> None:
    case = consented(cast)
    item = resolve(cast, case, Measure.PLACEMENT)
    with as_owner():
        ConferenceItem.objects.using("owner").update(opens=None)
    assert settle(cast, draft(cast, case, item=item)).approved


def test_the_page_leads_to_the_agenda(cast: Cast) -> None:
    case = consented(cast)
    client, path = signed_in(cast.caseworker), reverse("placement_new", args=[case.pk])
    put = reverse("conference_put", args=[case.pk])
    assert put in client.get(path).content.decode()
    row = resolve(cast, case, Measure.PLACEMENT)
    page = client.get(path).content.decode()
    assert (put in page, str(row.pk) in page) == (False, True)
