"""The forms of limits on contact: drafting one, drafting its end, and who was told."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.limits import rules
from cases.limits.actions import END, LIMIT, draft_end, draft_limit, record_told
from cases.limits.codes import LimitKind
from cases.limits.forms import EndForm, LimitForm, ToldForm, typed_before
from cases.limits.models import ContactLimit
from cases.limits.queries import all_limits_of, standing
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def contact_limit_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a limit on contact; ``?of=`` names the limit that it takes the place of."""
    case = case_to_change(request, case_id, "contact_limits", "around")
    earlier = earlier_draft(request, LIMIT, case)
    of = _limit_of(request, case) or (earlier.changes if earlier else None)
    before = earlier or of
    form = LimitForm(posted(request), case=case, of=of, initial=typed_before(before) if before else {})
    if form.is_valid():
        form.refuse_twice(_as_drafted(case, of, earlier), all_limits_of(case))
    return case_form(
        request,
        case,
        form,
        lambda: draft_limit(case, form.facts(), by=request.by, changes=of, earlier=earlier),
        section="contact_limits",
        done=waits_for(LIMIT, request.by),
        template="cases/decisions/draft.html",
        heading=_("Draft another limit on contact in its place") if of else _("Draft a limit on contact"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, LIMIT, case, earlier),
    )


def _as_drafted(case: Case, of: ContactLimit | None, earlier: ContactLimit | None) -> ContactLimit:
    """A row that stands for the draft while the form is checked."""
    row = ContactLimit(case=case, kind=LimitKind.LIMIT, changes=of)
    if earlier is not None:
        row.pk = earlier.pk
    return row


@form_page(Permission.DRAFT_DECISIONS)
def contact_limit_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that a limit ends, which ``?of=`` names; without it the one that stands first."""
    case = case_to_change(request, case_id, "contact_limits", "around")
    earlier = earlier_draft(request, END, case)
    of = (earlier.changes if earlier else None) or _limit_of(request, case) or _first_of(case)
    form = EndForm(posted(request), initial=typed_before(earlier) if earlier else {})

    def act() -> ContactLimit:
        if of is None:
            rules.check_may_draft_end(case, request.by, clock.now())
            raise Http404
        return draft_end(case, of, **form.cleaned_data, by=request.by, earlier=earlier)

    return case_form(
        request,
        case,
        form,
        act,
        section="contact_limits",
        done=waits_for(END, request.by),
        template="cases/limits/end.html",
        heading=_("Draft the end of a limit on contact"),
        label=_("Ask for the decision"),
        d=of,
        earlier=earlier,
        reason=why_not_draft(request, END, case, earlier),
    )


@form_page(Permission.WORK_ON_CASES)
def contact_limit_told(request: StaffRequest, case_id: UUID, limit_id: UUID) -> HttpResponse:
    """Write who was told of a limit."""
    case = case_to_change(request, case_id, "contact_limits", "around")
    limit = get_object_or_404(ContactLimit.objects.filter(kind=LimitKind.LIMIT), case=case, pk=limit_id)
    limit.case = case
    form = ToldForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: record_told(limit, **form.cleaned_data, by=request.by),
        section="contact_limits",
        done=_("It has been written down who was told."),
        several=True,
        heading=_("Write who was told of the limit on contact"),
        reason=reason_against(rules.check_may_tell, limit, request.by),
    )


def _limit_of(request: StaffRequest, case: Case) -> ContactLimit | None:
    """The limit that the address names; a foreign one and none are the same 404."""
    if "of" not in request.GET:
        return None
    found = [
        row for row in all_limits_of(case) if str(row.pk) == request.GET["of"] and row.kind == LimitKind.LIMIT
    ]
    if not found:
        raise Http404
    return found[0]


def _first_of(case: Case) -> ContactLimit | None:
    return next(iter(standing(all_limits_of(case), clock.today())), None)
