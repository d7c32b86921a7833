"""Papers of a support case: the consultation sheet (少年相談票), the notification (児童通告書), the plan (被害少年支援計画書)."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.papers import child_rows, head_of_office, late_of_child, office_of, people_around
from cases.support.codes import NOTIFIED
from cases.support.models import Designation, SupportReception
from cases.support.queries import designation_rows, notice_rows, reception_of
from face.paper import Facts, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of

Names = tuple[tuple[str, Promise], ...]
CAME: Names = (
    ("recognised", gettext_lazy("How it was recognised")),
    ("happened_at", gettext_lazy("When it was received")),
    ("means", gettext_lazy("By what means")),
    ("consultant", gettext_lazy("Who consulted, and relation to the juvenile")),
    ("place", gettext_lazy("Where the juvenile was met")),
    ("company", gettext_lazy("With whom the juvenile was")),
    ("behaviour", gettext_lazy("What the juvenile did")),
    ("parents_told", gettext_lazy("Was the custodian told?")),
    ("agrees", gettext_lazy("Does the juvenile agree to the support?")),
)
HARM: Names = (
    ("harm", gettext_lazy("Kind of harm")),
    ("suspect", gettext_lazy("Suspect and relation to the juvenile")),
    ("crime_number", gettext_lazy("Number of the criminal case")),
    ("investigators", gettext_lazy("Section that investigates")),
    ("danger", gettext_lazy("Risk of suicide")),
)
LONG: Names = (
    ("worry", gettext_lazy("Main worry")),
    ("situation", gettext_lazy("What happened")),
    ("words", gettext_lazy("The juvenile's own words")),
    ("question", gettext_lazy("What had been asked")),
    ("mental", gettext_lazy("Mental state and symptoms")),
    ("guardian", gettext_lazy("State of the custodian")),
    ("advice", gettext_lazy("Advice given")),
)
AGREED: Names = (
    ("juvenile_said", gettext_lazy("The juvenile's agreement, in its own words")),
    ("guardian_said", gettext_lazy("What the guardian said")),
    ("no_guardian_why", gettext_lazy("Why no guardian is asked")),
    ("scope", gettext_lazy("What the agreement covers")),
    ("aims", gettext_lazy("Recovery aims")),
    ("environment", gettext_lazy("How the environment is adjusted")),
    ("evaluation", gettext_lazy("How it is evaluated")),
)
PLANNED: Names = (
    ("frequency", gettext_lazy("How often")),
    ("place", gettext_lazy("Where")),
    ("counselor", gettext_lazy("Who counsels")),
    ("around", gettext_lazy("Environment to be adjusted")),
    ("adviser_asked", gettext_lazy("Was a counseling adviser asked?")),
    ("supporter_asked", gettext_lazy("Was a supporter asked?")),
    ("school_may_know", gettext_lazy("May the school know?")),
    ("next_on", gettext_lazy("Next date")),
)


def _facts(row: SupportReception | Designation, names: Names) -> list[tuple[str, Value]]:
    return [(str(label), words) for name, label in names if (words := words_of(getattr(row, name)))]


def _texts(row: SupportReception | Designation, names: Names) -> list[Part]:
    return [Text(str(label), words) for name, label in names if (words := words_of(getattr(row, name)))]


def _received(case: Case, key: str) -> SupportReception:
    row = reception_of(case)
    if row is None or str(row.pk) != key:
        raise NoSubject
    return row


def _of_reception(case: Case, _by: Position) -> Sequence[Subject]:
    row = reception_of(case)
    return [Subject(str(row.pk), words_of(row.recognised))] if row else []


def _consultation(case: Case, _by: Position, key: str) -> Sheet:
    row = _received(case, key)
    head = [(_("Received by"), row.received_by.staff.name), *_facts(row, CAME)]
    parts: list[Part] = [
        Facts(head, heading=_("Reception")),
        Facts(child_rows(case), heading=_("The juvenile")),
        *_texts(row, LONG),
        Facts(_facts(row, HARM), heading=_("The harm")),
        people_around(case),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _of_notice(case: Case, by: Position) -> Sequence[Subject]:
    row = reception_of(case)
    return _of_reception(case, by) if row is not None and value_of(row.aid) in NOTIFIED else []


def _notice(case: Case, _by: Position, key: str) -> Sheet:
    row, notices = _received(case, key), list(notice_rows(case))
    sent = [(_("Notified at"), format_datetime(one.sent_at)) for one in notices[-1:]]
    sent += [(_("Reference of the notification"), one.reference) for one in notices[-1:]]
    parts: list[Part] = [
        Facts([(_("Kind"), _("notification by document")), *sent, (_("Duty to notify"), words_of(row.aid))]),
        Facts(child_rows(case), heading=_("The child")),
        *_texts(row, LONG),
        Facts(_facts(row, HARM), heading=_("The harm")),
        people_around(case),
        Facts([(_("Responsible"), row.received_by.staff.name), (_("Telephone"), case.office.telephone)]),
    ]
    to = notices[-1].recipient.name if notices else _("child guidance center")
    return Sheet(to, office_of(case), parts)


def _plans(case: Case, _by: Position) -> Sequence[Subject]:
    return [
        Subject(str(row.pk), format_datetime(row.decided_at, style="short"))
        for row in designation_rows(case)
        if row.approved and row.decided_at
    ]


def _plan(case: Case, _by: Position, key: str) -> Sheet:
    row = next((one for one in designation_rows(case) if one.approved and str(one.pk) == key), None)
    if row is None:
        raise NoSubject
    guardian = words_of(row.guardian.name) if row.guardian else _("none")
    parts: list[Part] = [
        Facts(child_rows(case), heading=_("The juvenile")),
        Facts([(_("Guardian who agrees"), guardian), *_facts(row, PLANNED)], heading=_("Plan")),
        *_texts(row, AGREED),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


CONSULTATION = Paper(
    code="juvenile_consultation",
    label=gettext_lazy("Juvenile consultation sheet"),
    panels=("support", "child", "people"),
    named=("support",),
    subjects=_of_reception,
    sheet=_consultation,
    late=late_of_child,
    filled_at=("support_new",),
)

NOTICE = Paper(
    code="child_notice",
    label=gettext_lazy("Notification of a child"),
    panels=("support", "child", "people"),
    named=("support",),
    subjects=_of_notice,
    sheet=_notice,
    late=late_of_child,
    filled_at=("support_notify",),
)

PLAN = Paper(
    code="support_plan_sheet",
    label=gettext_lazy("Support plan of a juvenile victim"),
    panels=("support", "child"),
    named=("support",),
    subjects=_plans,
    sheet=_plan,
    late=late_of_child,
    filled_at=("support_designate",),
)
