"""A demo child whose support begins: it is placed in a children's home with its mother's consent."""

from datetime import timedelta
from typing import Any

from agencies.staff.roles import Role
from cases.conferences.queries import policy_decision
from cases.consents.codes import How, Said
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.queries import duties_after
from cases.hearings.codes import Advocate
from cases.placement.actions import (
    START,
    PlacementFacts,
    draft_placement,
    record_answer,
    record_arrival,
    record_hearing,
)
from cases.placement.codes import Basis, PlacementKind
from cases.records.actions import save_person
from cases.records.models import Case
from desk.demo.conferences import to_be_placed
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

KIND = PlacementKind.CHILDRENS_HOME


def placed(t: Telling) -> None:
    """Heard, consented, decided by the conference and then by itself, and arrived some days later."""
    told: dict[str, Any] = texts()["placement"]
    with at(t.later(OFFICE, days=1), t.lead):
        case = _case(t)
        mother = save_person(case, told["mother"], by=t.lead)
        answer = {"person": mother, "how": How.MEETING, "note": told["mother_says"]}
        record_answer(
            case, asked_kind=KIND, consent=Said.CONSENTS, answered_at=clock.now(), by=t.lead, **answer
        )
        heard = {"heard_at": clock.now(), "place": told["heard_at_place"], "heard_by": t.lead.staff.name}
        heard |= {"explained": told["explained"], "advocate": Advocate.OFFERED}
        hearing = record_hearing(case, heard, opinion=told["opinion"], by=t.lead)
    with at(t.later(OFFICE, days=2), t.lead):
        for duty in duties_after(t.case.pk, hearing.pk):
            fulfil_duty(duty, note=told["advocate_came"], by=t.lead)
    to_be_placed(t)
    with at(t.later(OFFICE, hours=3), t.lead):
        facts = PlacementFacts(
            place_kind=KIND,
            place=told["place"],
            effective_on=clock.today() + timedelta(days=3),
            basis=Basis.CONSENT,
            reason=told["reason"],
            told_reason=told["told_reason"],
            hearing=hearing,
            item=policy_decision(_case(t)),
            review_on=clock.today() + timedelta(days=180),
            school=told["school"],
            medical=told["medical"],
        )
        row = draft_placement(_case(t), facts, by=t.lead)
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, hours=2), director):
        START.decide(row, Verdict.APPROVE, by=director)
    with at(t.later(OFFICE, days=4), t.lead):
        record_arrival(_case(t), arrived_at=clock.now(), words=told["arrived"], by=t.lead)


def _case(t: Telling) -> Case:
    return Case.objects.select_related("office").get(pk=t.case.pk)
