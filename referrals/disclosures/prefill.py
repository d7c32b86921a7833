"""What an item of a package begins with, taken from the case. The sender reads and changes it before anybody decides."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.intake.codes import Outcome
from cases.intake.models import SafetyCheck
from cases.records.models import UNKNOWN, Case
from face.wareki import format_date, format_datetime
from security.encryption.fields import reveal


def identity_min(case: Case) -> str:
    """Name, reading and birth date. The reference and whom to call stand in the head of every package."""
    child = case.child
    name = f"{reveal(child, 'family_name')} {reveal(child, 'given_name')}"
    reading = f"{reveal(child, 'family_kana')} {reveal(child, 'given_kana')}"
    lines = [
        _("Name: %(name)s") % {"name": name},
        _("Reading: %(reading)s") % {"reading": reading},
        _("Birth date: %(day)s") % {"day": _day(reveal(child, "birth_date") or UNKNOWN)},
    ]
    return "\n".join(lines)


def safety_state(case: Case) -> str:
    """When and with what outcome the child was last seen, by a record that holds. No place, no remarks: they may be withheld."""
    check = SafetyCheck.objects.standing().filter(case=case).order_by("-seen_at").first()
    if check is None:
        return ""
    outcome = Outcome(reveal(check, "outcome") or "").label
    return _("%(outcome)s (%(at)s)") % {"outcome": outcome, "at": _moment(check.seen_at)}


def custody_dates(case: Case) -> str:
    """From when to when the child was or is in temporary custody. Not where."""
    starts = CustodyDecision.objects.filter(case=case, kind=DecisionKind.START, approved=True).order_by(
        "effective_at"
    )
    lines = []
    for start in starts:
        end = start.ends.filter(approved=True).first()
        until = (
            _moment(end.effective_at)
            if end
            else (_moment(start.ended_at) if start.ended_at else _("continues"))
        )
        lines.append(_("%(start)s – %(until)s") % {"start": _moment(start.effective_at), "until": until})
    return "\n".join(lines)


def _moment(at: datetime) -> str:
    return format_datetime(timezone.localtime(at))


def _day(stored: str) -> str:
    return (
        pgettext("birth date", "not known") if stored == UNKNOWN else format_date(date.fromisoformat(stored))
    )
