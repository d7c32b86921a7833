"""What the sweeps write of the lives of people around the child, and of each custodian's word before a conference."""

from datetime import date
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.conferences.codes import Stand
from cases.conferences.queries import CustodianView, custodians_around
from cases.records import actions as records
from cases.records.codes import HouseholdRelation, Marriage, PersonRole
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_dead(world: "World") -> None:
    """A grandmother who lived with the child until she died, and stood by whoever notified."""
    texts = words("dead", "name", "kana", "note") | {
        "role": PersonRole.RELATIVE,
        "roles_more": [PersonRole.NOTIFIER_SIDE],
        "relation_code": HouseholdRelation.GRANDMOTHER,
        "birth_date": date(1950, 1, 2),
        "died_on": date(2025, 3, 4),
        "marriage": Marriage.WIDOWED,
        "lives_from": date(2015, 5, 6),
        "lives_until": date(2025, 3, 4),
    }
    with acting_as(world["lead"]):
        records.save_person(world.case, texts, by=world["lead"])


def views(world: "World", label: str) -> list[CustodianView]:
    """What each custodian of the world says to what is decided."""
    with acting_as(world["lead"]):
        return [
            CustodianView(
                person.pk,
                canary(f"{label}.view"),
                Stand.CONSENTS if person.holds_authority(clock.today()) else None,
                PersonRole.SUSPECT in person.roles,
            )
            for person in custodians_around(world.case, clock.today())
        ]
