"""The chair's signature before the decision of a conference, and what is recorded after it: the hearing of the child, and each
step of the child welfare council."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.pages import posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.conferences import council, hearing
from cases.conferences.actions import ACCEPTANCE, ITEM
from cases.conferences.chair import sign_as_chair
from cases.conferences.later_forms import CouncilForm
from cases.conferences.models import ConferenceItem
from cases.conferences.panel import why_council
from cases.conferences.queries import hearing_rows
from cases.decisions.actions import Decision
from cases.hearings.forms import HearingForm
from cases.records.forms import offer_colleagues
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from cases.records.queries import colleagues
from security.walls import clock


def _item_or_404(case: Case, item_id: UUID) -> ConferenceItem:
    rows = ConferenceItem.objects.filter(case=case).select_related("entry__sitting", "decided_by__staff")
    row = get_object_or_404(rows, pk=item_id)
    row.case = case
    return row


@action(Permission.MANAGE_TEAM)
def conference_sign(request: StaffRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    """The chair signs what the secretary wrote of this case: minutes, or what an intake conference decided."""
    case = case_to_change(request, case_id)
    kind: Decision[Any] = (
        ITEM if ConferenceItem.objects.filter(case=case, pk=item_id).exists() else ACCEPTANCE
    )
    row = get_object_or_404(kind.model._default_manager.filter(case=case), pk=item_id)
    version = request.GET.get("version", "")
    refusal = refusal_of(
        sign_as_chair, kind, row, version=int(version) if version.isdecimal() else 0, by=request.by
    )
    if refusal:
        messages.error(request, refusal)
        return redirect("decision", case.pk, kind.act.value, row.pk)
    messages.success(request, _("Signed. It waits for the decision now."), extra_tags="conferences")
    return redirect(section_url(case, "conferences"))


@form_page(Permission.WORK_ON_CASES)
def conference_hearing(request: StaffRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    """How the child was heard on what could not wait for it, and what it said."""
    case = case_to_change(request, case_id, "conferences")
    row = _item_or_404(case, item_id)
    form = HearingForm(posted(request))
    offer_colleagues(form, "heard_by", colleagues(case, Permission.WORK_ON_CASES))
    was_written = any(one.item_id == row.pk for one in hearing_rows(case))
    return case_form(
        request,
        case,
        form,
        lambda: hearing.record_hearing(
            row, form.facts(), opinion=form.cleaned_data["opinion"], by=request.by
        ),
        section="conferences",
        done=_("The hearing of the child was recorded."),
        template="cases/conferences/later.html",
        heading=_("Record the child's opinion"),
        label=_("Record the hearing"),
        reason=reason_against(hearing.check_may_hear, row, was_written=was_written, by=request.by),
        d=row,
    )


@form_page(Permission.WORK_ON_CASES)
def council_step(request: StaffRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    """The next step of the child welfare council: that it was asked, its opinion, or that it was told."""
    case = case_to_change(request, case_id, "conferences")
    row = _item_or_404(case, item_id)
    owed = council.owed_on(row, list(council.record_rows(case)))
    form = CouncilForm(posted(request), owed=owed, now=clock.now())
    return case_form(
        request,
        case,
        form,
        lambda: council.record_step(row, form.step(), **form.facts(), by=request.by),
        section="conferences",
        done=_("It has been recorded."),
        template="cases/conferences/later.html",
        heading=_("Record a step of the child welfare council"),
        reason=reason_against(council.check_may_step, row, owed, request.by),
        d=row,
        records=list(owed.done.values()),
        why_council=why_council(row),
    )
