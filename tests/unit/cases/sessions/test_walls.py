"""What raw SQL of the application's own role cannot do with sessions, and what two people cannot do at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.records.models import Case
from cases.sessions import actions
from cases.sessions.codes import Attendance
from cases.sessions.models import Session
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import a_plan, days
from tests.unit.cases.diagnoses.team import newcomer
from tests.unit.cases.sessions.held import KEY, NOTE, course, guidance, planned, record

INSERT = (
    "INSERT INTO cases_session (id, case_id, course_id, provider_id, planned_for, planned_by_id, planned_at)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s)"
)
NOTED = (
    "INSERT INTO cases_sessionnote (id, case_id, course_id, session_id, written_by_id, written_at, words)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), 'x')"
)


def tried(who: Position, statement: str, values: Any) -> str:
    """What the database answers to the statement of this person; nothing is kept."""
    with acting_as(who):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                transaction.set_rollback(True)
                return f"{cursor.rowcount}"
        except DatabaseError as error:
            return str(error)


def at_three(number: int) -> Any:
    return timezone.localtime(clock.now() + timedelta(days=number)).replace(
        hour=15, minute=0, second=0, microsecond=0
    )


def test_a_session_is_planned_for_its_own_case_and_office_alone(cast: Cast) -> None:
    case, plan, who = course(cast)
    other, elsewhere, _lead = guidance(cast)
    far = newcomer(cast, "shinri9", Role.PSYCHOLOGIST, "minami")
    now, soon = clock.now(), clock.now() + timedelta(days=2)

    def insert(by: Position = who, **more: Any) -> str:
        facts = {"case": case.pk, "course": plan.course, "provider": who.pk, "at": soon}
        return tried(by, INSERT, [*(facts | more).values(), by.pk, now])

    assert insert() == "1"
    for more, why in (
        ({"course": elsewhere.course}, "while its plan runs"),
        ({"case": other.pk}, "row-level security"),
        ({"provider": far.pk}, "office of its case"),
        ({"at": now - timedelta(days=3)}, "while its plan runs"),
    ):
        assert why in insert(**more)
    # Another's name and another time are not written: the database puts those of the moment.
    with acting_as(who), transaction.atomic(), connection.cursor() as cursor:
        long_ago = now - timedelta(days=9)
        forged: list[Any] = [case.pk, plan.course, who.pk, soon, cast.caseworker.pk, long_ago]
        cursor.execute(f"{INSERT} RETURNING planned_by_id, planned_at", forged)
        name, made = cursor.fetchone()
        assert name == who.pk
        assert made > long_ago
    for stranger in (cast.stranger, far):
        assert "row-level security" in insert(stranger)
    with as_owner():
        Position.objects.using("owner").filter(pk=who.pk).update(ends_on=days(-1))
    assert "office of its case" in insert(cast.caseworker)


def test_a_note_lies_on_a_recorded_session_of_a_psychologist_and_its_course(cast: Cast) -> None:
    case, plan, who = course(cast)
    row = planned(plan, who)
    done = record(planned(plan, who, clock.now() - timedelta(minutes=5)), who, apart=NOTE)
    guided = a_plan(cast, case, provider=cast.caseworker)
    told = record(planned(guided, cast.caseworker), cast.caseworker)
    other, elsewhere, _lead = guidance(cast)
    assert tried(who, NOTED, [case.pk, plan.course, done.pk, who.pk]) == "1"
    for which, values in (
        ("planned", [case.pk, plan.course, row.pk, who.pk]),
        ("of guidance", [case.pk, guided.course, told.pk, who.pk]),
        ("of another course", [case.pk, guided.course, done.pk, who.pk]),
        ("another case", [other.pk, elsewhere.course, done.pk, who.pk]),
    ):
        assert tried(who, NOTED, values) != "1", which
    # The key of a course is made by those who read its notes, and once.
    assert "unique" in tried(who, KEY, [plan.course])
    assert "row-level security" in tried(who, KEY, [elsewhere.course])
    assert "row-level security" in tried(cast.caseworker, KEY, [guided.course])
    assert tried(who, KEY, [guided.course]) == "1"


def test_nothing_is_removed_and_no_session_changes_hands(cast: Cast) -> None:
    _case, plan, who = course(cast)
    planned(plan, who)
    for statement in (
        "DELETE FROM cases_session",
        "UPDATE cases_session SET provider_id = planned_by_id",
        "UPDATE cases_session SET course_id = course_id",
        "UPDATE cases_session SET case_id = case_id",
        "UPDATE cases_session SET planned_at = now()",
        "SELECT wall.warn_silent_courses()",
    ):
        assert "permission denied" in tried(who, statement, []), statement


def test_who_leaves_the_team_reads_no_session(cast: Cast) -> None:
    """The ids of the own sessions are all that remains, and they open nothing."""
    from cases.records import actions as records

    case, plan, who = course(cast)
    planned(plan, who)
    with acting_as(cast.caseworker):
        records.block_person(case, who.staff, by=cast.caseworker)
    assert tried(who, "SELECT id FROM cases_session", []) == "0"
    assert tried(who, "SELECT id FROM cases_sessionnote", []) == "0"
    page = text_of(signed_in(who).get(reverse("my_sessions")))
    assert case.number not in page


def test_two_people_plan_the_same_moment(cast: Cast) -> None:
    """The second is told beside the field: one plan, one row of dates, and one that is moved."""
    case, plan, who = course(cast)
    planned(plan, who, at_three(3))
    other = planned(plan, who, at_three(4))
    typed = f"{at_three(3):%Y-%m-%dT%H:%M}"
    client = signed_in(cast.caseworker)
    new = reverse("session_new", args=[case.pk, plan.course])
    offer = reverse("session_offer", args=[case.pk, plan.course]) + f"?first={typed}"
    for url, form in (
        (new, {"planned_for": typed, "act": "one"}),
        (reverse("session_move", args=[case.pk, other.pk]), {"planned_for": typed}),
        (offer, {"use_1": "on", "at_1": typed} | {f"at_{n}": typed for n in range(2, 13)}),
    ):
        answer = client.post(url, form)
        assert answer.status_code == 200, url
        page = text_of(answer)
        assert "for this moment already" in page or "既に予定されています" in page, url
    with acting_as(who):
        assert Session.objects.count() == 2
        now_row = planned(plan, who)
    with acting_as(who), pytest.raises(Refused) as found:
        record(now_row, who, next_for=at_three(3))
    assert found.value.code == "next_for"


def test_a_session_of_somebody_who_left_is_not_moved(cast: Cast) -> None:
    """It is called off, and the plan amended."""
    case, plan, who = course(cast)
    row = planned(plan, who, at_three(3))
    with as_owner():
        Position.objects.using("owner").filter(pk=who.pk).update(ends_on=days(-1))
    with acting_as(cast.caseworker), pytest.raises(Refused) as found:
        actions.move_session(Session.objects.get(pk=row.pk), at_three(5), by=cast.caseworker)
    assert found.value.code == "provider"
    page = text_of(signed_in(cast.caseworker).get(reverse("session", args=[case.pk, row.pk])))
    assert "has ended" in page or "終了しています" in page
    record(row, cast.caseworker, Attendance.CANCEL_US)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2200-01-01", "x", ""])
def test_addresses_with_days_of_which_there_is_nothing(cast: Cast, day: str) -> None:
    """They show today, as an address without a day does."""
    case, plan, who = course(cast)
    client = signed_in(who)
    shown: Callable[[str], int] = lambda url: client.get(url).status_code  # noqa: E731
    assert shown(f"{reverse('my_sessions')}?day={day}") == 200
    assert shown(f"{reverse('my_month')}?month={day[:7]}") == 200
    offer = reverse("session_offer", args=[case.pk, plan.course])
    for first in (day, f"{day}T23:59", f"{day}T00:00+14:00", f"{day}T23:59-12:00"):
        assert client.get(offer, {"first": first}).status_code == 200


def test_of_a_foreign_case_everything_is_missing(cast: Cast) -> None:
    """A session, its move and a plan asked for under another case, and by somebody who does not read it."""
    case, plan, who = course(cast)
    row = planned(plan, who)
    other, elsewhere, _lead = guidance(cast)
    client = signed_in(cast.caseworker)
    for name in ("session", "session_move"):
        assert client.get(reverse(name, args=[other.pk, row.pk])).status_code == 404
        assert signed_in(cast.stranger).get(reverse(name, args=[case.pk, row.pk])).status_code == 404
    for name in ("session_new", "session_offer"):
        assert client.get(reverse(name, args=[case.pk, elsewhere.pk])).status_code == 404
        assert signed_in(who).get(reverse(name, args=[other.pk, elsewhere.pk])).status_code == 404


def test_a_case_that_is_closed_takes_no_session(cast: Cast) -> None:
    case, plan, who = course(cast)
    row = planned(plan, who)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="closed", closed_at=clock.now())
    with acting_as(who):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        with pytest.raises(Refused):
            actions.plan_sessions(fresh, plan.course, [at_three(2)], by=who)
        mine = Session.objects.get(pk=row.pk)
        with pytest.raises(Refused):
            record(mine, who)
    values = [case.pk, plan.course, who.pk, at_three(2), who.pk, clock.now()]
    assert tried(who, INSERT, values) != "1"


def test_what_was_offered_is_saved_though_somebody_planned_since(cast: Cast) -> None:
    """The row of dates gets no shorter under the hands of who looks at it."""
    case, plan, who = course(cast, sessions=3)
    first = at_three(3)
    offer = reverse("session_offer", args=[case.pk, plan.course]) + f"?first={first:%Y-%m-%dT%H:%M}"
    client = signed_in(cast.caseworker)
    assert text_of(client.get(offer)).count('name="use_') == 3
    planned(plan, who, at_three(4))
    dates = [first + timedelta(days=7 * n) for n in range(3)]
    typed = {f"at_{n}": f"{at:%Y-%m-%dT%H:%M}" for n, at in enumerate(dates, 1)}
    assert client.post(offer, typed | {f"use_{n}": "on" for n in (1, 2, 3)}).status_code == 302
    with acting_as(who):
        assert Session.objects.filter(planned_for__in=dates).count() == 3
