"""The diagnoses on the page of the case and on the timeline, and what is to be written next."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.diagnoses import rules
from cases.diagnoses.codes import JUDGEMENT, DiagnosisState
from cases.diagnoses.queries import diagnoses_of, end_of, facility_texts, judgements_of, texts_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Step
from security.walls import clock

OPEN = (DiagnosisState.PLANNED, DiagnosisState.IN_PROGRESS)


def panel(case: Case, by: Position) -> Panel:
    """Which diagnoses there are and where they stand, with no word of them; and the comprehensive one."""
    context = {
        "rows": diagnoses_of(case),
        "judgements": judgements_of(case),
        "why_not": reason_against(rules.check_may_ask, case, by),
        "why_not_judge": reason_against(rules.check_may_judge, case, by, clock.now()),
    }
    return Panel("diagnoses", "cases/diagnoses/panel.html", context)


def steps(case: Case, by: Position) -> list[Step]:
    """The diagnoses that are still to be submitted, and a draft that came back."""
    today = clock.today()
    to_write = [
        Step(
            _("Write the diagnosis: %(kind)s") % {"kind": row.get_kind_display()},
            reverse("diagnosis", args=[case.pk, row.pk]),
            due=end_of(row.due_on),
            pressing=row.due_on < today,
            reason=reason_against(rules.check_may_write, row, by),
        )
        for row in diagnoses_of(case)
        if row.state in OPEN
    ]
    return [*to_write, *steps_after_return(JUDGEMENT, judgements_of(case), by)]


def moments(case: Case, by: Position) -> list[Moment]:
    """When each was submitted, with the summary that the team has; drafts and decisions of the comprehensive one."""
    rows = [row for row in diagnoses_of(case) if row.submitted_at is not None]
    told = texts_of(rows, facility_texts(case))
    submitted = [_submitted(row, told[row.pk]) for row in rows]
    judged = [moment for row in judgements_of(case) for moment in moments_of_act(row, JUDGEMENT.label)]
    return [*submitted, *judged]


def _submitted(row: Any, said: Mapping[str, str]) -> Moment:
    heading = _("Submitted: %(kind)s") % {"kind": row.get_kind_display()}
    text = next((said[name] for name in SUMMARIES if name in said), "")
    return Moment(row.submitted_at, heading, text, by=row.submitted_by.staff, row=row.pk)


SUMMARIES = ("opinion", "team_summary", "result", "behaviour_summary", "other_summary")
"""The text of each kind that says the most in a few lines."""
