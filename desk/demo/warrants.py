"""The custody warrant in the demo's cases: drafted by the person in charge, decided by the director, handed in to the court."""

from agencies.staff.roles import Role
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.warrants.actions import REQUEST, HandedIn, RequestFacts, draft_request, hand_in
from cases.warrants.codes import WarrantPaper
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts


def requested(t: Telling) -> None:
    """All papers were there, and the court took them two days later."""
    words, director = texts()["warrant"], t.of_role(Role.DIRECTOR)
    facts = RequestFacts(court=words["court"], reason=words["reason"], papers_there=tuple(WarrantPaper))
    with at(t.later(OFFICE, days=1), t.lead):
        row = draft_request(Case.objects.get(pk=t.case.pk), facts, by=t.lead)
    with at(t.later(OFFICE, minutes=40), director):
        row = REQUEST.decide(row, Verdict.APPROVE, by=director)
    with at(t.later(OFFICE, days=1), t.lead):
        handed = HandedIn(
            requested_at=t.now,
            handed_to=words["handed_to"],
            papers_in=tuple(WarrantPaper),
            reference=words["reference"],
        )
        hand_in(row, handed, by=t.lead)
