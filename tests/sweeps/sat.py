"""The case of the world before a conference: part of what was done before the sweeps ask for it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.conferences import actions as conferences
from cases.conferences.codes import ChangeWhy, ChildHeard, Measure, SightWay, SittingKind, SittingPlace, Stand
from cases.conferences.models import Acceptance, ConferenceItem, Sitting
from cases.conferences.queries import Outsider, Task, items_of
from cases.decisions.codes import Verdict
from cases.intake.codes import Conference
from cases.intake.models import IntakeConference
from security.walls import clock
from security.walls.seeder import seeding
from tests.sweeps.advised import OPPOSED, sign, write_council
from tests.sweeps.canaries import canary, words
from tests.sweeps.lived import views

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_acceptance(world: "World") -> None:
    """The emergency intake conference with which the case of the world was accepted; what it decided came back once."""
    lead, line, director = world["lead"], world["line"], world["director"]
    met = conferences.Met(
        kind=SittingKind.EMERGENCY,
        place=SittingPlace.TELEPHONE,
        held_at=clock.now(),
        chair=line,
        present=[director],
    )
    said = words("acceptance", "attendees", "decision", "who_goes", "to_investigate")
    accepted = conferences.Accepted(
        **said,
        sight=[SightWay.SCHOOL],
        in_charge=lead,
        texts=words("acceptance", *Acceptance.TEXTS),
        next_on=clock.today(),
        views=views(world, "acceptance"),
        tasks=[Task(canary("acceptance.task"), lead.pk, clock.today())],
    )
    with acting_as(lead):
        row = conferences.draft_acceptance(world.case, met, accepted, by=lead)
    with acting_as(director):
        row = conferences.ACCEPTANCE.decide(row, Verdict.RETURN, note=canary("acceptance.note"), by=director)
    with acting_as(lead):
        item = next(one for one in items_of(world.case) if one.entry.pk == row.entry_id)
        row = conferences.draft_acceptance(world.case, item, accepted, by=lead, earlier=row)
    sign(world, conferences.ACCEPTANCE, row)
    with acting_as(director):
        conferences.ACCEPTANCE.decide(row, Verdict.APPROVE, by=director)
        world.case.refresh_from_db(fields=["stage", "accepted_at"])
    _write_old(world)


def _write_old(world: "World") -> None:
    """A conference as it was recorded before conferences had decisions: no action writes such a row any more."""
    lead, now = world["lead"], clock.now()
    row = IntakeConference(case=world.case, held_at=now, recorded_by=lead, recorded_at=now, in_charge=lead)
    row.kind = Conference.REGULAR
    for name, text in words("conference.before", "attendees", "decision").items():
        setattr(row, name, text)
    with acting_as(lead), seeding():
        row.save(force_insert=True, using="owner")


def write_conference(world: "World") -> None:
    """One that was held, with minutes that the director returned, and one that is planned."""
    lead, line = world["lead"], world["line"]
    advised = write_council(world)
    now = clock.now()
    with acting_as(lead):
        held, planned = (
            conferences.plan_sitting(
                kind=SittingKind.POLICY,
                place=SittingPlace.OFFICE,
                held_from=now + wait,
                chair=line,
                secretary=lead,
                by=lead,
            )
            for wait in (-timedelta(hours=2), timedelta(days=7))
        )
        for name, sitting in (("held", held), ("planned", planned)):
            papers = canary(f"conference.papers.{name}")
            conferences.put_before(
                world.case, sitting, canary(f"conference.matter.{name}"), papers=papers, by=lead
            )
        conferences.record_held(held, now - timedelta(hours=1), [lead, line], by=lead)
        minutes = conferences.Minutes(
            texts=words("conference", *ConferenceItem.TEXTS),
            views=views(world, "conference"),
            heard=ChildHeard.BEFORE,
            stand=Stand.CONSENTS,
            measures=[Measure.GUIDANCE],
            approved_on=clock.today(),
            next_on=clock.today(),
            outsiders=[Outsider(canary("conference.office"), canary("conference.position"))],
            of_council=True,
            opposed=OPPOSED,
            council=advised,
            tasks=[Task(canary("conference.task"), lead.pk, clock.today())],
        )
        (item,) = [one for one in items_of(world.case) if one.entry.sitting_id == held.pk]
        row = conferences.draft_minutes(world.case, item, minutes, by=lead)
    with acting_as(world["director"]):
        conferences.ITEM.decide(row, Verdict.RETURN, note=canary("conference.note"), by=world["director"])
    world.ids["sitting_id"] = planned.pk
    _change(world, planned)


def _change(world: "World", planned: Sitting) -> None:
    """The planned one is moved, and another one cancelled."""
    lead, line = world["lead"], world["line"]
    with acting_as(lead):
        conferences.change_sitting(
            planned, ChangeWhy.PAPERS, new_from=clock.now() + timedelta(days=9), by=lead
        )
        dropped = conferences.plan_sitting(
            kind=SittingKind.ASSESSMENT,
            place=SittingPlace.ONLINE,
            held_from=clock.now() + timedelta(days=3),
            chair=line,
            secretary=lead,
            invited=[world["director"]],
            by=lead,
        )
        conferences.change_sitting(dropped, ChangeWhy.NO_ITEM, by=lead)
