"""The institution's unit and psychotherapist; a place asked for of two institutions: one offers it, the other declines."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.vacancies import actions as vacancies
from agencies.vacancies.codes import Facility, Need, Qualification, Takes
from referrals.places import actions
from referrals.places.codes import AgeGroup, Decline, Pressing, Term, Wanted
from referrals.places.queries import links_of_search
from security.walls import clock
from tests.sweeps.canaries import canary

if TYPE_CHECKING:
    from tests.sweeps.world import World

UNIT = {
    "name": "本園", "facility": Facility.CHILDRENS_HOME, "takes": Takes.BOTH, "age_from": 3, "age_to": 17, "beds": 2,
    "free_from": None, "cannot": [Need.WHEELCHAIR.value], "contact_hours": "平日9時から17時",
}  # fmt: skip


def write_places(world: "World") -> None:
    """Asked back, answered and offered at the one institution; declined at the other, which belongs to no relation."""
    lead, here = world["lead"], world["institution"]
    with acting_as(here):
        unit = vacancies.add_unit(UNIT, by=here)
        post = {"name": "心理 花子", "post": "心理療法担当職員", "hours": 20, "from_on": clock.today()}
        row = vacancies.add_therapist(post | {"qualification": Qualification.CLINICAL}, by=here)
        vacancies.count_need(Facility.CHILDRENS_HOME, 12, clock.today(), by=here)
    sheet = {
        "age_group": AgeGroup.UPPER,
        "wanted": Wanted.GIRL,
        "care_needs": [Need.THERAPY],
        "how_soon": Pressing.NORMAL,
        "wanted_from": clock.today() + timedelta(days=3),
        "not_near": canary("placed.not_near"),
    }
    other = (
        Position.objects.using("gate")
        .select_related("office", "staff")
        .get(office__code="home2", role=Role.INSTITUTION_STAFF)
    )
    with acting_as(lead):
        offices = list(Office.objects.filter(code__in=("home", "home2")))
        search = actions.ask_for_place(world.case, sheet, offices, by=lead)
        links = {link.ask.institution.code: link for link in links_of_search(search.pk)}
    offer, decline = links["home"], links["home2"]
    with acting_as(other):
        actions.open_ask(decline.ask, by=other)
        actions.decline(decline.ask, Decline.NO_BED, by=other)
    with acting_as(here):
        actions.open_ask(offer.ask, by=here)
        actions.ask_back(offer.ask, canary("placed.question"), by=here)
    with acting_as(lead):
        actions.answer(offer, canary("placed.answer"), by=lead)
    with acting_as(here):
        actions.offer(offer.ask, Term.WEEK, by=here)
    world.ids |= {
        "unit_id": unit.pk,
        "therapist_id": row.pk,
        "search_id": search.pk,
        "ask_id": offer.ask_id,
    }
