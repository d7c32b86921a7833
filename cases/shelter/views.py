"""The admission sheet: sent and corrected by the case, read and completed by the facility."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.records.codes import Level
from cases.records.pages import case_form, case_to_change, section_url
from cases.shelter import actions, rules
from cases.shelter.forms import ArrivalForm, CareForm, GiveBackForm, LeavingForm, SendForm, ShiftForm
from cases.shelter.models import Admission, Arrival, CareSheet, ShiftEntry
from cases.shelter.pages import facility_form, stay_or_404
from cases.shelter.panel import barred_today
from cases.shelter.police import due
from cases.shelter.queries import (
    SHOWN,
    absences_at,
    corrected_of,
    facilities,
    given_back_of,
    kept_of,
    log_of,
    place_sheet_rows,
    present_admission,
    sheets_of,
    told_of_harm,
    versions_of,
)
from cases.stays.queries import going_on
from face.together import read_together
from security.encryption.fields import values_of
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def shelter_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Send the admission sheet to a facility. What an earlier one of this child said stands in the form."""
    case = case_to_change(request, case_id, "shelter", "contact_limits")
    now = clock.now()
    before = present_admission(case, now)
    sheet = sheets_of([before]).get(before.pk) if before else None
    initial = values_of(sheet, CareSheet.CARE) if sheet else {"must_not_come": barred_today(case)}
    form = SendForm(posted(request), initial=initial, start=going_on(case, now), places=facilities(), now=now)
    return case_form(
        request,
        case,
        form,
        lambda: actions.send_sheet(
            case,
            form.chosen(),
            admitted_at=form.cleaned_data["admitted_at"],
            care=form.care(),
            by=request.by,
        ),
        section="shelter",
        done=_("The admission sheet has been sent. The staff of the facility are told."),
        heading=_("Send the admission sheet"),
        label=_("Send to the facility"),
        reason=reason_against(rules.check_may_send, case, request.by, now),
    )


@form_page(Permission.WORK_ON_CASES)
def shelter_paper(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write what a place without an account must know. It is printed among the documents of the case."""
    case = case_to_change(request, case_id, "shelter", "contact_limits")
    now = clock.now()
    sheet = next(iter(place_sheet_rows(case)), None)
    initial = values_of(sheet, CareSheet.CARE) if sheet else {"must_not_come": barred_today(case)}
    form = CareForm(posted(request), initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: actions.write_for_place(case, form.care(), by=request.by),
        section="shelter",
        done=_("Written. It is printed among the documents of the case."),
        heading=_("Write the admission sheet for a place without an account"),
        reason=reason_against(rules.check_may_send, case, request.by, now),
    )


@form_page(Permission.WORK_ON_CASES)
def shelter_correct(request: StaffRequest, case_id: UUID, admission_id: UUID) -> HttpResponse:
    """Write anew what the facility must know."""
    case = case_to_change(request, case_id, "shelter")
    row = get_object_or_404(Admission, case=case, pk=admission_id)
    row.case = case
    sheet = sheets_of([row]).get(row.pk)
    form = CareForm(posted(request), initial=values_of(sheet, CareSheet.CARE) if sheet else {})
    return case_form(
        request,
        case,
        form,
        lambda: actions.correct_sheet(row, form.care(), by=request.by),
        section="shelter",
        done=_("The facility reads the new sheet from now on."),
        heading=_("Correct the admission sheet"),
        reason=reason_against(rules.check_may_correct, row, request.by, clock.now()),
    )


@action(Permission.WORK_ON_CASES)
def shelter_end(request: StaffRequest, case_id: UUID, admission_id: UUID) -> HttpResponse:
    """The child has left the facility, or did not come."""
    case = case_to_change(request, case_id, "shelter", level=Level.VIEW)
    row = get_object_or_404(Admission, case=case, pk=admission_id)
    return button_answer(
        request,
        lambda: actions.end_stay(row, by=request.by),
        done=_("The facility finishes its log and reads nothing of the child after that."),
        to=(section_url(case, "shelter"),),
        at="shelter",
    )


@page(Permission.KEEP_SHELTER, Permission.WORK_ON_CASES)
def shelter(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """One child at the facility: the sheet, and what the facility wrote."""
    row, now = stay_or_404(request, admission_id), clock.now()
    (sheets, arrivals), given = versions_of(row), given_back_of(row)
    read_together(sheets, arrivals, given)
    entries = log_of(row, _named(request, row, "before"))
    absences = absences_at([row.pk]).get(row.pk, [])
    keeps = request.by.may(Permission.KEEP_SHELTER)
    context = {
        "stay": row,
        "lasts": row.lasts_at(now),
        "sheets": sheets,
        "arrivals": arrivals,
        "entries": entries,
        "corrected": corrected_of(entries),
        "older": entries[-1].pk if len(entries) == SHOWN else None,
        "harm_told": told_of_harm(entries),
        "absences": absences,
        "away": (away := rules.open_absence(absences)),
        "police_by": due(away, row.office) if away and not away.police_told else None,
        "given": given,
        "kept": kept_of(arrivals, given),
        "keeps": keeps,
        "why_not": reason_against(rules.check_may_keep, row, request.by, now) if keeps else "",
        "why_not_write": reason_against(rules.check_may_write, row, request.by, now),
    }
    return render(request, "cases/shelter/child.html", context)


@form_page(Permission.KEEP_SHELTER)
def shelter_arrival(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """Complete the sheet, or correct what the facility wrote in it."""
    row = stay_or_404(request, admission_id)
    latest = versions_of(row)[1].first()
    form = ArrivalForm(posted(request), initial=values_of(latest, Arrival.FACTS) if latest else {})
    return facility_form(
        request,
        row,
        form,
        lambda: actions.complete_sheet(row, form.facts(), by=request.by),
        heading=_("Correct the facility's half of the sheet")
        if latest
        else _("Complete the admission sheet"),
        done=_("The admission sheet is complete."),
        at="arrival",
        reason=reason_against(rules.check_may_keep, row, request.by, clock.now()),
    )


def _named(request: StaffRequest, row: Admission, name: str) -> ShiftEntry | None:
    """The entry of this stay that the address names."""
    if name not in request.GET:
        return None
    try:
        return get_object_or_404(ShiftEntry, admission=row.pk, pk=UUID(request.GET[name]))
    except ValueError as error:
        raise Http404 from error


@form_page(Permission.KEEP_SHELTER)
def shelter_log(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """Write an entry of a shift; ``?of=`` names the one that is corrected."""
    row, now = stay_or_404(request, admission_id), clock.now()
    corrects = _named(request, row, "of")
    form = ShiftForm(
        posted(request),
        stay=row,
        now=now,
        initial=values_of(corrects, ShiftEntry.FACTS) if corrects else {},
    )
    return facility_form(
        request,
        row,
        form,
        lambda: actions.write_shift(row, form.facts(), by=request.by, corrects=corrects),
        heading=_("Correct an entry of the log") if corrects else _("Write the log of a shift"),
        done=_("The log has been written."),
        at="log",
        reason=reason_against(rules.check_may_keep, row, request.by, now),
    )


@form_page(Permission.KEEP_SHELTER, Permission.WORK_ON_CASES)
def shelter_left(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """Write that the child left without leave, or the next step."""
    row, now = stay_or_404(request, admission_id), clock.now()
    form = LeavingForm(posted(request), absences=absences_at([row.pk]).get(row.pk, []), now=now)

    def act() -> object:
        typed = {name: form.cleaned_data[name] for name in ("happened_at", "who", "words")}
        return actions.note_leaving(row, step=form.step_written(), **typed, by=request.by)

    return facility_form(
        request,
        row,
        form,
        act,
        heading=_("Write the next step") if form.going_on else _("Record that the child left without leave"),
        done=_("It has been recorded."),
        at="left",
        reason=reason_against(rules.check_may_write, row, request.by, now),
    )


@form_page(Permission.KEEP_SHELTER, Permission.WORK_ON_CASES)
def shelter_given_back(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """Write which belongings were given back."""
    row = stay_or_404(request, admission_id)
    form = GiveBackForm(posted(request), kept=kept_of(versions_of(row)[1], given_back_of(row)))
    return facility_form(
        request,
        row,
        form,
        lambda: actions.give_back(row, **form.cleaned_data, by=request.by),
        heading=_("Give belongings back"),
        done=_("It has been recorded what was given back."),
        at="belongings",
        reason=reason_against(rules.check_may_write, row, request.by, clock.now()),
    )
