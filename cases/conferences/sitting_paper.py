"""The minutes of a whole sitting on paper (会議録): the case of each item under its own key, so far as the reader sees it."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.conferences.models import Acceptance, ConferenceItem, Sitting
from cases.conferences.papers import acceptance_parts, minutes_parts, papers_shown, sitting_part
from cases.conferences.queries import Item, agenda_of, others_on, sittings
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from face.paper import Facts, NoSubject, OfficePaper, OfficeSheet, Part
from face.wareki import format_datetime


def _sitting(by: Position, key: str) -> Sitting:
    """The conference that a key names, of the own office and held. Raises NoSubject."""
    try:
        wanted = UUID(key)
    except ValueError:
        raise NoSubject from None
    found = sittings(by).filter(pk=wanted).exclude(held_to=None).first()
    if found is None:
        raise NoSubject
    return found


def is_decided(item: Item) -> bool:
    """Whether its minutes are approved: what still waits is on no paper that leaves the room."""
    return item.minutes is not None and item.minutes.approved is True


def _sheet(by: Position, key: str) -> OfficeSheet:
    sitting = _sitting(by, key)
    decided = [item for item in agenda_of(sitting) if is_decided(item)]
    return OfficeSheet(
        about=f"{sitting.get_kind_display()} {format_datetime(sitting.held_from, style='short')}",
        sender=by.office.name,
        head=[sitting_part(sitting)],
        of_cases={item.entry.case_id: _of_case(number, item) for number, item in enumerate(decided, 1)},
    )


def _of_case(number: int, item: Item) -> list[Part]:
    case: Case = item.entry.case
    first = Facts(
        [
            (_("Case number"), case.number),
            (_("Name"), full_name(case.child)),
            (_("Reading"), full_kana(case.child)),
        ],
        heading=_("Item %(number)d") % {"number": number},
        columns=1,
    )
    row = item.minutes
    if isinstance(row, Acceptance):
        return [first, *papers_shown(item.entry), *acceptance_parts(row)]
    return [first, *minutes_parts(item.entry, row)] if isinstance(row, ConferenceItem) else [first]


def _besides(by: Position, key: str, shown: int) -> str:
    """How many items of the agenda are not on the paper: not decided yet, or of cases that the reader does not see. Which of the
    two is not told."""
    sitting = _sitting(by, key)
    more = len(agenda_of(sitting)) + others_on(sitting) - shown
    if more <= 0:
        return ""
    said = ngettext(
        "%(n)d more item of this conference is not on this sheet.",
        "%(n)d more items of this conference are not on this sheet.",
        more,
    )
    return said % {"n": more}


SITTING_MINUTES = OfficePaper(
    code="sitting_form",
    label=gettext_lazy("Minutes of a conference"),
    panels=("conferences", "child"),
    may=lambda by: by.may(Permission.WORK_ON_CASES),
    sheet=_sheet,
    besides=_besides,
)
