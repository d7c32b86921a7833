"""The progress record (経過記録): entries are added and corrected by a further entry, never changed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK
from cases.records.actions import write_progress
from cases.records.models import Case, ProgressEntry
from cases.records.pages import case_form, case_to_change
from cases.records.panel import Entry
from cases.records.progress_forms import ProgressForm, ProgressRows
from cases.records.queries import progress_of
from security.encryption.fields import values_of


@form_page(*CASEWORK)
def progress_add(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Add an entry, or several of one day: all of them or none."""
    case = case_to_change(request, case_id, "progress")
    form = ProgressRows(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: [write_progress(case, by=request.by, **entry) for entry in form.entries],
        section="progress",
        done=_told,
        heading=_("Add to the progress record"),
        several=True,
    )


def _told(written: list[ProgressEntry]) -> str:
    """What the reader is told once entries are saved."""
    if len(written) == 1:
        return _("The entry has been added to the progress record.")
    return _("%(count)d entries have been added to the progress record.") % {"count": len(written)}


@form_page(*CASEWORK)
def progress_correct(request: StaffRequest, case_id: UUID, entry_id: UUID) -> HttpResponse:
    """Correct an entry by a further one: the form begins with what counts now, and what was written before stays readable."""
    case = case_to_change(request, case_id, "progress")
    entry = _entry_or_404(case, entry_id)
    newest = list(entry.corrections.all())[-1:] or [entry]
    initial = values_of(newest[0], ("happened_at", "method", "with_whom", "with_child", "body"))
    form = ProgressForm(posted(request), initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: write_progress(case, by=request.by, corrects=entry, **form.cleaned_data),
        section="progress",
        done=_("The entry has been corrected. What was written before can still be read."),
        template="cases/records/progress_correct.html",
        heading=_("Correct an entry"),
        label=_("Add the correction"),
        entry=Entry.of(entry, entry.corrections.all()),
    )


def _entry_or_404(case: Case, entry_id: UUID) -> ProgressEntry:
    """An entry of this case that corrects no other: its corrections are shown under it."""
    return get_object_or_404(progress_of(case), pk=entry_id)
