"""Cautions at the head of every page of the case, on its card, and on the timeline."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.cautions import rules
from cases.cautions.codes import CautionKind
from cases.cautions.models import Caution
from cases.cautions.queries import all_cautions_of, cautions_of, in_force, in_force_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.records.rules import check_may_edit
from face.lines import Chip
from security.encryption.fields import value_of, words_of

SHORT = 24
"""Letters of a caution without a name of its own that the head of a page shows."""


def panel(case: Case, by: Position) -> Panel:
    """What is in force, and behind it what was lifted; the button that records one."""
    found = cautions_of(case)
    context = {
        "in_force": [row for row in found if row.ended_at is None],
        "lifted": [row for row in found if row.ended_at is not None],
        "why_not": reason_against(rules.check_may_record, case, by),
        "not_edit": reason_against(check_may_edit, case, by),
    }
    return Panel("cautions", "cases/cautions/panel.html", context)


def cautions(case: Case, by: Position) -> list[Chip]:
    """Each caution in force in the words that say it, the same words once."""
    return _chips(in_force(case))


def chips_of(cases: Iterable[Case]) -> dict[UUID, list[Chip]]:
    """The same for each of these few cases, asked together."""
    return {case: _chips(rows) for case, rows in in_force_of(cases).items()}


def _chips(rows: list[Caution]) -> list[Chip]:
    return list(dict.fromkeys(Chip(said(row), _colour(row)) for row in rows))


def _colour(row: Caution) -> str:
    """A wrong word to a person can harm the child at once; the rest is to be minded."""
    harms = CautionKind.NOT_TO_TELL, CautionKind.SUSPECT_CONTACT
    return "danger" if value_of(row.kind) in harms else "warning"


def said(row: Caution) -> str:
    """A caution in a few words."""
    kind, whom = value_of(row.kind), words_of(row.whom).strip()
    if kind is CautionKind.NOT_TO_TELL:
        return _("Not to be told: %(whom)s") % {"whom": whom}
    if kind is CautionKind.SUSPECT_CONTACT:
        return _("In contact with the suspected person")
    if kind is CautionKind.STAFF_SAFETY:
        return _("Mind the safety of the staff")
    return Truncator(" ".join(words_of(row.words).split())).chars(SHORT)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """When a caution was recorded, and when it was lifted."""
    rows = all_cautions_of(case)
    return [
        Part(span.of(rows, "recorded_at", "recorded_by"), _recorded),
        Part(span.of(rows, "ended_at", "ended_by"), _lifted),
    ]


def _recorded(row: Caution) -> Moment:
    heading = _("Caution recorded: %(kind)s") % {"kind": words_of(row.kind)}
    return Moment(row.recorded_at, heading, words_of(row.words), by=row.recorded_by.staff, row=row.pk)


def _lifted(row: Any) -> Moment:
    heading = _("Caution lifted: %(kind)s") % {"kind": words_of(row.kind)}
    return Moment(row.ended_at, heading, words_of(row.why), by=row.ended_by.staff, row=row.pk)
