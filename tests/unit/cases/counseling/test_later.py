"""An amendment, a review and the end of a counseling plan: each follows from what is current, and leaves what is owed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.counseling import actions, later, rules
from cases.counseling.actions import PLAN, REPORT, REVIEW
from cases.counseling.codes import GoalState, PlanEnd, PlanState, ReviewOutcome
from cases.counseling.later import END, EndFacts, ReviewFacts
from cases.counseling.models import CounselingEnd, CounselingPlan, PlanReview
from cases.counseling.queries import attendance_of, goals_of, next_review, running_of
from cases.decisions.codes import State, Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.records.codes import Answer
from cases.records.models import Case
from security.rooms import Room, rooms
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import a_plan, days, decide, draft, facts_of, read
from tests.unit.cases.diagnoses.team import newcomer, on_team
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def amendment(
    cast: Cast, plan: CounselingPlan, why: str = "回数を増やす（架空）", **more: Any
) -> CounselingPlan:
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("office").get(pk=plan.case_id)
        current = CounselingPlan.objects.select_related("provider__staff").get(pk=plan.pk)
        current.case = fresh
        said = facts_of(fresh, more.pop("provider", cast.caseworker), **more)
        return actions.draft_plan(fresh, said, by=cast.caseworker, amends=current, why=why)


def review(
    cast: Cast, plan: CounselingPlan, outcome: ReviewOutcome = ReviewOutcome.CONTINUE, **more: Any
) -> PlanReview:
    with acting_as(cast.caseworker):
        fresh = read(cast, plan)
        usual: dict[str, Any] = {
            "reviewed_on": days(0),
            "goal_states": dict.fromkeys(goals_of(fresh), GoalState.PARTLY),
            "next_on": None if outcome is ReviewOutcome.END else days(60),
            "texts": {
                "child_view": "「つづけたい」",
                "custodians_view": "",
                "course_note": "落ち着いた（架空）",
            },
        }
        return later.record_review(fresh, ReviewFacts(outcome=outcome, **usual | more), by=cast.caseworker)


def end_facts(plan: CounselingPlan, report: str = "眠れるようになった（架空）", **more: Any) -> EndFacts:
    """What an end says; the plan with its keys."""
    usual: dict[str, Any] = {
        "last_on": days(0),
        "reason": PlanEnd.COMPLETED,
        "goal_states": dict.fromkeys(goals_of(plan), GoalState.REACHED),
        "farewell": Answer.YES,
        "follow_up_on": days(180),
        "texts": {
            "report": report,
            "helped": "「絵をかいたこと」",
            "relapse": "朝起きられない（架空）",
            "turn_to": "担任、189（架空）",
            "child_told": "「またきてもいい？」",
        },
    }
    return EndFacts(**usual | more)


def an_end(cast: Cast, plan: CounselingPlan, **more: Any) -> CounselingEnd:
    with acting_as(cast.caseworker):
        fresh = read(cast, plan)
        return later.draft_end(fresh, end_facts(fresh, **more), by=cast.caseworker)


def ended(cast: Cast, row: CounselingEnd, by: str = "supervisor") -> CounselingEnd:
    with acting_as(cast.positions[by]):
        fresh = CounselingEnd.objects.select_related("case__office", "plan").get(pk=row.pk)
        return END.decide(fresh, Verdict.APPROVE, by=cast.positions[by])


def read_again(plan: CounselingPlan) -> CounselingPlan:
    return CounselingPlan.objects.select_related("case").get(pk=plan.pk)


def owed(cast: Cast, plan: CounselingPlan) -> list[tuple[str, Any]]:
    with acting_as(cast.caseworker):
        rows = Duty.objects.filter(case=plan.case_id, done_at=None).order_by("kind")
        return [(row.kind, localdate(row.due_at)) for row in rows]


# --- Amendment


def test_an_amendment_says_what_it_changes_and_takes_the_place_of_the_plan(cast: Cast) -> None:
    plan = a_plan(cast)
    row = amendment(cast, plan, sessions=20)
    page = text_of(signed_in(cast.supervisor).get(PLAN.url(row)))
    for word in ("全12回", "全20回", "回数を増やす（架空）"):
        assert word in page, word
    assert read(cast, plan).runs_on(days(0))
    decide(cast, row)
    before, after = read(cast, plan), read(cast, row)
    assert (before.plan_state_on(days(0)), before.state) == (PlanState.AMENDED, State.ENDED)
    assert (after.course, after.plan_state_on(days(0))) == (plan.course, PlanState.RUNNING)
    with acting_as(cast.caseworker):
        assert [one.pk for one in running_of(Case.objects.get(pk=plan.case_id), clock.now())] == [row.pk]
    assert owed(cast, plan) == [("counseling_review", after.review_on)]


def test_an_amendment_has_a_reason_and_changes_something_once_at_a_time(cast: Cast) -> None:
    plan = a_plan(cast)
    for why, more in (("", {"sessions": 20}), ("理由", {})):
        with pytest.raises(Refused) as refused:
            amendment(cast, plan, why, **more)
        assert refused.value.code == "amended_why", more
    amendment(cast, plan, sessions=20)
    with pytest.raises(Refused, match="amends"):
        amendment(cast, plan, sessions=21)


def test_only_what_is_current_is_amended_by_sql_too(cast: Cast) -> None:
    plan = a_plan(cast)
    row = amendment(cast, plan, sessions=20)
    other = a_plan(cast)
    for statement, of in (
        ("UPDATE cases_counselingplan SET amends_id = %s WHERE id = %s", other.pk),
        ("UPDATE cases_counselingplan SET superseded_at = now() WHERE %s::text <> '' AND id = %s", "x"),
    ):
        with pytest.raises(DatabaseError):
            raw(cast.caseworker, statement, [of, row.pk])
    decide(cast, row)
    with pytest.raises(Refused, match="plan"):
        amendment(cast, plan, sessions=22)


def test_the_help_passes_to_another_by_an_amendment(cast: Cast) -> None:
    plan = a_plan(cast)
    psychologist = newcomer(cast, "shinri", Role.PSYCHOLOGIST)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=plan.case_id)
    on_team(cast, case, psychologist)
    row = decide(cast, amendment(cast, plan, "担当の交代（架空）", provider=psychologist))
    with acting_as(cast.caseworker):
        assert Duty.objects.get(cause=row.pk, done_at=None).owner_id == psychologist.pk
    assert isinstance(psychologist, Position)


# --- Review


def test_a_review_does_what_was_owed_and_leaves_the_next(cast: Cast) -> None:
    plan = a_plan(cast)
    with acting_as(cast.caseworker):
        duty = Duty.objects.get(cause=plan.pk)
        with pytest.raises(Refused, match="by_act"):
            fulfil_duty(duty, note="済み", by=cast.caseworker)
    with pytest.raises(DatabaseError, match="done by recording"):
        raw(cast.caseworker, "UPDATE cases_duty SET done_at = now() WHERE id = %s", [duty.pk])
    review(cast, plan)
    assert owed(cast, plan) == [("counseling_review", days(60))]
    with acting_as(cast.caseworker):
        fresh = read_again(plan)
        assert next_review(fresh) == days(60)
        for day, state in ((81, PlanState.TO_REVIEW), (59, PlanState.RUNNING)):
            assert fresh.plan_state_on(days(day), next_review(fresh)) is state
    review(cast, plan, next_on=days(70))
    assert owed(cast, plan) == [("counseling_review", days(70))]
    review(cast, plan, ReviewOutcome.END)
    assert [kind for kind, _due in owed(cast, plan)] == ["counseling_report"]
    again = {"child_view": "「もう大丈夫」", "custodians_view": "", "course_note": "変わりない（架空）"}
    review(cast, plan, ReviewOutcome.END, texts=again)
    assert [kind for kind, _due in owed(cast, plan)] == ["counseling_report"], "one report is owed"


@pytest.mark.parametrize(
    ("outcome", "typed", "field"),
    [
        (ReviewOutcome.CONTINUE, {"reviewed_on": 1}, "reviewed_on"),
        (ReviewOutcome.CONTINUE, {"reviewed_on": -1}, "reviewed_on"),
        (ReviewOutcome.CONTINUE, {"next_on": 0}, "next_on"),
        (ReviewOutcome.CHANGE, {"next_on": 100}, "next_on"),
        (ReviewOutcome.END, {"next_on": 30}, "next_on"),
    ],
)
def test_the_days_of_a_review_are_in_order(
    cast: Cast, outcome: ReviewOutcome, typed: dict[str, int], field: str
) -> None:
    plan = a_plan(cast)
    with pytest.raises(Refused) as refused:
        review(cast, plan, outcome, **{name: days(day) for name, day in typed.items()})
    assert refused.value.code == field


def test_every_goal_is_looked_at(cast: Cast) -> None:
    plan = a_plan(cast)
    with pytest.raises(Refused) as refused:
        review(cast, plan, goal_states={"child_goal": GoalState.REACHED})
    assert refused.value.code == "state_goal_1"


def test_what_has_not_begun_or_is_only_drafted_is_not_reviewed(cast: Cast) -> None:
    for plan in (a_plan(cast, starts_on=days(3)), draft(cast)):
        with pytest.raises(Refused, match="plan"):
            review(cast, plan, reviewed_on=days(0))


def test_by_sql_a_review_is_of_a_plan_of_its_own_case(cast: Cast) -> None:
    plan, other = a_plan(cast), a_plan(cast)
    row = review(cast, plan)
    copy = (
        "INSERT INTO cases_planreview SELECT r.* FROM cases_planreview t,"
        " jsonb_populate_record(NULL::cases_planreview, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(),"
        " 'plan_id', %s::text)) r"
        " WHERE t.id = %s"
    )
    with pytest.raises(DatabaseError, match="no current plan"):
        raw(cast.caseworker, copy, [str(other.pk), row.pk])
    with pytest.raises(DatabaseError):
        raw(cast.caseworker, "UPDATE cases_planreview SET next_on = next_on + 1 WHERE id = %s", [row.pk])


# --- End


def test_the_end_takes_two_and_settles_what_is_owed(cast: Cast) -> None:
    plan = a_plan(cast)
    review(cast, plan, ReviewOutcome.END)
    row = an_end(cast, plan)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=plan.case_id)
        assert rules.what_waits(case, clock.now())
    with pytest.raises(Refused):
        ended(cast, row, by="caseworker")
    ended(cast, row)
    after = read(cast, plan)
    assert after.plan_state_on(days(1)) is PlanState.ENDED
    assert [after.runs_on(days(day)) for day in (0, 1)] == [True, False]
    assert owed(cast, plan) == [("counseling_follow_up", days(180))]
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="plan"):
            rules.check_runs(after, clock.now() + timedelta(days=1))
        assert rules.what_waits(Case.objects.get(pk=plan.case_id), clock.now()) == ""
    for what in (review, amendment, an_end):
        with pytest.raises(Refused, match="plan"):
            what(cast, plan)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"last_on": 1}, "last_on"),
        ({"follow_up_on": -1, "last_on": -3}, "follow_up_on"),
        ({"follow_up_on": 0}, "follow_up_on"),
    ],
)
def test_the_days_of_an_end_are_in_order(cast: Cast, typed: dict[str, int], field: str) -> None:
    plan = a_plan(cast)
    with pytest.raises(Refused) as refused:
        an_end(cast, plan, **{name: days(day) for name, day in typed.items()})
    assert refused.value.code == field


def test_without_farewell_it_says_why(cast: Cast) -> None:
    plan = a_plan(cast)
    with pytest.raises(Refused, match="farewell_words"):
        an_end(cast, plan, farewell=Answer.NO)


def test_no_end_while_an_amendment_waits_and_one_draft_at_a_time(cast: Cast) -> None:
    plan = a_plan(cast)
    an_end(cast, plan)
    with pytest.raises(Refused, match="drafted"):
        an_end(cast, plan)
    other = a_plan(cast)
    amendment(cast, other, sessions=20)
    with pytest.raises(Refused, match="drafted"):
        an_end(cast, other)


def test_the_report_counts_what_the_rooms_of_sessions_say(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan(cast)
    counting = [
        *rooms(),
        Room(attended=lambda course: {"held": 3, "missed": 1} if course == plan.course else {}),
    ]
    monkeypatch.setattr("cases.counseling.queries.rooms", lambda: counting)
    assert attendance_of(plan) == {"held": 3, "missed": 1}
    row = ended(cast, an_end(cast, plan))
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=plan.case_id)
    words = "".join(words_on(printed(cast, case, f"counseling_end_form:{row.pk}")))
    for word in ("終了報告書", "「絵をかいたこと」", "3回", "達成", "189"):
        assert word in words, word


def test_pages(cast: Cast) -> None:
    plan = a_plan(cast)
    client = signed_in(cast.caseworker)
    url = reverse("counseling_review", args=[plan.case_id, plan.pk])
    typed = {
        "reviewed_on": f"{days(0):%Y-%m-%d}",
        "child_view": "「つづけたい」",
        "course_note": "落ち着いた",
        "outcome": "continue",
        "state_child_goal": "partly",
        "state_goal_1": "reached",
    }
    answer = client.post(url, typed)
    assert "next_on" in answer.context["form"].errors
    assert client.post(url, typed | {"next_on": f"{days(30):%Y-%m-%d}"}).status_code == 302
    page = text_of(client.get(reverse("counseling", args=[plan.case_id, plan.pk])))
    assert "「つづけたい」" in page
    amend = reverse("counseling_new", args=[plan.case_id]) + f"?amends={plan.pk}"
    form = client.get(amend).context["form"]
    assert "amended_why" in form.fields
    assert "starts_on" not in form.fields
    end = reverse("counseling_end", args=[plan.case_id]) + f"?of={plan.pk}"
    wrong = client.post(end, {"last_on": f"{days(0):%Y-%m-%d}", "follow_up_on": f"{days(0):%Y-%m-%d}"})
    assert {"follow_up_on", "state_goal_1", "helped", "farewell"} <= wrong.context["form"].errors.keys()
    assert (REVIEW.by_act, REPORT.by_act) == (True, True)
