"""Asking for a diagnosis, writing it, submitting it, returning it; and the comprehensive diagnosis (判定)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.conferences.queries import Item
from cases.decisions.actions import Decision
from cases.diagnoses import rules
from cases.diagnoses.codes import JUDGEMENT, DiagnosisKind
from cases.diagnoses.content import pieces_of
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Findings, Judgement
from cases.diagnoses.queries import at_facility, end_of, findings_of, rested_on
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.interviews.actions import record_interview
from cases.interviews.codes import InterviewKind
from cases.interviews.models import Interview
from cases.records.actions import locked
from cases.records.models import Case
from cases.scores.queries import Result, kept
from cases.shelter.models import Admission
from face.consequences import Consequences
from face.lines import Line
from security.encryption.fields import words_of
from security.encryption.keyring import current
from security.walls import clock


def _diagnosis(case: UUID, cause: UUID) -> Line | None:
    row = Diagnosis.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("diagnosis", args=[case, cause]), row.get_kind_display(), at=row.asked_at)


DIAGNOSIS = DutyKind(
    code="diagnosis",
    label=_("write and submit a diagnosis"),
    days=lambda office: office.diagnosis_days,
    after=_diagnosis,
    by_act=True,
)
"""Each diagnosis names the day on which it is due; the end of that day is the duty's limit."""


@dataclass(frozen=True)
class Written:
    """What was written of a diagnosis: its texts by name (those sealed apart too), codes, tests, and what the child said."""

    texts: Mapping[str, str]
    codes: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    tests: Collection[Result] = ()


@transaction.atomic
def ask_for_diagnosis(
    case: Case,
    *,
    kind: DiagnosisKind,
    question: str,
    writer: Position,
    due_on: date,
    by: Position,
    replaces: Diagnosis | None = None,
) -> Diagnosis:
    """Ask a colleague of the writing profession for a diagnosis until a day, which is their duty. Raises Refused.

    ``replaces``: the returned or accepted one that is written again.
    """
    rules.check_may_ask(case, by)
    rules.check_asked(kind, writer, due_on, clock.today())
    if replaces is not None:
        rules.check_replaces(locked(Diagnosis.objects.filter(pk=replaces.pk, case=case)), kind)
    row = Diagnosis(
        case=case,
        kind=kind,
        asked_by=by,
        asked_at=clock.now(),
        writer=writer,
        due_on=due_on,
        replaces=replaces,
    )
    row.question = question
    row.save(force_insert=True)
    leave_duty(case, DIAGNOSIS, cause=row.pk, owner=writer.pk, due_at=end_of(due_on))
    return row


@transaction.atomic
def write_diagnosis(
    diagnosis: Diagnosis,
    written: Written,
    *,
    by: Position,
    submit: bool = False,
    version: int | None = None,
) -> Diagnosis:
    """Write a diagnosis; with ``submit`` it stands from then on, the duty is done, and what the child said unasked is in the
    register of interviews. Raises Refused, with the name of the field where one is wrong.
    """
    now = clock.now()
    row = locked(Diagnosis.objects.filter(pk=diagnosis.pk))
    rules.check_may_write(row, by)
    rules.check_version(row, version)
    rules.check_said(written.said, now)
    kind = row.known_kind
    if submit:
        rules.check_complete(kind, {**written.texts, **written.codes})
        row.submitted_at, row.submitted_by = now, by
    apart = {piece.name for piece in pieces_of(kind) if piece.apart}
    row.begun_at, row.version = row.begun_at or now, row.version + 1
    row.texts = _filled(kind, written.texts, apart=False)
    for name in (*Diagnosis.CODES, *Diagnosis.SAID):
        setattr(row, name, written.codes.get(name) or written.said.get(name) or None)
    if apart:  # before the row that freezes them
        _write_findings(row, _filled(kind, written.texts, apart=True), written.tests, by)
    row.save(update_fields=["begun_at", "version", "submitted_at", "submitted_by", *Diagnosis.WRITTEN])
    if submit:
        settle_duties(row.case_id, row.pk, DIAGNOSIS, note=gettext("The diagnosis was submitted."), by=by)
        _register(row, written.said, by)
    return row


def _filled(kind: DiagnosisKind, texts: Mapping[str, str], *, apart: bool) -> dict[str, str]:
    """The texts of this kind that are, or are not, sealed apart, in their order."""
    names = [piece.name for piece in pieces_of(kind) if piece.apart is apart]
    return {name: texts[name] for name in names if texts.get(name)}


def _write_findings(row: Diagnosis, found: dict[str, str], tests: Collection[Result], by: Position) -> None:
    """The findings under their own key, which is made with the first of them by whoever writes them."""
    findings = findings_of(row)
    if findings is None:
        current().create(row.findings_scope(), by.office_id)
        findings = Findings(case=row.case, diagnosis=row)
    findings.found, findings.tests = found, kept(tests)
    if findings._state.adding:
        findings.save(force_insert=True)
    else:
        findings.save(update_fields=["found", "tests"])


def _register(row: Diagnosis, said: Mapping[str, Any], by: Position) -> None:
    """What the child said unasked is a row of the register: the words, and to whom they were said."""
    before = row.replaces
    if not said.get("said_words") or (before and words_of(before.said_words) == said["said_words"]):
        return  # the register has the words already where a returned diagnosis is submitted again
    texts = dict.fromkeys(Interview.TEXTS, "") | {
        "kind": InterviewKind.SPONTANEOUS,
        "place": said["said_where"],
        "office": row.case.office.name,
        "interviewer": said["said_to"],
        "words": said["said_words"],
    }
    record_interview(row.case, began_at=said["said_at"], ended_at=None, texts=texts, by=by)


@transaction.atomic
def write_at_facility(
    stay: Admission, written: Written, *, by: Position, submit: bool = False, version: int = 0
) -> FacilityDiagnosis:
    """Write the facility's own behavioural diagnosis; with ``submit`` it is frozen, is one of the case's diagnoses, and is
    told by the database to those in charge. ``version``: of the page that was read, 0 where nothing was written yet. Raises
    Refused, with the name of the field where one is wrong.
    """
    now, kind = clock.now(), DiagnosisKind.BEHAVIOURAL
    latest = next(iter(at_facility(stay)), None)
    rules.check_may_write_there(stay, latest, by, now)
    if latest is None or latest.returned_at is not None:
        row = FacilityDiagnosis(
            case_id=stay.case_id, admission=stay, written_by=by, written_at=now, version=0
        )
    else:
        row = locked(FacilityDiagnosis.objects.filter(pk=latest.pk))
        rules.check_may_write_there(stay, row, by, now)
    rules.check_version(row, version)
    rules.check_said(written.said, now)
    if submit:
        rules.check_complete(kind, written.texts)
    row.version += 1
    row.texts = _filled(kind, written.texts, apart=False)
    for name in Diagnosis.SAID:
        setattr(row, name, written.said.get(name) or None)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["version", *FacilityDiagnosis.WRITTEN])
    if submit:
        row.submitted_at, row.submitted_by = now, by
        row.save(update_fields=["submitted_at", "submitted_by"])
    return row


@transaction.atomic
def return_diagnosis(diagnosis: Diagnosis, *, why: str, due_on: date, by: Position) -> Diagnosis:
    """Return what was submitted: it stays as it is, and is asked for again of the same writer, who finds the reason there.

    Gives the new one. Raises Refused.
    """
    row = _returned(diagnosis, why, by)
    writer = row.submitted_by or row.writer
    return ask_for_diagnosis(
        row.case, kind=row.known_kind, question=why, writer=writer, due_on=due_on, by=by, replaces=row
    )


@transaction.atomic
def return_to_facility(diagnosis: Diagnosis, there: FacilityDiagnosis, *, why: str, by: Position) -> None:
    """Return what the facility submitted (``there``): it stays, and the facility finds the reason where it writes the next.

    Raises Refused.
    """
    row = _returned(diagnosis, why, by)
    # Read anew: the child may have left since the page was read.
    there.admission = locked(Admission.objects.filter(pk=there.admission_id))
    rules.check_facility_writes(there, clock.now())
    there.returned_at = row.returned_at
    there.returned_why = why
    there.save(update_fields=["returned_at", "returned_why"])


def _returned(diagnosis: Diagnosis, why: str, by: Position) -> Diagnosis:
    row = locked(Diagnosis.objects.filter(pk=diagnosis.pk))
    rules.check_may_return(row, by)
    row.returned_at, row.returned_by = clock.now(), by
    row.returned_why = why
    row.save(update_fields=["returned_at", "returned_by", "returned_why"])
    return row


@transaction.atomic
def draft_judgement(
    case: Case,
    item: Item,
    rests_on: Collection[Diagnosis],
    texts: Mapping[str, str],
    *,
    by: Position,
    earlier: Judgement | None = None,
) -> Judgement:
    """Draft the comprehensive diagnosis of an assessment conference. ``texts`` by the names of ``Judgement.TEXTS``.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    row = JUDGED.begin(case, by, clock.now(), earlier)
    rules.check_rests_on(case, rests_on)
    rules.check_dissent(texts.get("dissent") or "", texts.get("dissent_who") or "")
    row.case = case
    row.entry, row.rests_on = item.entry, sorted(one.pk for one in rests_on)
    for name in Judgement.TEXTS:
        setattr(row, name, texts.get(name) or None)
    return JUDGED.submit(row, by)


def _accept(row: Judgement, _by: Position) -> None:
    """What it rests on is accepted, where it was not before."""
    now = clock.now()
    for one in Diagnosis.objects.select_for_update().filter(pk__in=row.rests_on, accepted_at=None):
        one.accepted_at = now
        one.save(update_fields=["accepted_at"])


JUDGED = Decision(
    act=JUDGEMENT,
    model=Judgement,
    check_may_draft=rules.check_may_judge,
    content=("entry", "rests_on", *Judgement.TEXTS),
    form_url="judgement_new",
    template="cases/diagnoses/judged.html",
    context=lambda row, _by: {"d": row, "rests": rested_on(row)},
    panels=lambda _row: ("diagnoses",),
    consequences=Consequences(
        _("The diagnoses it rests on are accepted. What is decided of the case is not decided here."),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("It stays on record. A later comprehensive diagnosis is a further one."),
    ),
    related=("entry__sitting",),
    still_holds=rules.check_still_rests,
    effect=_accept,
)
