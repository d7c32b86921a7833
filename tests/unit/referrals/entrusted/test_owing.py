"""What an office that accepted a plan owes by a day: who is told of it, what stops it, and that late is seen on both sides."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.clocks.rules import end_of
from cases.counseling.codes import GoalState, ReviewOutcome
from cases.counseling.later import ReviewFacts, record_review
from cases.counseling.models import CounselingPlan
from cases.duties.models import Duty
from cases.duties.tasks import warn
from cases.sessions.codes import Attendance
from referrals.disclosures.codes import Item
from referrals.entrusted.codes import ReturnKind
from referrals.entrusted.models import Entrusted
from referrals.entrusted.panel import steps as next_steps
from referrals.entrusted.panel import waiting
from referrals.entrusted.queries import entrusted_to_do
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.clocks.test_warnings import moved
from tests.unit.cases.counseling.plans import read
from tests.unit.referrals.entrusted import steps
from tests.unit.referrals.entrusted.test_walls import refused, sql

REPORT, REVIEW = "entrusted_report", "entrusted_review"
LATER = timedelta(minutes=1)


def owed(cast: Cast, kind: str, *, is_open: bool = True) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=kind, done_at__isnull=is_open).order_by("left_at"))


def days(cast: Cast, row: Entrusted) -> tuple[datetime | None, datetime | None]:
    """Until when attendance and the review are wanted."""
    found = steps.at_center(cast, row)
    return found.report_by, found.review_by


def in_days(number: int) -> datetime:
    return end_of(clock.today() + timedelta(days=number))


def running(cast: Cast, **more: Any) -> tuple[CounselingPlan, Entrusted]:
    plan = steps.planned(cast)
    return plan, steps.accepted(cast, steps.sent(cast, plan, **more))


def reviewed(cast: Cast, plan: CounselingPlan, next_in: int | None = 20) -> None:
    """The center reviews the plan itself."""
    said = ReviewFacts(
        reviewed_on=clock.today(),
        outcome=ReviewOutcome.CONTINUE if next_in else ReviewOutcome.END,
        goal_states=dict.fromkeys(("own", *plan_goals(cast, plan)), GoalState.PARTLY),
        texts={"child_view": "架空", "course_note": "架空"},
        next_on=clock.today() + timedelta(days=next_in) if next_in else None,
    )
    with acting_as(cast.caseworker):
        record_review(read(cast, plan), said, by=cast.caseworker)


def plan_goals(cast: Cast, plan: CounselingPlan) -> list[str]:
    with acting_as(cast.caseworker):
        return [code for code in Entrusted.objects.get(plan=plan.pk).goal_codes if code != "own"]


def test_nothing_is_owed_before_the_plan_was_accepted(cast: Cast) -> None:
    row = steps.sent(cast)
    assert days(cast, row) == (None, None)
    assert not owed(cast, REPORT)
    assert not owed(cast, REVIEW)


def test_an_accepted_plan_leaves_both_with_the_one_in_charge(cast: Cast) -> None:
    plan, row = running(cast)
    (report,), (review,) = owed(cast, REPORT), owed(cast, REVIEW)
    assert days(cast, row) == (in_days(28), end_of(plan.review_on))
    assert (report.due_at, review.due_at) == days(cast, row)
    assert {report.owner_id, review.owner_id} == {cast.caseworker.pk}
    assert {report.cause, review.cause} == {row.pk}
    with acting_as(cast.therapist):
        assert not Duty.objects.exists()
        assert Entrusted.objects.get().report_by == report.due_at


def test_the_days_are_those_of_the_center(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(session_gap_days=5)
        Office.objects.using("owner").filter(code="home").update(session_gap_days=3)
    _plan, row = running(cast)
    assert days(cast, row)[0] == in_days(5)


def test_a_session_that_is_told_moves_attendance_and_leaves_the_review(cast: Cast) -> None:
    plan, row = running(cast)
    with moved(clock.now() + timedelta(days=3)):
        steps.recorded(cast, row, Attendance.ABSENT_CHILD)
        assert days(cast, row) == (in_days(28), end_of(plan.review_on))
        (done,) = owed(cast, REPORT, is_open=False)
        assert done.done_by_id == cast.therapist.pk
    assert [one.due_at for one in owed(cast, REPORT)] == [days(cast, row)[0]]
    assert len(owed(cast, REVIEW)) == 1


def test_a_sign_of_danger_alone_tells_no_attendance(cast: Cast) -> None:
    _plan, row = running(cast)
    before = days(cast, row)
    with moved(clock.now() + timedelta(days=3)):
        steps.returned(cast, row, ReturnKind.DANGER)
        assert days(cast, row) == before
    assert not owed(cast, REPORT, is_open=False)


def test_the_review_does_what_was_owed_until_the_center_names_the_next_day(cast: Cast) -> None:
    plan, row = running(cast)
    with moved(clock.now() + timedelta(days=1)):
        steps.returned(cast, row, ReturnKind.REVIEW)
        assert days(cast, row) == (in_days(28), None)
        assert not owed(cast, REVIEW)
        reviewed(cast, plan, next_in=20)
        assert days(cast, row)[1] == in_days(20)
        assert [one.due_at for one in owed(cast, REVIEW)] == [in_days(20)]


def test_a_review_at_the_center_moves_the_day_also_where_nothing_came(cast: Cast) -> None:
    plan, row = running(cast)
    reviewed(cast, plan, next_in=20)
    assert [one.due_at for one in owed(cast, REVIEW)] == [in_days(20)] == [days(cast, row)[1]]
    assert len(owed(cast, REVIEW, is_open=False)) == 1
    with moved(clock.now() + LATER):
        reviewed(cast, plan, next_in=None)
    assert days(cast, row)[1] is None
    assert not owed(cast, REVIEW)


def test_with_the_end_report_nothing_more_is_owed(cast: Cast) -> None:
    plan, row = running(cast)
    with moved(clock.now() + LATER):
        end = steps.returned(cast, row, ReturnKind.END)
        assert days(cast, row) == (None, None)
        reviewed(cast, plan)  # the center goes on with another help; this office has told its end
        (seen,) = steps.returns(row, cast.caseworker)
        steps.asked(cast, seen)
        (mine,) = steps.returns(row, cast.therapist)
        steps.returned(cast, row, ReturnKind.END, corrects=mine)
        assert days(cast, row) == (None, None)
    assert mine.pk == end.pk
    assert not owed(cast, REPORT)
    assert not owed(cast, REVIEW)


def test_what_is_sent_anew_is_no_new_attendance(cast: Cast) -> None:
    _plan, row = running(cast)
    steps.recorded(cast, row)
    before = days(cast, row)
    (seen,) = steps.returns(row, cast.caseworker)
    steps.asked(cast, seen)
    (mine,) = steps.returns(row, cast.therapist)
    with moved(clock.now() + timedelta(days=2)):
        steps.returned(cast, row, ReturnKind.SESSION, corrects=mine)
    assert days(cast, row) == before


def test_a_withdrawn_plan_owes_nothing(cast: Cast) -> None:
    _plan, row = running(cast)
    steps.withdrawn(cast, row)
    assert days(cast, row) == (None, None)
    assert not owed(cast, REPORT)
    assert not owed(cast, REVIEW)


def test_a_review_day_that_the_child_does_not_want_told_is_not_told_by_what_is_owed(cast: Cast) -> None:
    told = {"plan_kind": "架空", "plan_goal": "架空"}
    plan, row = running(cast, not_told=[Item.PLAN_REVIEW], texts=told)
    assert days(cast, row) == (in_days(28), None)
    reviewed(cast, plan)
    assert days(cast, row)[1] is None
    assert not owed(cast, REVIEW)
    with acting_as(cast.therapist):
        assert Entrusted.objects.get().review_by is None


def test_a_day_that_has_passed_when_the_plan_is_accepted_is_not_owed_there(cast: Cast) -> None:
    plan = steps.planned(cast)
    row = steps.sent(cast, plan)
    with as_owner():
        gone = clock.today() - timedelta(days=1)
        rows = CounselingPlan.objects.using("owner").filter(pk=plan.pk)
        rows.update(starts_on=gone, review_on=gone)
    steps.accepted(cast, row)
    assert days(cast, row)[1] is None


def test_late_is_told_by_the_watch_and_seen_on_both_sides(cast: Cast) -> None:
    _plan, row = running(cast)
    (report,) = owed(cast, REPORT)
    center = reverse("entrusted", args=[row.case_id, row.pk])
    with moved(report.due_at + LATER):
        assert warn() == 1
        with acting_as(cast.caseworker), override("en"):
            found = steps.at_center(cast, row)
            (step,) = [one for one in next_steps(found.case, cast.caseworker) if one.url == center]
            assert (step.label, step.due, step.pressing) == (
                "Telephone the other office: it has told no attendance on the entrusted plan",
                report.due_at,
                True,
            )
        with acting_as(cast.therapist), override("en"):
            (line,) = waiting(cast.therapist, 5)
            assert line.text == "The center waits for attendance and two lines: report them"
            assert (line.due, line.pressing) == (report.due_at, True)
        for who, url in (
            (cast.caseworker, center),
            (cast.therapist, reverse("entrusted_plan", args=[row.pk])),
            (cast.therapist, reverse("entrusted_list")),
        ):
            assert "期限超過" in text_of(signed_in(who).get(url)), url
        steps.recorded(cast, row)
        assert warn() == 0
        with acting_as(cast.therapist):
            assert not waiting(cast.therapist, 5)[0].pressing
    with as_owner():
        told = Notice.objects.using("owner").filter(kind="duty_due").values_list("position", flat=True)
        assert set(told) == {cast.caseworker.pk, cast.supervisor.pk}
    assert len(owed(cast, REPORT, is_open=False)) == 1


def test_a_review_that_is_late_is_the_next_step_of_both_sides(cast: Cast) -> None:
    plan, row = running(cast)
    at = end_of(plan.review_on) + LATER
    with moved(at - timedelta(days=2)):
        steps.recorded(cast, row)
    with moved(at):
        with acting_as(cast.caseworker), override("en"):
            found = steps.at_center(cast, row)
            said = [one.label for one in next_steps(found.case, cast.caseworker)]
        with acting_as(cast.therapist), override("en"):
            (line,) = waiting(cast.therapist, 5)
    assert "Telephone the other office: it has sent no review of the entrusted plan" in said
    assert line.text == "The center waits for your review: report it"


def test_what_is_owed_first_stands_first_at_the_other_office(cast: Cast) -> None:
    _plan, first = running(cast)
    second = steps.sent(cast, answer_by=clock.today() + timedelta(days=1))
    with acting_as(cast.therapist):
        assert [one.pk for one in entrusted_to_do(cast.therapist, 1)] == [second.pk]
        assert {one.pk for one in entrusted_to_do(cast.therapist, 2)} == {first.pk, second.pk}


@pytest.mark.parametrize("kind", [REPORT, REVIEW])
def test_nobody_does_such_a_duty_or_moves_its_day_by_hand(cast: Cast, kind: str) -> None:
    _plan, row = running(cast)
    done = "UPDATE cases_duty SET done_at = now() WHERE kind = %s"
    refused(cast.caseworker, "duty_by_act", done, kind)
    refused(cast.supervisor, "duty_by_act", done, kind)
    column = kind.removeprefix("entrusted_") + "_by"
    for by in (cast.caseworker, cast.supervisor, cast.therapist, cast.institution):
        refused(by, "", f"UPDATE referrals_entrusted SET {column} = now() + interval '1 year'")
    call = "SELECT wall.entrusted_owing(%s, %s, NULL, %s)"
    for by in (cast.caseworker, cast.therapist):
        refused(by, "", call, row.pk, kind, by.pk)
    assert sql(cast.therapist, "SELECT 1 FROM cases_duty") == 0


def test_the_days_are_empty_in_a_new_row_whoever_writes_it(cast: Cast) -> None:
    row = steps.sent(cast)
    steps.withdrawn(cast, row)
    kept = (
        "case_id, plan_id, center_id, contact, office_id, provider_id, goal_codes, sent_by_id, sent_at, answer_by, basis,"
        " child_words, not_told"
    )
    again = (
        f"INSERT INTO referrals_entrusted (id, reference, state, report_by, {kept})"
        f" SELECT gen_random_uuid(), 'AAAAA-BBBBB', 'sent', now(), {kept} FROM referrals_entrusted WHERE id = %s"
    )
    refused(cast.caseworker, "moments_stay", again, row.pk)


def test_who_is_owed_of_is_no_business_of_others(cast: Cast) -> None:
    running(cast)
    names: tuple[Position, ...] = (cast.stranger, cast.colleague, cast.positions["therapist2"], cast.school)
    for by in names:
        assert sql(by, "SELECT report_by FROM referrals_entrusted") == 0
