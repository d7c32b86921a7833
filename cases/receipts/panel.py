"""The receipts on the page of reception: what each is in law, what is known of it, and how it ended."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.receipts import rules
from cases.receipts.codes import RECEIPT_OUTCOME, RECEIVED_CORRECTION
from cases.receipts.models import ReceiptFacts
from cases.receipts.queries import correction_rows, facts_written, outcome_rows, outcomes_of, receipts_of
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.panel import Panel, Part, Span
from face.lines import Line, Step
from security.walls import clock

EARLY = (Stage.RECEPTION, Stage.ACCEPTED, Stage.SAFETY)
"""The stages in which the facts of the first hour are asked for at the head of the case."""


def _facts(case: UUID, cause: UUID) -> Line | None:
    row = ReceiptFacts.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = reverse("receipt_facts", args=[case, row.notification_id])
    return Line(url, gettext_lazy("facts of the receipt"), at=row.recorded_at)


DECIDE_BY = DutyKind(
    code="decide_by",
    label=gettext_lazy("decide where the child goes before it leaves where it is now"),
    days=lambda _office: 1,
    after=_facts,
)
"""Due at the moment at which the child leaves, as it was written (``ReceiptFacts.leaves_at``)."""


def panel(case: Case, by: Position) -> Panel | None:
    """Each receipt with its facts and the drafts of its outcome; None where nothing was received."""
    receipts = receipts_of(case)
    if not receipts:
        return None
    now = clock.now()
    context = {
        "receipts": receipts,
        "open": {one.notification.pk for one in rules.open_receipts(case, now)},
        "why_not_facts": reason_against(rules.check_may_write_facts, case, by),
        "why_not_correct": reason_against(rules.check_may_correct, case, by, now),
        "why_not_end": reason_against(rules.check_may_draft_outcome, case, by, now),
    }
    return Panel("receipts", "cases/receipts/panel.html", context)


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need while they are asked for."""
    return [facts_written(case), outcome_rows(case), correction_rows(case)] if case.stage in EARLY else []


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Drafts and decisions on how receipts end, and on when they came."""
    return [
        *parts_of_act(outcome_rows(case).all(), RECEIPT_OUTCOME.label, span),
        *parts_of_act(correction_rows(case).all(), RECEIVED_CORRECTION.label, span),
    ]


def steps(case: Case, by: Position) -> Iterable[Step]:
    """The facts of the first hour while nobody has asked for them; a draft of an outcome that came back."""
    if case.stage not in EARLY:
        return
    yield from steps_after_return(RECEIPT_OUTCOME, outcomes_of(case), by)
    yield from steps_after_return(RECEIVED_CORRECTION, list(correction_rows(case)), by)
    for one in receipts_of(case):
        if not one.was_asked and one.ended is None and one.notification.kind is not None:
            yield Step(
                _("Write the facts of the receipt"),
                reverse("receipt_facts", args=[case.pk, one.notification.pk]),
                reason=reason_against(rules.check_may_write_facts, case, by),
            )
