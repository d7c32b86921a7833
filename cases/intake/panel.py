"""What was told, what the conference decided and how the child was found, on the case page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.queries import sight_due
from cases.intake import rules
from cases.intake.models import IntakeConference, Notification, SafetyCheck
from cases.intake.queries import notifications_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Chip, Step
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import words_of


def panel(case: Case, by: Position) -> Panel:
    """The notifications with the child's words, the conferences and the checks of safety."""
    context = {
        "notifications": [(row, shows_notifier(row)) for row in notifications_of(case)],
        "conferences": _conferences(case),
        "checks": [(row, _taken_back(row)) for row in _checks(case) if row.retracts_id is None],
        "why_not_check": reason_against(rules.check_may_check_safety, case, by),
        "why_not_add": reason_against(rules.check_may_add, case, by),
        "why_not_complete": reason_against(rules.check_may_complete, case, by),
    }
    return Panel("intake", "cases/intake/panel.html", context)


def shows_notifier(row: Notification) -> bool:
    """Whether this reader may see who made the notification (of ``notifications_of``)."""
    return bool(row.shows_notifier)  # type: ignore[attr-defined]  # counted there


def cautions(case: Case, by: Position) -> list[Chip]:
    """To those who know it: who notified is told to nobody (児童虐待防止法7条)."""
    known = any(shows_notifier(row) for row in notifications_of(case))
    return [Chip(_("Notifier is kept secret"), "neutral")] if known else []


def moments(case: Case, by: Position) -> list[Moment]:
    """Receptions, conferences and checks."""
    found = [
        Moment(row.received_at, _("Notification received"), by=row.received_by.staff)
        for row in notifications_of(case)
    ]
    found += [
        Moment(row.held_at, _("Accepted by the intake conference"), by=row.recorded_by.staff)
        for row in _conferences(case)
    ]
    for row in _checks(case):
        if row.retracts_id is not None:
            heading = _("A record of a safety check was withdrawn")
            found.append(Moment(row.recorded_at, heading, by=row.recorded_by.staff))
            continue
        outcome = words_of(row.outcome)
        if _taken_back(row) is not None:
            outcome = _("%(outcome)s (withdrawn)") % {"outcome": outcome}
        found.append(
            Moment(
                row.seen_at,
                _("Safety check: %(outcome)s") % {"outcome": outcome},
                by=row.recorded_by.staff,
            )
        )
    return found


def _conferences(case: Case) -> list[IntakeConference]:
    return _after_reception(case)[0]


def _taken_back(check: SafetyCheck) -> SafetyCheck | None:
    """The row that took a wrong record back."""
    return getattr(check, "retracted_by", None)


def _checks(case: Case) -> list[SafetyCheck]:
    return _after_reception(case)[1]


@asked_once
def _after_reception(case: Case) -> tuple[list[IntakeConference], list[SafetyCheck]]:
    people = ("recorded_by__staff", "recorded_by__office")
    held = IntakeConference.objects.filter(case=case)
    conferences = held.select_related(*people, "in_charge__staff", "in_charge__office")
    checks = SafetyCheck.objects.filter(case=case).select_related(*people, "retracted_by__recorded_by__staff")
    # A case that is not accepted had no conference.
    read_together(*([checks] if case.accepted_at is None else [conferences, checks]))
    return [] if case.accepted_at is None else list(conferences), list(checks)


def steps(case: Case, by: Position) -> list[Step]:
    """The child to be seen, and what the call left for later."""
    found = [
        Step(
            ngettext(
                "Complete the notification: %(left)d item not filled in",
                "Complete the notification: %(left)d items not filled in",
                len(row.unfilled),
            )
            % {"left": len(row.unfilled)},
            reverse("complete_notification", args=[case.pk, row.pk]),
            reason=reason_against(rules.check_may_complete, case, by),
        )
        for row in notifications_of(case)
        if row.unfilled and case.closed_at is None
    ]
    if limit := sight_due(case):
        found.append(
            Step(
                _("Record that the child was seen"),
                reverse("safety_check", args=[case.pk]),
                due=limit.due_at,
                pressing=True,
                reason=reason_against(rules.check_may_check_safety, case, by),
            )
        )
    return found
