"""The plans of a case and of a position: which run, whom they rest on, and what the registers of other rooms say to them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate, localtime

from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from agencies.training.codes import Course
from agencies.training.queries import holds as holds_course
from cases.conferences.codes import ChildHeard, ItemState, Measure
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import hearing_rows, is_unheard, items_of
from cases.counseling.codes import (
    FOR_CUSTODIANS,
    OWN,
    CounselingKind,
    CustodianStand,
    FactInterview,
    ForWhom,
    GoalState,
    goal_label,
)
from cases.counseling.content import HELD, MINUTES, MISSED, SESSIONS, asked_in
from cases.counseling.models import CounselingEnd, CounselingPlan, PlanMeasure, PlanReview
from cases.custody.codes import DecisionKind
from cases.custody.queries import decisions_of
from cases.decisions.queries import PEOPLE as SIGNED_BY
from cases.interviews.queries import allowed_at, interviews_of, live_plan_of
from cases.records.codes import PersonRole, Relation
from cases.records.models import Case, Person
from cases.records.queries import count_by_case, everybody_around, team_of
from cases.scores.queries import Result, results_in
from face.codes import stored_code
from face.reading import asked_once
from security.encryption.fields import reveal, value_of, words_of
from security.encryption.secret import Secret
from security.rooms import rooms
from security.walls import clock

PEOPLE = (*SIGNED_BY, "provider__staff", "provider__office", "other_office")
CUSTODIANS = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING})
TFCBT = (Course.TFCBT_INTRO, Course.TFCBT_ADVANCED, Course.TFCBT_GROUP)


def all_plans_of(case: Case) -> QuerySet[CounselingPlan]:
    """Every draft of a plan of the case with its decision, the latest first."""
    return CounselingPlan.objects.filter(case=case).select_related(*PEOPLE)


@asked_once
def plan_rows(case: Case) -> QuerySet[CounselingPlan]:
    """The same rows, perhaps not read yet."""
    return all_plans_of(case)


@asked_once
def plans_of(case: Case) -> list[CounselingPlan]:
    """The same rows, read."""
    rows = list(plan_rows(case))
    for row in rows:
        row.case = case
    return rows


def running_of(case: Case, now: datetime) -> list[CounselingPlan]:
    """The plans by which help is given on this case now."""
    return [row for row in plans_of(case) if row.runs_on(localdate(now))]


def plans_of_provider(by: Position) -> QuerySet[CounselingPlan]:
    """The approved plans by which this position gives help and that have not ended, of the cases that it reads; those that
    begin later too."""
    rows = CounselingPlan.objects.filter(provider=by, approved=True, ended_at=None, superseded_at=None)
    return rows.select_related("case", *PEOPLE)


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many approved plans have not ended, by case."""
    rows = CounselingPlan.objects.filter(approved=True, ended_at=None, superseded_at=None)
    return count_by_case(rows, cases)


def providers_of(case: Case) -> list[Position]:
    """Those on the team of the case who can give help: everybody but the director, who decides."""
    now = clock.now()
    found = {
        grant.position_id: grant.position
        for grant in team_of(case)
        if grant.relation != Relation.GLASS
        and grant.starts_at <= now
        and grant.position.may(Permission.WORK_ON_CASES)
        and grant.position.role != Role.DIRECTOR
        and grant.position.is_current
    }
    return list(found.values())


def given_by(row: CounselingPlan) -> str:
    """Who gives the help: a person with the role, or another office."""
    if row.provider is not None:
        return f"{row.provider.staff.name}（{row.provider.get_role_display()}）"
    return row.other_office.name if row.other_office else ""


def to_ask(case: Case, on: date) -> list[Person]:
    """The custodians who are asked about the plan: those who care for the child and those with parental authority on the day. A
    suspect is not among them, whatever else that person is."""
    return [
        person
        for person in everybody_around(case)
        if PersonRole.SUSPECT not in person.roles
        and (person.roles & CUSTODIANS or person.holds_authority(on))
    ]


@dataclass(frozen=True)
class Answer:
    """What a custodian said, with the person as the record has it; None where the record has no such person any more."""

    person: Person | None
    stand: CustodianStand
    at: datetime
    words: str


def answers_of(row: CounselingPlan) -> list[Answer]:
    """What each custodian said to the plan, also of those who were removed from the record since."""
    asked = asked_in(reveal(row, "asked"))
    people = {person.pk: person for person in everybody_around(row.case)} if asked else {}
    removed = [one.person for one in asked if one.person not in people]
    if removed:
        people |= Person.objects.in_bulk(removed)
    for person in people.values():
        person.case = row.case
    return [Answer(people.get(one.person), one.stand, localtime(one.at), one.words) for one in asked]


def measures_of(case: Case) -> list[ConferenceItem]:
    """The approved minutes that decided guidance as a measure, and on which the child was heard: before, or, where that could not
    wait, since then (児童福祉法33条の3の3)."""
    heard = {one.item_id: one for one in hearing_rows(case)}
    decided = [one.minutes for one in items_of(case) if one.state is ItemState.DECIDED]
    return [
        row
        for row in decided
        if isinstance(row, ConferenceItem)
        and {Measure.GUIDANCE_26, Measure.GUIDANCE_27} & set(value_of(row.measures) or ())
        and value_of(row.heard) in (ChildHeard.BEFORE, ChildHeard.URGENT)
        and not is_unheard(row, heard)
    ]


def fact_interview(case: Case, now: datetime) -> FactInterview:
    """Whether the child is still to be asked about the facts, as far as the register of interviews knows."""
    if live_plan_of(case) is not None or allowed_at(case, now) is not None:
        return FactInterview.AHEAD
    return FactInterview.OVER if any(row.on_facts for row in interviews_of(case)) else FactInterview.NONE


def amount_of(row: CounselingPlan) -> tuple[int | None, int | None]:
    """How many minutes a session of the plan has, and how many there are to be; None: not said, or open."""
    amount = value_of(row.amount) or {}
    return amount.get(MINUTES), amount.get(SESSIONS)


def is_same_person(row: CounselingPlan) -> bool:
    """Whether who helps the custodians is who had drafted custody of the child: the law wants two people
    (児童虐待防止法11条7項)."""
    helps = ForWhom.CAREGIVER in (value_of(row.for_whom) or ()) or value_of(row.kind) in FOR_CUSTODIANS
    if not helps or row.provider is None:
        return False
    starts = [one for one in decisions_of(row.case) if one.kind == DecisionKind.START]
    return any(
        row.provider.staff_id == one.drafted_person_id
        for one in starts
        if one.approved or (one.is_oral and one.approved is None)
    )


def lacks_course(row: CounselingPlan) -> bool:
    """Whether TF-CBT is planned and the register of training has no course of it for who gives it."""
    if value_of(row.kind) is not CounselingKind.TFCBT or row.provider is None:
        return False
    return not holds_course(row.provider.staff_id, TFCBT, row.starts_on)


# --- What follows a plan


def goals_of(plan: CounselingPlan) -> dict[str, str]:
    """The goals of a plan by their codes, the child's own first."""
    return {OWN: words_of(plan.child_goal), **(value_of(plan.goals) or {})}


def goals_reviewed(plan: CounselingPlan, states: Secret[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Of each goal its heading, its text, and how far it is; a code that is unknown today as it is."""
    kept, goals = value_of(states), goals_of(plan)
    if kept is None:
        return [("", "", words_of(states))]
    return [
        (goal_label(code), goals.get(code, ""), str(stored_code(GoalState, state).label))
        for code, state in kept.items()
    ]


@asked_once
def waiting_amendments(plan: CounselingPlan) -> list[CounselingPlan]:
    """The drafts that would amend the plan and wait for their decision."""
    rows = [row for row in plans_of(plan.case) if row.course == plan.course and row.pk != plan.pk]
    return [row for row in rows if row.decided_at is None and row.taken_back_at is None]


@asked_once
def waiting_ends(plan: CounselingPlan) -> list[CounselingEnd]:
    """The drafts of its end that wait for their decision."""
    rows = [row for row in ends_of(plan.case) if row.plan.course == plan.course]
    return [row for row in rows if row.decided_at is None and row.taken_back_at is None]


def owed_after(plan: CounselingPlan) -> list[UUID]:
    """After which rows a review of this plan can be owed: the plan, and each review of it."""
    return [plan.pk, *PlanReview.objects.filter(plan=plan).values_list("pk", flat=True)]


@asked_once
def review_rows(case: Case) -> QuerySet[PlanReview]:
    """The reviews of the plans of a case, perhaps not read yet."""
    return PlanReview.objects.filter(case=case).select_related("recorded_by__staff")


@asked_once
def measure_rows(case: Case) -> QuerySet[PlanMeasure]:
    """What was measured on the plans of a case, perhaps not read yet."""
    return PlanMeasure.objects.filter(case=case).select_related("recorded_by__staff", "plan")


def measured_on(plan: CounselingPlan, until: datetime | None = None) -> list[PlanMeasure]:
    """What was measured in the course of help of a plan and not corrected since, the earliest recorded first.

    ``until``: as it was known at a moment, on a report that was decided then.
    """
    rows = [
        row
        for row in measure_rows(plan.case)
        if row.plan.course == plan.course and (until is None or row.recorded_at <= until)
    ]
    corrected = {row.replaces_id for row in rows}
    return [row for row in rows if row.pk not in corrected]


def with_corrected(plan: CounselingPlan) -> list[tuple[PlanMeasure, list[Result]]]:
    """The same, each with the scores that it corrected."""
    rows = {row.pk: row for row in measure_rows(plan.case)}
    return [(row, _tests(rows[row.replaces_id]) if row.replaces_id else []) for row in measured_on(plan)]


def _tests(row: PlanMeasure) -> list[Result]:
    return results_in(reveal(row, "tests"), words_of(row.occasion))


def results_on(plan: CounselingPlan, until: datetime | None = None) -> list[Result]:
    """The scores of the same, by their days."""
    found = [result for row in measured_on(plan, until) for result in _tests(row)]
    return sorted(found, key=lambda one: one.on)


def next_review(plan: CounselingPlan) -> date:
    """When a plan is reviewed next: as its last review says, or the plan; never, where that review came to the end."""
    last = next((row for row in reversed(list(review_rows(plan.case))) if row.plan_id == plan.pk), None)
    if last is None:
        return plan.review_on
    return last.next_on or date.max


@asked_once
def end_rows(case: Case) -> QuerySet[CounselingEnd]:
    """Every draft of an end of a plan of the case, the latest first, perhaps not read yet."""
    return CounselingEnd.objects.filter(case=case).select_related(*SIGNED_BY)


@asked_once
def ends_of(case: Case) -> list[CounselingEnd]:
    """The same rows, read, each with its plan."""
    plans = {row.pk: row for row in plans_of(case)}
    rows = list(end_rows(case))
    for row in rows:
        row.case = case
        if row.plan_id in plans:
            row.plan = plans[row.plan_id]
    return rows


def attendance_of(plan: CounselingPlan) -> dict[str, int]:
    """How many sessions of this help were held and how many missed, as the rooms that keep sessions count them."""
    counted = Counter({HELD: 0, MISSED: 0})
    for room in rooms():
        if room.attended is not None:
            counted.update(room.attended(plan.course))
    return dict(counted)


def plans_beside(plan: CounselingPlan) -> list[CounselingPlan]:
    """Every plan of the course of this one that was approved, amended ones too."""
    return [row for row in plans_of(plan.case) if row.course == plan.course and row.approved]


def plan_at(plan: CounselingPlan, at: datetime) -> CounselingPlan | None:
    """The plan by which the help of this course is given at a moment: the latest of those that had begun. What an amendment takes
    the place of goes on until that begins. None before the first one, and after the help has ended."""
    rows = plans_beside(plan)
    if any(row.ended_at is not None and localdate(row.ended_at) < localdate(at) for row in rows):
        return None
    return max(
        (row for row in rows if row.begins_at <= at), key=lambda row: row.decided_at or at, default=None
    )


def current_plans(case: Case) -> list[CounselingPlan]:
    """The approved plans of a case that were neither amended nor ended."""
    return [
        row for row in plans_of(case) if row.approved and row.ended_at is None and row.superseded_at is None
    ]


def first_day_of(plan: CounselingPlan) -> date:
    """The day on which the course of help began: that of its first plan."""
    first = CounselingPlan.objects.filter(pk=plan.course).first()
    return first.starts_on if first else plan.starts_on
