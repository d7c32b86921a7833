"""Duties that follow from what is known: a child leaves where it is now, or told something for the first time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.duties.models import Duty
from cases.intake.codes import ReceiptKind
from cases.interviews.codes import VERBATIM, InterviewKind
from cases.interviews.models import Interview
from cases.interviews.panel import CONTACT
from cases.interviews.plans import propose_plan
from cases.receipts import actions
from cases.receipts.panel import DECIDE_BY
from cases.receipts.queries import receipts_of
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.interviews import test_interviews
from tests.unit.cases.receipts.test_receipts import NO_FACTS, a_receipt
from tests.unit.referrals.pages import in_english

DAY = timedelta(days=1)


def record(cast: Cast, case: Case, kind: InterviewKind, **more: Any) -> Interview:
    words: dict[str, Any] = {"words": "「架空」"} if kind in VERBATIM else {}
    return test_interviews.record(cast, case, kind, **words, **more)


def written(cast: Cast, case: Case, leaves_at: datetime | None, by: str = "caseworker") -> None:
    with acting_as(cast.positions[by]):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
        facts: Mapping[str, Any] = NO_FACTS | {"leaves_at": leaves_at}
        actions.record_facts(receipt, receipt.kind, facts, by=cast.positions[by])


def owed(cast: Cast, kind: str) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=kind, done_at=None).order_by("due_at"))


def test_until_a_child_leaves_it_is_to_be_decided_where_it_goes(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    now = timezone.now()
    written(cast, case, None)
    written(cast, case, now - timedelta(minutes=5))  # it has left
    assert not owed(cast, DECIDE_BY.code)
    written(cast, case, now + timedelta(hours=3))
    (duty,) = owed(cast, DECIDE_BY.code)
    assert (duty.owner_id, duty.due_at) == (cast.caseworker.pk, now + timedelta(hours=3))
    page = in_english(signed_in(cast.caseworker))
    for path in (f"/cases/{case.pk}/", "/", "/duties/"):
        assert "before it leaves where it is now" in page.get(path).content.decode(), path
    assert "facts of the receipt" in page.get(f"/cases/{case.pk}/duties/{duty.pk}/").content.decode()


def test_another_moment_takes_the_place_of_the_earlier_and_the_same_one_leaves_nothing(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    now = timezone.now()
    for moment in (now + timedelta(hours=3), now + timedelta(hours=3), now + timedelta(hours=1)):
        written(cast, case, moment)
        assert [row.due_at for row in owed(cast, DECIDE_BY.code)] == [moment]
    written(cast, case, None)
    assert not owed(cast, DECIDE_BY.code)


def test_a_colleague_who_may_not_do_it_leaves_both(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    now = timezone.now()
    written(cast, case, now + timedelta(hours=3))
    written(cast, case, now + timedelta(hours=2), by="colleague")
    assert [row.due_at - now for row in owed(cast, DECIDE_BY.code)] == [
        timedelta(hours=2),
        timedelta(hours=3),
    ]


@pytest.mark.parametrize("kind", InterviewKind)
def test_a_first_disclosure_is_spoken_of_with_the_prosecutors_desk_within_a_day(
    cast: Cast, kind: InterviewKind
) -> None:
    case = a_case(cast)
    row = record(cast, case, kind)
    duties = owed(cast, CONTACT.code)
    assert bool(duties) is (kind in VERBATIM)
    if duties:
        assert (duties[0].owner_id, duties[0].cause) == (cast.caseworker.pk, row.pk)
        assert duties[0].due_at == row.began_at + DAY
        page = in_english(signed_in(cast.caseworker)).get(f"/cases/{case.pk}/duties/{duties[0].pk}/")
        assert f"/cases/{case.pk}/interviews/{row.pk}/" in page.content.decode()


def test_what_was_told_long_ago_is_owed_from_now_on_and_once(cast: Cast) -> None:
    case = a_case(cast)
    row = record(cast, case, InterviewKind.SPONTANEOUS, hours_ago=100)
    (duty,) = owed(cast, CONTACT.code)
    assert abs(duty.due_at - row.recorded_at - DAY) < timedelta(seconds=9)
    record(cast, case, InterviewKind.FIRST_HEARING)
    record(cast, case, InterviewKind.SPONTANEOUS, hours_ago=100, corrects=row)
    assert owed(cast, CONTACT.code) == [duty]


def test_a_proposal_of_a_joint_interview_does_it_and_after_one_nothing_is_owed(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    record(cast, case, InterviewKind.SPONTANEOUS)
    for one in (case, other):
        with acting_as(cast.caseworker):
            propose_plan(Case.objects.get(pk=one.pk), {}, by=cast.caseworker)
    record(cast, other, InterviewKind.SPONTANEOUS)
    assert not owed(cast, CONTACT.code)
    with acting_as(cast.caseworker):
        assert Duty.objects.filter(kind=CONTACT.code).exclude(done_at=None).count() == 1
