"""Drafting custody, deciding it, requesting the warrant, adding the child's opinion."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.custody import actions, rules
from cases.custody.codes import DecisionKind, DecisionState
from cases.custody.forms import (
    ConsentForm,
    DecideForm,
    EndForm,
    OpinionForm,
    StartForm,
    WarrantForm,
    typed_before,
)
from cases.custody.models import CustodyDecision
from cases.custody.panel import shown
from cases.custody.queries import PEOPLE
from cases.records.actions import birth_date_of
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_to_change, saved
from security.encryption.fields import reveal
from security.walls import clock


def _decision_or_404(case: Case, decision_id: UUID) -> CustodyDecision:
    rows = CustodyDecision.objects.filter(case=case).select_related("case__office", *PEOPLE)
    row = rows.filter(pk=decision_id).first()
    if row is None:
        raise Http404
    return row


def _returned(request: StaffRequest, case: Case, kind: str) -> CustodyDecision | None:
    """The returned draft that ``?again=`` names, to be drafted anew; None for anything else."""
    try:
        named = UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    rows = CustodyDecision.objects.filter(case=case, kind=kind, approved=False, replaced_by=None)
    return rows.filter(pk=named).first()


DRAFTS: dict[str, tuple[Any, Any, Any]] = {
    DecisionKind.START: (StartForm, actions.draft_start, rules.check_may_draft_start),
    DecisionKind.END: (EndForm, actions.draft_end, rules.check_may_draft_end),
}
"""Form, action and rule of each kind of draft."""


@form_page(Permission.DRAFT_DECISIONS)
def draft_start(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the start of custody; a returned draft comes prefilled."""
    return _draft_page(request, case_id, DecisionKind.START)


@form_page(Permission.DRAFT_DECISIONS)
def draft_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the end of custody."""
    return _draft_page(request, case_id, DecisionKind.END)


def _draft_page(request: StaffRequest, case_id: UUID, kind: str) -> HttpResponse:
    form_class, act, rule = DRAFTS[kind]
    case = case_to_change(request, case_id, "custody")
    returned = _returned(request, case, kind)
    initial = {"effective_at": clock.now(), **(typed_before(returned) if returned else {})}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and saved(form, act, case, form.facts(), by=request.by, replaces=returned):
        messages.success(request, _("The draft waits for its decision."))
        return redirect("case", case_id=case.pk)
    context = {
        "form": form,
        "case": case,
        "is_start": kind == DecisionKind.START,
        "returned": returned,
        "why_not": reason_against(rule, case, request.by),
    }
    return render(request, "cases/custody/draft.html", context)


@form_page(Permission.WORK_ON_CASES)
def decision(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """What is to be decided, or was: approve or return."""
    case = case_to_change(request, case_id, "custody", level=Level.VIEW)
    row = _decision_or_404(case, decision_id)
    if reveal(row, "place_withheld"):
        request.event.note_shown(case.pk, "withheld_place")
    form = DecideForm(request.POST if request.method == "POST" else None, is_oral=row.is_oral)
    if form.is_valid():
        verdict = form.verdict_given()
        if saved(form, actions.decide, row, **verdict, by=request.by):
            text = _("The decision was approved.") if verdict["approved"] else _("The draft was returned.")
            messages.success(request, text)
            return redirect("case", case_id=case.pk)
    context = {
        "case": case,
        "form": form,
        "shown": shown(row),
        "born": birth_date_of(case.child),
        "waits": row.state is DecisionState.WAITING,
        "lies_back": row.kind == DecisionKind.START and not row.is_oral and rules.lies_back(row.effective_at),
        "why_not": reason_against(rules.check_may_decide_custody, row, request.by),
    }
    return render(request, "cases/custody/decision.html", context)


@form_page(Permission.WORK_ON_CASES)
def warrant(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """Record the request for a warrant."""
    case = case_to_change(request, case_id, "custody", "clocks")
    row = _decision_or_404(case, decision_id)
    form = WarrantForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and saved(
        form,
        actions.request_warrant,
        row,
        requested_at=form.cleaned_data["requested_at"],
        texts=form.texts(),
        by=request.by,
    ):
        messages.success(request, _("The request for the warrant was recorded."))
        return redirect("case", case_id=case.pk)
    limit = running_of(case, ClockKind.WARRANT)
    return render(request, "cases/custody/warrant.html", {"form": form, "case": case, "limit": limit})


@form_page(Permission.WORK_ON_CASES)
def consent(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """Record consent, or an objection, after custody has begun."""
    case = case_to_change(request, case_id, "custody", "clocks")
    row = _decision_or_404(case, decision_id)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and saved(form, actions.record_consent, row, **form.cleaned_data, by=request.by):
        messages.success(request, _("The answer was recorded."))
        return redirect("case", case_id=case.pk)
    return render(request, "cases/custody/consent.html", {"form": form, "case": case, "shown": shown(row)})


@form_page(Permission.WORK_ON_CASES)
def opinion(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """Add the child's opinion that was heard after an urgent decision."""
    case = case_to_change(request, case_id, "custody")
    row = _decision_or_404(case, decision_id)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and saved(
        form, actions.record_opinion, row, form.cleaned_data["opinion"], by=request.by
    ):
        messages.success(request, _("The child's opinion was recorded."))
        return redirect("case", case_id=case.pk)
    return render(request, "cases/custody/opinion.html", {"form": form, "case": case, "shown": shown(row)})
