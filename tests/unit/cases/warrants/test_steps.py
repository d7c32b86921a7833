"""What the judge answers to a request, and what must follow, in the order of the law (児童福祉法33条4項・7項)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN
from cases.custody import actions as custody
from cases.custody.models import CustodyDecision
from cases.records.models import Case
from cases.warrants import panel
from cases.warrants.codes import MOVES, STEPS, WarrantState
from cases.warrants.models import WarrantRequest, WarrantStep
from cases.warrants.queries import File, file_of
from security.encryption.fields import reveal, value_of
from tests.between import just_before
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.requesting import FACTS_OF, approved, handed_in, requested, stepped
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody, said
from tests.unit.cases.warrants.test_requests import at_time, hand
from tests.unit.referrals.pages import in_english

S = WarrantState


def file_now(cast: Cast, request: WarrantRequest) -> File:
    with acting_as(cast.caseworker):
        found = file_of(Case.objects.get(pk=request.case_id), request.pk)
    assert found is not None
    return found


def walked(cast: Cast, request: WarrantRequest, *states: WarrantState) -> File:
    """The file after these steps."""
    for state in states:
        stepped(cast, request, state)
    return file_now(cast, request)


def review_of(cast: Cast) -> Clock | None:
    with acting_as(cast.caseworker):
        return Clock.objects.filter(kind=ClockKind.WARRANT_REVIEW).first()


def released(cast: Cast, case: Case, **more: Any) -> None:
    with acting_as(cast.caseworker):
        end = custody.draft_end(Case.objects.get(pk=case.pk), end_facts(**more), by=cast.caseworker)
    decide(cast, end)


def test_a_ruling_that_comes_while_custody_is_ended_waits_for_that(cast: Cast) -> None:
    """児童福祉法33条7項: the limit of the reversal runs while custody goes on. Neither misses the other."""
    request = requested(cast, in_custody(cast))
    waited: list[str] = []

    def ruled() -> None:
        try:
            stepped(cast, request, S.REJECTED)
        except OperationalError as error:
            waited.append(str(error))

    with just_before('UPDATE "cases_clock"', ruled):
        released(cast, request.case)
    assert len(waited) == 1
    assert "lock timeout" in waited[0]
    assert walked(cast, request, S.REJECTED).reached is S.RELEASED
    assert review_of(cast) is None


WAYS = [
    (S.ISSUED,),
    (S.ASKED_MORE, S.ANSWERED, S.ASKED_MORE, S.ANSWERED, S.ISSUED),
    (S.ASKED_MORE, S.REJECTED, S.REVIEW_ASKED, S.QUASHED, S.ISSUED),
    (S.REJECTED, S.REVIEW_ASKED, S.UPHELD),
]


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_the_ways_of_the_law(cast: Cast, way: tuple[WarrantState, ...]) -> None:
    request = requested(cast, in_custody(cast))
    file = walked(cast, request, *way)
    assert [step.state for step in file.steps] == list(way)
    assert file.reached is way[-1]
    with acting_as(cast.caseworker):
        for step in WarrantStep.objects.all():
            for name in ("asked", "answer", "number", "judge", "court", "grave_harm", "reason"):
                assert (reveal(step, name) is not None) is (name in WarrantStep.FIELDS[step.state])


def test_what_is_not_in_the_table_cannot_follow(cast: Cast) -> None:
    """From each state that is reached, every step that the table does not have is refused, by rule and by trigger."""
    request = requested(cast, in_custody(cast))
    tried = 0
    for step in (None, S.ASKED_MORE, S.ANSWERED, S.REJECTED, S.REVIEW_ASKED, S.QUASHED, S.ISSUED):
        file = walked(cast, request, *([step] if step else []))
        for to in STEPS:
            if to in MOVES[file.reached]:
                continue
            with pytest.raises(Refused, match=r"kind|over"):
                stepped(cast, request, to)
            with pytest.raises(DatabaseError, match="cannot follow"):
                raw_step(cast.caseworker, file, to)
            tried += 1
    assert tried > 25


RAW = """INSERT INTO cases_warrantstep (id, case_id, request_id, follows_id, kind, happened_at, recorded_by_id, recorded_at)
  VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, now())"""


def raw_step(by: Position, file: File, to: WarrantState, at: datetime | None = None, **more: Any) -> None:
    follows = more.get("follows", file.latest.pk if file.latest else None)
    case = more.get("case", file.request.case_id)
    given = [case, file.request.pk, follows, to.value, at or timezone.now(), by.pk]
    with acting_as(by), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW, given)


def test_raw_sql_keeps_the_order(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    file = walked(cast, request, S.ASKED_MORE)
    for more in (
        {"at": request.requested_at - timedelta(minutes=1)},
        {"follows": None},
        {"case": a_case(cast).pk},
    ):
        with pytest.raises(DatabaseError, match="cannot follow"):
            raw_step(cast.caseworker, file, S.ANSWERED, **more)
    raw_step(cast.caseworker, file, S.ANSWERED)
    with pytest.raises(DatabaseError, match="cannot follow"):
        raw_step(cast.caseworker, file, S.ISSUED)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        for change in ("kind = 'issued'", "happened_at = now()"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(f"UPDATE cases_warrantstep SET {change}")


def test_raw_sql_moves_no_limit_of_the_reversal(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    insert = (
        "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)"
        " VALUES (gen_random_uuid(), %s, 'warrant_review', now(), now() + interval '1 day')"
    )
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="follows the ruling"),
        transaction.atomic(),
    ):
        connection.cursor().execute(insert, [request.case_id])
    walked(cast, request, S.REJECTED)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="follows the ruling"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE cases_clock SET met_at = now() WHERE kind = 'warrant_review'")


@pytest.mark.parametrize(
    ("to", "more", "code"),
    [
        (S.ISSUED, {"happened_at": timezone.now() + timedelta(days=1)}, "happened_at"),
        (S.ISSUED, {"happened_at": timezone.now() - timedelta(days=1)}, "happened_at"),
        (S.ISSUED, {"until": date(2020, 1, 1)}, "until"),
        (S.ASKED_MORE, {"due_on": date(2020, 1, 1)}, "due_on"),
        (S.ISSUED, {"number": ""}, "number"),
        (S.REJECTED, {"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be(cast: Cast, to: WarrantState, more: dict[str, Any], code: str) -> None:
    request = requested(cast, in_custody(cast))
    with pytest.raises(Refused, match=code):
        stepped(cast, request, to, **more)


def test_a_step_before_the_last_one_names_both(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    walked(cast, request, S.ASKED_MORE)
    with pytest.raises(Refused) as refused:
        stepped(cast, request, S.ISSUED, happened_at=request.requested_at - timedelta(seconds=1))
    assert "その前の手続" in str(refused.value.reason)


def test_a_stale_page_records_nothing(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    walked(cast, request, S.ASKED_MORE)
    with pytest.raises(Refused, match="follows"):
        stepped(cast, request, S.ISSUED, follows=None)


def rejected_long_ago(cast: Cast, days: int, asked: datetime) -> tuple[WarrantRequest, Clock]:
    """A ruling so many days ago, at noon; its reversal was asked for at ``asked``."""
    began = at_time(-days - 2, 9, 0)
    start = in_custody(cast, **{**said(), "said_at": began, "effective_at": began})
    request = hand(cast, approved(cast, start.case), requested_at=at_time(-days - 1, 9, 0))
    stepped(cast, request, S.REJECTED, happened_at=at_time(-days, 12, 0))
    stepped(cast, request, S.REVIEW_ASKED, happened_at=asked)
    limit = review_of(cast)
    assert limit is not None
    return request, limit


@pytest.mark.parametrize(
    ("day", "hour", "minute", "late"), [(3, 23, 59, False), (4, 0, 0, True)], ids=["day 3", "day 4"]
)
def test_the_reversal_is_asked_for_within_three_days(
    cast: Cast, day: int, hour: int, minute: int, late: bool
) -> None:
    """Three days counted from the day after the ruling (児童福祉法33条7項): 23:59 of the third is in time."""
    _request, limit = rejected_long_ago(cast, 5, at_time(day - 5, hour, minute))
    assert limit.due_at.astimezone(JAPAN).date() == (at_time(-5, 12, 0) + timedelta(days=3)).date()
    assert limit.met_at is not None
    assert (limit.met_at > limit.due_at) is late


def test_the_end_of_custody_meets_the_limit_and_ends_the_file(cast: Cast) -> None:
    """児童福祉法33条7項: a rejected request ends custody."""
    request = requested(cast, in_custody(cast))
    assert walked(cast, request, S.REJECTED).must_end
    assert review_of(cast).state is ClockState.RUNNING  # type: ignore[union-attr]  # the ruling started it
    released(cast, request.case)
    assert review_of(cast).state is ClockState.MET  # type: ignore[union-attr]  # as above
    file = file_now(cast, request)
    assert (file.reached, file.must_end) == (S.RELEASED, False)
    with pytest.raises(Refused, match="over"):
        stepped(cast, request, S.REVIEW_ASKED)
    with pytest.raises(DatabaseError, match="cannot follow"):
        raw_step(cast.caseworker, file, S.REVIEW_ASKED)


def test_an_end_that_lies_ahead_meets_it_now(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    walked(cast, request, S.REJECTED)
    released(cast, request.case, effective_at=timezone.now() + timedelta(days=1))
    assert review_of(cast).state is ClockState.MET  # type: ignore[union-attr]  # the ruling started it


def test_a_ruling_after_the_end_of_custody_starts_no_limit(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    released(cast, request.case)
    assert walked(cast, request, S.REJECTED).reached is S.RELEASED
    assert review_of(cast) is None


def loud(cast: Cast, case: Case, name: str) -> tuple[list[str], int]:
    """The warnings at the head of the case, and the lines of a home page."""
    by = cast.positions[name]
    with acting_as(by):
        found = Case.objects.select_related("office", "child").get(pk=case.pk)
        chips = [str(chip.text) for chip in panel.cautions(found, by)]
        return chips, len(panel.to_do(by, 5))


def test_custody_that_must_end_is_said_loudly(cast: Cast) -> None:
    start = in_custody(cast)
    request = requested(cast, start)
    assert loud(cast, start.case, "caseworker") == ([], 0)
    walked(cast, request, S.REJECTED)
    for name in ("caseworker", "supervisor", "director"):
        assert loud(cast, start.case, name) == (["一時保護状の却下：一時保護の解除が必要"], 1), name
    with acting_as(cast.stranger):
        assert panel.to_do(cast.stranger, 5) == []
    page = signed_in(cast.caseworker).get(reverse("case", args=[start.case_id])).content.decode()
    assert "一時保護状の却下：一時保護の解除が必要" in page
    walked(cast, request, S.REVIEW_ASKED)
    assert loud(cast, start.case, "director") == (["一時保護状の却下：取消しを請求中"], 0)
    walked(cast, request, S.UPHELD)
    assert loud(cast, start.case, "director")[1] == 1
    released(cast, start.case)
    assert loud(cast, start.case, "director") == ([], 0)


@pytest.mark.parametrize("name", ["stranger", "colleague", "police"])
def test_not_by(cast: Cast, name: str) -> None:
    request = requested(cast, in_custody(cast))
    with pytest.raises((Refused, Case.DoesNotExist, WarrantRequest.DoesNotExist)):
        stepped(cast, request, S.ISSUED, by=name)


def test_the_pages(cast: Cast) -> None:
    request = requested(cast, in_custody(cast))
    worker = signed_in(cast.caseworker)

    def path(to: str) -> str:
        return reverse("warrant_step", args=[request.case_id, request.pk, to])

    english = in_english(signed_in(cast.caseworker))
    assert ">The judge asked for more<" in english.get(path("asked_more")).content.decode()
    form = worker.get(path("rejected")).context["form"]
    assert list(form.fields) == ["follows", "happened_at", "judge", "reason"]
    early = (timezone.localtime() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S")
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S.%f")
    refused = worker.post(path("rejected"), {"happened_at": early, "reason": "架空の理由"})
    assert "提出日時" in str(refused.context["form"].errors["happened_at"])
    ruling = {"happened_at": now, "judge": "架空 裁判官", "number": "令8一保7", "until": early[:10]}
    both = worker.post(path("issued"), ruling).context["form"].errors
    assert set(both) == {"happened_at", "until"}
    assert all("有効期限" in str(said) and "手続の日時" in str(said) for said in both.values())
    assert worker.get(path("requested")).status_code == worker.get(path("none")).status_code == 404
    assert worker.post(path("rejected"), {"happened_at": now, "reason": "架空の理由"}).status_code == 302
    card = worker.get(reverse("case_custody", args=[request.case_id])).content.decode()
    assert "架空の理由" in card
    assert path("review_asked") in card
    assert path("issued") not in card
    other = reverse("warrant_step", args=[a_case(cast).pk, request.pk, "issued"])
    assert worker.get(other).status_code == 404


def test_a_request_of_an_older_version_goes_on(cast: Cast) -> None:
    """It names no draft; the judge's answer is recorded on it all the same."""
    request = requested(cast, in_custody(cast))
    with acting_as(cast.caseworker):
        starts = CustodyDecision.objects.get(pk=request.decision_id)
        assert starts.warrants.count() == 1
    assert walked(cast, request, S.ISSUED).reached is S.ISSUED
    with acting_as(cast.caseworker):
        assert value_of(WarrantStep.objects.get().until) == FACTS_OF[S.ISSUED]["until"]
    assert handed_in().reference
