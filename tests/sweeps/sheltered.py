"""The world's child sleeps at a facility, which writes of it."""

from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.diagnoses import actions as diagnoses
from cases.diagnoses.actions import Written
from cases.diagnoses.codes import DiagnosisKind
from cases.diagnoses.content import pieces_of
from cases.diagnoses.models import Diagnosis
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import actions
from cases.shelter.codes import LeaveStep, SelfHarm, Shift
from cases.shelter.models import Admission
from cases.shelter.queries import Facility
from security.walls import clock
from tests.sweeps.advised import write_place_sheet
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_shelter(world: "World") -> None:
    """After the hospital the child comes to the facility, which completes the sheet."""
    write_place_sheet(world)
    lead, worker = world["lead"], world["facility"]
    names = (
        "called",
        "allergies",
        "medicine",
        "illness",
        "danger",
        "may_come",
        "must_not_come",
        "not_to_ask",
        "period",
    )
    care = words("shelter", *names) | {"allergy": Answer.YES, "self_harm": SelfHarm.ACUTE}
    with acting_as(lead):
        case = Case.objects.select_related("child").get(pk=world.case.pk)
        where = Facility(worker.office, worker.section)
        row = actions.send_sheet(case, where, admitted_at=clock.now(), care=care, by=lead)
    facts = words("shelter", "condition", "checked_by", "injuries", "belongings")
    facts |= dict.fromkeys(("body_check", "same_sex", "rights_note", "opinion_box"), Answer.YES)
    with acting_as(worker):
        actions.complete_sheet(row, facts, by=worker)
        now = clock.now()
        shift = words("shelter", "life", "remarks", "incidents", "handed_on")
        shift |= {"day": clock.today(), "shift": Shift.NIGHT, "tells_of_harm": Answer.YES}
        actions.write_shift(row, shift, by=worker)
        left = words("shelter", "who", "words")
        actions.note_leaving(row, step=LeaveStep.NOTICED, happened_at=now, by=worker, **left)
        given = words("shelter", "to", "signed_by")
        actions.give_back(row, [facts["belongings"]], given_at=now, by=worker, **given)
        again = facts | {"belongings": canary("shelter.kept")}
        actions.complete_sheet(row, again, by=worker)
    _write_diagnosis(world, row)
    world.ids["admission_id"] = row.pk


def _write_diagnosis(world: "World", row: Admission) -> None:
    """The facility's own diagnosis: one that came back, and the next, which is being written."""
    lead, worker = world["lead"], world["facility"]
    with acting_as(worker):
        diagnoses.write_at_facility(row, _written("shelter.diagnosed"), by=worker, submit=True)
    with acting_as(lead):
        stands = Diagnosis.objects.select_related("facility__admission").get(facility__admission=row)
        assert stands.facility is not None
        diagnoses.return_to_facility(stands, stands.facility, why=canary("shelter.why"), by=lead)
    with acting_as(worker):
        diagnoses.write_at_facility(row, _written("shelterdraft.diagnosed"), by=worker)


def _written(name: str) -> Written:
    said: dict[str, Any] = words(name, "said_words", "said_where", "said_to")
    texts = words(name, *(piece.name for piece in pieces_of(DiagnosisKind.BEHAVIOURAL)))
    return Written(texts, said=said | {"said_at": clock.now()})
