"""The diagnoses of a case, and the findings that the reader may see."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from agencies.staff.models import Position
from cases.clocks.rules import JAPAN
from cases.conferences.codes import SittingKind, SittingState
from cases.conferences.queries import Item, items_of
from cases.decisions.queries import PEOPLE as SIGNED_BY
from cases.diagnoses.codes import WRITERS, DiagnosisKind
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Findings, Judgement
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import team_of
from cases.scores.queries import Result, results_in
from cases.shelter.models import Admission
from face.reading import asked_once
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import current
from security.walls import clock

LATEST = 30
"""How many diagnoses the pages of a case show."""
# Every page of a case reads these with the rows of all rooms, in statements that bring so many columns at most.
LINE = (
    *(
        "case",
        "kind",
        "due_on",
        "begun_at",
        "submitted_at",
        "returned_at",
        "accepted_at",
        "superseded_at",
        "texts",
        "facility",
    ),
    *("writer__staff__name", "submitted_by__staff__name"),
)
SIGNED = (
    *(
        "case",
        "drafted_at",
        "drafted_person",
        "decided_at",
        "approved",
        "refused",
        "taken_back_at",
        "note",
        "replaces",
    ),
    *("drafted_by__staff__name", "decided_by__staff__name"),
)
PEOPLE = ("asked_by__staff", "writer__staff", "submitted_by__staff", "returned_by__staff")


def end_of(day: date) -> datetime:
    """The end of a day in Japan: until then what is due on it is in time."""
    return datetime.combine(day + timedelta(days=1), time.min, JAPAN)


def all_diagnoses_of(case: Case) -> QuerySet[Diagnosis]:
    """Every diagnosis of the case, the one asked for last first."""
    return Diagnosis.objects.filter(case=case).select_related(*PEOPLE)


@asked_once
def latest_diagnoses(case: Case) -> QuerySet[Diagnosis]:
    """The latest of them, perhaps not read yet, with what a page of the case says of each."""
    rows = Diagnosis.objects.filter(case=case).select_related("writer__staff", "submitted_by__staff")
    return rows.only(*LINE)[:LATEST]


@asked_once
def diagnoses_of(case: Case) -> list[Diagnosis]:
    """The same rows, read."""
    rows = list(latest_diagnoses(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def facility_texts(case: Case) -> QuerySet[FacilityDiagnosis]:
    """What facilities wrote and submitted of the case, the latest first, perhaps not read yet."""
    rows = FacilityDiagnosis.objects.filter(case=case, submitted_at__isnull=False)
    return rows.only("case", "admission", "texts")[:LATEST]


def texts_of(
    rows: Iterable[Diagnosis], written: Iterable[FacilityDiagnosis]
) -> Mapping[UUID, Mapping[str, str]]:
    """The texts that the team reads of each of these few diagnoses; of those of a facility, what was ``written`` there."""
    listed = list(rows)
    there = {one.pk: one for one in written}
    return {
        row.pk: value_of(there[row.facility_id].texts if row.facility_id in there else row.texts) or {}
        for row in listed
    }


def at_facility(stay: Admission) -> list[FacilityDiagnosis]:
    """What the facility wrote of one stay, the latest first: one that is open or stands, and those that came back."""
    return list(
        FacilityDiagnosis.objects.filter(admission=stay.pk).select_related(
            "written_by__staff", "submitted_by__staff"
        )
    )


def findings_of(row: Diagnosis) -> Findings | None:
    """What was found, for those who hold its key; None for all others, and where nothing was written."""
    if not current().can_open(row.findings_scope()):
        return None
    return Findings.objects.filter(diagnosis=row).first()


def results_of(row: Findings | None) -> list[Result]:
    """The tests of the findings, the earliest first."""
    return results_in(reveal(row, "tests") if row is not None else None)


@asked_once
def judgement_rows(case: Case) -> QuerySet[Judgement]:
    """Every draft of a comprehensive diagnosis of the case, the latest first, perhaps not read yet, without its texts."""
    rows = Judgement.objects.filter(case=case).select_related("drafted_by__staff", "decided_by__staff")
    return rows.only(*SIGNED)


@asked_once
def judgements_of(case: Case) -> list[Judgement]:
    """The same rows, read."""
    rows = list(judgement_rows(case))
    for row in rows:
        row.case = case
    return rows


def judgements_to_print(case: Case) -> list[Judgement]:
    """The comprehensive diagnoses of the case with all that is on their sheet."""
    rows = list(
        Judgement.objects.filter(case=case).select_related(*SIGNED_BY, "entry__sitting__chair__staff")
    )
    for row in rows:
        row.case = case
    return rows


def to_judge(case: Case) -> list[Diagnosis]:
    """The diagnoses on which a comprehensive one can rest."""
    return [row for row in diagnoses_of(case) if row.stands]


def rested_on(row: Judgement) -> list[Diagnosis]:
    """The diagnoses that this comprehensive one rests on."""
    found = list(all_diagnoses_of(row.case).filter(pk__in=row.rests_on))
    for one in found:
        one.case = row.case
    return found


def assessed_at(case: Case) -> list[Item]:
    """The items of the case on assessment conferences that were held, the latest first."""
    return [
        one
        for one in items_of(case)
        if one.entry.sitting.known_kind is SittingKind.ASSESSMENT
        and one.entry.sitting.state is SittingState.HELD
    ]


def writers_of(case: Case, kind: DiagnosisKind | None = None) -> list[Position]:
    """The positions on the team of the case that write this kind, or any."""
    now, roles = clock.now(), {role for one in (WRITERS if kind is None else [kind]) for role in WRITERS[one]}
    on_team = [
        grant for grant in team_of(case) if grant.relation != Relation.GLASS and grant.starts_at <= now
    ]
    found = {grant.position_id: grant.position for grant in on_team if grant.position.role in roles}
    return list(found.values())


def cases_of_findings(owners: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """The case that each key of findings belongs to, for the record of the look."""
    rows = Diagnosis.objects.filter(pk__in=owners).order_by().values_list("pk", "case")
    return {pk: [case] for pk, case in rows}
