"""A visit is planned, and then held or cancelled, once; a child who was seen meets the 48-hour limit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.closing.codes import ClosingReason
from cases.closing.rules import check_finished
from cases.intake.models import SafetyCheck
from cases.records.models import Case
from cases.visits import actions
from cases.visits.codes import MOVES, Seen, VisitKind, VisitState
from cases.visits.models import Visit
from cases.visits.queries import LATEST, planned_by
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in

RESULT = "玄関先で母と話した（架空）"


def planned(cast: Cast, case: Case | None = None, *, by: str = "caseworker") -> Visit:
    case, who = case or a_case(cast), cast.positions[by]
    with acting_as(who):
        return actions.plan_visit(
            case, kind=VisitKind.HOME, planned_for=timezone.now(), place="自宅", who="母と本人", by=who
        )


def held(cast: Cast, visit: Visit, seen: Seen = Seen.SEEN, **more: Any) -> Visit:
    with acting_as(cast.caseworker):
        facts = {"held_at": timezone.now(), "seen": seen, "result": RESULT, **more}
        return actions.record_visit(visit, **facts, by=cast.caseworker)


def test_planned_and_held(cast: Cast) -> None:
    visit = planned(cast)
    with acting_as(cast.caseworker):
        assert list(planned_by(cast.caseworker)) == [visit]
    row = held(cast, visit, Seen.NOT_SEEN)
    with acting_as(cast.caseworker):
        row = Visit.objects.get(pk=row.pk)
        assert (row.state, reveal(row, "result"), row.ended_by) == (VisitState.HELD, RESULT, cast.caseworker)
        assert not planned_by(cast.caseworker)
        assert not SafetyCheck.objects.exists()
        with pytest.raises(Refused, match="ended"):
            actions.cancel_visit(row, reason=RESULT, by=cast.caseworker)
    with pytest.raises(Refused, match="ended"):
        held(cast, row)


@pytest.mark.parametrize(("seen", "runs"), [(Seen.SEEN, False), (Seen.NOT_SEEN, True)])
def test_only_sight_meets_the_48_hour_limit(cast: Cast, seen: Seen, runs: bool) -> None:
    visit = planned(cast)
    with acting_as(cast.caseworker):
        clocks.start(visit.case, ClockKind.SAFETY, started_at=timezone.now(), by=cast.caseworker)
    held(cast, visit, seen)
    with acting_as(cast.caseworker):
        assert (running_of(visit.case, ClockKind.SAFETY) is not None) == runs
        assert SafetyCheck.objects.count() == (0 if runs else 1)


def test_a_child_seen_late_needs_the_reason(cast: Cast) -> None:
    visit = planned(cast)
    with acting_as(cast.caseworker):
        started = timezone.now() - timedelta(days=3)
        clocks.start(visit.case, ClockKind.SAFETY, started_at=started, by=cast.caseworker)
    with pytest.raises(Refused, match="late_reason"):
        held(cast, visit)
    with acting_as(cast.caseworker):
        assert Visit.objects.get().state is VisitState.PLANNED  # nothing was written by halves
    held(cast, visit, late_reason="連絡がつかなかった")
    with acting_as(cast.caseworker):
        assert running_of(visit.case, ClockKind.SAFETY) is None


@pytest.mark.parametrize(
    ("code", "more"),
    [("future", {"held_at": timezone.now() + timedelta(hours=1)}), ("result", {"result": " "})],
)
def test_not_recorded(cast: Cast, code: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=code):
        held(cast, planned(cast), **more)


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy"])
def test_only_the_team_plans_and_reads_it(cast: Cast, name: str) -> None:
    visit, case = planned(cast), a_case(cast)
    with pytest.raises((Refused, DatabaseError)):
        planned(cast, case, by=name)
    with acting_as(cast.positions[name]):
        assert not Visit.objects.exists()
    client = signed_in(cast.positions[name])
    for path in (reverse("visit", args=[visit.case_id, visit.pk]), reverse("visit_new", args=[case.pk])):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        "planned_for = now()",
        "place = who",
        "result = place",
        "held_at = now()",
        "ended_at = NULL",
        "planned_by_id = ended_by_id",
    ],
)
def test_raw_sql_rewrites_no_visit(cast: Cast, change: str) -> None:
    held(cast, planned(cast))
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_visit SET {change}")


def test_raw_sql_records_no_result_without_its_moment(cast: Cast) -> None:
    planned(cast)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="recorded once"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE cases_visit SET result = place")


def test_a_planned_visit_stands_against_closing(cast: Cast) -> None:
    visit, now = planned(cast), clock.now()
    for _number in range(LATEST):  # it is found behind those that the case page shows
        row = planned(cast, visit.case)
        with acting_as(cast.caseworker):
            actions.cancel_visit(row, reason=RESULT, by=cast.caseworker)
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="open"):
            check_finished(visit.case, ClosingReason.FINISHED, now)
        actions.cancel_visit(visit, reason=RESULT, by=cast.caseworker)
        check_finished(visit.case, ClosingReason.FINISHED, now)


def test_why_it_was_late_is_kept_or_refused(cast: Cast) -> None:
    """Where no limit is met there is no place for it: the form comes back with it."""
    visit, client = planned(cast), signed_in(cast.caseworker)
    path, late = reverse("visit", args=[visit.case_id, visit.pk]), "雪で遅れた（架空）"
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    for seen, act in (("not_seen", "hold"), ("seen", "hold"), ("seen", "cancel")):
        sent = {"act": act, "result": RESULT, "seen": seen, "held_at": now, "late_reason": late}
        answer = client.post(path, sent)
        assert (answer.status_code, late in answer.content.decode()) == (200, True), (seen, act)
        assert answer.context["form"].errors
    with acting_as(cast.caseworker):
        assert Visit.objects.get().state is VisitState.PLANNED
        assert not SafetyCheck.objects.exists()


def test_the_table_of_moves_names_every_state() -> None:
    assert set(MOVES) == set(VisitState)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_the_pages(cast: Cast, language: str) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker, headers={"accept-language": language})
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    new = reverse("visit_new", args=[case.pk])
    assert new in client.get(f"/cases/{case.pk}/progress/").content.decode()
    assert client.post(new, {"kind": "home"}).context["form"].errors
    fields = {"kind": "home", "planned_for": now, "place": "自宅", "who": "本人"}
    assert client.post(new, fields).status_code == 302
    with acting_as(cast.caseworker):
        path = reverse("visit", args=[case.pk, Visit.objects.get().pk])
    assert path in client.get("/").content.decode()
    assert client.post(path, {"act": "hold", "result": RESULT}).context["form"]["seen"].errors
    assert client.post(path, {"result": RESULT}).context["form"].errors
    done = {"act": "hold", "result": RESULT, "seen": "not_seen", "held_at": now}
    assert client.post(path, done).status_code == 302
    assert RESULT in client.get(path).content.decode()
    assert client.post(path, done).context["form"].non_field_errors()
    other = planned(cast, case)
    path = reverse("visit", args=[case.pk, other.pk])
    assert client.post(path, {"act": "cancel", "result": "都合により"}).status_code == 302
    with acting_as(cast.caseworker):
        assert Visit.objects.get(pk=other.pk).state is VisitState.CANCELLED
