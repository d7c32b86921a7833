"""The plan of a joint interview: its moves, the trained interviewer, what it leaves to do, and its interview."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Staff
from agencies.staff.rules import Refused
from cases.duties.queries import duties_after
from cases.interviews import plans, rules
from cases.interviews.codes import (
    FIXED,
    MOVES,
    OPEN,
    PLAN_BADGES,
    TOLD,
    InterviewKind,
    Outside,
    PlanState,
    Protocol,
)
from cases.interviews.models import Interview, JointEvent, JointPlan
from cases.interviews.panel import ANSWER, HOLD
from cases.records.codes import Answer
from cases.records.models import Case
from security.encryption.fields import reveal
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.agencies.training.test_training import certified
from tests.unit.cases.interviews.test_interviews import in_sql, record
from tests.unit.cases.prints.test_notice import sample_of
from tests.unit.cases.prints.test_prints import words_on
from tests.unit.referrals.disclosures.test_gate_by_sql import raw
from tests.unit.referrals.steps import confirmed

NONE: dict[str, Any] = dict.fromkeys(plans.COLUMNS)
POLICE = {"police_who": "架空警察署 生活安全課 架空", "topics_police": "架空の警察項目"}


def soon(days: int = 3) -> datetime:
    return timezone.now() + timedelta(days=days)


def facts(staff: Staff | None, **more: Any) -> dict[str, Any]:
    known = {
        "prosecutor_who": "架空地方検察庁 架空",
        "interviewer": staff,
        "planned_for": soon(),
        "place": "架空面接室",
        "protocol": Protocol.NICHD,
        "aim": "架空の目的",
        "topics": "架空の項目",
        "child_told": "架空の説明",
    }
    return {**NONE, **known, **more}


def propose(cast: Cast, case: Case, **more: Any) -> JointPlan:
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        return plans.propose_plan(fresh, facts(cast.caseworker.staff, **more), by=cast.caseworker)


def step(cast: Cast, plan: JointPlan, to: PlanState, planned_for: datetime | None = None) -> JointPlan:
    with acting_as(cast.caseworker):
        return plans.take_step(plan, to, "架空の経過", by=cast.caseworker, planned_for=planned_for)


def agree(cast: Cast, plan: JointPlan, **more: Any) -> JointPlan:
    with acting_as(cast.caseworker):
        known = facts(cast.caseworker.staff, **more)
        return plans.write_plan(plan, known, by=cast.caseworker, agreed="架空の合意")


def with_police(cast: Cast) -> JointPlan:
    """One that the child's word lets be agreed with the police, and that is."""
    certified(cast)
    case = a_case(cast)
    confirmed(cast, case, items=TOLD)
    plan = propose(cast, case, **POLICE, police=cast.offices["support"])
    step(cast, plan, PlanState.CONFERRING)
    return agree(cast, plan, **POLICE, police=cast.offices["support"])


def an_agreed(cast: Cast) -> JointPlan:
    certified(cast)
    plan = propose(cast, a_case(cast))
    step(cast, plan, PlanState.CONFERRING)
    return agree(cast, plan)


def open_duties(cast: Cast, plan: JointPlan) -> set[str]:
    with acting_as(cast.caseworker):
        return {one.kind for one in duties_after(plan.case_id, plan.pk).filter(done_at=None)}


def test_the_table_of_moves_names_every_state() -> None:
    assert set(MOVES) == set(PLAN_BADGES) == set(PlanState)
    assert {*OPEN, *FIXED} == {one for one in PlanState if MOVES[one]}


def test_every_way_through_the_moves_and_nothing_else(cast: Cast) -> None:
    """The model: from each state every step is tried by the action; it goes through where the table has it, and stays else."""
    certified(cast)
    choose = Random(7)
    tried: set[tuple[PlanState, PlanState]] = set()
    every = {(state, to) for state in PlanState if MOVES[state] for to in PlanState}
    while every - tried:
        case = a_case(cast)
        plan = propose(cast, case)
        state = PlanState.PROPOSED
        while MOVES[state]:
            steps = choose.sample(list(PlanState), len(PlanState))
            for to in sorted(steps, key=lambda to: ((state, to) in tried, to in MOVES[state])):
                tried.add((state, to))
                if went(cast, plan, to) != (to in MOVES[state]):
                    raise AssertionError((state, to))
                if to in MOVES[state]:
                    state = to
                    break
            with acting_as(cast.caseworker):
                plan = JointPlan.objects.select_related("case").get(pk=plan.pk)
            assert plan.state == state


def went(cast: Cast, plan: JointPlan, to: PlanState) -> bool:
    """Whether the plan went to this state by the way that leads there."""
    try:
        if to is PlanState.AGREED:
            agree(cast, plan)
        elif to is PlanState.HELD:
            with acting_as(cast.caseworker):
                rules.check_step(plan, to, cast.caseworker)
            return record(cast, plan.case, InterviewKind.JOINT_TWO).plan_id == plan.pk
        else:
            step(cast, plan, to, soon(5) if to is PlanState.MOVED else None)
    except Refused:
        return False
    return True


def test_a_proposal_leaves_an_answer_in_24_hours_and_an_interview_in_7_days(cast: Cast) -> None:
    plan = propose(cast, a_case(cast))
    with acting_as(cast.caseworker):
        left = {one.kind: one for one in duties_after(plan.case_id, plan.pk)}
        assert {one.owner_id for one in left.values()} == {cast.caseworker.pk}
        waits = {
            kind: round((one.due_at - plan.proposed_at) / timedelta(hours=1)) for kind, one in left.items()
        }
    assert waits == {ANSWER.code: 24, HOLD.code: 168}
    step(cast, plan, PlanState.CONFERRING)
    assert open_duties(cast, plan) == {HOLD.code}
    step(cast, plan, PlanState.NOT_NEEDED)
    assert open_duties(cast, plan) == set()


def test_an_office_may_be_quicker(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(joint_answer_hours=6, joint_hold_days=3)
    plan = propose(cast, a_case(cast))
    with acting_as(cast.caseworker):
        left = {one.kind: one.due_at - plan.proposed_at for one in duties_after(plan.case_id, plan.pk)}
    assert round(left[ANSWER.code] / timedelta(hours=1)) == 6
    assert round(left[HOLD.code] / timedelta(days=1)) == 3


def test_one_plan_at_a_time_and_it_keeps_the_case_open(cast: Cast) -> None:
    case = a_case(cast)
    plan = propose(cast, case)
    with pytest.raises(Refused) as refused:
        propose(cast, case)
    assert refused.value.code == "planned"
    with acting_as(cast.caseworker):
        assert rules.what_waits(Case.objects.get(pk=case.pk), timezone.now())
    step(cast, plan, PlanState.CANCELLED)
    with acting_as(cast.caseworker):
        assert not rules.what_waits(Case.objects.get(pk=case.pk), timezone.now())
    propose(cast, case)


def test_an_interviewer_without_valid_training_is_refused(cast: Cast) -> None:
    plan = propose(cast, a_case(cast))
    step(cast, plan, PlanState.CONFERRING)
    with pytest.raises(Refused) as refused:
        agree(cast, plan)
    assert refused.value.code == "interviewer"
    row = certified(cast, days_ago=360)
    assert row.valid_until is not None
    with pytest.raises(Refused) as refused:
        agree(cast, plan, planned_for=soon(10))
    assert (refused.value.code, row.valid_until > timezone.localdate(soon(1))) == ("interviewer", True)
    agree(cast, plan, planned_for=soon(2))
    with pytest.raises(Refused) as refused:
        step(cast, plan, PlanState.MOVED, soon(10))
    assert refused.value.code == "interviewer"


def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(cast: Cast) -> None:
    plan = propose(cast, a_case(cast))
    step(cast, plan, PlanState.CONFERRING)
    client = signed_in(cast.caseworker)
    path = reverse("joint_change", args=[plan.case_id, plan.pk])
    page = client.get(path)
    sent = {
        "version": page.context["form"]["version"].value(), "prosecutor_who": "架空地検", "place": "架空面接室",
        "interviewer": str(cast.caseworker.staff_id), "planned_for": timezone.localtime(soon()).strftime("%Y-%m-%dT%H:%M"),
        "aim": "架空の目的", "protocol": "nichd", "topics": "架空の項目", "child_told": "架空の説明", "agreed": "架空の合意",
    }  # fmt: skip
    answer = client.post(path, sent)
    assert {*answer.context["form"].errors} == {"interviewer"}
    assert "有効な研修の修了がありません" in text_of(answer)
    assert "架空の合意" in text_of(answer)
    linked = client.post(path, sent | {"topics": "https://video.invalid/1", "agreed": ""})
    assert {*linked.context["form"].errors} == {"topics"}
    certified(cast)
    assert client.post(path, sent).status_code == 302
    assert "合意済み" in text_of(client.get(reverse("joint_plan", args=[plan.case_id, plan.pk])))
    stale = client.post(path, sent)
    assert stale.context["form"].errors


def test_of_an_interviewer_from_outside_the_office_vouches(cast: Cast) -> None:
    plan = propose(cast, a_case(cast))
    step(cast, plan, PlanState.CONFERRING)
    outside = {"interviewer": None, "outside": Outside.PROSECUTOR, "outside_name": "架空検事"}
    with pytest.raises(Refused) as refused:
        agree(cast, plan, **outside)
    assert refused.value.code == "outside_vouches"
    with pytest.raises(Refused) as refused:
        agree(cast, plan, **outside | {"interviewer": cast.caseworker.staff}, outside_vouches="架空検事正")
    assert refused.value.code == "interviewer"
    assert agree(cast, plan, **outside, outside_vouches="架空検事正").state == PlanState.AGREED


@pytest.mark.parametrize("kind", [InterviewKind.JOINT_THREE, InterviewKind.JOINT_TWO])
def test_a_joint_interview_is_held_on_its_plan(cast: Cast, kind: InterviewKind) -> None:
    plan = an_agreed(cast)
    row = record(cast, plan.case, kind)
    mended = record(cast, plan.case, kind, corrects=row)
    with acting_as(cast.caseworker):
        plan.refresh_from_db()
        assert (row.plan_id, mended.plan_id, plan.state) == (plan.pk, plan.pk, PlanState.HELD)
        assert [one.step for one in JointEvent.objects.filter(plan=plan)][-1] == PlanState.HELD
    assert open_duties(cast, plan) == set()
    with acting_as(cast.supervisor):
        assert not Notice.objects.filter(kind=NoticeKind.JOINT_UNPLANNED).exists()


def test_without_an_agreed_plan_it_is_written_and_the_supervisor_is_told(cast: Cast) -> None:
    case = a_case(cast)
    propose(cast, case)
    assert record(cast, case, InterviewKind.OWN).plan is None
    first = record(
        cast,
        case,
        InterviewKind.JOINT_TWO,
        cannot_serve="架空",
        wanted_by="架空",
        only_child="架空",
        harm="架空",
    )
    record(cast, case, InterviewKind.JOINT_TWO, corrects=first)
    with acting_as(cast.supervisor):
        told = Notice.objects.filter(kind=NoticeKind.JOINT_UNPLANNED, reference=case.number)
        assert [one.path for one in told] == [reverse("interview", args=[case.pk, first.pk])]


def test_what_was_agreed_stays(cast: Cast) -> None:
    plan = an_agreed(cast)
    with pytest.raises(Refused) as refused:
        agree(cast, plan)
    assert refused.value.code == "agreed"
    moved = step(cast, plan, PlanState.MOVED, soon(9))
    assert timezone.localdate(moved.planned_for) == timezone.localdate(soon(9))


EVENT = (
    "INSERT INTO cases_jointevent (id, case_id, plan_id, step, planned_for, written_by_id, written_at) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, now())"
)


def happened(cast: Cast, plan: JointPlan, to: str, by: str = "caseworker", at: datetime | None = None) -> int:
    position = cast.positions[by]
    return raw(position, EVENT, [plan.case_id, plan.pk, to, at, cast.director.pk])


def test_by_sql_the_plan_obeys_the_same(cast: Cast) -> None:
    plan = propose(cast, a_case(cast))
    for to in ("agreed", "held", "moved", "proposed"):
        with pytest.raises(DatabaseError, match="does not follow"):
            happened(cast, plan, to)
    with pytest.raises(DatabaseError, match="row-level security"):
        happened(cast, plan, "conferring", by="colleague")
    assert happened(cast, plan, "conferring") == 1
    with acting_as(cast.caseworker):
        (event,) = JointEvent.objects.filter(plan=plan)
        assert event.written_by_id == cast.caseworker.pk
    with pytest.raises(DatabaseError, match="trained interviewer"):
        happened(cast, plan, "agreed")
    certified(cast)
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.caseworker, "UPDATE cases_jointplan SET state = 'agreed'")
    assert happened(cast, plan, "agreed") == 1
    with pytest.raises(DatabaseError, match="stays as it was agreed"):
        raw(cast.caseworker, "UPDATE cases_jointplan SET planned_for = now() WHERE id = %s", [plan.pk])
    for at in (None, soon(800)):
        with pytest.raises(DatabaseError, match="trained interviewer"):
            happened(cast, plan, "moved", at=at)
    with pytest.raises(DatabaseError, match="held by an interview"):
        happened(cast, plan, "held")
    for sql in (
        "UPDATE cases_jointevent SET step = 'held'",
        "DELETE FROM cases_jointevent",
        "DELETE FROM cases_jointplan",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            raw(cast.caseworker, sql)


def test_by_sql_an_interview_names_a_plan_that_stands(cast: Cast) -> None:
    plan, other = an_agreed(cast), a_case(cast)
    with acting_as(cast.caseworker), pytest.raises(DatabaseError, match="no such plan"):
        in_sql(cast, other, plan_id=plan.pk)
    with acting_as(cast.caseworker):
        assert not Interview.objects.filter(plan=plan).exists()
    step(cast, plan, PlanState.CANCELLED)
    with acting_as(cast.caseworker), pytest.raises(DatabaseError, match="no such plan"):
        in_sql(cast, plan.case, plan_id=plan.pk)


def test_the_sheet_names_no_address(cast: Cast) -> None:
    plan = with_police(cast)
    answer = sample_of(cast, plan.case, "joint_plan_form", str(plan.pk))
    words = "".join(words_on(answer))
    for word in ("協同面接実施計画書", "架空の項目", "少年サポートセンター北", cast.caseworker.staff.name):
        assert word.replace(" ", "") in words.replace(" ", ""), word
    with acting_as(cast.caseworker):
        child = Case.objects.select_related("child").get(pk=plan.case_id).child
        where = reveal(child, "address")
    assert where
    assert where not in words


def test_the_sheet_says_what_each_office_wants_and_nothing_that_stays_in_the_office(cast: Cast) -> None:
    """The facts reach the police by a report, on the child's word; the sheet is what the offices agree on."""
    certified(cast)
    said = {name: f"架空{number}番" for number, name in enumerate(JointPlan.LONG, 100)}
    kept = {name: f"所内{number}番" for number, name in enumerate(JointPlan.INSIDE, 200)}
    case = a_case(cast)
    confirmed(cast, case, items=TOLD)
    plan = propose(cast, case, **said, **kept, therapy_after=Answer.YES, police=cast.offices["support"])
    words = "".join(words_on(sample_of(cast, plan.case, "joint_plan_form", str(plan.pk))))
    for text in said.values():
        assert text in words
    assert "所内2" not in words
    assert "心理療法" not in words
    path = reverse("joint_plan", args=[plan.case_id, plan.pk])
    page = text_of(signed_in(cast.caseworker).get(path))
    for text in (*said.values(), *kept.values(), "面接後に心理療法を始める"):
        assert text in page
    with pytest.raises(Refused, match="outline"):
        propose(cast, a_case(cast), outline="https://video.invalid/1")


def test_the_pages(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    assert client.post(reverse("joint_new", args=[case.pk]), {"aim": "架空の目的"}).status_code == 302
    with acting_as(cast.caseworker):
        plan = JointPlan.objects.get()
    path = reverse("joint_plan", args=[case.pk, plan.pk])
    assert path in client.get(f"/cases/{case.pk}/progress/").content.decode()
    assert "架空の目的" in text_of(client.get(path))
    to_step = reverse("joint_step", args=[case.pk, plan.pk])
    assert client.post(to_step, {"step": "conferring"}).context["form"].errors
    assert client.post(to_step, {"step": "conferring", "words": "架空検事と協議"}).status_code == 302
    assert "架空検事と協議" in text_of(client.get(path))
    assert client.post(to_step, {"step": "moved", "words": "架空"}).context["form"].errors
    assert signed_in(cast.stranger).get(path).status_code == 404
