"""What of a guideline was written already: the draft begins with it, so that nothing is typed twice.

From the comprehensive diagnosis and the diagnoses that stand, then from the guideline in force, then from a support policy
conference that was decided later. Whatever was taken over can be changed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.conferences.models import ConferenceItem
from cases.conferences.queries import names_of, tasks_of, views_of
from cases.diagnoses.models import Judgement
from cases.diagnoses.queries import diagnoses_of, facility_texts, texts_of
from cases.guidelines.codes import GOALS, OVER, SHORT_MONTHS, Horizon
from cases.guidelines.models import Guideline
from cases.guidelines.queries import (
    Goal,
    custodians,
    goals_of,
    in_force,
    judged,
    last_review,
    opinions_of,
    policies_of,
    results_of,
    reviews_of,
    whole,
    wishes_of,
)
from cases.guidelines.rules import months_after
from cases.limits.panel import in_words
from cases.limits.queries import limits_of
from cases.records.models import Case, Person
from cases.records.queries import everybody_around
from security.encryption.fields import values_of, words_of

JOINED = "\n"


def typed_before(row: Guideline) -> dict[str, Any]:
    """A guideline as the initial values of the form it is drafted again with."""
    before: dict[str, Any] = {
        **values_of(row, Guideline.TEXTS),
        **{name: str(getattr(row, f"{name}_id") or "") for name in Guideline.LINKS},
        "review_on": row.review_on,
    }
    before |= {f"wish_{one.person.hex}": one.words for one in wishes_of(row)}
    return before | in_rows(goals_of(row))


def in_rows(goals: list[Goal]) -> dict[str, Any]:
    """Goals as the values of the rows of the form."""
    found: dict[str, Any] = {}
    for number, one in enumerate(goals[:GOALS], 1):
        found |= {f"goal_{number}": one.goal, f"means_{number}": one.means, f"who_{number}": one.who}
        found |= {f"horizon_{number}": one.horizon, f"until_{number}": one.until}
    return found


def prefilled(case: Case, today: date) -> dict[str, Any]:
    """What the form of a new guideline begins with."""
    found = {
        "review_on": months_after(today, case.office.guideline_months),
        "care": _care(case, today),
    }
    view = next(iter(judged(case)), None)
    found |= _from_view(case, view, today) if view is not None else {}
    current = in_force(case)
    if current is not None:
        found |= _from_guideline(case, whole(case, current.pk), today)
    policy = next(iter(policies_of(case)), None)
    if policy is not None and (current is None or _is_later(policy, current)):
        found |= _from_policy(case, policy, today)
        found |= {} if "goal_1" in found else in_rows(_tasks(policy, today))
    opinion = next(iter(opinions_of(case)), None)
    return found | ({"council": str(opinion.pk)} if opinion is not None else {})


def _is_later(policy: ConferenceItem, current: Guideline) -> bool:
    return policy.decided_at is not None and policy.decided_at > current.drafted_at


def _care(case: Case, today: date) -> str:
    """The limits on contact that hold, and what the psychologist says that nobody should ask."""
    told = [words.get("not_to_say") for words in _texts(case)]
    return JOINED.join([*(in_words(row) for row in limits_of(case, today)), *filter(None, told)])


def _texts(case: Case) -> list[Mapping[str, str]]:
    stand = (row for row in diagnoses_of(case) if row.stands)
    return list(texts_of(stand, facility_texts(case)).values())


def _from_view(case: Case, view: Judgement, today: date) -> dict[str, Any]:
    strengths = [words.get("strengths") for words in _texts(case)]
    return {
        "judgement": str(view.pk),
        "needs": words_of(view.needs),
        "strengths": JOINED.join(filter(None, strengths)),
        "support": words_of(view.support),
        "child_wish": words_of(view.child_said),
    } | _split(case, words_of(view.custodians_said), today)


def _from_guideline(case: Case, row: Guideline, today: date) -> dict[str, Any]:
    """The one in force, with the goals that its last evaluation left open: those whose day has passed get another."""
    found = typed_before(row)
    for name in [key for key in found if key.partition("_")[2].isdecimal() or key == "review_on"]:
        del found[name]
    last = last_review(row, reviews_of(case))
    goals = goals_of(row)
    if last is not None:
        results = results_of(last)
        goals = [
            one
            for number, one in enumerate(goals)
            if number >= len(results) or results[number].state not in OVER
        ]
    rows = {
        name: value for name, value in in_rows(goals).items() if not isinstance(value, date) or value >= today
    }
    return {name: value for name, value in found.items() if value} | rows


def _from_policy(case: Case, policy: ConferenceItem, today: date) -> dict[str, Any]:
    measures = words_of(policy.measures).replace("\n", "、")
    conditions = words_of(policy.conditions)
    found: dict[str, Any] = {
        "item": str(policy.pk),
        "child_wish": words_of(policy.child_view),
        "support": JOINED.join(filter(None, (measures, conditions))),
        "support_why": words_of(policy.reasons),
        "alternatives": words_of(policy.minority),
        "review_on": min(max(policy.next_on, today), months_after(today, case.office.guideline_months)),
    } | {**_split(case, words_of(policy.custodians_view), today), **_said(case, policy, today)}
    return {name: value for name, value in found.items() if value}


def _said(case: Case, policy: ConferenceItem, today: date) -> dict[str, str]:
    """What the minutes have of each person by itself, of those who are asked."""
    asked, _suspects = custodians(case, today)
    of_asked = {person.pk for person in asked}
    return {f"wish_{view.person.hex}": view.words for view in views_of(policy) if view.person in of_asked}


def _split(case: Case, said: str, today: date) -> dict[str, str]:
    """Of what several custodians said, a line each that begins with who says it (母：…), the lines of each who is asked. A line
    that could be of two people, one of them a suspect perhaps, is nobody's. Where no line says whose it is, and one person alone
    could have said it, all of it."""
    asked, suspects = custodians(case, today)
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        of = [person for person in everybody_around(case) if _is_of(line, person)]
        if len(of) == 1 and of[0] in asked:
            found.setdefault(f"wish_{of[0].pk.hex}", []).append(line)
    if said and not found and len(asked) == 1 and not suspects:
        return {f"wish_{asked[0].pk.hex}": said}
    return {name: JOINED.join(lines) for name, lines in found.items()}


def _is_of(line: str, person: Person) -> bool:
    """Whether a line begins with this person: by the name, or by what it is to the child, as 母 for 実母."""
    head, colon, _rest = _plain(line).replace(":", "：").partition("：")
    called = [_plain(words_of(one)) for one in (person.name, person.relation, person.relation_code)]
    return bool(colon and head) and any(one.endswith(head) for one in called if one)


def _plain(text: str) -> str:
    return text.replace("\u3000", "").replace(" ", "")


def _tasks(policy: ConferenceItem, today: date) -> list[Goal]:
    """The tasks of the conference as first goals: what, by whom, until when."""
    tasks = [one for one in tasks_of(policy) if one.until >= today]
    owners = {one.pk: one.staff.name for one in names_of([one.owner for one in tasks])} if tasks else {}
    short = months_after(today, SHORT_MONTHS)
    return [
        Goal(
            Horizon.SHORT if one.until <= short else Horizon.LONG,
            "",
            one.what,
            owners.get(one.owner, ""),
            one.until,
        )
        for one in tasks
    ]
