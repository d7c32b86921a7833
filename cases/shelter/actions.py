"""Sending the admission sheet to a facility, correcting it, completing it there, and ending the facility's reading."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.records.actions import locked
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import rules
from cases.shelter.codes import LeaveStep
from cases.shelter.models import (
    Admission,
    Arrival,
    CareFacts,
    CareSheet,
    GivenBack,
    Leaving,
    PlaceSheet,
    ShiftEntry,
)
from cases.shelter.queries import (
    Facility,
    absences_at,
    given_back_of,
    kept_of,
    present_admission,
    staff_of,
    versions_of,
)
from security.encryption.keyring import current
from security.encryption.typed import as_kept
from security.walls import clock

S = TypeVar("S", CareSheet, PlaceSheet)


@transaction.atomic
def send_sheet(
    case: Case, facility: Facility, *, admitted_at: datetime, care: Mapping[str, Any], by: Position
) -> Admission:
    """Send what the facility must know; its staff are told. A stay at another facility ends with it. Raises Refused."""
    now = clock.now()
    locked(Case.objects.filter(pk=case.pk))
    start = rules.check_may_send(case, by, now)
    rules.check_admitted(start, admitted_at, now)
    before = present_admission(case, now)
    if before is not None:
        _leave(before, now)
    row = Admission(
        id=uuid.uuid4(),
        case=case,
        start=start,
        office=facility.office,
        section=facility.section,
        admitted_at=admitted_at,
        sent_by=by,
        sent_at=now,
    )
    row.save(force_insert=True)
    current().create(row.key_scope(), by.office_id)
    _write(row, care, by, now)
    tell(staff_of(row), NoticeKind.CHILD_ADMITTED, "", reverse("shelter", args=[row.pk]), cause=str(row.pk))
    return row


@transaction.atomic
def correct_sheet(row: Admission, care: Mapping[str, Any], *, by: Position) -> CareSheet:
    """Write anew what the facility must know; what was written before stays readable. Raises Refused."""
    now = clock.now()
    rules.check_may_correct(row, by, now)
    return _write(row, care, by, now)


def _write(row: Admission, care: Mapping[str, Any], by: Position, now: datetime) -> CareSheet:
    return _fill(CareSheet(case=row.case, admission=row, written_by=by, written_at=now), row.case, care)


@transaction.atomic
def write_for_place(case: Case, care: Mapping[str, Any], *, by: Position) -> PlaceSheet:
    """Write what a place without an account must know; it gets it on paper. Written again, the latest counts. Raises Refused."""
    now = clock.now()
    start = rules.check_may_send(case, by, now)
    return _fill(PlaceSheet(case=case, start=start, written_by=by, written_at=now), case, care)


def _fill(sheet: S, case: Case, care: Mapping[str, Any]) -> S:
    """The child as the record has it now, and what was typed."""
    rules.check_allergy(care["allergy"], care["allergies"])
    for name, text in as_kept(case.child, CareFacts.CHILD).items():
        setattr(sheet, name, text)
    for name in CareFacts.CARE:
        setattr(sheet, name, care[name] or None)
    sheet.save(force_insert=True)
    return sheet


@transaction.atomic
def complete_sheet(row: Admission, facts: Mapping[str, Any], *, by: Position) -> Arrival:
    """The facility's half of the sheet; written again it is a correction. Raises Refused."""
    now = clock.now()
    rules.check_may_keep(row, by, now)
    rules.check_body_check(facts)
    arrival = Arrival(case_id=row.case_id, admission=row, written_by=by, written_at=now)
    for name in Arrival.FACTS:
        setattr(arrival, name, facts[name] or None)
    arrival.save(force_insert=True)
    return arrival


@transaction.atomic
def end_stay(row: Admission, *, by: Position) -> None:
    """The child sleeps there no longer, or never came: the facility finishes its log and reads nothing after that. Raises
    Refused."""
    now = clock.now()
    fresh = locked(Admission.objects.filter(pk=row.pk))
    rules.check_may_end(fresh, by, now)
    _leave(fresh, now)


def _leave(row: Admission, now: datetime) -> None:
    row.left_at = now
    row.save(update_fields=["left_at"])


@transaction.atomic
def write_shift(
    row: Admission, facts: Mapping[str, Any], *, by: Position, corrects: ShiftEntry | None = None
) -> ShiftEntry:
    """One author's entry of a shift, or the correction of one. Where the child told of harm, those in charge of the case
    are told at once, without its words. Raises Refused."""
    now = clock.now()
    _hold(row)
    rules.check_may_keep(row, by, now)
    rules.check_corrects_latest(corrects)
    rules.check_shift(row, facts["day"], now)
    rules.check_said(facts["tells_of_harm"], facts["remarks"])
    entry = ShiftEntry(case_id=row.case_id, admission=row, written_by=by, written_at=now, corrects=corrects)
    for name in ShiftEntry.FACTS:
        setattr(entry, name, facts[name] or None)
    entry.save(force_insert=True)
    if facts["tells_of_harm"] is Answer.YES:
        _call(row, entry.pk, urgent=False)
    return entry


@transaction.atomic
def note_leaving(
    row: Admission, *, step: LeaveStep, happened_at: datetime, who: str, words: str, by: Position
) -> Leaving:
    """One step of what is written of a child who left without leave. That the child is away or was found is told to
    those in charge and to the officers on duty. Raises Refused."""
    now = clock.now()
    _hold(row)
    rules.check_may_write(row, by, now)
    absences = absences_at([row.pk]).get(row.pk, [])
    rules.check_step(absences, step, happened_at, now)
    going_on = rules.open_absence(absences)
    leaving = Leaving(case_id=row.case_id, admission=row, written_by=by, written_at=now)
    leaving.first = going_on.first if going_on else None
    leaving.step, leaving.happened_at, leaving.who, leaving.words = step, happened_at, who, words or None
    leaving.save(force_insert=True)
    if step in (LeaveStep.NOTICED, LeaveStep.FOUND):
        _call(row, leaving.pk, urgent=True)
    return leaving


@transaction.atomic
def give_back(
    row: Admission, items: Collection[str], *, given_at: datetime, to: str, signed_by: str, by: Position
) -> GivenBack:
    """Write which belongings were given back. Raises Refused."""
    now = clock.now()
    _hold(row)
    rules.check_may_write(row, by, now)
    kept = kept_of(versions_of(row)[1], given_back_of(row))
    rules.check_given_back(items, kept, given_at, now)
    given = GivenBack(case_id=row.case_id, admission=row, written_by=by, written_at=now)
    given.items, given.given_at, given.to, given.signed_by = "\n".join(items), given_at, to, signed_by
    given.save(force_insert=True)
    return given


def _hold(row: Admission) -> None:
    """One at a time: whoever comes second sees what the first has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.hold_stay(%s)", [row.pk])


def _call(row: Admission, cause: uuid.UUID, *, urgent: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.tell_of_stay(%s, %s, %s)", [row.pk, urgent, cause])
