"""The diagnoses of the world's case: part of what was done before the sweeps ask for it."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from cases.conferences import actions as conferences
from cases.conferences.codes import SittingKind, SittingPlace
from cases.decisions.codes import Verdict
from cases.diagnoses import actions
from cases.diagnoses.actions import Written
from cases.diagnoses.codes import DiagnosisKind, SelfHarmThought
from cases.diagnoses.content import pieces_of
from cases.diagnoses.models import Diagnosis, Judgement
from cases.diagnoses.queries import assessed_at
from cases.records import actions as records
from cases.records.codes import Answer, Level, Relation
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from security.walls import clock
from tests.cast import as_owner
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_diagnoses(world: "World") -> None:
    """One of each kind: submitted, returned, and a last one that is being written; a comprehensive one that came back."""
    lead = world["lead"]
    psychologist, doctor = _joins(world, "wrote1", Role.PSYCHOLOGIST), _joins(world, "wrote2", Role.DOCTOR)
    test = Result(
        Instrument.TSCC,
        clock.today(),
        canary("psychological.rater"),
        ((canary("psychological.scale"), 50),),
    )
    codes = {"self_harm": SelfHarmThought.NONE, "before_facts": Answer.YES}
    social = _submitted(world, DiagnosisKind.SOCIAL, lead)
    _submitted(world, DiagnosisKind.PSYCHOLOGICAL, psychologist, codes=codes, tests=[test])
    _submitted(world, DiagnosisKind.MEDICAL, doctor)
    other = _submitted(world, DiagnosisKind.OTHER, world["member"])
    with acting_as(lead):
        actions.return_diagnosis(other, why=canary("diagnosis.why"), due_on=clock.today(), by=lead)
    _judge(world, social)
    # What the child said stays out of the register: nothing is submitted here.
    row = _asked(world, DiagnosisKind.BEHAVIOURAL, lead)
    said: dict[str, Any] = words("diagnosis", "said_words", "said_where", "said_to")
    with acting_as(lead):
        written = Written(_texts(DiagnosisKind.BEHAVIOURAL), codes, said | {"said_at": clock.now()})
        actions.write_diagnosis(row, written, by=lead)
    world.ids["diagnosis_id"] = row.pk


def _joins(world: "World", username: str, role: Role) -> Position:
    """Somebody who writes, and asks for no page."""
    office = world["lead"].office
    with as_owner():
        person = Staff.objects.using("owner").create(username=username, name=f"職員 {username}")
        made = Position.objects.using("owner").create(
            staff=person,
            office=office,
            role=role,
            starts_on=date(2020, 4, 1),
            confirmed_at=datetime(2020, 4, 1, tzinfo=UTC),
        )
    found: Position = Position.objects.using("gate").select_related("staff", "office").get(pk=made.pk)
    with acting_as(world["lead"]):
        records.add_to_team(world.case, found, relation=Relation.MEMBER, level=Level.EDIT, by=world["lead"])
    return found


def _texts(kind: DiagnosisKind) -> dict[str, str]:
    """Words for every text; those of the findings begin with the kind, which says who may read them (declared.py)."""
    return {
        piece.name: canary(f"{kind.value if piece.apart else 'diagnosis'}.{piece.name}")
        for piece in pieces_of(kind)
    }


def _asked(world: "World", kind: DiagnosisKind, writer: Position) -> Diagnosis:
    lead = world["lead"]
    with acting_as(lead):
        return actions.ask_for_diagnosis(
            world.case,
            kind=kind,
            question=canary("diagnosis.question"),
            writer=writer,
            due_on=clock.today() + timedelta(days=3),
            by=lead,
        )


def _submitted(world: "World", kind: DiagnosisKind, writer: Position, **more: Any) -> Diagnosis:
    row = _asked(world, kind, writer)
    with acting_as(writer):
        return actions.write_diagnosis(row, Written(_texts(kind), **more), by=writer, submit=True)


def _judge(world: "World", rests_on: Diagnosis) -> None:
    lead, line, now = world["lead"], world["line"], clock.now()
    with acting_as(lead):
        sitting = conferences.plan_sitting(
            kind=SittingKind.ASSESSMENT,
            place=SittingPlace.OFFICE,
            held_from=now - timedelta(hours=3),
            chair=line,
            secretary=lead,
            by=lead,
        )
        conferences.put_before(world.case, sitting, canary("judgement.matter"), by=lead)
        conferences.record_held(sitting, now - timedelta(hours=2), [lead, line], by=lead)
        (item,) = [one for one in assessed_at(world.case) if one.entry.sitting_id == sitting.pk]
        said = words("judgement", *Judgement.TEXTS)
        row = actions.draft_judgement(world.case, item, [rests_on], said, by=lead)
    with acting_as(world["director"]):
        actions.JUDGED.decide(row, Verdict.RETURN, note=canary("judgement.note"), by=world["director"])
