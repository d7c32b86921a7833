"""A warrant is asked for by two people, and the limit is met by what was approved and handed in (児童福祉法33条3項)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN
from cases.consents.codes import Said
from cases.custody import actions as custody
from cases.custody.codes import CUSTODY_START, Consent
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State, Verdict
from cases.prints.queries import papers
from cases.records.models import Case
from cases.warrants.actions import REQUEST, hand_in
from cases.warrants.codes import WARRANT_REQUEST, WarrantPaper
from cases.warrants.models import WarrantDraft, WarrantRequest
from cases.warrants.rules import what_waits
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, a_case, delegated, waiting_for
from tests.client import signed_in
from tests.requesting import FACTS, approved, drafted, handed_in, requested
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said
from tests.unit.cases.prints.test_prints import printed, words_on

ALL = tuple(WarrantPaper)


def limit_of(cast: Cast) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.filter(kind=ClockKind.WARRANT).latest("started_at")


def hand(cast: Cast, row: WarrantDraft, by: str = "caseworker", **more: Any) -> WarrantRequest:
    with acting_as(cast.positions[by]):
        return hand_in(row, handed_in(**more), by=cast.positions[by])


def test_drafted_approved_and_handed_in(cast: Cast) -> None:
    start = in_custody(cast)
    row = drafted(cast, start.case)
    with acting_as(cast.director):
        assert waiting_for(REQUEST, cast.director) == [row]
    assert limit_of(cast).state is ClockState.RUNNING
    with acting_as(cast.director):
        REQUEST.decide(row, Verdict.APPROVE, by=cast.director)
    assert limit_of(cast).state is ClockState.RUNNING, "an approval alone does not meet the limit"
    request = hand(cast, row)
    limit = limit_of(cast)
    assert (limit.met_at, limit.met_by_id) == (request.requested_at, cast.caseworker.pk)
    with acting_as(cast.caseworker):
        kept = WarrantRequest.objects.get()
        names = ("court", "reference", "handed_to")
        assert [reveal(kept, name) for name in names] == ["架空家庭裁判所", "令8(ハ)1", "架空書記官"]
        assert value_of(kept.papers_in) == [WarrantPaper.REQUEST, WarrantPaper.EVIDENCE]
        assert [there for _paper, there in kept.checklist] == [True, True, False, False, False]


def test_a_delegate_decides_it_and_its_drafter_does_not(cast: Cast) -> None:
    row = drafted(cast, in_custody(cast).case)
    delegated(cast, cast.supervisor, WARRANT_REQUEST, CUSTODY_START)
    with acting_as(cast.caseworker), pytest.raises(Refused):
        REQUEST.decide(row, Verdict.APPROVE, by=cast.caseworker)
    with acting_as(cast.supervisor):
        assert REQUEST.decide(row, Verdict.APPROVE, by=cast.supervisor).state is State.APPROVED


def test_only_what_was_approved_is_handed_in_once(cast: Cast) -> None:
    start = in_custody(cast)
    row = drafted(cast, start.case)
    with pytest.raises(Refused, match="not_approved"):
        hand(cast, row)
    with acting_as(cast.director):
        REQUEST.decide(row, Verdict.RETURN, note="疎明資料を（架空）", by=cast.director)
    with pytest.raises(Refused, match="not_approved"):
        hand(cast, row)
    row = approved(cast, start.case)
    hand(cast, row)
    with pytest.raises(Refused, match="no_limit"):
        hand(cast, row)
    with pytest.raises(Refused, match="no_limit"):
        drafted(cast, start.case)


def test_requested_before_custody_begins_that_is_decided_for_a_coming_day(cast: Cast) -> None:
    """児童福祉法33条3項: it may be requested beforehand."""
    start = in_custody(cast, effective_at=timezone.now() + timedelta(days=2))
    hand(cast, approved(cast, start.case))
    assert limit_of(cast).met_at is not None


def at_time(days: int, hour: int, minute: int, second: int = 0) -> datetime:
    """A moment on a day of Japan, so many days from today."""
    day = timezone.now().astimezone(JAPAN) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0)


@pytest.mark.parametrize(
    ("days", "hour", "minute", "late"), [(-1, 23, 59, False), (0, 0, 0, True)], ids=["day 7", "day 8"]
)
def test_day_seven_and_day_eight(cast: Cast, days: int, hour: int, minute: int, late: bool) -> None:
    """Seven days counted from the day of the start (児童福祉法33条3項): to 23:59 of day 7; 00:00 of day 8 is late."""
    began = at_time(-7, 15, 0)  # day 1; so yesterday was day 7
    start = in_custody(cast, **{**said(), "said_at": began, "effective_at": began})
    hand(cast, approved(cast, start.case), requested_at=at_time(days, hour, minute))
    limit = limit_of(cast)
    assert limit.met_at is not None
    assert (limit.met_at > limit.due_at) is late


def test_a_request_is_for_the_custody_it_was_drafted_for(cast: Cast) -> None:
    first = in_custody(cast)
    row = approved(cast, first.case)
    waits = drafted(cast, first.case)
    with acting_as(cast.caseworker):
        end = custody.draft_end(first.case, end_facts(), by=cast.caseworker)
    decide(cast, end)
    with pytest.raises(Refused, match="no_limit"):
        hand(cast, row)
    decide(cast, a_draft(cast, first.case, effective_at=timezone.now()))
    with pytest.raises(Refused, match="other_custody"):
        hand(cast, row)
    with acting_as(cast.director), pytest.raises(Refused, match="other_custody"):
        REQUEST.decide(waits, Verdict.APPROVE, by=cast.director)


def test_where_all_consent_nothing_is_requested_any_more(cast: Cast) -> None:
    start = in_custody(cast, consent=Consent.NOT_ASKED)
    row = approved(cast, start.case)
    with acting_as(cast.caseworker):
        custody.record_consent(
            start, consent=Said.CONSENTS, answered_at=timezone.now(), answered_by="架空母", by=cast.caseworker
        )
    with pytest.raises(Refused, match="no_limit"):
        hand(cast, row)
    case = a_case(cast)
    with pytest.raises(Refused, match="no_limit"):
        drafted(cast, case)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"requested_at": timezone.now() + timedelta(days=1)}, "requested_at"),
        ({"requested_at": timezone.now() - timedelta(days=40)}, "requested_at"),
        ({"papers_in": (WarrantPaper.EVIDENCE,)}, "papers_in"),
    ],
)
def test_what_cannot_have_happened(cast: Cast, more: dict[str, Any], code: str) -> None:
    row = approved(cast, in_custody(cast).case)
    with pytest.raises(Refused, match=code):
        hand(cast, row, **more)
    assert limit_of(cast).state is ClockState.RUNNING


def test_a_paper_is_missing_for_a_reason(cast: Cast) -> None:
    case = in_custody(cast).case
    with pytest.raises(Refused, match="missing_why"):
        drafted(cast, case, missing_why=" ")
    drafted(cast, case, missing_why="", papers_there=ALL)


@pytest.mark.parametrize("name", ["stranger", "colleague", "police", "duty"])
def test_not_by(cast: Cast, name: str) -> None:
    start = in_custody(cast)
    with pytest.raises((Refused, Case.DoesNotExist)):
        drafted(cast, start.case, by=name)
    row = approved(cast, start.case)
    with pytest.raises((Refused, WarrantDraft.DoesNotExist)):
        hand(cast, row, by=name)


def test_a_draft_that_waits_keeps_the_case_open(cast: Cast) -> None:
    start = in_custody(cast)
    drafted(cast, start.case)
    with acting_as(cast.caseworker):
        assert what_waits(Case.objects.get(), timezone.now())


COPY = """INSERT INTO cases_warrantrequest
  (id, case_id, decision_id, draft_id, requested_at, recorded_by_id, recorded_at, court, reference, papers)
  VALUES (gen_random_uuid(), %s, %s, %s, now(), %s, now(), 'x', 'x', 'x')"""


def test_raw_sql_hands_in_nothing_that_was_not_approved(cast: Cast) -> None:
    start = in_custody(cast)
    row = drafted(cast, start.case)
    given = [start.case_id, start.pk, row.pk, cast.caseworker.pk]
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        for draft in (row.pk, None):
            with pytest.raises(DatabaseError, match="only a request that was approved"), transaction.atomic():
                cursor.execute(COPY, [*given[:2], draft, given[3]])
        with pytest.raises(DatabaseError, match="met by a request"), transaction.atomic():
            cursor.execute("UPDATE cases_clock SET met_at = now() WHERE kind = 'warrant'")
    with acting_as(cast.caseworker), pytest.raises(DatabaseError, match="met by a request"):
        clocks.meet(limit_of(cast), at=timezone.now(), by=cast.caseworker)
    other = a_case(cast)
    with (
        acting_as(cast.caseworker),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="for a start of custody of this case"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT INTO cases_warrantdraft (id, case_id, start_id, drafted_by_id, drafted_person_id, drafted_at,"
            " version, refused, court, reason, papers_there)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), 1, false, 'x', 'x', 'x')",
            [other.pk, start.pk, cast.caseworker.pk, cast.caseworker.staff_id],
        )


def test_a_request_that_was_met_by_an_older_version_stays(cast: Cast) -> None:
    """It names no draft, and its papers are a text."""
    request = requested(cast, in_custody(cast))
    older = WarrantRequest(case=request.case)
    assert older.checklist == []


def test_the_pages(cast: Cast) -> None:
    start = in_custody(cast)
    worker, card = signed_in(cast.caseworker), reverse("case_custody", args=[start.case_id])
    assert "まだ起案していません" in worker.get(card).content.decode()
    path = reverse("warrant_draft", args=[start.case_id])
    begun = worker.get(path).context["form"].initial["reason"]
    assert "在宅では安全を確保できない" in begun
    typed = {"court": FACTS.court, "reason": begun, "papers_there": ["request", "evidence"]}
    assert "missing_why" in worker.post(path, typed).context["form"].errors
    assert worker.post(path, typed | {"missing_why": "聴取中"}).status_code == 302
    with acting_as(cast.director):
        row = WarrantDraft.objects.get()
    page = signed_in(cast.director).get(REQUEST.url(row)).content.decode()
    assert "在宅では安全を確保できない" in page
    assert "北一時保護施設" not in page
    hand_path = reverse("warrant_hand_in", args=[start.case_id, row.pk])
    with acting_as(cast.director):
        REQUEST.decide(row, Verdict.APPROVE, by=cast.director)
    assert worker.get(hand_path).context["form"].initial["papers_in"] == [
        WarrantPaper.REQUEST,
        WarrantPaper.EVIDENCE,
    ]
    at = timezone.localtime()
    when = {f"requested_at_{number}": value for number, value in enumerate((at.date().isoformat(), ""))}
    given = {"requested_at": at.strftime("%Y-%m-%d %H:%M"), "handed_to": "架空書記官", **when}
    wrong = worker.post(hand_path, given | {"papers_in": ["evidence"]})
    assert "papers_in" in wrong.context["form"].errors
    assert worker.post(hand_path, given | {"papers_in": ["request"]}).status_code == 302
    assert "架空書記官" in worker.get(card).content.decode()
    other = reverse("warrant_hand_in", args=[a_case(cast).pk, row.pk])
    assert worker.get(other).status_code == 404


def test_custody_reads_whether_it_was_requested(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    with acting_as(cast.caseworker):
        start = CustodyDecision.objects.select_related("case").get(pk=request.decision_id)
        assert start.warrants.exists()


def test_the_written_request_lists_its_annexes_and_names_no_place(cast: Cast) -> None:
    """Printed of an approved request alone (児童福祉法33条3項)."""
    case = in_custody(cast, place_withheld=True).case
    row = drafted(cast, case)
    client = signed_in(cast.caseworker)
    sample = reverse("print_sample", args=[case.pk, "warrant_request_form", row.pk])
    assert client.get(sample).status_code == 404
    with acting_as(cast.director):
        assert not list(papers()["warrant_request_form"].subjects(case, cast.director))
        REQUEST.decide(row, Verdict.APPROVE, by=cast.director)
    words = "".join(words_on(printed(cast, case, f"warrant_request_form:{row.pk}"))).replace(" ", "")
    for word in (
        "一時保護状請求書",
        "架空家庭裁判所",
        "添付書類",
        "疎明資料",
        "戸籍謄本",
        FACTS.reason,
        FACTS.missing_why,
    ):
        assert word.replace(" ", "") in words, word
    assert "北一時保護施設" not in words
