"""受講一覧: who attended which course in a fiscal year, for how many hours, and until when the certificate holds.

It is printed from the register as it is, and takes no number: the register keeps what it says.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.training.codes import Course
from agencies.training.models import Training
from agencies.training.queries import trainings
from face import typeset
from face.paper import Facts, Listing, Part
from face.wareki import format_date, format_datetime

MOST = 500
"""The most lines of a list: of more one course is chosen."""


def attended_in(year: int, course: str, by: Position) -> list[Training]:
    """The courses that were attended or certified in a fiscal year (April to March) and not withdrawn, each by its latest row; of
    one course, or of all (''). Administrators see every office's, others those of the people who held a position in their own
    office on that day, as the counts of a year do: what somebody attends elsewhere before or afterwards is no matter of this
    office. At most one more than ``MOST``."""
    days = date(year, 4, 1), date(year + 1, 3, 31)
    rows = trainings().filter(
        Q(starts_on__range=days) | Q(starts_on=None, certified_on__range=days),
        Q(attended=True) | Q(certified_on__isnull=False),
        withdrawn_at=None,
    )
    if course:
        rows = rows.filter(course=course)
    if not by.may(Permission.ADMINISTER):
        rows = rows.annotate(on=Coalesce("starts_on", "certified_on")).filter(Exists(_held_here(by)))
    return list(rows.order_by("course", "staff__kana", "staff__username", "pk")[: MOST + 1])


def _held_here(by: Position) -> QuerySet[Position]:
    """The positions of a row's person in the office of ``by`` on the day of the row; one that was refused never began."""
    rows = Position.objects.filter(office=by.office_id, staff=OuterRef("staff"), refused_at=None)
    until = Q(ends_on=None) | Q(ends_on__gte=OuterRef("on"))
    return rows.filter(until, starts_on__lte=OuterRef("on")).order_by()


def offices_of(rows: Sequence[Training], today: date) -> dict[UUID, str]:
    """The offices in which the people of these rows work today, by person."""
    held = Position.objects.current(today).filter(staff__in={row.staff_id for row in rows})
    found: dict[UUID, list[str]] = {}
    for position in held.select_related("office").order_by("office__name"):
        names = found.setdefault(position.staff_id, [])
        if position.office.name not in names:
            names.append(position.office.name)
    return {person: "\n".join(names) for person, names in found.items()}


def attendance_sheet(year: int, course: str, by: Position, now: datetime, today: date) -> bytes:
    """The list as PDF, in Japanese whatever the reader's language. Raises NotSet."""
    with override("ja"):
        rows = attended_in(year, course, by)
        named = str(dict(Course.choices).get(course, course)) if course else _("every course")
        parts: list[Part] = [
            Facts(
                [
                    (_("Fiscal year"), _year(year)),
                    (_("Course"), named),
                    (_("Entries"), str(len(rows))),
                    (_("As of"), format_datetime(now)),
                ]
            ),
            _listing(rows, offices_of(rows, today)),
        ]
        who = {
            "office": by.office.name,
            "name": by.staff.name,
            "role": by.role_label,
            "at": format_datetime(now),
        }
        head = {
            "form": _("Training attended"),
            "about": f"{_year(year)}　{named}",
            "number": "",
            "date": format_date(today, style="western"),
            "to": "",
            "sender": by.office.name,
            "seats": by.office.seats,
            "printed": _("Printed: %(office)s %(name)s (%(role)s) %(at)s") % who,
        }
        return typeset.as_pdf(typeset.sheet(head, [asdict(part) for part in parts]), now)


def _year(year: int) -> str:
    return _("%(year)s fiscal year") % {"year": year}


def _listing(rows: Sequence[Training], offices: dict[UUID, str]) -> Listing:
    columns = [
        _("Course"),
        _("Person"),
        _("Held"),
        _("Hours"),
        _("Certified on"),
        _("Holds until"),
        _("State"),
    ]
    lines = [
        [
            "\n".join(filter(None, [str(row.get_course_display()), row.provider])),
            "\n".join(filter(None, [row.staff.name, offices.get(row.staff_id, "")])),
            "\n".join(_day(day) for day in (row.starts_on, row.ends_on) if day),
            "" if row.hours is None else str(row.hours),
            "\n".join(filter(None, [_day(row.certified_on), row.certificate_no])),
            _day(row.valid_until) or (_("no end") if row.certified_on else ""),
            str(row.standing.label),
        ]
        for row in rows
    ]
    return Listing(columns, (24, 20, 13, 8, 14, 11, 10), lines, small=True)


def _day(day: date | None) -> str:
    return format_date(day, style="short") if day else ""
