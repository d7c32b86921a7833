"""A demo child at the custody facility: the sheet that the one in charge sends and the facility completes, and its log."""

from typing import Any

from agencies.staff.roles import Role
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import actions
from cases.shelter.codes import SelfHarm, Shift
from cases.shelter.models import Admission, Arrival, CareSheet, ShiftEntry
from cases.shelter.queries import Facility
from desk.demo.hours import ALWAYS, DAYTIME, NIGHT
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock


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


def watched(t: Telling) -> None:
    """The log of a day and of the night after it, where the child still sleeps there."""
    for worker in t.colleagues(Role.CUSTODY_STAFF)[:1]:
        for hours, ago, words in zip((DAYTIME, NIGHT), (24, 4), texts()["shelter"]["log"], strict=True):
            with at(t.until(hours, hours=ago), worker):
                stay = Admission.objects.filter(case=t.case.pk, left_at=None).first()
                if stay is None:
                    return
                facts = dict.fromkeys(ShiftEntry.FACTS, "") | words
                facts |= {"day": clock.today(), "shift": Shift(words["shift"]), "tells_of_harm": Answer.NO}
                actions.write_shift(stay, facts, by=worker)
