"""The register on the page of the progress record, the count at the head of the case, and the timeline."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.interviews import rules
from cases.interviews.codes import SECOND_INTERVIEW
from cases.interviews.models import Interview
from cases.interviews.queries import (
    all_interviews_of,
    interviews_of,
    latest_interviews,
    second_rows,
    seconds_of,
)
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from face.lines import Chip, Step
from security.encryption.fields import words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """The count at the head of every page, and the draft that came back."""
    return [latest_interviews(case), second_rows(case)]


def panel(case: Case, by: Position) -> Panel:
    """Who asked and when, without any word of the child; the buttons that record one and ask for a second."""
    now = clock.now()
    context = {
        "interviews": interviews_of(case),
        "seconds": seconds_of(case),
        "why_not": reason_against(rules.check_may_record, case, by),
        "why_not_again": reason_against(rules.check_may_ask_again, case, by, now),
    }
    return Panel("interviews", "cases/interviews/panel.html", context)


def times_asked(case: Case) -> int:
    """How often the child was asked about the facts."""
    return sum(row.asked for row in interviews_of(case))


def cautions(case: Case, by: Position) -> list[Chip]:
    """How often the child was asked, from the first time on: whoever is about to ask sees it before."""
    times = times_asked(case)
    if not times:
        return []
    # The questions of a notification and of the child's intention are counted apart (referrals/consent/panel.py).
    text = ngettext("Asked %(n)d time (interviews)", "Asked %(n)d times (interviews)", times) % {"n": times}
    return [Chip(text, _colour(times))]


def _colour(times: int) -> str:
    return "danger" if times > 1 else "warning"


def steps(case: Case, by: Position) -> list[Step]:
    """A draft that came back."""
    return steps_after_return(SECOND_INTERVIEW, seconds_of(case), by)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """When the child spoke and to whom; no word of the child stands on the timeline."""
    rows = all_interviews_of(case).filter(corrected_by=None)
    return [Part(span.of(rows, "began_at", "recorded_by"), _held)]


def _held(row: Interview) -> Moment:
    text = _("%(office)s, %(who)s") % {"office": words_of(row.office), "who": words_of(row.interviewer)}
    return Moment(row.began_at, words_of(row.kind), text, by=row.recorded_by.staff, row=row.pk)


def moments(case: Case, by: Position) -> list[Moment]:
    """The decisions that the child be asked again."""
    return [one for row in seconds_of(case) for one in moments_of_act(row, SECOND_INTERVIEW.label)]
