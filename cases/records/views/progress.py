"""The progress record (経過記録): entries are added and corrected by a further entry, never changed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.records.actions import write_progress
from cases.records.forms import ProgressForm
from cases.records.models import Case, ProgressEntry
from cases.records.pages import case_form, case_or_404, case_to_change
from cases.records.panel import Entry, entries_of
from cases.records.queries import progress_of
from cases.records.rules import check_may_edit
from face.keyset import page_of
from security.encryption.fields import values_of
from security.walls.pages import walled_list

SIZE = 20


@page(Permission.WORK_ON_CASES)
def progress_list(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The whole record, latest first."""
    case = case_or_404(request, case_id, "progress")
    listed = walled_list(progress_of(case), "progress_page", case.pk, moment="written_at")
    shown = page_of(listed, request.GET.dict(), bound=f"progress {case.pk} {request.by.pk}", size=SIZE)
    context = {
        "case": case,
        "sections": {"progress"},
        "shown": shown,
        "entries": entries_of(shown.rows),
        "not_edit": reason_against(check_may_edit, case, request.by),
    }
    return render(request, "cases/records/progress_list.html", context)


@form_page(Permission.WORK_ON_CASES)
def progress_add(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Add an entry."""
    case = case_to_change(request, case_id, "progress")
    form = ProgressForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: write_progress(case, by=request.by, **form.cleaned_data),
        section="progress",
        done=_("The entry has been added to the progress record."),
        heading=_("Add to the progress record"),
        several=True,
    )


@form_page(Permission.WORK_ON_CASES)
def progress_correct(request: StaffRequest, case_id: UUID, entry_id: UUID) -> HttpResponse:
    """Correct an entry by a further one: the form begins with what counts now, and what was written before stays readable."""
    case = case_to_change(request, case_id, "progress")
    entry = _entry_or_404(case, entry_id)
    newest = list(entry.corrections.all())[-1:] or [entry]
    initial = values_of(newest[0], ("happened_at", "method", "with_whom", "body"))
    back = reverse("progress_list", args=[case.pk], fragment="progress")
    form = ProgressForm(posted(request), initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: write_progress(case, by=request.by, corrects=entry, **form.cleaned_data),
        section="progress",
        done=_("The entry has been corrected. What was written before can still be read."),
        template="cases/records/progress_correct.html",
        to=(back,),
        heading=_("Correct an entry"),
        label=_("Add the correction"),
        back_url=back,
        entry=Entry.of(entry, entry.corrections.all()),
    )


def _entry_or_404(case: Case, entry_id: UUID) -> ProgressEntry:
    """An entry of this case that corrects no other: its corrections are shown under it."""
    return get_object_or_404(progress_of(case), pk=entry_id)
