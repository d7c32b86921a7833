"""What is sent twice at once about contact: the second sees the first."""

from datetime import timedelta

from agencies.staff.acting import acting_as
from cases.limits import actions
from cases.limits.codes import ToldTo
from cases.limits.models import ContactLimit, ContactTold
from security.walls import clock
from tests.at_once import MANY, all_at_once
from tests.cast import Cast, a_case
from tests.unit.cases.limits.test_limits import a_limit, draft
from tests.unit.cases.prints.test_notice import a_person


def test_one_limit_is_drafted_for_one_person(cast: Cast) -> None:
    case = a_case(cast)
    person = a_person(cast, case)
    assert all_at_once(lambda: draft(cast, case, person)) == ["", *["person"] * (MANY - 1)]
    with acting_as(cast.caseworker):
        assert ContactLimit.objects.filter(case=case).count() == 1


def test_one_end_is_drafted(cast: Cast) -> None:
    case, _person, limit = a_limit(cast)

    def end() -> None:
        with acting_as(cast.caseworker):
            fresh = ContactLimit.objects.select_related("case__office", "person").get(pk=limit.pk)
            actions.draft_end(
                fresh.case, fresh, child_view="架空の意見", reason="架空の理由", by=cast.caseworker
            )

    assert all_at_once(end) == ["", *["person"] * (MANY - 1)]
    with acting_as(cast.caseworker):
        assert ContactLimit.objects.filter(case=case, changes=limit).count() == 1


def test_that_somebody_was_told_is_written_once(cast: Cast) -> None:
    _case, _person, limit = a_limit(cast)

    def tell(days: int = 0) -> None:
        with acting_as(cast.caseworker):
            fresh = ContactLimit.objects.select_related("case__office", "case__child").get(pk=limit.pk)
            on = clock.today() - timedelta(days=days)
            actions.record_told(fresh, to=ToldTo.SCHOOL, told_on=on, how="電話（架空）", by=cast.caseworker)

    assert all_at_once(tell) == ["", *["there"] * (MANY - 1)]
    tell(days=1)  # another day is another time
    with acting_as(cast.caseworker):
        assert ContactTold.objects.filter(limit=limit).count() == 2
