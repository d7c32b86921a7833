"""The vacancy board of the demo, and a place asked for of two institutions: one offers it, the other declines. All fictional."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agencies.staff.models import Position
from agencies.vacancies import actions as vacancies
from agencies.vacancies.codes import Facility, Need, Qualification, Takes
from agencies.vacancies.models import Unit
from cases.records.models import Case
from cases.shelter.models import Admission
from desk.demo.hours import ALWAYS, OFFICE
from desk.demo.owner import at
from desk.demo.people import read
from referrals.places import actions
from referrals.places.codes import AgeGroup, Decline, Pressing, Term, Wanted
from referrals.places.queries import links_of_search
from security.walls import clock

People = Mapping[tuple[str, str], Position]


def vacancies_and_places(positions: People, now: datetime) -> None:
    """What ``demo/places.toml`` says."""
    rows = read("places.toml")
    for row in rows["units"]:
        who = positions[row["by"], row["office"]]
        with at(ALWAYS.before(now - timedelta(hours=row["hours_ago"])), who):
            facts = {name: row.get(name) for name in Unit.TOLD}
            facts |= {"facility": Facility(row["facility"]), "takes": Takes(row["takes"])}
            vacancies.add_unit(facts, by=who)
    begun = OFFICE.before(now - timedelta(days=40))
    for row in rows["therapists"]:
        who = positions[row["by"], row["office"]]
        with at(begun, who):
            facts = {name: row[name] for name in ("name", "post", "hours")}
            facts |= {"qualification": Qualification(row["qualification"]), "from_on": clock.today()}
            vacancies.add_therapist(facts, by=who)
    for row in rows["needs"]:
        who = positions[row["by"], row["office"]]
        with at(begun, who):
            vacancies.count_need(Facility(row["facility"]), row["people"], clock.today(), by=who)
    _ask(positions, rows["ask"], now)


def _ask(positions: People, row: dict[str, Any], now: datetime) -> None:
    """For a child who sleeps at the custody facility."""
    stay = Admission.objects.filter(left_at=None).select_related("sent_by__staff", "sent_by__office").first()
    if stay is None:
        return
    lead, asked_at = stay.sent_by, OFFICE.before(now - timedelta(hours=row["hours_ago"]))
    aozora, hinata = positions["institution", "aozora"], positions["hinataen", "hinata"]
    with at(asked_at, lead):
        sheet = {
            "age_group": AgeGroup(row["age_group"]),
            "wanted": Wanted(row["wanted"]),
            "care_needs": [Need(code) for code in row["needed"]],
            "how_soon": Pressing(row["how_soon"]),
            "wanted_from": clock.today() + timedelta(days=row["days_ahead"]),
            "not_near": row["not_near"],
        }
        case = Case.objects.select_related("child").get(pk=stay.case_id)
        search = actions.ask_for_place(case, sheet, [aozora.office, hinata.office], by=lead)
        asks = {link.ask.institution_id: link.ask for link in links_of_search(search.pk)}
    with at(asked_at + timedelta(minutes=25), aozora):
        actions.open_ask(asks[aozora.office_id], by=aozora)
        actions.offer(asks[aozora.office_id], Term.THREE_DAYS, by=aozora)
    with at(asked_at + timedelta(minutes=40), hinata):
        actions.open_ask(asks[hinata.office_id], by=hinata)
        actions.decline(asks[hinata.office_id], Decline.MIX, by=hinata)
