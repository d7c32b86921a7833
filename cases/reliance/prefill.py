"""What stands in the forms at first: what was written already is not typed again."""

from typing import Any

from django.utils.translation import pgettext

from cases.guidelines.queries import goals_of, guidelines_of, in_force, whole
from cases.records.models import Case
from cases.records.queries import valid_leads
from cases.reliance.models import PlanFacts, ReliancePlan, RelianceTold
from cases.reliance.queries import aims_of, results_in
from face.wareki import format_date
from security.encryption.fields import value_of, values_of, words_of
from security.walls import clock

AGAIN = tuple(name for name in PlanFacts.TEXTS if name != "consulted")
"""What a version takes over from the one before: it is explained to the child anew."""


def told_at_first(case: Case) -> dict[str, str]:
    """Of the guideline in force its support, its goals and its points of care; and who is in charge."""
    found = {"in_charge": _in_charge(case)}
    if not guidelines_of(case) or (row := in_force(case)) is None:
        return found
    current = whole(case, row.pk)
    goals = [
        f"・{one.horizon.label}　{one.goal}（{one.means}、{one.who}、{format_date(one.until)}）"
        for one in goals_of(current)
    ]
    parts = [words_of(current.child_wish), words_of(current.support), "\n".join(goals)]
    return found | {"guideline": "\n\n".join(parts), "care": words_of(current.care)}


def _in_charge(case: Case) -> str:
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position__staff").first()
    who = lead.position.staff.name if lead else ""
    return pgettext("in charge, office, telephone", "%(who)s, %(office)s, %(telephone)s") % {
        "who": who,
        "office": case.office.name,
        "telephone": case.office.telephone,
    }


def told_before(row: RelianceTold) -> dict[str, Any]:
    """What the institution knows now."""
    return values_of(row, RelianceTold.TOLD)


def written_before(row: PlanFacts) -> dict[str, Any]:
    """A draft as the initial values of its form, or a plan that was sent, as the beginning of the next version: one that was
    asked back keeps its day of review."""
    sent = isinstance(row, ReliancePlan)
    before = values_of(row, AGAIN if sent else (*PlanFacts.TEXTS, *PlanFacts.TOLD))
    if not isinstance(row, ReliancePlan) or row.accepted is False:
        before["review_on"] = row.review_on
    if not sent:
        for number, result in enumerate(results_in(row), 1):
            before |= {f"state_{number}": result.state, f"words_{number}": result.words}
    for number, aim in enumerate(aims_of(row), 1):
        before |= {
            f"{name}_{number}": getattr(aim, name)
            for name in ("area", "horizon", "goal", "means", "who", "until")
        }
    return before


def child_of(row: RelianceTold) -> str:
    """The child's name as the institution knows it."""
    return f"{words_of(row.family_name)}　{words_of(row.given_name)}"


def kana_of(row: RelianceTold) -> str:
    """Its reading."""
    return f"{words_of(row.family_kana)}　{words_of(row.given_kana)}"


def born(row: RelianceTold) -> Any:
    """The birth date; None where it is not known."""
    return value_of(row.birth_date)
