"""Entrusted plans on the pages of a case and of the plan, in the stream, among what comes next, and on both home pages."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import current_plans
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.records.queries import on_cases_of
from face.lines import Line, Step
from face.reading import asked_once
from referrals.disclosures.queries import rows_of
from referrals.entrusted import rules
from referrals.entrusted.codes import EntrustState
from referrals.entrusted.models import Entrusted, EntrustedReturn
from referrals.entrusted.queries import (
    MOST,
    asked_back_on,
    entrusted_here,
    entrusted_rows,
    entrusted_to_do,
    returns_of,
    returns_waiting,
)
from security.walls import clock

S = EntrustState


def panel(case: Case, by: Position) -> Panel | None:
    """Each entrusted plan with where it is, and the button that entrusts one. No card where nothing is given elsewhere."""
    rows = list(entrusted_rows(case))
    given = [plan for plan in current_plans(case) if plan.other_office_id is not None]
    if not rows and not given:
        return None
    taken = {row.plan_id for row in rows if row.ended_at is None}
    context = {
        "rows": rows,
        "plans": [
            (plan, reason_against(rules.check_may_entrust, case, plan, rows, by))
            for plan in given
            if plan.pk not in taken
        ],
    }
    return Panel("entrusted", "referrals/entrusted/panel.html", context)


def of_plan(plan: CounselingPlan, by: Position) -> Panel | None:
    """On the page of one plan: to whom it was entrusted, and what came back; nothing of a plan that is given here."""
    if plan.other_office is None:
        return None
    rows = [row for row in entrusted_rows(plan.case) if row.plan_id == plan.pk]
    is_open = any(row.ended_at is None for row in rows)
    context = {
        "plan": plan,
        # What came back on the latest: of those before it the page of each tells.
        "rows": [(row, returns_of(row)[:5] if row is rows[0] else []) for row in rows],
        "may_entrust": not is_open and not plan.ended_at and not plan.superseded_at,
        "why_not": reason_against(rules.check_may_entrust, plan.case, plan, rows, by),
    }
    return Panel("entrusted", "referrals/entrusted/of_plan.html", context)


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [entrusted_rows(case), returns_waiting(case)]


def _url(row: Entrusted) -> str:
    return reverse("entrusted", args=[row.case_id, row.pk])


def steps(case: Case, by: Position) -> list[Step]:
    """What the center has to do: answer a question, telephone an office that is late, entrust anew, read what came back."""
    found, now = [], clock.now()
    closed = {report.pk for report in rows_of(case) if report.ended_at is not None}
    for row in entrusted_rows(case):
        told = _next(row, now, closed)
        if told is not None:
            reason = reason_against(rules.check_of_case, row, by)
            found.append(Step(told[0], _url(row), told[1], pressing=True, reason=reason))
    for sent in returns_waiting(case):
        text = _("Accept or ask back: %(what)s") % {"what": sent.kind_label.label}
        url = reverse("entrusted", args=[case.pk, sent.entrusted_id])
        found.append(Step(text, url, pressing=sent.kind == "danger"))
    return found


def _next(row: Entrusted, now: datetime, closed: Collection[UUID]) -> tuple[str, datetime | None] | None:
    """What one plan waits for, and until when; ``closed``: the disclosures of the case that are."""
    if row.state == S.ASKED_BACK:
        return _("Answer the question on the entrusted plan"), None
    if row.state == S.SENT and row.answer_by <= now:
        return _("Telephone the other office: it has not answered on the entrusted plan"), row.answer_by
    late = _late(row, now)
    if late is not None:
        return late
    if row.ended_at is None and row.disclosure_id in closed:
        return _(
            "The disclosure of the entrusted plan is closed: the police read nothing. Withdraw the plan"
        ), None
    if row.ended_at is None and not row.provider.is_current:
        return _(
            "Who gave the entrusted help has left: ask that office to name another person, or withdraw the plan"
        ), None
    return None


def _late(row: Entrusted, now: datetime) -> tuple[str, datetime] | None:
    """What the office that accepted a plan has not sent in time."""
    if row.report_by is not None and row.report_by <= now:
        return _("Telephone the other office: it has told no attendance on the entrusted plan"), row.report_by
    if row.review_by is not None and row.review_by <= now:
        return _("Telephone the other office: it has sent no review of the entrusted plan"), row.review_by
    return None


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """That a plan was entrusted, and that something came back. What it says is read on its own page."""
    plans = Entrusted.objects.filter(case=case).select_related("sent_by__staff", "office")
    plans = plans.only("sent_at", "sent_by__staff__name", "office__name")
    sent = EntrustedReturn.objects.filter(case=case).select_related("written_by__staff")
    sent = sent.only("kind", "written_at", "written_by__staff__name")
    return [
        Part(span.of(plans, "sent_at", "sent_by"), _entrusted),
        Part(span.of(sent, "written_at", "written_by"), _returned),
    ]


def _entrusted(row: Entrusted) -> Moment:
    return Moment(
        row.sent_at,
        _("A counseling plan was entrusted to another office"),
        text=row.office.name,
        by=row.sent_by.staff,
        row=row.pk,
    )


def _returned(row: EntrustedReturn) -> Moment:
    heading = _("Sent by the other office: %(what)s") % {"what": row.kind_label.label}
    return Moment(row.written_at, heading, by=row.written_by.staff, row=row.pk)


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The plans with a question, of which ``to_do`` tells; what came back is a duty, which has a line of its own."""
    rows = Entrusted.objects.filter(state=S.ASKED_BACK, ended_at=None).filter(on_cases_of(by, Level.MANAGE))
    return [rows.select_related("case", "office").order_by("sent_at", "id")[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """The questions of other offices on the cases that this position answers for."""
    return [
        Line(
            _url(row),
            _("Answer the question on the entrusted plan"),
            row.office.name,
            at=row.sent_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in first_to_do(by, most)[0]
    ]


def waiting(by: Position, most: int) -> list[Line]:
    """For the position that gives the help: the plans in hand, those first on which it owes something."""
    now, rows, lines = clock.now(), entrusted_to_do(by, most), []
    again = asked_back_on(rows)
    words = {
        S.SENT.value: _("A plan of help is entrusted to you: answer"),
        S.ASKED_BACK.value: _("Your question waits for the center"),
        S.ACCEPTED.value: _("Accepted: plan the first session"),
        S.RUNNING.value: _("Help is given"),
    }
    for row in rows:
        owes = row.state == S.SENT or row.pk in again
        lines.append(
            Line(
                reverse("entrusted_plan", args=[row.pk]),
                _("The center asks back on what you sent")
                if row.pk in again
                else _late_here(row, now) or words.get(row.state, ""),
                f"{row.center.name} {row.reference}",
                at=row.sent_at,
                due=row.wanted_by,
                pressing=row.pk in again or row.is_late_at(now),
                fresh=row.opened_at is None and owes,
            )
        )
    return sorted(lines, key=lambda line: not line.pressing)


def at_office(by: Position, most: int) -> list[Line]:
    """For the head of the office: the plans in hand there, those first whose person has left, and those that are late."""
    now = clock.now()
    lines = [
        Line(
            reverse("entrusted_name", args=[row.pk]),
            row.provider.staff.name
            if row.provider.is_current
            else _("Who gave the help has left: name another person"),
            f"{row.center.name} {row.reference}",
            at=row.sent_at,
            due=row.wanted_by,
            pressing=not row.provider.is_current or row.is_late_at(now),
        )
        for row in entrusted_here(by)[:MOST]
    ]
    return sorted(lines, key=lambda line: not line.pressing)[:most]


def _late_here(row: Entrusted, now: datetime) -> str:
    """What the position that gives the help has not sent in time, or ""."""
    if row.report_by is not None and row.report_by <= now:
        return _("The center waits for attendance and two lines: report them")
    if row.review_by is not None and row.review_by <= now:
        return _("The center waits for your review: report it")
    return ""
