"""Ground 1 by itself does not fit a case of harm by a third party: the page says so, before it is decided and after."""

from dataclasses import replace

import pytest

from agencies.staff.acting import acting_as
from cases.custody.codes import Ground
from cases.custody.models import CustodyDecision
from cases.records.codes import Track
from tests.cast import FACTS, Cast, a_case
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, decide
from tests.unit.referrals.pages import in_english

SAID = "The only ground is child abuse, and the case is about harm by a third party."
HINT = "ground 1 fits only where a custodian let it happen"


@pytest.mark.parametrize("track", Track)
@pytest.mark.parametrize("grounds", [(Ground.ABUSE,), (Ground.ABUSE, Ground.GRAVE_HARM), (Ground.ASKS,)])
def test_abuse_alone_is_warned_of_in_a_third_party_case(
    cast: Cast, track: Track, grounds: tuple[Ground, ...]
) -> None:
    """児童福祉法施行規則35条の3, 児童虐待防止法2条."""
    case = a_case(cast, facts=replace(FACTS, track=track))
    page = in_english(signed_in(cast.caseworker))
    form = page.get(f"/cases/{case.pk}/custody/start/").content.decode()
    assert (HINT in form) is (track is Track.THIRD_PARTY)
    row = a_draft(cast, case, grounds=grounds)
    expected = track is Track.THIRD_PARTY and grounds == (Ground.ABUSE,)
    boss = in_english(signed_in(cast.director))
    assert (
        SAID in boss.get(f"/cases/{case.pk}/decisions/custody_start/{row.pk}/").content.decode()
    ) is expected
    decide(cast, row)
    assert (SAID in page.get(f"/cases/{case.pk}/custody/").content.decode()) is expected
    with acting_as(cast.caseworker):
        assert CustodyDecision.objects.get().approved  # a warning, no refusal
