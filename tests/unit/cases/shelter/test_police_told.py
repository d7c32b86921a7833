"""A child who left without leave: that the police are told is owed until it is written, and over when the child is found."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.shelter.codes import LeaveStep
from cases.shelter.models import Admission
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.shelter.test_log import left
from tests.unit.cases.shelter.test_sheet import sent, works_at

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def stay(cast: Cast) -> tuple[Admission, Position]:
    """A child at the facility, and who works there."""
    worker = works_at(cast)
    return sent(cast, in_custody(cast), worker), worker


def owed(cast: Cast) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind="left_police").order_by("due_at"))


def test_it_is_owed_within_the_hours_of_the_facilitys_office_by_who_is_in_charge(
    cast: Cast,
    stay: tuple[Admission, Position],
) -> None:
    row, worker = stay
    with as_owner():
        Office.objects.using("owner").filter(pk=row.office_id).update(left_police_hours=3)
    first = left(row, worker)
    (duty,) = owed(cast)
    assert (duty.owner_id, duty.cause, duty.done_at) == (cast.caseworker.pk, first.pk, None)
    assert abs(duty.due_at - first.written_at - 3 * HOUR) < MINUTE
    with acting_as(cast.caseworker):
        assert Notice.objects.filter(kind=NoticeKind.DUTY_OPEN, position=cast.caseworker).exists()
    for reader in (worker, cast.caseworker):
        with override("ja"):
            assert "警察への連絡の期限" in text_of(signed_in(reader).get(reverse("shelter", args=[row.pk])))
    page = text_of(signed_in(cast.caseworker).get(reverse("duty", args=[row.case_id, duty.pk])))
    assert reverse("shelter_left", args=[row.pk]) in page


@pytest.mark.parametrize("step", [LeaveStep.POLICE, LeaveStep.FOUND])
def test_the_step_does_it_whoever_writes_it(
    cast: Cast,
    stay: tuple[Admission, Position],
    step: LeaveStep,
) -> None:
    row, worker = stay
    left(row, worker)
    left(row, cast.caseworker, LeaveStep.LEAD)
    assert owed(cast)[0].done_at is None
    done = left(row, worker, step)
    (duty,) = owed(cast)
    assert duty.done_at is not None
    assert (duty.done_by_id, abs(duty.done_at - done.written_at) < MINUTE) == (worker.pk, True)
    with override("ja"):
        text = text_of(signed_in(worker).get(reverse("shelter", args=[row.pk])))
    assert "警察への連絡の期限" not in text


def test_a_second_time_away_is_owed_anew(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    for step in (LeaveStep.NOTICED, LeaveStep.FOUND, LeaveStep.NOTICED):
        left(row, worker, step)
    assert [duty.done_at is None for duty in owed(cast)] == [False, True]


@pytest.mark.parametrize("by", ["caseworker", "supervisor"])
def test_no_note_and_no_raw_sql_does_it(
    cast: Cast,
    stay: tuple[Admission, Position],
    by: str,
) -> None:
    row, worker = stay
    left(row, worker)
    (duty,) = owed(cast)
    with acting_as(cast.positions[by]):
        with pytest.raises(Refused, match="by_act"):
            fulfil_duty(duty, note="電話した（架空）", by=cast.positions[by])
        for change in ("done_at = now()", "due_at = due_at + interval '1 day'"):
            with pytest.raises(DatabaseError), transaction.atomic():
                connection.cursor().execute(f"UPDATE cases_duty SET {change} WHERE id = %s", [duty.pk])
    assert owed(cast)[0].done_at is None
