"""The guidelines of a case, their reviews, who told the child, and who around the child is asked for a wish."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from cases.conferences.codes import CouncilStep, SittingKind
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.conferences.queries import items_of
from cases.decisions.queries import PEOPLE
from cases.diagnoses.models import Judgement
from cases.diagnoses.queries import judgements_to_print
from cases.guidelines.codes import LEADS_HERE, GoalState, Horizon
from cases.guidelines.models import Guideline, GuidelineReview, GuidelineTold
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from cases.records.queries import everybody_around
from face.reading import asked_once
from security.encryption.fields import reveal, value_of

# Every page of a case reads these with the rows of all rooms, in statements that bring so many columns at most.
SIGNED = (
    *("case", "drafted_at", "drafted_person", "decided_at", "approved", "refused", "taken_back_at", "note"),
    *("replaces", "drafted_by__staff__name", "decided_by__staff__name"),
)


@dataclass(frozen=True)
class Wish:
    """What one custodian wishes, in that person's words; or why there is none."""

    person: UUID
    words: str


@dataclass(frozen=True)
class Goal:
    """One goal: what is to be reached, by what means, by whom, and until when."""

    horizon: Horizon
    goal: str
    means: str
    who: str
    until: date


@dataclass(frozen=True)
class Result:
    """What became of one goal."""

    state: GoalState
    words: str = ""


def kept_wishes(wishes: Sequence[Wish]) -> str | None:
    """The wishes as they are stored."""
    rows = [{"person": str(one.person), "words": one.words} for one in wishes]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def kept_goals(goals: Sequence[Goal]) -> str:
    """The goals as they are stored."""
    rows = [
        {
            "horizon": one.horizon.value,
            "goal": one.goal,
            "means": one.means,
            "who": one.who,
            "until": one.until.isoformat(),
        }
        for one in goals
    ]
    return json.dumps(rows, ensure_ascii=False)


def kept_results(results: Sequence[Result]) -> str:
    """What became of the goals, as it is stored."""
    return json.dumps([{"state": one.state.value, "words": one.words} for one in results], ensure_ascii=False)


def wishes_of(row: Guideline) -> list[Wish]:
    """The wishes of the custodians."""
    kept = reveal(row, "wishes")
    return [Wish(UUID(one["person"]), one["words"]) for one in (json.loads(kept) if kept else [])]


def named_wishes(row: Guideline) -> list[tuple[Person, Wish]]:
    """The same with the people, also those who were removed since."""
    wishes = wishes_of(row)
    people = {one.pk: one for one in Person.objects.filter(case=row.case_id)} if wishes else {}
    for person in people.values():
        person.case = row.case
    return [(people[one.person], one) for one in wishes if one.person in people]


def goals_of(row: Guideline) -> list[Goal]:
    """The goals of a guideline, in their order."""
    return [
        Goal(Horizon(one["horizon"]), one["goal"], one["means"], one["who"], date.fromisoformat(one["until"]))
        for one in json.loads(reveal(row, "goals") or "[]")
    ]


def results_of(row: GuidelineReview) -> list[Result]:
    """What a review says of each goal, in the order of the goals."""
    return [
        Result(GoalState(one["state"]), one["words"]) for one in json.loads(reveal(row, "results") or "[]")
    ]


@asked_once
def guideline_rows(case: Case) -> QuerySet[Guideline]:
    """Every draft and decision, the latest first, perhaps not read yet, with what their card says of each."""
    rows = Guideline.objects.filter(case=case).select_related("drafted_by__staff", "decided_by__staff")
    return rows.only(*SIGNED, "review_on", "superseded_at", "ended_at", "child_wish", "goals")


@asked_once
def guidelines_of(case: Case) -> list[Guideline]:
    """The same rows, read."""
    rows = list(guideline_rows(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def review_rows(case: Case) -> QuerySet[GuidelineReview]:
    """Every review of a guideline of the case, the latest first, perhaps not read yet, without its texts."""
    rows = GuidelineReview.objects.filter(case=case).select_related("drafted_by__staff", "decided_by__staff")
    return rows.only(*SIGNED, "guideline", "next_on", "outcome")


@asked_once
def reviews_of(case: Case) -> list[GuidelineReview]:
    """The same rows, read."""
    rows = list(review_rows(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def told_rows(case: Case) -> QuerySet[GuidelineTold]:
    """When a guideline was explained to the child, perhaps not read yet."""
    return GuidelineTold.objects.filter(case=case).select_related("recorded_by__staff")


def in_force(case: Case) -> Guideline | None:
    """The guideline that is in force, with what its card says."""
    return next((row for row in guidelines_of(case) if row.is_in_force), None)


def whole(case: Case, pk: UUID) -> Guideline:
    """One guideline of the case with all of it."""
    row = Guideline.objects.filter(case=case).select_related(*PEOPLE, *WITH_IT).get(pk=pk)
    row.case = case
    return row


WITH_IT = ("item__entry__sitting", "judgement__entry__sitting", "council")


def last_review(row: Guideline, reviews: Sequence[GuidelineReview]) -> GuidelineReview | None:
    """The review of it that was approved last; ``reviews`` are those of its case."""
    approved = [one for one in reviews if one.guideline_id == row.pk and one.approved and one.decided_at]
    return max(approved, key=lambda one: one.decided_at or one.drafted_at, default=None)


def next_review(row: Guideline, reviews: Sequence[GuidelineReview]) -> date | None:
    """On which day it is evaluated next; None where its last review ended it."""
    last = last_review(row, reviews)
    return row.review_on if last is None else last.next_on


def policies_of(case: Case) -> list[ConferenceItem]:
    """What support policy conferences decided of the case, the latest decision first."""
    found = [
        one.minutes
        for one in items_of(case)
        if isinstance(one.minutes, ConferenceItem)
        and one.minutes.approved
        and one.entry.sitting.known_kind is SittingKind.POLICY
    ]
    return sorted(found, key=lambda row: row.decided_at or row.drafted_at, reverse=True)


def policy_to_follow(case: Case) -> ConferenceItem | None:
    """The decision of a support policy conference after which no guideline has been drafted yet."""
    latest = next((row for row in policies_of(case) if LEADS_HERE & set(value_of(row.measures) or ())), None)
    if latest is None or latest.decided_at is None:
        return None
    counts = [row for row in guidelines_of(case) if row.approved is not False and row.taken_back_at is None]
    return latest if all(row.drafted_at < latest.decided_at for row in counts) else None


def judged(case: Case) -> list[Judgement]:
    """The comprehensive diagnoses that were approved, the latest first."""
    return [row for row in judgements_to_print(case) if row.approved]


def opinions_of(case: Case) -> list[CouncilRecord]:
    """The opinions of the child welfare council on the case, the latest first."""
    rows = CouncilRecord.objects.filter(case=case, step=CouncilStep.HEARD)
    return list(rows.order_by("-recorded_at", "-id"))


ASKED = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING})


def custodians(case: Case, on: date) -> tuple[list[Person], list[Person]]:
    """Who is asked for a wish, and who would be but is suspected, and is therefore never asked."""
    alive = [one for one in everybody_around(case) if not one.has_died(on)]
    found = [one for one in alive if one.roles & ASKED or one.holds_authority(on)]
    suspects = [one for one in found if PersonRole.SUSPECT in one.roles]
    return [one for one in found if one not in suspects], suspects
