"""The state of the child's word on the case page, big and clear."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.directory.models import OfficeKind
from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from agencies.wordings.codes import Band
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.duties.queries import duties_after
from cases.intake.queries import notifications_of
from cases.intake.rules import was_asked
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Chip, Line, Step
from referrals.consent import rules
from referrals.consent.asking import proposed_band
from referrals.consent.codes import EXCEPTION, DutyCode
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.queries import (
    exceptions_of,
    intentions_of,
    labels_of,
    tellable_items,
    text_now,
)
from referrals.consent.rules import exceptions_to_use
from security.encryption.fields import value_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """What the child said last to each office, with the button to record or to withdraw."""
    now = clock.now()
    context = {
        "rows": [(row, labels_of(row.items), labels_of(row.refused_items)) for row in _standing(case)],
        "earlier": len(intentions_of(case)),
        "exceptions": [
            row for row in exceptions_of(case) if row.state_at(now) in (State.WAITING, State.APPROVED)
        ],
        "not_record": reason_against(rules.check_may_record, case, by),
        "not_withdraw": reason_against(rules.check_may_withdraw, case, by),
        "not_except": reason_against(rules.check_may_request_exception, case, by, now),
    }
    return Panel("intention", "referrals/consent/panel.html", context)


def cautions(case: Case, by: Position) -> list[Chip]:
    """How often the child was asked already, before a notification or about a report: once is meant to do. Words that the child
    told unasked are no asking. The register of interviews says for itself how often somebody asked about the facts."""
    heard = sum(1 for row in notifications_of(case) if was_asked(row))
    asked = heard + sum(1 for row in intentions_of(case) if row.corrects_id is None)
    if not asked:
        return []
    text = ngettext(
        "Asked %(count)d time (notification, intention)",
        "Asked %(count)d times (notification, intention)",
        asked,
    )
    return [Chip(text % {"count": asked}, "warning" if asked > 1 else "neutral")]


def _standing(case: Case) -> list[Intention]:
    """What the child said last to each office."""
    last: dict[UUID | None, Intention] = {}
    for row in intentions_of(case):
        last.setdefault(row.recipient_id, row)
    return list(last.values())


def what_holds(case: Case, by: Position) -> list[Line]:
    """The child's last answers that were not taken back, and the exceptions that can be used."""
    page = reverse("case_wishes", args=[case.pk], fragment="intention")
    found = [
        Line(page, _said(row), row.recipient.name, at=row.asked_at, case_id=case.pk)
        for row in _standing(case)
        if not row.is_withdrawn
    ]
    return found + [
        Line(_url_of(row), EXCEPTION.label, row.recipient.name, due=row.expires_at, case_id=case.pk)
        for row in exceptions_of(case)
        if row.state_at(clock.now()) is State.APPROVED
    ]


def _said(row: Intention) -> str:
    purpose, result = row.get_purpose_display(), row.get_result_display()
    return _("Intention (%(purpose)s): %(result)s") % {"purpose": purpose, "result": result}


def _url_of(row: ExceptionRequest) -> str:
    return reverse("decision", args=[row.case_id, EXCEPTION.value, row.pk])


def moments(case: Case, by: Position) -> list[Moment]:
    """When the child was asked and what came of it, and when an exception was decided."""
    found: list[Moment] = []
    for row in intentions_of(case):
        found.append(Moment(row.asked_at, _said(row), by=row.recorded_by.staff))
        if row.taken_back_at is not None:
            taken_by = row.taken_back_by.staff if row.taken_back_by else None
            found.append(Moment(row.taken_back_at, _("The child withdrew"), by=taken_by))
    for exception in exceptions_of(case):
        found += moments_of_act(exception, EXCEPTION.label)
    return found


def steps(case: Case, by: Position) -> list[Step]:
    """The child to be asked, once the case is accepted and while nothing was answered, if it is old enough to be asked; the
    report that an approved exception is for, which has hours; and a request that came back."""
    now, found = clock.now(), []
    may_be_asked = proposed_band(case, localdate(now)) is not Band.UNDER_5
    if case.stage not in (Stage.RECEPTION, Stage.CLOSED) and may_be_asked and not intentions_of(case):
        url = reverse("intention_new", args=[case.pk])
        reason = reason_against(rules.check_may_record, case, by)
        found.append(Step(_("Ask the child about a report to the police"), url, reason=reason))
    for row in exceptions_of(case):
        if row.state_at(now) is State.APPROVED and not row.reports:  # type: ignore[attr-defined]  # counted there
            label = _("Write the report on the approved exception")
            found.append(Step(label, _report_on(row), row.expires_at, pressing=True))
    return found + steps_after_return(EXCEPTION, list(exceptions_of(case)), by)


def _report_on(row: ExceptionRequest) -> str:
    """Where the report that rests on an exception is written."""
    return f"{reverse('report_new', args=[row.case_id])}?{urlencode({'to': row.recipient_id, 'on': row.pk})}"


def shown(row: ExceptionRequest, by: Position) -> dict[str, Any]:
    """A request as the decider reads it: what would be told, against what the child said, and with which text."""
    case = row.case
    items = [code for code, _label in tellable_items(OfficeKind.POLICE) if code in row.items]
    return {
        "items": labels_of(items),
        "despite": [(labels_of([code])[0], why) for code, why in (value_of(row.despite) or {}).items()],
        "refused": labels_of(sorted(rules.refused_items(case))),
        "texts": [] if row.spent_at else [(labels_of([code])[0], text_now(case, code)) for code in items],
        "duties": duties_after(case.pk, row.pk),
        "answers": intentions_of(case),
    }


def _exception(case_id: UUID, cause: UUID) -> Line | None:
    """The exception that a duty follows from."""
    row = ExceptionRequest.objects.filter(case=case_id, pk=cause).select_related("recipient").first()
    url = reverse("decision", args=[case_id, EXCEPTION.value, cause])
    return Line(url, row.get_ground_display(), row.recipient.name) if row else None


EXPLAIN = DutyKind(
    code=DutyCode.EXPLAIN,
    label=DutyCode.EXPLAIN.label,
    days=lambda office: office.explain_days,
    after=_exception,
)
REVIEW = DutyKind(
    code=DutyCode.REVIEW,
    label=DutyCode.REVIEW.label,
    days=lambda office: office.review_days,
    after=_exception,
)
"""What an approved exception leaves to do; no law says until when."""


def to_do(by: Position, most: int) -> list[Line]:
    """What an exception was approved for, and no report was drafted on yet: it has hours."""
    return [
        Line(
            _report_on(row),
            _("Exception approved: write and send the report"),
            row.recipient.name,
            due=row.expires_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in exceptions_to_use(by, clock.now(), most)
    ]
