"""A demo child in custody: its social and its psychological diagnosis, asked for and submitted."""

from datetime import timedelta
from typing import Any

from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.diagnoses.actions import Written, ask_for_diagnosis, write_diagnosis
from cases.diagnoses.codes import DiagnosisKind, SelfHarmThought
from cases.diagnoses.queries import writers_of
from cases.records.actions import add_to_team
from cases.records.codes import Answer, Level, Relation
from cases.records.models import Case
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

SCORE = 14


def diagnosed(t: Telling) -> None:
    """Where custody is recent, and the office has a psychologist, who joins the team."""
    if not t.is_recent or not t.colleagues(Role.PSYCHOLOGIST):
        return
    psychologist, words = t.of_role(Role.PSYCHOLOGIST), texts()["diagnosis"]
    with at(t.later(OFFICE, hours=1), t.lead):
        case = Case.objects.select_related("office").get(pk=t.case.pk)
        if psychologist.pk not in [one.pk for one in writers_of(case)]:
            add_to_team(case, psychologist, relation=Relation.MEMBER, level=Level.EDIT, by=t.lead)
    score = Result(Instrument.DSRS_C, t.now.date(), words["rater"], ((words["scale"], SCORE),))
    codes = {"self_harm": SelfHarmThought.NONE, "before_facts": Answer.YES}
    _write(t, DiagnosisKind.SOCIAL, t.lead, Written(words["social"]))
    _write(
        t, DiagnosisKind.PSYCHOLOGICAL, psychologist, Written(words["psychological"], codes, tests=[score])
    )


def _write(t: Telling, kind: DiagnosisKind, writer: Position, written: Written) -> None:
    asked: dict[str, Any] = {"kind": kind, "question": texts()["diagnosis"][f"asked_{kind.value}"]}
    with at(t.later(OFFICE, minutes=10), t.lead):
        case = Case.objects.select_related("office").get(pk=t.case.pk)
        due_on = clock.today() + timedelta(days=14)
        row = ask_for_diagnosis(case, writer=writer, due_on=due_on, by=t.lead, **asked)
    with at(t.later(OFFICE, hours=2), writer):
        write_diagnosis(row, written, by=writer, submit=True)
