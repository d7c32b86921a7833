"""判定書: the comprehensive diagnosis on one page. No finding that is sealed apart is on it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.decisions.codes import State
from cases.diagnoses.models import Judgement
from cases.diagnoses.queries import judgements_to_print, rested_on
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, office_of
from face.paper import Facts, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of

STATES = (State.WAITING, State.APPROVED)


def _printable(case: Case) -> list[Judgement]:
    return [row for row in judgements_to_print(case) if row.state in STATES]


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk),
            format_datetime(row.entry.sitting.held_from, style="short"),
            final=row.approved is True,
        )
        for row in _printable(case)
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    row = next((one for one in _printable(case) if str(one.pk) == key), None)
    if row is None:
        raise NoSubject
    sitting = row.entry.sitting
    rests = [
        f"{one.get_kind_display()}　{one.submitted_by.staff.name if one.submitted_by else ''}　"
        f"{format_datetime(one.submitted_at, style='short') if one.submitted_at else ''}"
        for one in rested_on(row)
    ]
    texts = [
        (_("Problem and needs"), row.needs),
        (_("View that was reached"), row.view),
        (_("Proposed support"), row.support),
        (_("The child's view"), row.child_said),
        (_("The custodians' views"), row.custodians_said),
        (_("Open questions"), row.open_questions),
    ]
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Assessment conference"), format_date(sitting.held_from.date())),
                (_("Chair"), sitting.chair.staff.name),
            ],
        ),
        Facts([(_("Diagnoses it rests on"), "\n".join(rests))], columns=1),
        *(Text(label, words_of(text)) for label, text in texts if words_of(text)),
        *_dissent(row),
        _signed(row),
    ]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def _dissent(row: Judgement) -> list[Part]:
    if row.dissent is None:
        return []
    return [Text(_("Dissent"), f"{words_of(row.dissent_who)}\n{words_of(row.dissent)}")]


def _signed(row: Judgement) -> Facts:
    found: list[tuple[str, Value]] = [
        (_("Drafted by"), f"{row.drafted_by.staff.name} {format_datetime(row.drafted_at)}"),
        (_("State"), str(row.state_label)),
    ]
    if row.decided_by is not None and row.decided_at is not None:
        found.append((_("Decided by"), f"{row.decided_by.staff.name} {format_datetime(row.decided_at)}"))
    return Facts(found, heading=_("Draft and decision"), columns=1)


JUDGEMENT_SHEET = Paper(
    code="judgement_form",
    label=gettext_lazy("Comprehensive diagnosis"),
    panels=("diagnoses", "child"),
    named=("diagnoses",),
    subjects=_subjects,
    sheet=_sheet,
    samples=True,
    filled_at=("judgement_new",),
)
