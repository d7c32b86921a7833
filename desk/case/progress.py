"""The page of the progress: one stream, narrowed to a kind, a person or a month."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import CASEWORK
from agencies.staff.rules import reason_against
from cases.records.codes import CasePage
from cases.records.pages import case_or_404
from cases.records.queries import with_keys
from cases.records.rules import check_may_edit
from desk.case.folder import folder_of
from desk.case.stream import chosen_of, kinds, months_of, stream_of, team_staff
from face.reading import one_reading
from security.rooms import cards_on


@page(*CASEWORK)
def progress_list(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything that was written and that happened, the latest first. The look names the kinds of what is on this page of it."""
    case = case_or_404(request, case_id)
    with one_reading():
        with_keys([case])
        folder = folder_of(case, request.by, CasePage.PROGRESS)
        chosen = chosen_of(case, request.GET)
        shown = stream_of(case, request.by, chosen, request.GET.dict())
        request.event.note_shown(case.pk, *(told.kind for told in shown.rows))
        writers = (told.person for told in shown.rows)
        people = {person.pk: person for person in (*team_staff(case), *writers) if person}
        context = {
            "case": case,
            "by": request.by,
            "folder": folder,
            "sections": cards_on(CasePage.PROGRESS, case.office.kind),
            "shown": shown,
            "chosen": chosen,
            "kinds": kinds(case.office.kind).items(),
            "people": people.values(),
            "months": months_of(case),
            "not_edit": reason_against(check_may_edit, case, request.by),
        }
    return render(request, "desk/case/progress.html", context)
