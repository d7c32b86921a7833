"""What somebody has to do next that no time limit of the law names: what came back, is to be heard, accepted, handed over."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.administration.queries import positions_waiting_for, powers_waiting_for
from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from cases.custody.models import CustodyDecision
from cases.custody.queries import opinions_to_hear, reaching_two_months
from cases.custody.rules import last_day
from cases.decisions.actions import declared
from cases.decisions.queries import came_back_to
from cases.intake.queries import cases_to_accept
from cases.records.queries import leads_to_replace
from desk.home.lines import FEW, Line, Section, case_url
from referrals.consent.rules import exceptions_to_use
from referrals.disclosures.queries import reports_to_send, reports_unopened_for
from security.walls import clock

NOTHING = _("Nothing else waits for you.")


def of_worker(request: StaffRequest) -> Section:
    """For whoever works on cases: drafts that came back, reports to write and to send, opinions to hear, cases to accept."""
    by = request.by
    lines = [
        *_unopened(by),
        *_returned(by),
        *_on_exception(by),
        *_to_send(by),
        *_to_hear(by),
        *_long_custody(by),
        *_to_accept(by),
    ]
    return Section("next", _("What to do next"), NOTHING, lines)


def of_line(request: StaffRequest) -> Section:
    """For supervisors and directors: long custody, cases to accept, and cases whose person in charge has left or leaves."""
    by = request.by
    lines = [
        *_unopened(by),
        *_on_exception(by),
        *_to_confirm(by),
        *_long_custody(by),
        *_to_accept(by),
        *_to_replace(by),
    ]
    return Section("next", _("What to do next"), NOTHING, lines)


def of_privacy(request: StaffRequest) -> Section:
    """For the privacy officer: positions to confirm."""
    return Section("next", _("What to do next"), NOTHING, _to_confirm(request.by))


def _to_confirm(by: Position) -> list[Line]:
    delegations, agreements = powers_waiting_for(by)
    lines = [
        Line(
            reverse("position", args=[position.pk]),
            _("A position is to be confirmed"),
            f"{position.staff.name} {position.office.name} {position.role_label}",
            at=position.added_at,
            pressing=True,
        )
        for position in positions_waiting_for(by)[:FEW]
    ]
    lines += [
        Line(
            reverse("delegations"),
            _("A delegation is to be decided"),
            row.to_position.staff.name,
            at=row.drafted_at,
        )
        for row in delegations[:FEW]
    ]
    return lines + [
        Line(
            reverse("agreement", args=[row.pk]),
            _("A sharing agreement is to be decided"),
            f"{row.sender.name} → {row.recipient.name}",
            at=row.drafted_at,
        )
        for row in agreements[:FEW]
    ]


def _returned(by: Position) -> list[Line]:
    return [
        Line(
            decision.url(row),
            _("A draft came back"),
            f"{row.case.number} {decision.act.label}",
            at=row.decided_at,
            pressing=True,
            case_id=row.case_id,
        )
        for decision in declared()
        for row in came_back_to(decision, by)[:FEW]
    ]


def _unopened(by: Position) -> list[Line]:
    return [
        Line(
            reverse("decision", args=[row.case_id, "police_report", row.pk]),
            _("The police have not opened this report: call them"),
            f"{row.case.number} {row.urgency} {row.recipient.name}",
            due=row.envelope.open_by,
            pressing=True,
            case_id=row.case_id,
        )
        for row in reports_unopened_for(by)[:FEW]
    ]


def _to_send(by: Position) -> list[Line]:
    return [
        Line(
            reverse("decision", args=[row.case_id, "police_report", row.pk]),
            _("An approved report is to be sent"),
            row.case.number,
            # One that rests on an exception has to go before the exception ends.
            due=min(row.due_at, row.exception.expires_at) if row.exception else row.due_at,
            pressing=row.exception is not None or row.due_at < clock.now(),
            case_id=row.case_id,
        )
        for row in reports_to_send(by)[:FEW]
    ]


def _on_exception(by: Position) -> list[Line]:
    """A report that an exception was approved for: it has hours. An approved report stands under :func:`_to_send`."""
    found = []
    for row in exceptions_to_use(by)[:FEW]:
        draft = row.disclosures.filter(ended_at=None).first()
        if draft is not None and draft.approved:
            continue
        if draft is None:
            text, url = (
                _("Exception approved: write and send the report"),
                reverse("report_new", args=[row.case_id]),
            )
            url = f"{url}?{urlencode({'to': row.recipient_id, 'on': row.pk})}"
        else:
            text, url = (
                _(
                    "The report on an exception waits for its decision: it has to be sent before the exception ends"
                ),
                reverse("decision", args=[row.case_id, "police_report", draft.pk]),
            )
        detail = f"{row.case.number} {row.recipient.name}"
        found.append(Line(url, text, detail, due=row.expires_at, pressing=True, case_id=row.case_id))
    return found


def _to_hear(by: Position) -> list[Line]:
    return [
        Line(
            reverse("custody_opinion", args=[row.case_id, row.pk]),
            _("The child's opinion is to be heard promptly"),
            _of(row),
            at=row.effective_at,
            pressing=True,
            case_id=row.case_id,
        )
        for row in opinions_to_hear(by)[:FEW]
    ]


def _long_custody(by: Position) -> list[Line]:
    found = []
    for row in reaching_two_months(by)[:FEW]:
        last = last_day(timezone.localdate(row.effective_at))
        text = _("Temporary custody reaches its two months")
        over = last < clock.today()
        found.append(
            Line(case_url(row.case), text, row.case.number, on=last, pressing=over, case_id=row.case_id)
        )
    return found


def _to_accept(by: Position) -> list[Line]:
    return [
        Line(
            reverse("accept_case", args=[case.pk]),
            _("The intake conference is to be held"),
            f"{case.number} {case.urgency}",
            at=case.opened_at,
            pressing=case.urgency in ("AA", "A"),
            case_id=case.pk,
        )
        for case in cases_to_accept(by)[:FEW]
    ]


def _to_replace(by: Position) -> list[Line]:
    today = clock.today()
    found = []
    for grant in leads_to_replace(by)[:FEW]:
        position = grant.position
        gone = not position.staff.is_active or (position.ends_on is not None and position.ends_on < today)
        text = _("The person in charge has left") if gone else _("The person in charge leaves")
        detail = f"{grant.content_object.number} {position.staff.name}"
        case = grant.content_object
        line = Line(case_url(case), text, detail, on=position.ends_on, pressing=gone, case_id=case.pk)
        found.append(line)
    return found


def _of(row: CustodyDecision) -> str:
    return f"{row.case.number} {row.get_kind_display()}"
