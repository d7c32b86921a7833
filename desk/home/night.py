"""What happened since the office closed: on the duty officer's home, and as the sheet (引継票) received in the morning."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.access import StaffRequest, action, page
from agencies.staff.pages import button_answer
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.nights import rules
from cases.nights.actions import take_sheet
from cases.nights.codes import CLOSES, MOST, OPENS
from cases.nights.queries import Happened, night_of, receipt_of
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.queries import cases_for, with_keys
from desk.home.lines import Section, case_url
from face.lines import FEW, Line
from referrals.police.queries import contacts_of_night
from security.audit.verbs import Verb
from security.walls import clock


@dataclass(frozen=True)
class Row:
    """A line of the sheet: the case where the reader sees it, and of any other its number and who is in charge."""

    happened: Happened
    case: Case | None
    child: str


def rows_of(request: StaffRequest, night: date, morning: date) -> list[Row]:
    """What happened in the office that night, by time; the case of each line is recorded as shown."""
    found = [*night_of(night, morning), *contacts_of_night(night, morning)]
    seen = {case.pk: case for case in with_keys(Case.objects.filter(pk__in={row.case_id for row in found}))}
    for case_id in {row.case_id: None for row in found}:
        request.event.note_shown(case_id, "home" if case_id in seen else "behind_glass", verb=Verb.CASE_LIST)
    names = {case.pk: full_name(case.child) for case in seen.values()}
    lines = [Row(row, seen.get(row.case_id), names.get(row.case_id, "")) for row in found]
    return sorted(lines, key=lambda line: (line.happened.at, line.happened.number))


def tonight(request: StaffRequest) -> Section:
    """For the duty officer: what was registered since the office closed, as far as it is open to them (the rest: the sheet)."""
    since = rules.at(rules.night_at(clock.now()), CLOSES)
    cases = with_keys(cases_for(request.by).filter(opened_at__gte=since).order_by("-opened_at")[:FEW])
    lines = [
        Line(case_url(case), full_name(case.child), case.number, at=case.opened_at, case_id=case.pk)
        for case in cases
    ]
    heading = gettext_lazy("Registered since the office closed")
    nothing = gettext_lazy("Nothing that you can open. The hand-over sheet lists what others registered.")
    link = gettext_lazy("Sheet for 9:00")
    return Section("tonight", heading, nothing, lines, reverse("night_sheet"), link)


@page(Permission.TAKE_CONTACTS, Permission.REVIEW_LINE)
def night_sheet(request: StaffRequest, night: date | None = None) -> HttpResponse:
    """The sheet of the last night or of the one asked for, to read, to print and to be received."""
    now = clock.now()
    night = night or rules.night_at(now)
    if not rules.has_sheet(night, now):
        raise Http404
    earlier, morning = rules.working_day(night, -rules.A_DAY), rules.working_day(night, rules.A_DAY)
    rows, receipt = rows_of(request, night, morning), receipt_of(night, request.by)
    context = {
        "night": night,
        "since": rules.at(night, CLOSES),
        "until": rules.at(morning, OPENS),
        "rows": rows,
        "is_cut": MOST in Counter(row.happened.what for row in rows).values(),
        "earlier": earlier if rules.has_sheet(earlier, now) else None,
        "later": morning if rules.has_sheet(morning, now) else None,
        "receipt": receipt,
        "reason": reason_against(rules.check_may_take, night, receipt, request.by, now),
        "office": request.by.office,
    }
    return render(request, "desk/home/night.html", context)


@action(Permission.TAKE_CONTACTS, Permission.REVIEW_LINE)
def night_take(request: StaffRequest, night: date) -> HttpResponse:
    """Receive the sheet."""
    if not rules.has_sheet(night, clock.now()):
        raise Http404
    said, at = _("You have received the sheet (%(hour)s:%(minute)s %(person)s)."), localtime(clock.now())
    done = said % {"hour": at.hour, "minute": f"{at:%M}", "person": request.by.staff.name}
    return button_answer(request, lambda: take_sheet(night, by=request.by), done=done, to=("night_of", night))
