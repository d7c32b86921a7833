"""What is sent twice at once about a term of custody: the second sees the first."""

from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.continuing import actions
from cases.continuing.codes import CourtStep, Stand
from cases.continuing.models import TermCourt, TermStand
from tests.at_once import MANY, all_at_once
from tests.cast import Cast
from tests.unit.cases.continuing.test_continuing import begun, fresh, next_at, steps_court
from tests.unit.cases.custody.test_consent_of_each import a_parent


def test_a_stand_is_written_once(cast: Cast) -> None:
    row = begun(cast)
    mother, at, now = a_parent(cast, row, "架空母"), next_at(cast, row), timezone.now()

    def says(words: str = "架空の言葉") -> None:
        with acting_as(cast.caseworker):
            actions.record_stand(
                fresh(row),
                mother,
                term_at=at,
                stand=Stand.AGREES,
                said_at=now,
                words=words,
                by=cast.caseworker,
            )

    assert all_at_once(says) == ["", *["there"] * (MANY - 1)]
    says("架空の別の言葉")
    with acting_as(cast.caseworker):
        assert TermStand.objects.count() == 2


def test_a_step_at_the_court_is_written_once(cast: Cast) -> None:
    row = begun(cast)
    assert all_at_once(lambda: steps_court(cast, row, CourtStep.ASKED)) == ["", *["there"] * (MANY - 1)]
    steps_court(cast, row, CourtStep.ASKED, reference="令和8年（家）第3号")
    with acting_as(cast.caseworker):
        assert TermCourt.objects.count() == 2
