"""What came in since the office closed: on the duty officer's home, and as the sheet (引継票) that is handed over at 9:00."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import Permission
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.queries import Opened, cases_for, opened_since, with_keys
from desk.home.lines import Section, case_url
from face.lines import FEW, Line
from security.audit.verbs import Verb
from security.walls import clock

CLOSES = time(17, 15)
SATURDAY = 5
MOST_BACK = 7
"""How many working days the sheet goes back: no calendar of holidays is kept, so a holiday counts as a working day."""


@dataclass(frozen=True)
class Night:
    """A line of the sheet: the case where the reader sees it, and of any other its number and who is in charge."""

    opened: Opened
    case: Case | None
    child: str


def closed_at(now: datetime, back: int = 0) -> datetime:
    """When the office last closed before ``now``, or ``back`` working days earlier: 17:15 from Monday to Friday."""
    day = timezone.localtime(now).replace(hour=CLOSES.hour, minute=CLOSES.minute, second=0, microsecond=0)
    while True:
        if day <= now and day.weekday() < SATURDAY:
            if not back:
                return day
            back -= 1
        day -= timedelta(days=1)


def nights(request: StaffRequest, since: datetime) -> list[Night]:
    """The office's cases opened since then, in order; each is recorded as shown."""
    found = opened_since(since)
    seen = {case.pk: case for case in with_keys(Case.objects.filter(pk__in=[row.case_id for row in found]))}
    for row in found:
        panel = "home" if row.case_id in seen else "behind_glass"
        request.event.note_shown(row.case_id, panel, verb=Verb.CASE_LIST)
    return [
        Night(row, seen.get(row.case_id), full_name(seen[row.case_id].child) if row.case_id in seen else "")
        for row in found
    ]


def tonight(request: StaffRequest) -> Section:
    """For the duty officer: what was registered since the office closed, as far as it is open to them (the rest: the sheet)."""
    since = closed_at(clock.now())
    cases = with_keys(cases_for(request.by).filter(opened_at__gte=since).order_by("-opened_at")[:FEW])
    lines = [
        Line(case_url(case), full_name(case.child), case.number, at=case.opened_at, case_id=case.pk)
        for case in cases
    ]
    heading, nothing = _("Registered since the office closed"), _("The sheet names what others registered.")
    return Section("tonight", heading, nothing, lines, reverse("night_sheet"), _("Sheet for 9:00"))


@page(Permission.TAKE_CONTACTS, Permission.REVIEW_LINE)
def night_sheet(request: StaffRequest) -> HttpResponse:
    """The sheet, to print and to be signed for. ``?back=1``: from one working day earlier on, after a holiday."""
    asked = request.GET.get("back", "")
    back = min(int(asked), MOST_BACK) if asked.isascii() and asked.isdecimal() and len(asked) == 1 else 0
    since = closed_at(clock.now(), back)
    context = {"since": since, "until": clock.now(), "nights": nights(request, since), "further": back + 1}
    return render(request, "desk/home/night.html", context | {"office": request.by.office})
