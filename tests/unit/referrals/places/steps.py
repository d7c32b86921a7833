"""A request for a place brought as far as a test needs it. All of it is fictional."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.vacancies.codes import Need
from cases.records.models import Case
from referrals.places import actions
from referrals.places.codes import AgeGroup, Decline, PlaceState, Pressing, Term, Wanted
from referrals.places.models import PlaceAsk, PlaceLink
from referrals.places.queries import links_of_search
from tests.cast import Cast

SHEET: dict[str, Any] = {
    "age_group": AgeGroup.UPPER,
    "wanted": Wanted.GIRL,
    "care_needs": [Need.THERAPY, Need.OWN_ROOM],
    "how_soon": Pressing.NORMAL,
    "not_near": "架空市",
}


def sheet(**more: Any) -> dict[str, Any]:
    return SHEET | {"wanted_from": timezone.localdate() + timedelta(days=3)} | more


def asked(
    cast: Cast, case: Case, *, of: tuple[str, ...] = ("home", "home2"), by: str = "caseworker", **more: Any
) -> list[PlaceLink]:
    """A place is asked for; the requests in the order of ``of``."""
    who = cast.positions[by]
    with acting_as(who):
        search = actions.ask_for_place(case, sheet(**more), [cast.offices[one] for one in of], by=who)
        found = {link.ask.institution.code: link for link in links_of_search(search.pk)}
    return [found[one] for one in of]


def at(cast: Cast, link: PlaceLink) -> str:
    """Who answers this request."""
    return "institution" if link.ask.institution_id == cast.offices["home"].pk else "institution2"


def ask_of(cast: Cast, link: PlaceLink, by: str = "") -> PlaceAsk:
    with acting_as(cast.positions[by or at(cast, link)]):
        return PlaceAsk.objects.get(pk=link.ask_id)


def opened(cast: Cast, link: PlaceLink) -> None:
    who = cast.positions[at(cast, link)]
    with acting_as(who):
        actions.open_ask(link.ask, by=who)


def offered(cast: Cast, link: PlaceLink, term: Term = Term.DAY) -> None:
    opened(cast, link)
    who = cast.positions[at(cast, link)]
    with acting_as(who):
        actions.offer(link.ask, term, by=who)


def declined(cast: Cast, link: PlaceLink, why: Decline = Decline.NO_BED) -> None:
    opened(cast, link)
    who = cast.positions[at(cast, link)]
    with acting_as(who):
        actions.decline(link.ask, why, by=who)


def asked_back(cast: Cast, link: PlaceLink, text: str = "服薬は一日何回ですか") -> None:
    opened(cast, link)
    who = cast.positions[at(cast, link)]
    with acting_as(who):
        actions.ask_back(link.ask, text, by=who)


def chosen(cast: Cast, link: PlaceLink, by: str = "caseworker") -> None:
    offered(cast, link)
    who = cast.positions[by]
    with acting_as(who):
        actions.choose(link, by=who)


def state_of(cast: Cast, link: PlaceLink) -> PlaceState:
    return PlaceState(ask_of(cast, link, "caseworker").state)
