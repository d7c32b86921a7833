"""A psychologist and a doctor for the cast, and diagnoses they wrote of its cases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.actions import set_password
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from cases.diagnoses import actions
from cases.diagnoses.actions import Written
from cases.diagnoses.codes import DiagnosisKind, SelfHarmThought
from cases.diagnoses.content import pieces_of
from cases.diagnoses.models import Diagnosis
from cases.records import actions as records
from cases.records.codes import Level, Relation
from cases.records.models import Case
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from security.walls import clock
from tests.cast import PASSWORD, Cast, a_case, as_owner

SCORES = [Result(Instrument.DSRS_C, date(2026, 3, 2), "心理（架空）", (("合計", 12),))]


def newcomer(cast: Cast, username: str, role: Role, office: str = "kita") -> Position:
    """Somebody of this role, in the section of the caseworker."""
    with as_owner():
        person = Staff.objects.using("owner").create(username=username, name=f"職員 {username}")
        made = Position.objects.using("owner").create(
            staff=person,
            office=cast.offices[office],
            section=cast.caseworker.section if office == "kita" else None,
            role=role,
            starts_on=date(2020, 4, 1),
            confirmed_at=datetime(2020, 4, 1, tzinfo=UTC),
        )
    set_password(person.pk, PASSWORD, change_first=False)
    found: Position = (
        Position.objects.using("gate").select_related("staff", "office", "section").get(pk=made.pk)
    )
    return found


def on_team(cast: Cast, case: Case, who: Position, level: Level = Level.EDIT) -> Position:
    """The same on the team of a case."""
    with acting_as(cast.caseworker):
        records.add_to_team(case, who, relation=Relation.MEMBER, level=level, by=cast.caseworker)
    return who


def asked(
    cast: Cast, kind: DiagnosisKind, writer: Position, case: Case | None = None, **more: Any
) -> Diagnosis:
    """A diagnosis that the person in charge asked for."""
    case = case or a_case(cast)
    facts = {"question": "見立て（架空）", "due_on": clock.today() + timedelta(days=14), **more}
    with acting_as(cast.caseworker):
        return actions.ask_for_diagnosis(case, kind=kind, writer=writer, by=cast.caseworker, **facts)


def texts(kind: DiagnosisKind) -> dict[str, str]:
    """A text for everything that a kind consists of."""
    return {piece.name: f"{piece.name}（架空）" for piece in pieces_of(kind)}


def write(row: Diagnosis, by: Position, submit: bool = True, **more: Any) -> Diagnosis:
    """The whole of it, written by ``by``."""
    kind = DiagnosisKind(row.kind)
    facts: dict[str, Any] = {"texts": texts(kind)}
    if kind is DiagnosisKind.PSYCHOLOGICAL:
        facts |= {"codes": {"self_harm": SelfHarmThought.NONE}, "tests": SCORES}
    with acting_as(by):
        fresh = Diagnosis.objects.get(pk=row.pk)
        return actions.write_diagnosis(fresh, Written(**facts | more), by=by, submit=submit)


def psychological(cast: Cast, submit: bool = True) -> tuple[Case, Diagnosis, Position]:
    """A case, its psychological diagnosis, and the psychologist of its team who wrote it."""
    case = a_case(cast)
    writer = on_team(cast, case, newcomer(cast, "shinri", Role.PSYCHOLOGIST))
    row = write(asked(cast, DiagnosisKind.PSYCHOLOGICAL, writer, case), writer, submit)
    return case, row, writer
