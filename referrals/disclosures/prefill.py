"""What an item of a package begins with, taken from the case. The sender reads and changes it before it is decided."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.cautions.queries import not_to_tell
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.intake.models import SafetyCheck
from cases.records.models import Case
from face.wareki import format_date, format_datetime
from security.encryption.fields import reveal, value_of, words_of


def identity_min(case: Case) -> str:
    """Name, reading and birth date. The head of every package has the reference and whom to call."""
    child = case.child
    name = f"{reveal(child, 'family_name')}　{reveal(child, 'given_name')}"
    reading = f"{reveal(child, 'family_kana')}　{reveal(child, 'given_kana')}"
    day = value_of(child.birth_date)
    born = pgettext("birth date", "not known") if day is None else format_date(day, style="day")
    lines = [
        _("Name: %(name)s") % {"name": name},
        _("Reading: %(reading)s") % {"reading": reading},
        _("Birth date: %(day)s") % {"day": born},
    ]
    return "\n".join(lines)


def safety_state(case: Case) -> str:
    """When and with what outcome the child was last seen, by a record that holds. No place, no remarks: they may be withheld."""
    check = SafetyCheck.objects.standing().filter(case=case).order_by("-seen_at").first()
    if check is None:
        return ""
    return _("%(outcome)s (%(at)s)") % {"outcome": words_of(check.outcome), "at": _moment(check.seen_at)}


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


def considerations(case: Case) -> str:
    """Whom the child does not want to know: an officer who telephones must not tell them. The child's words stay here."""
    return "\n".join(
        _("Please do not tell: %(whom)s (the child's wish)") % {"whom": words_of(row.whom)}
        for row in not_to_tell(case)
    )


def _moment(at: datetime) -> str:
    return format_datetime(timezone.localtime(at))
