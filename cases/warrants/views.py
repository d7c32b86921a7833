"""Drafting the request for a custody warrant, recording that it was handed in, and what followed."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.warrants import rules
from cases.warrants.actions import REQUEST, draft_request, hand_in, record_step, withdraw_request
from cases.warrants.codes import STEPS, WarrantState
from cases.warrants.forms import HandInForm, RequestForm, StepForm, WithdrawForm, begun_from, typed_before
from cases.warrants.models import WarrantDraft
from cases.warrants.queries import File, file_of
from security.encryption.fields import value_of
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def warrant_draft(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the request; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "warrant", "custody", "clocks")
    earlier = earlier_draft(request, REQUEST, case)
    form = RequestForm(posted(request), initial=typed_before(earlier) if earlier else _begun(case))
    return case_form(
        request,
        case,
        form,
        lambda: draft_request(case, form.facts(), by=request.by, earlier=earlier),
        section="warrant",
        done=waits_for(REQUEST, request.by),
        template="cases/warrants/draft.html",
        heading=_("Draft the request for a custody warrant"),
        label=_("Ask for the decision"),
        not_to_tell=shown_not_to_tell(request, case),
        earlier=earlier,
        limit=running_of(case, ClockKind.WARRANT),
        reason=why_not_draft(request, REQUEST, case, earlier),
    )


def _begun(case: Case) -> dict[str, Any]:
    """What custody says already, while a warrant is to be requested."""
    try:
        _limit, start = rules.check_is_needed(case)
    except Refused:
        return {}
    return begun_from(start)


@form_page(Permission.WORK_ON_CASES)
def warrant_hand_in(request: StaffRequest, case_id: UUID, warrant_id: UUID) -> HttpResponse:
    """Record that an approved request was handed in to the court."""
    case = case_to_change(request, case_id, "warrant", "clocks")
    draft = get_object_or_404(WarrantDraft.objects.select_related("start"), case=case, pk=warrant_id)
    draft.case = case
    initial = {"papers_in": value_of(draft.papers_there)}
    form = HandInForm(posted(request), draft=draft, initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: hand_in(draft, form.facts(), by=request.by),
        section="warrant",
        done=_("It was recorded that the request was handed in."),
        template="cases/warrants/hand_in.html",
        heading=_("Record that the warrant request was handed in"),
        label=_("Record it"),
        d=draft,
        limit=running_of(case, ClockKind.WARRANT),
        reason=reason_against(rules.check_may_hand_in, draft, request.by, clock.now()),
    )


@form_page(Permission.WORK_ON_CASES)
def warrant_withdraw(request: StaffRequest, case_id: UUID, warrant_id: UUID) -> HttpResponse:
    """Record that an approved request is not handed in."""
    case = case_to_change(request, case_id, "warrant", "clocks")
    draft = get_object_or_404(
        WarrantDraft.objects.select_related("start", "withdrawal"), case=case, pk=warrant_id
    )
    draft.case = case
    form = WithdrawForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: withdraw_request(draft, form.cleaned_data["reason"], by=request.by),
        section="warrant",
        done=_("It was recorded that the request is not handed in."),
        template="cases/warrants/withdraw.html",
        heading=_("Withdraw the warrant request"),
        label=_("Record it"),
        d=draft,
        reason=reason_against(rules.check_may_withdraw, draft, request.by, clock.now()),
    )


@form_page(Permission.WORK_ON_CASES)
def warrant_step(request: StaffRequest, case_id: UUID, asked_id: UUID, step: str) -> HttpResponse:
    """Record what the judge or the office did next."""
    case = case_to_change(request, case_id, "warrant", "custody", "clocks")
    file = file_of(case, asked_id)
    if file is None or step not in STEPS:
        raise Http404
    to = WarrantState(step)
    form = StepForm(
        posted(request), file=file, to=to, initial={"follows": file.latest.pk if file.latest else None}
    )
    return case_form(
        request,
        case,
        form,
        lambda: record_step(file.request, to, by=request.by, **form.cleaned_data),
        section="warrant",
        done=_("The step was recorded."),
        template="cases/warrants/step.html",
        heading=_("Record a step of the warrant"),
        intro=capfirst(to.label),
        label=_("Record it"),
        file=file,
        limit=running_of(case, ClockKind.WARRANT_REVIEW),
        reason=reason_against(_check_step, file, to, request.by),
    )


def _check_step(file: File, to: WarrantState, by: Position) -> None:
    rules.check_may_record(file, by)
    rules.check_move(file, to)
