"""The conferences of a demo case: the one that accepts it, and those on support, placement and closing; each is signed by its
chair and decided by the director. What the first one gave somebody to do is done."""

from datetime import timedelta

from agencies.staff.roles import Role
from cases.conferences import actions as conferences
from cases.conferences.chair import sign_as_chair
from cases.conferences.codes import ChildHeard, Measure, SightWay, SittingKind, SittingPlace, Stand
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import CustodianView, Task, custodians_around, items_of
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.queries import open_duties_of
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from desk.demo.hours import DAYTIME, OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock


def accepted(t: Telling) -> None:
    """The emergency intake conference, written by the supervisor and decided by the director within the hour."""
    words, supervisor, director = texts()["conference"], t.of_role(Role.SUPERVISOR), t.of_role(Role.DIRECTOR)
    with at(t.later(DAYTIME, minutes=30), supervisor):
        case = Case.objects.get(pk=t.case.pk)
        met = conferences.Met(
            kind=SittingKind.EMERGENCY,
            place=SittingPlace.OFFICE,
            held_at=t.now,
            chair=director,
            present=[t.lead],
        )
        said = conferences.Accepted(
            decision=words["decision"],
            in_charge=t.lead,
            sight=[SightWay.SCHOOL],
            who_goes=words["who_goes"],
            to_investigate=words["to_investigate"],
            attendees=words["attendees"],
            texts=words["minutes"],
            next_on=clock.today() + timedelta(days=30),
            views=[
                CustodianView(
                    person.pk,
                    words["not_asked" if PersonRole.SUSPECT in person.roles else "view"],
                    None,
                    PersonRole.SUSPECT in person.roles,
                )
                for person in custodians_around(case, clock.today())
            ],
            tasks=[Task(words["task"], t.lead.pk, clock.today() + timedelta(days=3))],
        )
        row = conferences.draft_acceptance(case, met, said, by=supervisor)
    with at(t.later(DAYTIME, minutes=30), director):
        conferences.ACCEPTANCE.decide(row, Verdict.APPROVE, by=director)


def task_done(t: Telling) -> None:
    """What the intake conference gave the one in charge to do is done in its days."""
    with at(t.later(DAYTIME, hours=1), t.lead):
        for duty in open_duties_of(Case.objects.get(pk=t.case.pk)):
            fulfil_duty(duty, note=texts()["conference"]["task_done"], by=t.lead)


def supported(t: Telling) -> None:
    """Support begins by the decision of the conference."""
    _resolved(t, "support", Measure.GUIDANCE, days=10)


def to_be_placed(t: Telling) -> None:
    """The conference decides that the child is placed."""
    _resolved(t, "placing", Measure.PLACEMENT, days=1)


def to_be_closed(t: Telling) -> None:
    """The conference decides that the case is closed."""
    _resolved(t, "ending", Measure.CLOSING, days=118)


def _resolved(t: Telling, name: str, measure: Measure, *, days: int) -> None:
    told = texts()["support"]
    words = told | texts().get(name, {})
    texts_of = told["minutes"] | words["minutes"]
    supervisor, director = t.of_role(Role.SUPERVISOR), t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, days=days), t.lead):
        case = Case.objects.get(pk=t.case.pk)
        sitting = conferences.plan_sitting(
            kind=SittingKind.POLICY,
            place=SittingPlace.OFFICE,
            held_from=clock.now() - timedelta(minutes=90),
            chair=supervisor,
            secretary=t.lead,
            by=t.lead,
        )
        conferences.put_before(case, sitting, words["matter"], papers=words["papers"], by=t.lead)
        conferences.record_held(sitting, clock.now(), [t.lead, supervisor], by=t.lead)
        minutes = conferences.Minutes(
            texts=texts_of,
            views=[
                CustodianView(
                    person.pk,
                    words["not_asked" if PersonRole.SUSPECT in person.roles else "view"],
                    _stand(person),
                    PersonRole.SUSPECT in person.roles,
                )
                for person in custodians_around(case, clock.today())
            ],
            heard=ChildHeard.BEFORE,
            stand=_together(case),
            measures=[measure],
            next_on=clock.today() + timedelta(days=90),
        )
        row = conferences.draft_minutes(case, items_of(case)[0], minutes, by=t.lead)
    # The trigger that asks for the chair's signature leaves a seeder's rows as they are.
    ConferenceItem.objects.filter(pk=row.pk).update(chair_signs=True)
    with at(t.later(OFFICE, hours=1), supervisor):
        sign_as_chair(conferences.ITEM, row, by=supervisor)
    with at(t.later(OFFICE, hours=3), director):
        conferences.ITEM.decide(row, Verdict.APPROVE, by=director)


def _stand(person: Person) -> Stand | None:
    """Where a person with parental authority stands: a suspect is not asked."""
    if not person.holds_authority(clock.today()):
        return None
    return Stand.NOT_ASKED if PersonRole.SUSPECT in person.roles else Stand.CONSENTS


def _together(case: Case) -> Stand:
    """Where they stand together: the strictest of them, or nobody has parental authority that is known of."""
    stands = {_stand(person) for person in custodians_around(case, clock.today())}
    return Stand.NOT_ASKED if Stand.NOT_ASKED in stands else Stand.CONSENTS
