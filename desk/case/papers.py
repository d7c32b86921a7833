"""The child's record sheet on paper (児童記録票): who the child is, the people around, receipts, stages and decisions in force.

It is put together from what the rooms hold, so it stands above them. Who notified is not on it (児童虐待防止法7条), nor what
anybody said; where the child stays is named by its kind alone.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.receipts.queries import receipts_of
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.papers import child_rows, head_of_office, late_of_child, office_of, people_around
from cases.records.queries import latest_moves
from desk.case.bar import holder_of
from desk.case.panel import lines_in_force
from face.lines import Line
from face.paper import Facts, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of

WHOLE = "whole"
"""The one thing that it is printed of: the case as it stands."""


def _subjects(_case: Case, _by: Position) -> list[Subject]:
    return [Subject(WHOLE, _("the case as it stands now"))]


def _sheet(case: Case, by: Position, key: str) -> Sheet:
    if key != WHOLE:
        raise NoSubject
    parts: list[Part] = [
        Facts(child_rows(case), heading=_("The child")),
        Facts(_facts(case), heading=_("The case")),
        Text(_("Outline"), words_of(case.outline)),
        people_around(case),
        _table(
            _("Receipts"),
            _receipts(case),
            (_("Received at"), 5),
            (_("Kind of receipt"), 5),
            (_("How it came"), 4),
            (_("From whom, by kind"), 5),
            (_("Received by"), 4),
        ),
        _table(
            _("Stages of the case"),
            _stages(case),
            (_("When"), 5),
            (_("Stage"), 8),
            (_("Changed by"), 5),
        ),
        _table(
            _("Decisions in force"),
            [_line(line) for line in lines_in_force(case, by)],
            (_("Matter"), 7),
            (_("Details"), 7),
            (_("Since or until"), 5),
        ),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _facts(case: Case) -> list[tuple[str, Value]]:
    lead, supervisor = holder_of(case, Relation.LEAD), holder_of(case, Relation.LINE, Role.SUPERVISOR)
    return [
        (_("Case number"), case.number),
        (_("Opened at"), format_datetime(case.opened_at)),
        (_("Track"), case.get_track_display()),
        (_("Urgency"), case.get_urgency_display()),
        (_("Stage"), case.get_stage_display()),
        (_("Accepted at"), format_datetime(case.accepted_at) if case.accepted_at else _("none")),
        (_("Type of harm"), words_of(case.harm_type)),
        (_("Place of stay"), words_of(case.place_of_stay)),
        (_("In charge"), lead.staff.name if lead else _("none")),
        (_("Supervisor"), supervisor.staff.name if supervisor else _("none")),
    ]


def _table(heading: str, rows: Sequence[Sequence[str]], *columns: tuple[str, int]) -> Listing:
    """A table under its heading; one without a row says so."""
    empty = [_("none"), *[""] * (len(columns) - 1)]
    return Listing([name for name, _w in columns], [width for _n, width in columns], rows or [empty], heading)


def _receipts(case: Case) -> list[list[str]]:
    return [
        [
            format_datetime(one.received_at, style="short"),
            words_of(one.kind_written),
            words_of(one.notification.channel),
            words_of(one.notification.source),
            one.notification.received_by.staff.name,
        ]
        for one in receipts_of(case)
    ]


def _stages(case: Case) -> list[list[str]]:
    """The changes of the stage, the first one first."""
    return [
        [
            format_datetime(move.moved_at, style="short"),
            f"{move.get_from_stage_display()} → {move.get_to_stage_display()}",
            move.moved_by.staff.name,
        ]
        for move in reversed(latest_moves(case))
    ]


def _line(line: Line) -> list[str]:
    when = line.at or line.due
    moment = format_datetime(when, style="short") if when else ""
    day = format_date(line.on, style="short") if line.on else ""
    return [str(line.text), str(line.detail), moment or day]


RECORD = Paper(
    code="child_record",
    label=gettext_lazy("Child's record sheet"),
    panels=("child", "basics", "people", "intake", "stages", "team", "in_force"),
    subjects=_subjects,
    sheet=_sheet,
    late=late_of_child,
    filled_at=("child_edit", "basics_edit", "person_add", "person_edit"),
)
