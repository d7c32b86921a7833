"""A letter of a child that was not answered in time is told to the bureau, and a working day later to its head."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from cases.nights.codes import CLOSES
from cases.nights.rules import A_DAY, at, working_day
from referrals.rights import actions, rules
from referrals.rights.codes import LetterState
from referrals.rights.models import ChildLetter, LetterReply
from referrals.rights.tasks import warn_unanswered
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.cases.clocks.test_warnings import moved
from tests.unit.referrals.pages import in_english
from tests.unit.referrals.rights.steps import came, decided, ready, replied_to

SECOND = timedelta(seconds=1)


def told(cast: Cast, step: str) -> set[str]:
    names = {position.pk: name for name, position in cast.positions.items()}
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=f"letter_{step}").values_list("position", flat=True)
        return {names[pk] for pk in rows}


@pytest.mark.parametrize(
    ("days", "now", "day"),
    [
        (3, "2026-01-15T17:14", "2026-01-08"),  # 成人の日 is on the 12th
        (3, "2026-01-15T17:15", "2026-01-12"),
        (1, "2026-01-13T17:15", "2026-01-12"),
        (1, "2026-01-13T17:14", "2026-01-08"),
    ],
)
def test_which_letters_are_due(days: int, now: str, day: str) -> None:
    moment = datetime.fromisoformat(now + "+09:00")
    assert rules.came_too_long_ago(days, moment) == date.fromisoformat(day)


@pytest.mark.parametrize("days", [3, 1])
def test_it_is_told_to_the_bureau_and_then_to_the_head_each_once(cast: Cast, days: int) -> None:
    with as_owner():
        Office.objects.using("owner").filter(pk=cast.rights.office_id).update(letter_reply_days=days)
    letter = came(cast)
    day = timezone.localdate(letter.received_at)
    for _each in range(days):
        day = working_day(day, A_DAY)
    due, late = at(day, CLOSES), at(working_day(day, A_DAY), CLOSES)
    with moved(due - SECOND):
        assert warn_unanswered() == 0
    assert told(cast, "due") == set()
    for _again in range(2):
        with moved(due):
            assert warn_unanswered() == 1
        assert (told(cast, "due"), told(cast, "late")) == ({"rights"}, set())
    for _again in range(2):
        with moved(late):
            assert warn_unanswered() == 1
        assert (told(cast, "due"), told(cast, "late")) == ({"rights"}, {"rights_head"})
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind__startswith="letter_")
        assert {(row.count, row.reference, row.path) for row in rows} == {(1, "", f"/letters/{letter.pk}/")}
    page = in_english(signed_in(cast.rights)).get("/inbox/").content.decode()
    assert "A child&#x27;s letter or call was to be answered by now." in page


def test_an_answered_letter_is_told_no_more(cast: Cast) -> None:
    row = replied_to(cast, ready(cast))
    decided(row, cast.rights_head)
    with acting_as(cast.rights):
        actions.send_reply(LetterReply.objects.select_related("letter").get(), timezone.now(), by=cast.rights)
    with moved(timezone.now() + timedelta(days=30)):
        assert warn_unanswered() == 0
    assert told(cast, "due") == told(cast, "late") == set()


def test_one_that_nobody_read_is_told_too(cast: Cast) -> None:
    letter = came(cast, days=20)
    with acting_as(cast.rights):
        assert ChildLetter.objects.get(pk=letter.pk).state == LetterState.RECEIVED
    with moved(timezone.now()):
        assert warn_unanswered() == 1
    assert told(cast, "late") == {"rights_head"}
