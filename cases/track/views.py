"""The form on which a change of the track is drafted."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.pages import case_form, case_to_change
from cases.track.actions import CHANGE, draft_change
from cases.track.forms import TrackForm
from cases.track.queries import other_track
from security.encryption.fields import reveal


@form_page(Permission.DRAFT_DECISIONS)
def track_change(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the change; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "track")
    earlier = earlier_draft(request, CHANGE, case)
    form = TrackForm(posted(request), initial={"reason": reveal(earlier, "reason")} if earlier else {})
    leads_to = earlier.get_to_track_display() if earlier else other_track(case).label
    return case_form(
        request,
        case,
        form,
        lambda: draft_change(case, form.cleaned_data["reason"], by=request.by, earlier=earlier),
        section="track",
        done=waits_for(CHANGE, request.by),
        template="cases/track/new.html",
        heading=_("Draft a change of the track"),
        intro=_("From “%(before)s” to “%(after)s”.")
        % {"before": case.get_track_display(), "after": leads_to},
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, CHANGE, case, earlier),
    )
