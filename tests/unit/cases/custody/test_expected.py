"""Custody that was expected to be over by now says so where it is looked at: no limit of the law has passed, and nobody
decided."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.clocks.rules import end_of, last_day
from cases.custody import panel
from cases.custody.models import CustodyDecision
from cases.custody.queries import expected_day, is_past_expected
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, decide, said

DAY = timedelta(days=1)
CHIP, STEP = (
    "Expected end of custody has passed",
    "The expected end of custody has passed: decide whether it ends",
)


def custody(cast: Cast, *, ends_in: timedelta) -> CustodyDecision:
    """Custody that began ten days ago."""
    begun, until = clock.now() - 10 * DAY, clock.today() + ends_in
    return decide(
        cast, a_draft(cast, **{**said(), "effective_at": begun, "said_at": begun, "expected_until": until})
    )


def shown(cast: Cast, row: CustodyDecision) -> tuple[bool, bool]:
    """Whether the head of the case warns, and whether the step is there."""
    with acting_as(cast.caseworker), override("en"):
        case = Case.objects.select_related("child", "office").get(pk=row.case_id)
        chips = [str(one.text) for one in panel.cautions(case, cast.caseworker)]
        return CHIP in chips, STEP in [str(one.label) for one in panel.steps(case, cast.caseworker)]


def test_the_day_itself_is_not_past(cast: Cast) -> None:
    assert shown(cast, custody(cast, ends_in=timedelta())) == (False, False)


def test_a_day_later_the_case_and_the_list_of_those_in_custody_say_so(cast: Cast) -> None:
    row = custody(cast, ends_in=-DAY)
    assert shown(cast, row) == (True, True)
    page = signed_in(cast.director).get(reverse("home"))
    (sleeper,) = page.context["sleepers"]
    assert [one.kind for one in sleeper.cautions] == ["danger", "warning"]


def test_custody_that_was_continued_has_its_own_day(cast: Cast) -> None:
    row = custody(cast, ends_in=-DAY)
    first = end_of(last_day(clock.today() - 10 * DAY))
    with acting_as(cast.caseworker):
        fresh = CustodyDecision.objects.select_related("case").get(pk=row.pk)
        until = expected_day(fresh)
        assert is_past_expected(fresh, until, first)
        assert not is_past_expected(fresh, until, first + 30 * DAY)
