"""A receipt came at another moment than was written: the limit follows, earlier at once, later by a decision of two."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockState
from cases.clocks.models import Clock
from cases.decisions.codes import Verdict
from cases.intake import actions as intake
from cases.intake.codes import ReceiptKind
from cases.receipts.actions import record_facts
from cases.receipts.models import ReceivedCorrection
from cases.receipts.queries import receipts_of
from cases.receipts.received import CORRECTION, draft_correction
from cases.receipts.rules import check_moment
from cases.records.models import Case
from tests.accepting import accept
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import check, received
from tests.unit.cases.receipts.test_receipts import NO_FACTS, a_receipt

REASON = "電話受付簿の時刻による（架空）"
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A notification of abuse, received ten hours ago."""
    return a_receipt(cast, ReceiptKind.NOTIFICATION, hours_ago=10)


def came_at(case: Case) -> datetime:
    return receipts_of(case)[0].notification.received_at


def draft(cast: Cast, case: Case, by_hours: int, number: int = 0) -> ReceivedCorrection:
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        receipt = receipts_of(fresh)[number]
        moment = receipt.notification.received_at + by_hours * HOUR
        return draft_correction(fresh, receipt, moment, REASON, by=cast.caseworker)


def decide(cast: Cast, row: ReceivedCorrection, verdict: Verdict, by: str = "supervisor") -> None:
    with acting_as(cast.positions[by]):
        fresh = ReceivedCorrection.objects.select_related("case__office", "case__child").get(pk=row.pk)
        CORRECTION.decide(fresh, verdict, by=cast.positions[by], note=REASON)


def limit(cast: Cast, case: Case) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.running().select_related("replaces").get(case=case)


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What is done within is refused, in a sentence that holds this."""
    with override("en"), pytest.raises(Refused) as caught:
        yield
    with override("en"):
        assert sentence in str(caught.value.reason)


def told(cast: Cast) -> set[str]:
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=NoticeKind.CLOCK_CORRECTED)
        return {row.position.role for row in rows.select_related("position")}


def test_an_earlier_moment_makes_the_limit_stricter_at_once(cast: Cast, case: Case) -> None:
    before = limit(cast, case)
    draft(cast, case, -5)
    after = limit(cast, case)
    assert (before.due_at - after.due_at, after.replaces) == (5 * HOUR, before)
    assert told(cast) == {"caseworker", "supervisor", "director"}


@pytest.mark.parametrize("by", ["supervisor", "director"])
def test_a_later_moment_takes_the_decision_of_another(cast: Cast, case: Case, by: str) -> None:
    before = limit(cast, case)
    row = draft(cast, case, 3)
    assert limit(cast, case) == before
    decide(cast, row, Verdict.APPROVE, by)
    after = limit(cast, case)
    assert (after.due_at - before.due_at, after.replaces) == (3 * HOUR, before)
    with acting_as(cast.caseworker):
        assert receipts_of(case)[0].received_at == came_at(case) + 3 * HOUR
        assert Clock.objects.get(pk=before.pk).state is ClockState.ENDED
    assert told(cast) == {"caseworker", "supervisor", "director"}


@pytest.mark.parametrize("back", ["returned", "taken back"])
def test_a_draft_that_came_to_nothing_leaves_the_limit_as_it_was(cast: Cast, case: Case, back: str) -> None:
    before = limit(cast, case)
    row = draft(cast, case, -5)
    if back == "returned":
        decide(cast, row, Verdict.RETURN)
    else:
        with acting_as(cast.caseworker):
            CORRECTION.take_back(row, by=cast.caseworker)
    after = limit(cast, case)
    assert (after.started_at, after.due_at) == (before.started_at, before.due_at)


def test_another_receipt_of_the_case_keeps_its_own_limit(cast: Cast, case: Case) -> None:
    """The first came eight hours later than written: the second, of nine hours ago, is now the one that is counted from."""
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        second = intake.add_notification(fresh, received(timezone.now() - 9 * HOUR), by=cast.caseworker)
    decide(cast, draft(cast, case, 8), Verdict.APPROVE)
    assert limit(cast, case).started_at == second.received_at


def test_a_limit_that_was_kept_stays_as_it_was(cast: Cast, case: Case) -> None:
    check(case, cast.caseworker, timezone.now())
    with acting_as(cast.caseworker):
        met = Clock.objects.get(case=case)
    decide(cast, draft(cast, case, -2), Verdict.APPROVE)
    with acting_as(cast.caseworker):
        assert list(Clock.objects.filter(case=case)) == [met]


def test_what_contradicts_is_named(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        receipt = receipts_of(fresh)[0]
        record_facts(
            receipt, receipt.kind, NO_FACTS | {"incident_at": came_at(case) - HOUR}, by=cast.caseworker
        )
    with refused("What happened lies after this moment"):
        draft(cast, case, -2)
    with refused("future"):
        draft(cast, case, 11)
    with refused("already"):
        draft(cast, case, 0)
    check(case, cast.caseworker, timezone.now() - 2 * HOUR)
    with refused("The child was seen on"):
        draft(cast, case, 9)


def test_a_case_is_not_accepted_before_it_was_received(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION, hours_ago=0)
    accept(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
    with refused("The case was accepted on"):
        check_moment(receipt, timezone.now(), None, timezone.now())


def test_another_moment_is_another_draft(cast: Cast, case: Case) -> None:
    row = draft(cast, case, 3)
    with acting_as(cast.caseworker), refused("Take this draft back"):
        fresh = Case.objects.get(pk=case.pk)
        draft_correction(fresh, receipts_of(fresh)[0], came_at(case), REASON, by=cast.caseworker, earlier=row)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("SELECT wall.correct_clocks(%(row)s)", ""),
        (
            "UPDATE cases_clock SET due_at = due_at + interval '1 hour' WHERE case_id = %(case)s",
            "permission|clock_stays",
        ),
        (
            "UPDATE cases_receivedcorrection SET corrected_at = now() WHERE id = %(row)s",
            "permission|received_stays",
        ),
        (
            "UPDATE cases_receivedcorrection SET approved = true, decided_at = now() WHERE id = %(row)s",
            "takes|sign|check",
        ),
    ],
)
def test_raw_sql_gives_no_more_time(cast: Cast, case: Case, statement: str, says: str) -> None:
    before = limit(cast, case)
    row = draft(cast, case, 3)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        asked = {"row": row.pk, "case": case.pk}
        if not says:
            cursor.execute(statement, asked)
            assert cursor.fetchall() == []
        else:
            with pytest.raises(Exception, match=says), transaction.atomic():
                cursor.execute(statement, asked)
    assert limit(cast, case) == before


def test_the_moment_that_held_is_the_databases(cast: Cast, case: Case) -> None:
    """Another moment cannot be named as the one that held, to move the limit of another receipt."""
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        row = ReceivedCorrection(case=fresh, notification=receipts_of(fresh)[0].notification)
        row.draft_as(cast.caseworker, timezone.now())
        row.held_at, row.corrected_at, row.reason = timezone.now(), came_at(case) + HOUR, REASON
        row.save(force_insert=True)
        row.refresh_from_db()
        assert row.held_at == came_at(case)
        other = ReceivedCorrection(
            case=fresh, notification=row.notification, corrected_at=timezone.now() + HOUR
        )
        other.draft_as(cast.caseworker, timezone.now())
        other.held_at, other.reason = came_at(case), REASON
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save(force_insert=True)


def test_the_page_says_what_was_corrected(cast: Cast, case: Case) -> None:
    client = signed_in(cast.caseworker)
    url = reverse("receipt_received", args=[case.pk])
    wrong = client.post(url, {"corrected_at": "R8.13.40 25:00", "reason": REASON})
    assert wrong.status_code == 200
    assert REASON in wrong.content.decode()
    earlier = timezone.localtime(limit(cast, case).started_at - HOUR)
    sent = client.post(url, {"corrected_at": earlier.strftime("%Y-%m-%d %H:%M"), "reason": REASON})
    assert sent.status_code == 302, sent.content.decode()
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "訂正前の期限" in page
