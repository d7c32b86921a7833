"""What forms about a case have in common, and the progress record on paper (経過記録, form 6 of the national set)."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.records.models import Case, Person, ProgressEntry, StageMove
from cases.records.panel import (
    PEOPLE,
    Entry,
    age_in_words,
    entries_of,
    full_kana,
    full_name,
    moment_of_move,
    relation_in_words,
    roles_in_words,
)
from cases.records.queries import people_of, progress_of, stage_moves_of
from face.paper import Facts, Late, Listing, NoSubject, Paper, Part, Sheet, Subject, Value
from face.wareki import format_datetime
from security.encryption.fields import reveal, value_of, words_of
from security.walls import clock

Row = TypeVar("Row", bound=models.Model)
BLOCK = 200
"""Entries of the progress record on one print: as many as are set within a second or two."""


def named_by(key: str, rows: models.QuerySet[Row]) -> Row:
    """The one of ``rows`` that the key of a form names. Raises NoSubject."""
    try:
        return rows.get(pk=UUID(key))
    except (ValueError, ObjectDoesNotExist):
        raise NoSubject from None


def head_of_office(case: Case) -> str:
    """To whom a form within the office is addressed (宛名): its head."""
    return _("To the head of %(office)s") % {"office": case.office.name}


def office_of(case: Case) -> str:
    """In whose name a form is made (発信者名): the office and the section."""
    return case.office.name if case.section is None else f"{case.office.name}\n{case.section.name}"


def how_to_object() -> str:
    """How to object to a decision that is notified: the review by the governor or mayor (行政不服審査法18条・82条), and the suit
    (行政事件訴訟法14条・46条)."""
    appeal = _(
        "If you object to this decision, you can request a review by the governor of the prefecture (for a center of a city, the"
        " mayor) within three months from the day after you learned of it, and no later than one year from the day after it was"
        " made."
    )
    suit = _(
        "You can also file a suit for its revocation against the prefecture (or the city), represented by the governor (or the"
        " mayor), within six months from the day after you learned of it, and no later than one year from the day after it"
        " was made. If you requested a review, the periods of the suit count from the ruling on it."
    )
    return f"1. {appeal}\n2. {suit}"


def printed_line(by: Position, at: datetime, *, again: bool) -> str:
    """Who printed it and when, for the foot of every page."""
    who = {"office": by.office.name, "name": by.staff.name, "role": by.role_label, "at": format_datetime(at)}
    line = _("Printed: %(office)s %(name)s (%(role)s) %(at)s") % who
    return line + "\n" + _("Reprint") if again else line


def child_rows(case: Case) -> list[tuple[str, Value]]:
    """Who the child is. Address and telephone are asked for at every print."""
    child = case.child
    return [
        (_("Name"), full_name(child)),
        (_("Reading"), full_kana(child)),
        (_("Birth date"), words_of(child.birth_date)),
        (_("Sex"), words_of(child.sex)),
        (_("School and grade"), words_of(child.school)),
        (_("Telephone"), Late("telephone")),
        (_("Home address"), Late("address")),
    ]


def late_of_child(case: Case, _key: str = "") -> Mapping[str, str]:
    """Address and telephone of the child, and the telephones of the people around; where the address is withheld, none of them.

    A number leads to a place, and so does that of a person who lives there. Who was removed stays on a sheet of before.
    """
    told = {name: reveal(case.child, name) or "" for name in ("address", "telephone")}
    told |= {_number_of(one): words_of(one.telephone) for one in Person.objects.filter(case=case)}
    withheld = value_of(case.child.address_withheld)
    return {name: _("withheld") for name in told} if withheld else told


def _number_of(person: Person) -> str:
    return f"telephone of {person.pk}"


def people_around(case: Case) -> Listing:
    """The people around the child. Their telephones are asked for at every print, as the child's are (``late_of_child``)."""
    columns = [
        _("Place in the case"),
        _("Name"),
        _("Relation to the child"),
        _("Age"),
        _("Occupation"),
        _("Telephone"),
    ]
    found = list(people_of(case)[: PEOPLE + 1])
    rows: list[list[Value]] = [
        [
            "\n".join(roles_in_words(one)),
            words_of(one.name),
            relation_in_words(one),
            age_in_words(one, clock.today()),
            words_of(one.occupation),
            Late(_number_of(one)),
        ]
        for one in found[:PEOPLE]
    ]
    if len(found) > PEOPLE:
        rows.append([_("and others"), *[""] * (len(columns) - 1)])
    if not found:
        rows.append([_("none"), *[""] * (len(columns) - 1)])
    return Listing(columns, [4, 5, 4, 2, 4, 4], rows, heading=_("People around the child"))


def _blocks(case: Case, _by: Position) -> list[Subject]:
    """The record in blocks of entries, the first ones first: a block that is full is filed and stays as it is."""
    count = ProgressEntry.objects.filter(case=case, corrects=None).count()
    one, several = gettext_lazy("entry %(first)d"), gettext_lazy("entries %(first)d to %(last)d")
    return [
        Subject(
            str(first),
            (one if first == count else several) % {"first": first, "last": min(first + BLOCK - 1, count)},
        )
        for first in range(1, count + 1, BLOCK)
    ]


def _progress(case: Case, by: Position, key: str) -> Sheet:
    if key not in {block.key for block in _blocks(case, by)}:
        raise NoSubject
    first = int(key)
    entries = progress_of(case).order_by("written_at", "id")[first - 1 : first + BLOCK]
    rows, following = list(entries[:BLOCK]), list(entries[BLOCK:])
    lines = [(entry.written_at, line) for entry in entries_of(rows) for line in _lines(entry)]
    # The changes of the stage from the first entry of this block to the first of the next one.
    moves = stage_moves_of(case)
    if first > 1:
        moves = moves.filter(moved_at__gte=rows[0].written_at)
    if following:
        moves = moves.filter(moved_at__lt=following[0].written_at)
    lines += [(move.moved_at, _line_of_move(move)) for move in moves]
    columns = [_("When"), _("How and with whom"), _("What was said and seen"), _("Written by"), _("Seal")]
    parts: list[Part] = [
        Facts([(_("Name"), full_name(case.child)), (_("Birth date"), words_of(case.child.birth_date))]),
        Listing(columns, [5, 5, 14, 4, 2], [line for _at, line in sorted(lines, key=itemgetter(0))]),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _line_of_move(move: StageMove) -> list[str]:
    told = moment_of_move(move)
    at = format_datetime(told.at, style="short")
    return [
        at,
        _("Stage of the case"),
        "\n".join(filter(None, [str(told.heading), told.text])),
        move.moved_by.staff.name,
        "",
    ]


def _lines(entry: Entry) -> list[list[str]]:
    """The entry as it was written, and each of its corrections beneath it."""
    found = [
        [
            format_datetime(entry.happened_at, style="short"),
            "\n".join(filter(None, [entry.method, entry.with_whom, entry.told_of_child])),
            entry.body,
            entry.written_by.name,
            "",
        ]
    ]
    for one in entry.corrections:
        heading = _("Correction of %(at)s") % {"at": format_datetime(one.written_at, style="short")}
        found.append(
            [
                format_datetime(one.happened_at, style="short"),
                "\n".join(filter(None, [one.method, one.with_whom, one.told_of_child])),
                f"{heading}\n{one.body}",
                one.written_by.name,
                "",
            ]
        )
    return found


PROGRESS = Paper(
    code="progress_form",
    label=gettext_lazy("Progress record"),
    panels=("progress", "child"),
    subjects=_blocks,
    sheet=_progress,
    filled_at=("progress_add", "progress_correct"),
)
