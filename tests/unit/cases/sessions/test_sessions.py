"""Sessions are planned while their plan runs, moved, recorded once, and told of where that is needed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.counseling.codes import CounselingKind, Frequency
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import attendance_of as attendance_counted
from cases.duties.models import Duty
from cases.interviews.models import Interview
from cases.records.codes import Answer
from cases.records.models import Case
from cases.sessions import actions
from cases.sessions.codes import Attendance, Component, SessionState
from cases.sessions.models import Session
from cases.sessions.queries import attendance_of, proposed
from cases.sessions.tasks import warn_silent
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, as_owner, as_role
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import a_plan, days, draft
from tests.unit.cases.interviews.test_plans import propose
from tests.unit.cases.sessions.held import (
    NOTE,
    course,
    guidance,
    later,
    moved_plan,
    planned,
    record,
    refused,
    said,
)


def test_a_session_is_planned_moved_and_recorded_once(cast: Cast) -> None:
    _case, plan, who = course(cast)
    row = planned(plan, who, later(3))
    assert row.state is SessionState.PLANNED
    with acting_as(who):
        moved = actions.move_session(row, later(4), by=who)
        assert moved.planned_for > row.planned_for
    done = record(row, who, next_for=later(10), rating="n7", place="面接室（架空）")
    assert done.state is SessionState.HELD
    with acting_as(who):
        again = Session.objects.exclude(pk=row.pk).get()
        assert again.state is SessionState.PLANNED
        assert reveal(again, "place") == "面接室（架空）"
        assert refused(lambda: actions.record_session(done, said(), by=who)) == "ended"
        assert refused(lambda: actions.move_session(done, later(2), by=who)) == "ended"
        tally = attendance_of(plan.course)
        assert (tally.planned, tally.last_held_at) == (1, done.held_at)
        assert attendance_counted(plan) == {"held": 1, "missed": 0}


def test_a_session_lies_within_its_plan(cast: Cast) -> None:
    """Before the approval, before the first day, after the end: beside the field."""
    case, plan, who = course(cast, starts_on=days(5), review_on=days(60))
    row = planned(plan, who, later(6))
    with acting_as(who):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        for at in (later(1), later(-1)):
            assert (
                refused(lambda at=at: actions.plan_sessions(fresh, plan.course, [at], by=who))
                == "planned_for"
            )
        assert refused(lambda: actions.move_session(row, later(2), by=who)) == "planned_for"
        same = [later(8)] * 2
        assert refused(lambda: actions.plan_sessions(fresh, plan.course, same, by=who)) == "twice"
        assert refused(lambda: actions.plan_sessions(fresh, plan.course, [], by=who)) == "none"
    with as_owner():
        CounselingPlan.objects.using("owner").filter(pk=plan.pk).update(ended_at=later(-1))
    with acting_as(who):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        assert refused(lambda: actions.plan_sessions(fresh, plan.course, [later(9)], by=who)) == "planned_for"


def test_a_plan_that_ended_today_says_so_before_a_date_is_typed(cast: Cast) -> None:
    case, plan, who = course(cast)
    with as_owner():
        CounselingPlan.objects.using("owner").filter(pk=plan.pk).update(ended_at=clock.now())
    with acting_as(who):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        assert refused(lambda: actions.plan_sessions(fresh, plan.course, [clock.now()], by=who)) == "plan"
    page = text_of(signed_in(who).get(reverse("session_new", args=[case.pk, plan.course])))
    assert "This plan has ended." in page or "この計画は終了しています" in page


def test_a_plan_that_waits_has_no_sessions(cast: Cast) -> None:
    waiting = draft(cast)
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office").get(pk=waiting.case_id)
        assert (
            refused(lambda: actions.plan_sessions(case, waiting.course, [later(1)], by=cast.caseworker))
            == "plan"
        )
    client = signed_in(cast.caseworker)
    assert client.get(reverse("session_new", args=[case.pk, waiting.pk])).status_code == 404


def test_what_is_written_fits_what_became_of_it(cast: Cast) -> None:
    _case, plan, who = course(cast)
    row = planned(plan, who, later(1))
    with acting_as(who):
        for field, written in (
            ("summary", said(summary=" ")),
            ("held_at", said(held_at=None)),
            ("held_at", said(held_at=later(1))),
            ("until", said(until=clock.now() - timedelta(hours=2))),
            ("danger", said(danger=None)),
            ("danger_words", said(danger=Answer.YES)),
            ("danger_words", said(danger_words="あざ（架空）")),
            ("present", said(present="")),
            ("rating", said(Attendance.CANCEL_US, rating="n3")),
            ("attendance", said(Attendance.ABSENT_CHILD)),
            ("note", said(note="本文（架空）")),
        ):
            assert refused(lambda w=written: actions.record_session(row, w, by=who)) == field
        assert refused(lambda: actions.record_session(row, said(), by=who, next_for=later(-1))) == "next_for"
    cancelled = record(row, who, Attendance.CANCEL_FAMILY)
    assert cancelled.state is SessionState.NOT_HELD


def test_the_team_reads_the_note_of_guidance(cast: Cast) -> None:
    """Guidance by a child welfare officer has no compartment."""
    case, plan, who = guidance(cast, kind=CounselingKind.GUIDANCE)
    row = record(planned(plan, who), who, note="指導の記録（架空）")
    page = text_of(signed_in(cast.supervisor).get(reverse("session", args=[case.pk, row.pk])))
    assert "指導の記録（架空）" in page


def test_dates_are_proposed_until_the_review(cast: Cast) -> None:
    _case, plan, who = course(
        cast, frequency=Frequency.FORTNIGHTLY, review_on=days(60), sessions=None, ends_on=None
    )
    first = timezone.localtime(later(3)).replace(hour=15, minute=0, second=0, microsecond=0)
    with acting_as(who):
        fresh = CounselingPlan.objects.get(pk=plan.pk)
        found = proposed(fresh, first, 30)
        assert [at - first for at in found] == [timedelta(days=14 * n) for n in range(5)]
    client = signed_in(who)
    new = reverse("session_new", args=[plan.case_id, plan.course])
    answer = client.post(new, {"planned_for": f"{first:%Y-%m-%dT%H:%M}", "place": "", "act": "offer"})
    offer = answer.headers["Location"]
    assert "/offer/?first=" in offer
    page = text_of(client.get(offer))
    assert page.count('name="use_') == 5
    typed = {f"at_{n}": f"{at:%Y-%m-%dT%H:%M}" for n, at in enumerate(found, 1)}
    typed |= {"use_1": "on", "use_3": "on", "place": "プレイルーム（架空）"}
    assert client.post(offer, typed).status_code == 302
    with acting_as(who):
        assert [row.planned_for for row in Session.objects.order_by("planned_for")] == [found[0], found[2]]


def test_two_sessions_at_one_time_are_planned_and_named(cast: Cast) -> None:
    case, plan, who = course(cast)
    at = timezone.localtime(later(3)).replace(hour=15, minute=0, second=0, microsecond=0)
    planned(plan, who, at)
    client = signed_in(who)
    typed = {"planned_for": f"{at + timedelta(minutes=30):%Y-%m-%dT%H:%M}", "place": "", "act": "one"}
    page = text_of(client.post(reverse("session_new", args=[case.pk, plan.course]), typed, follow=True))
    assert "another session at that time" in page or "同じ時間" in page
    day = text_of(client.get(f"{reverse('my_sessions')}?day={at:%Y-%m-%d}"))
    assert day.count("two at one time") + day.count("時間が重なる") == 2


@pytest.mark.parametrize(("hours", "told"), [(0, True), (2, False)])
def test_the_next_session_planned_with_the_record_is_named_too(cast: Cast, hours: int, told: bool) -> None:
    """Where the same person has another session at that time; and not where it has none."""
    case, plan, who = course(cast)
    at = timezone.localtime(later(7)).replace(hour=15, minute=0, second=0, microsecond=0)
    planned(a_plan(cast, case, provider=who), who, at)
    row = planned(plan, who)
    written = {
        "attendance": "absent_child",
        "summary": "連絡なし（架空）",
        "next_for": f"{at + timedelta(hours=hours, minutes=20):%Y-%m-%dT%H:%M}",
    }
    url = reverse("session", args=[case.pk, row.pk])
    page = text_of(signed_in(who).post(url, written, follow=True))
    assert ("another session at that time" in page or "同じ時間" in page) is told
    with acting_as(who):
        assert Session.objects.filter(ended_at=None, course=plan.course).count() == 1


def test_a_sign_of_danger_is_told_and_owed_at_once(cast: Cast) -> None:
    case, plan, who = course(cast)
    record(planned(plan, who), who, danger=Answer.YES, danger_words="腕に新しいあざ（架空）")
    with acting_as(cast.caseworker):
        duty = Duty.objects.get(kind="session_danger")
        assert duty.owner_id == cast.caseworker.pk
        assert duty.due_at <= clock.now() + timedelta(hours=1)
        assert Notice.objects.get(kind="session_danger").reference == case.number
    with acting_as(cast.supervisor):
        assert Notice.objects.filter(kind="session_danger").count() == 1
    home = text_of(signed_in(cast.caseworker).get(reverse("home")))
    assert reverse("duty", args=[case.pk, duty.pk]) in home
    assert "あざ" not in home


def test_two_missed_in_a_row_are_told_once(cast: Cast) -> None:
    case, plan, who = course(cast)
    moved_plan(plan, 40)
    rows = [planned(plan, who, later(-n)) for n in (30, 23, 16, 9, 2)]

    def told() -> int:
        with acting_as(cast.caseworker):
            return Notice.objects.filter(kind="sessions_missed").count()

    record(rows[0], who, Attendance.ABSENT_CHILD)
    record(rows[1], who, Attendance.CANCEL_US)
    assert told() == 0
    record(rows[2], who, Attendance.CANCEL_FAMILY)
    assert told() == 1
    record(rows[3], who, Attendance.ABSENT_ADULT)
    assert told() == 1
    with acting_as(cast.supervisor):
        assert Notice.objects.filter(kind="sessions_missed").count() == 1
    page = text_of(signed_in(cast.caseworker).get(reverse("progress_list", args=[case.pk])))
    assert "missed in a row" in page or "続けて" in page


def sweep() -> int:
    with as_role("worker"):
        return warn_silent()


def test_a_course_without_a_session_for_28_days_is_told_once(cast: Cast) -> None:
    """The worker tells the person in charge and the supervisor; again only after a session was held since."""
    case, plan, who = course(cast)
    moved_plan(plan, 27)
    assert sweep() == 0
    moved_plan(plan, 70)
    assert sweep() == 1
    sweep()

    def told(position: Any = cast.caseworker) -> int:
        with acting_as(position):
            return Notice.objects.filter(kind="course_silent").count()

    assert (told(), told(cast.supervisor), told(who)) == (1, 1, 0)
    row = planned(plan, who, later(-30))
    record(row, who, held_at=later(-30))
    assert sweep() == 1
    with acting_as(cast.caseworker):
        notice = Notice.objects.get(kind="course_silent")
        assert (notice.count, notice.reference) == (2, case.number)
    record(planned(plan, who), who)
    assert sweep() == 0
    page = text_of(signed_in(cast.caseworker).get(reverse("progress_list", args=[case.pk])))
    assert NOTE not in page


def test_an_office_may_only_be_stricter(cast: Cast) -> None:
    for column, number in (("session_gap_days", 29), ("session_gap_days", 0), ("session_misses", 3)):
        with as_owner(), pytest.raises(DatabaseError), transaction.atomic("owner"):
            Office.objects.using("owner").filter(pk=cast.caseworker.office_id).update(**{column: number})


def test_a_session_records_what_the_child_said_unasked(cast: Cast) -> None:
    """One row of the register: the words, when, where and to whom; and nothing of it on the session."""
    case, plan, who = course(cast)
    row = record(planned(plan, who), who, said_words="「おじさんがまた来た」（架空）")
    with acting_as(cast.caseworker):
        kept = Interview.objects.get(case=case.pk)
        assert reveal(kept, "words") == "「おじさんがまた来た」（架空）"
        assert reveal(kept, "interviewer") == who.staff.name
        assert kept.began_at == row.held_at
        assert not kept.asked
    page = text_of(signed_in(cast.caseworker).get(reverse("session", args=[case.pk, row.pk])))
    assert "おじさん" not in page


def test_moving_takes_two_clicks(cast: Cast) -> None:
    """The link on the list of the day, and the button of a form that proposes the same hour a week later."""
    case, plan, who = course(cast)
    row = planned(plan, who, later(1))
    client = signed_in(who)
    day = timezone.localtime(row.planned_for)
    move = reverse("session_move", args=[case.pk, row.pk])
    page = text_of(client.get(f"{reverse('my_sessions')}?day={day:%Y-%m-%d}"))
    assert move in page
    page = text_of(client.get(move))
    assert f"{day + timedelta(days=7):%H:%M}" in page or "planned_for" in page
    typed = {"planned_for": f"{day + timedelta(days=7):%Y-%m-%dT%H:%M}"}
    assert client.post(move, typed).status_code == 302
    with acting_as(who):
        fresh = Session.objects.get(pk=row.pk)
        assert fresh.planned_for - row.planned_for > timedelta(days=6)


def test_a_planned_session_keeps_a_case_open(cast: Cast) -> None:
    from cases.sessions.rules import what_waits

    case, plan, who = course(cast)
    row = planned(plan, who)
    with acting_as(who):
        assert what_waits(Case.objects.get(pk=case.pk), clock.now())
    record(row, who)
    with acting_as(who):
        assert not what_waits(Case.objects.get(pk=case.pk), clock.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_session SET summary = 'x'",
        "UPDATE cases_session SET planned_for = planned_for + interval '1 day'",
        "UPDATE cases_session SET held_at = held_at - interval '1 minute'",
    ],
)
def test_a_recorded_session_stays_against_raw_sql(cast: Cast, statement: str) -> None:
    _case, plan, who = course(cast)
    record(planned(plan, who), who)
    with (
        acting_as(who),
        pytest.raises(DatabaseError, match="recorded once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE cases_session SET planned_for = now() - interval '9 days'", "while its plan runs"),
        ("UPDATE cases_session SET held_at = now()", "at once"),
        ("UPDATE cases_session SET ended_at = now(), attendance = summary", "recorded once"),
        ("UPDATE cases_session SET ended_at = now(), attendance = place, note = place", "sealed apart"),
        (
            "UPDATE cases_session SET ended_at = now(), attendance = place, held_at = now() + interval '1 day'",
            ".",
        ),
    ],
)
def test_raw_sql_does_not_go_round_the_rules(cast: Cast, statement: str, why: str) -> None:
    _case, plan, who = course(cast)
    planned(plan, who)
    with (
        acting_as(who),
        pytest.raises(DatabaseError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_codes_are_read_back(cast: Cast) -> None:
    _case, plan, who = course(cast)
    row = record(planned(plan, who), who, Attendance.LATE)
    with acting_as(who):
        assert value_of(Session.objects.get(pk=row.pk).attendance) is Attendance.LATE


def test_the_day_and_the_month_of_a_provider(cast: Cast) -> None:
    """One click from home; the day has the child's name, the month to be printed has not, and nobody sees another's."""
    case, plan, who = course(cast)
    row = planned(plan, who, later(1))
    at = timezone.localtime(row.planned_for)
    client = signed_in(who)
    assert reverse("my_sessions") in text_of(client.get(reverse("home")))
    day = text_of(client.get(f"{reverse('my_sessions')}?day={at:%Y-%m-%d}"))
    month = text_of(client.get(f"{reverse('my_month')}?month={at:%Y-%m}"))
    with acting_as(who):
        child = Case.objects.select_related("child").get(pk=case.pk).child
        name = reveal(child, "given_name") or ""
    for page in (day, month):
        assert case.number in page
        assert f"{at:%H:%M}" in page
    assert name in day
    assert name not in month
    other = signed_in(cast.supervisor)
    assert case.number not in text_of(other.get(f"{reverse('my_sessions')}?day={at:%Y-%m-%d}"))
    for odd in ("?day=x", "?day=9999-99-99", "?month=x"):
        assert client.get(reverse("my_sessions") + odd).status_code == 200
        assert client.get(reverse("my_month") + odd).status_code == 200


def test_a_session_of_today_is_on_the_home_page(cast: Cast) -> None:
    case, plan, who = course(cast)
    row = planned(plan, who)
    assert reverse("session", args=[case.pk, row.pk]) in text_of(signed_in(who).get(reverse("home")))


def test_a_component_without_the_course_is_a_warning(cast: Cast) -> None:
    """And it is recorded all the same."""
    case, plan, who = course(cast, kind=CounselingKind.TFCBT)
    row = planned(plan, who)
    client = signed_in(who)
    page = text_of(client.get(reverse("session", args=[case.pk, row.pk])))
    assert 'name="components"' in page
    assert "TF-CBTの研修" in page or "no TF-CBT course" in page
    assert record(row, who, components=[Component.RELAXATION]).state is SessionState.HELD


def test_what_is_not_touched_stands_above_the_form(cast: Cast) -> None:
    """While an interview on the facts is ahead."""
    case, plan, who = course(cast)
    row = planned(plan, who)
    url = reverse("session", args=[case.pk, row.pk])
    client = signed_in(who)
    words = ("do not touch", "触れないこと")
    assert not any(word in text_of(client.get(url)) for word in words)
    propose(cast, case)
    assert any(word in text_of(client.get(url)) for word in words)


def test_a_provider_whose_position_ended_gives_no_further_session(cast: Cast) -> None:
    case, plan, who = course(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=who.pk).update(ends_on=days(-1))
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        code = refused(lambda: actions.plan_sessions(fresh, plan.course, [later(1)], by=cast.caseworker))
    assert code == "provider"
    page = text_of(signed_in(cast.caseworker).get(reverse("session_new", args=[case.pk, plan.course])))
    assert "has ended" in page or "終了しています" in page


def test_two_people_record_at_once(cast: Cast) -> None:
    """The second is told that it has been recorded, and what was typed stays."""
    case, plan, who = course(cast)
    row = planned(plan, who)
    url = reverse("session", args=[case.pk, row.pk])
    client = signed_in(cast.caseworker)
    record(row, who)
    answer = client.post(url, {"attendance": "cancel_us", "summary": "後から（架空）"})
    assert answer.status_code == 200
    with acting_as(who):
        assert value_of(Session.objects.get(pk=row.pk).attendance) is Attendance.HELD
