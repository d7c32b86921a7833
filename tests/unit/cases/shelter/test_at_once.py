"""Several people of a facility who write the same thing at once: the second sees the first."""

import pytest
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.shelter import actions
from cases.shelter.codes import LeaveStep
from cases.shelter.models import Admission, GivenBack, Leaving, ShiftEntry
from tests.at_once import MANY, all_at_once
from tests.cast import Cast
from tests.raw import known_row, refusal
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.shelter.test_log import left, shift, written
from tests.unit.cases.shelter.test_sheet import ARRIVED, sent, works_at


@pytest.fixture
def stay(cast: Cast) -> tuple[Admission, Position]:
    worker = works_at(cast)
    return sent(cast, in_custody(cast), worker), worker


def test_the_same_thing_is_given_back_once(stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    with acting_as(worker):
        actions.complete_sheet(row, ARRIVED, by=worker)

    def give() -> None:
        with acting_as(worker):
            actions.give_back(
                row, ["財布"], given_at=timezone.now(), to="母（架空）", signed_by="母", by=worker
            )

    assert all_at_once(give) == ["", *["items"] * (MANY - 1)]
    with acting_as(worker):
        assert GivenBack.objects.count() == 1


def test_a_child_is_noticed_to_be_away_once(stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    assert all_at_once(lambda: left(row, worker)) == ["", *["step"] * (MANY - 1)]
    with acting_as(worker):
        assert [one.step for one in Leaving.objects.all()] == [LeaveStep.NOTICED]


def test_an_entry_is_corrected_once(stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    entry = written(row, worker)

    def correct() -> None:
        with acting_as(worker):
            actions.write_shift(row, shift(life="訂正"), by=worker, corrects=entry)

    assert all_at_once(correct) == ["", *["corrected"] * (MANY - 1)]
    with acting_as(worker):
        latest = ShiftEntry.objects.get(corrects=entry)
        correction = known_row("cases_shiftentry", latest.pk)
        assert refusal("cases_shiftentry", correction)[0] == "23514"
        assert refusal("cases_shiftentry", correction, corrects_id=latest.pk) == ("", "")
