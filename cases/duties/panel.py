"""The open duties on the case page."""

from django.urls import reverse

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.duties import rules
from cases.duties.codes import is_by_act
from cases.duties.queries import open_duties_of
from cases.records.models import Case
from cases.records.panel import Panel
from face.lines import Step
from security.walls import clock


def panel(case: Case, by: Position) -> Panel | None:
    """What is still to be done; None where nothing is."""
    duties = open_duties_of(case)
    return Panel("duties", "cases/duties/panel.html", {"duties": duties}) if duties else None


def steps(case: Case, by: Position) -> list[Step]:
    """Each open duty, but those that an act of their room does: that room has the step."""
    now = clock.now()
    return [
        Step(
            duty.get_kind_display(),
            reverse("duty", args=[case.pk, duty.pk]),
            due=duty.due_at,
            pressing=duty.due_at < now,
            reason=reason_against(rules.check_may_fulfil, duty, by),
        )
        for duty in open_duties_of(case)
        if not is_by_act(duty.kind)
    ]
