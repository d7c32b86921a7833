"""What an item of a package begins with, taken from the case. The sender reads and changes it before it is decided."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.cautions.queries import not_to_tell
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.households.queries import home_of
from cases.intake.models import SafetyCheck
from cases.interviews.queries import interviews_of
from cases.receipts.queries import suspect_outside
from cases.records.codes import PersonRole
from cases.records.models import Case
from cases.records.queries import everybody_around
from face.wareki import age_on, format_date, format_datetime
from security.encryption.fields import reveal, value_of, words_of
from security.walls import clock

GROWN_UP = 18
"""The law's child is under 18 (児童福祉法4条)."""


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


def accepted(case: Case) -> str:
    """Whether and when the center accepted the case."""
    if case.accepted_at is None:
        return _("not decided yet")
    return _("accepted (%(at)s)") % {"at": _moment(case.accepted_at)}


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


def suspect_relation(case: Case) -> str:
    """What each suspect is to the child and whether they live together, as it is written of the people around; of one from
    outside the home as the facts of the receipt have it. No name."""
    lines = []
    for person in everybody_around(case):
        relation = (
            words_of(person.relation_code) if value_of(person.relation_code) else words_of(person.relation)
        )
        if PersonRole.SUSPECT in person.roles and relation:
            together = PersonRole.COHABITANT in person.roles
            lines.append(
                _("%(relation)s (lives with the child)") % {"relation": relation} if together else relation
            )
    outside = "" if case.is_abuse else suspect_outside(case)
    return "\n".join([*lines, outside] if outside and outside not in lines else lines)


def children_at_risk(case: Case) -> str:
    """How many other children of the home there are, and the ages of those whose cases the reader sees. No name."""
    home, today = home_of(case), clock.today()
    born = [value_of(sibling.case.child.birth_date) for sibling in home.siblings]
    ages = [age_on(day, today) if isinstance(day, date) else None for day in born] + [None] * home.others
    told = [
        pgettext("age", "not known") if age is None else _("%(age)d years") % {"age": age}
        for age in ages
        if age is None or age < GROWN_UP
    ]
    return _("%(count)d: %(ages)s") % {"count": len(told), "ages": _(", ").join(told)} if told else ""


def evidence_held(case: Case) -> str:
    """The numbers of the media of interviews that are in the register."""
    rows = [(row.began_at, words_of(row.medium_no)) for row in interviews_of(case)]
    return "\n".join(
        _("Recording of the interview of %(day)s: number %(number)s")
        % {"day": format_date(timezone.localdate(at), style="day"), "number": number}
        for at, number in rows
        if number
    )


def _moment(at: datetime) -> str:
    return format_datetime(timezone.localtime(at))
