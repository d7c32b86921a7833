"""The admission sheet of a demo child in custody: sent by the one in charge, completed by the facility."""

from typing import Any

from agencies.staff.roles import Role
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import actions
from cases.shelter.codes import SelfHarm
from cases.shelter.models import Arrival, CareSheet
from cases.shelter.queries import Facility
from desk.demo.hours import ALWAYS
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts


def admitted(t: Telling) -> None:
    """Within the hour after the decision; where the office has a facility with staff of its own."""
    workers = t.colleagues(Role.CUSTODY_STAFF)
    if not workers:
        return
    worker = workers[0]
    words: dict[str, Any] = texts()["shelter"]
    care = dict.fromkeys(CareSheet.CARE, "") | words["care"]
    care |= {"allergy": Answer(words["allergy"]), "self_harm": SelfHarm(words["self_harm"])}
    with at(t.later(ALWAYS, minutes=20), t.lead):
        case = Case.objects.select_related("child").get(pk=t.case.pk)
        where = Facility(worker.office, worker.section)
        stay = actions.send_sheet(case, where, admitted_at=t.now, care=care, by=t.lead)
    facts = dict.fromkeys(Arrival.FACTS, "") | words["arrival"]
    facts |= dict.fromkeys(("body_check", "same_sex", "rights_note", "opinion_box"), Answer.YES)
    with at(t.later(ALWAYS, minutes=40), worker):
        actions.complete_sheet(stay, facts, by=worker)
