"""The one page on which drafts are read and decided, and the button by which a drafter takes one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.pages import posted, refusal_of, saved
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.actions import Decision, named
from cases.decisions.codes import State, Verdict
from cases.decisions.models import CaseAct
from cases.decisions.queries import PEOPLE
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_to_change
from security.encryption.fields import value_of
from security.walls import clock

DONE = {
    Verdict.APPROVE: gettext_lazy("The decision was approved."),
    Verdict.RETURN: gettext_lazy("The draft was returned."),
    Verdict.REFUSE: gettext_lazy("The draft was not approved."),
}


def _named_or_404(act: str) -> Decision[Any]:
    try:
        return named(act)
    except KeyError as unknown:
        raise Http404 from unknown


def _row_or_404(kind: Decision[Any], case: Case, draft_id: UUID) -> CaseAct:
    rows = kind.model._default_manager.filter(case=case, **kind.of_kind)
    row: CaseAct = get_object_or_404(rows.select_related("case__office", *PEOPLE, *kind.related), pk=draft_id)
    return row


@form_page(Permission.WORK_ON_CASES)
def decision(request: StaffRequest, case_id: UUID, act: str, draft_id: UUID) -> HttpResponse:
    """What is to be decided, or was: approve, return to the drafter, or refuse."""
    kind = _named_or_404(act)
    case = case_to_change(request, case_id, level=Level.VIEW)
    row = _row_or_404(kind, case, draft_id)
    request.event.note_shown(case.pk, *kind.panels(row))
    form = kind.form(row)(posted(request), initial={"version": row.version})
    if form.is_valid():
        facts = form.facts()
        if saved(form, kind.decide, row, by=request.by, **facts):
            messages.success(request, str(DONE[facts["verdict"]]))
            return redirect("case", case_id=case.pk)
    now = clock.now()
    waits = row.state_at(now) is State.WAITING
    form_url = f"{reverse(kind.form_url, args=[case.pk])}?from={row.pk}&version={row.version}"
    context = {
        **kind.context(row, request.by),
        "kind": kind,
        "case": case,
        "row": row,
        "form": form,
        "born": value_of(case.child.birth_date),
        "waits": waits,
        "form_url": form_url,
        "take_back_url": reverse("decision_take_back", args=[case.pk, act, row.pk]),
        "is_drafter": row.drafted_person_id == request.by.staff_id,
        "not_decide": reason_against(kind.check_may_decide, row, request.by, now),
        "not_approve": reason_against(kind.check_may_approve, row, request.by, now) if waits else "",
        "not_change": reason_against(kind.check_may_change, row, request.by, now) if waits else "",
        "not_anew": reason_against(kind.check_may_draft, case, request.by, now),
        "can_be_redrafted": row.state is State.RETURNED and not hasattr(row, "replaced_by"),
    }
    return render(request, "cases/decisions/decision.html", context)


@action(Permission.DRAFT_DECISIONS)
def take_back(request: StaffRequest, case_id: UUID, act: str, draft_id: UUID) -> HttpResponse:
    """The drafter takes the draft back before it is decided."""
    kind = _named_or_404(act)
    case = case_to_change(request, case_id)
    row = _row_or_404(kind, case, draft_id)
    refusal = refusal_of(kind.take_back, row, by=request.by)
    if refusal:
        messages.error(request, refusal)
        return redirect("decision", case.pk, act, row.pk)
    messages.success(request, _("The draft was taken back."))
    return redirect("case", case_id=case.pk)
