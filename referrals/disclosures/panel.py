"""Reports to the police on the case page: the button and why it is grey, drafts, what was sent, and who has read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.consequences import Consequences
from face.lines import Line, Step
from face.reading import asked_once
from referrals.consent.queries import intentions_of
from referrals.disclosures import rules
from referrals.disclosures.catalogue import ordered
from referrals.disclosures.codes import POLICE_REPORT
from referrals.disclosures.models import Disclosure
from referrals.disclosures.queries import (
    drafts_on_exception,
    package_view,
    reports_of,
    reports_to_send,
    reports_unopened_for,
)
from security.walls import clock

SENDING = Consequences(
    gettext_lazy("The report is put on the desk of the office named. It can be read there at once."),
    gettext_lazy("The supervisors of that office are told. Nobody else is."),
    gettext_lazy("What has been read cannot be made unread. Closing the report ends further reading only."),
)

CLOSING = Consequences(
    gettext_lazy("The receiver reads it no more, and sees only that it was closed."),
    gettext_lazy("The officers who have taken the report are told. Nobody else is."),
    gettext_lazy("It cannot be opened again. What has been read cannot be made unread."),
)


def panel(case: Case, by: Position) -> Panel:
    """The reports of the case, the newest first."""
    now = clock.now()
    not_draft = reason_against(rules.check_may_draft, case, by, now)
    is_open = bool(not_draft) and bool(rules.open_reports(case, now))
    context = {"reports": reports_of(case), "is_open": is_open, "not_draft": not_draft}
    return Panel("police", "referrals/disclosures/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafted, decided, sent, taken, closed."""
    found: list[Moment] = []
    for report in reports_of(case):
        row, reference = report.row, report.row.reference
        found += moments_of_act(row, POLICE_REPORT.label)
        if row.sent_at is not None:
            found.append(
                Moment(row.sent_at, _("Report to the police sent"), text=f"{reference} {row.recipient.name}")
            )
        for reader in report.readers:
            found.append(
                Moment(
                    reader.assigned_at,
                    _("The police took the report"),
                    text=reference,
                    by=reader.position,
                )
            )
        if row.ended_at is not None and row.sent_at is not None:
            ending = row.get_ending_display() or ""
            found.append(Moment(row.ended_at, _("Report to the police closed"), text=f"{reference} {ending}"))
    return found


def shown(row: Disclosure, by: Position) -> dict[str, Any]:
    """A report as its sender reads it: what would be told, on what basis, against what the child said, and what can be
    done now."""
    found = next(report for report in reports_of(row.case, pk=row.pk))
    now = clock.now()
    waits = row.state_at(now) is State.WAITING
    return {
        "report": found,
        "items": [item.label for item in ordered(set(row.items))],
        "answers": intentions_of(row.case) if waits else [],
        "package": package_view(row.pk) if waits else None,
        "sending": SENDING,
        "closing": CLOSING,
        "not_send": reason_against(rules.check_may_send, row, by, now),
        "not_close": reason_against(rules.check_may_close, row, by),
    }


def what_holds(case: Case, by: Position) -> list[Line]:
    """The reports that the police have, and those that are about to go to them."""
    return [
        Line(
            _url_of(row),
            POLICE_REPORT.label,
            f"{row.reference} {row.recipient.name}",
            at=row.sent_at,
            case_id=case.pk,
        )
        for row in rules.open_reports(case, clock.now())
        if row.approved
    ]


def steps(case: Case, by: Position) -> list[Step]:
    """Approved reports to be sent, reports that the police have not opened in time, and a draft that came back."""
    now, found = clock.now(), []
    for report in reports_of(case):
        row, url = report.row, _url_of(report.row)
        if report.state == "approved":
            reason = reason_against(rules.check_may_send, row, by, now)
            found.append(Step(_("Send the approved report"), url, row.due_at, row.due_at < now, reason))
        envelope = report.envelope
        if envelope and report.state == "sent" and envelope.opened_at is None and envelope.open_by <= now:
            label = _("Call the police: the report is unopened")
            found.append(Step(label, url, envelope.open_by, pressing=True))
    return found + steps_after_return(POLICE_REPORT, [report.row for report in reports_of(case)], by)


def _url_of(row: Disclosure) -> str:
    """Where it is read and decided."""
    return reverse("decision", args=[row.case_id, POLICE_REPORT.value, row.pk])


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The approved reports and the drafts of which ``to_do`` tells."""
    return [reports_to_send(by)[:most], drafts_on_exception(by)[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """Reports that the police have not opened in time, those to be sent, and drafts on an exception that is about to end."""
    approved, drafts = first_to_do(by, most)
    lines = [
        _line(row, _("The police have not opened this report: call them"), row.envelope.open_by)
        for row in reports_unopened_for(by)[:most]
    ]
    for row in approved:
        # One that rests on an exception has to go before the exception ends.
        due = min(row.due_at, row.exception.expires_at) if row.exception else row.due_at
        pressing = row.exception is not None or row.due_at < clock.now()
        lines.append(_line(row, _("Send the approved report"), due, pressing=pressing))
    waits = _(
        "The report on an exception waits for its decision: it has to be sent before the exception ends"
    )
    return lines + [_line(row, waits, row.exception.expires_at) for row in drafts if row.exception]


def _line(row: Disclosure, text: str | Promise, due: datetime, *, pressing: bool = True) -> Line:
    detail, number = f"{row.urgency} {row.recipient.name}", row.case.number
    return Line(_url_of(row), text, detail, due=due, pressing=pressing, case_id=row.case_id, number=number)
