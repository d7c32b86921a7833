"""The adjustments on the case page, and in its stream once they have ended."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.environment import rules
from cases.environment.queries import all_tasks_of, tasks_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from security.encryption.fields import words_of


def panel(case: Case, by: Position) -> Panel:
    """The adjustments under way and those that ended last, and the button that records one."""
    context = {"tasks": tasks_of(case), "why_not": reason_against(rules.check_may_record, case, by)}
    return Panel("environment", "cases/environment/panel.html", context)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """How they ended."""
    return [Part(span.of(all_tasks_of(case), "ended_at", "ended_by"), _ended)]


def _ended(row: Any) -> Moment:
    said = {"party": words_of(row.party), "state": row.state.label}
    heading = _("Environment adjustment (%(party)s): %(state)s") % said
    return Moment(row.ended_at, heading, words_of(row.result), by=row.ended_by.staff, row=row.pk)
