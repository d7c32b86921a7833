"""The progress list of a month on paper (進行管理台帳): a line each case, signed line by line."""

from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.directory.models import Section
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.records.models import Case
from cases.records.panel import full_name
from cases.reviews.codes import FIRST_YEAR
from cases.reviews.queries import Line, compared, lines_of, order_of
from face.months import month_of
from face.paper import Facts, Listing, NoSubject, OfficePaper, OfficeSheet
from face.wareki import format_date, format_datetime, format_month
from security.audit.access_event import current_or_none
from security.encryption.fields import words_of
from security.walls import clock

WIDTHS = (6, 3, 4, 5, 5, 6, 7, 5)
"""The shares of the columns: number and child, urgency, who is in charge, contact with the child and last entry, sight, what is
next, next task, signature."""


def key_of(month: date, section: UUID | None) -> str:
    """What names the list of a month, of one section or of all."""
    return f"{month:%Y-%m}:{section or ''}"


def _asked(by: Position, key: str) -> tuple[date, Section | None]:
    """The month and the section that a key names. Raises NoSubject."""
    of_month, _colon, of_section = key.partition(":")
    try:
        year, _dash, number = of_month.partition("-")
        month = date(int(year), int(number), 1)
        wanted = UUID(of_section) if of_section else None
    except ValueError:
        raise NoSubject from None
    if not month.year >= FIRST_YEAR or month > month_of(clock.today()):
        raise NoSubject
    section = Section.objects.filter(pk=wanted, office=by.office_id).first() if wanted else None
    if wanted and section is None:
        raise NoSubject
    return month, section


def _sheet(by: Position, key: str) -> OfficeSheet:
    month, section = _asked(by, key)
    order = order_of(by, month, section.pk if section else None)
    if (look := current_or_none()) is not None:
        look.covered.update(compared(order))
    cases = Case.objects.select_related("child").in_bulk([one.pk for one in order])
    listed = [cases[one.pk] for one in order if one.pk in cases]
    lines = lines_of(listed, month)
    signed = sum(bool(line.signed) for line in lines)
    counts = _("%(signed)d of %(total)d") % {"signed": signed, "total": len(lines)}
    of_section = section.name if section else _("every section")
    return OfficeSheet(
        about=f"{format_month(month)} {of_section}",
        sender=by.office.name,
        head=[
            Facts(
                [
                    (_("Month"), format_month(month)),
                    (_("Section"), of_section),
                    (_("Lines signed"), counts),
                    (_("As of"), format_datetime(clock.now())),
                ]
            )
        ],
        of_cases={line.case.pk: [_row(line)] for line in lines},
    )


def _day(moment: datetime) -> str:
    return format_date(localdate(moment), style="short")


def _entry(line: Line) -> list[str]:
    return [_("entry %(day)s") % {"day": _day(line.last_entry)}] if line.last_entry else []


def _row(line: Line) -> Listing:
    columns = [
        _("Number and child"),
        _("Urgency"),
        _("In charge"),
        _("Last contact with the child"),
        _("Last seen by sight"),
        _("Next limit and task"),
        _("Next task"),
        _("Signed"),
    ]
    last = line.signed[-1] if line.signed else None
    ahead = [
        _("limit %(day)s") % {"day": _day(line.next_limit)} if line.next_limit else "",
        _("task %(day)s") % {"day": _day(line.next_task)} if line.next_task else "",
        _("plan %(day)s") % {"day": _day(line.plan_due)} if line.plan_due else "",
        _("next on %(day)s") % {"day": format_date(last.next_on, style="short")} if last else "",
    ]
    row = [
        f"{line.case.number}\n{full_name(line.case.child)}",
        "\n".join([line.case.urgency, *([_("changed")] if line.band_changed else [])]),
        line.lead,
        "\n".join([_day(line.last_contact) if line.last_contact else _("not lately"), *_entry(line)]),
        _day(line.last_seen) if line.last_seen else _("never"),
        "\n".join(text for text in ahead if text),
        words_of(last.next_task) if last else "",
        f"{last.signed_by.staff.name}\n{_day(last.signed_at)}" if last else _("not signed"),
    ]
    return Listing(columns, WIDTHS, [row], small=True)


PROGRESS = OfficePaper(
    code="progress_list_form",
    label=gettext_lazy("Progress list"),
    panels=("reviews",),
    may=lambda by: by.may(Permission.REVIEW_LINE),
    sheet=_sheet,
)
