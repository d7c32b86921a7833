"""The one page on which drafts are read and decided, and the button by which a drafter takes one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import posted, refusal_of, saved
from agencies.staff.roles import CASEWORK, Permission
from cases.decisions.actions import Decision, named
from cases.decisions.codes import State, Verdict
from cases.decisions.models import CaseAct
from cases.decisions.pages import pane, queue_and_first, queue_beside
from cases.decisions.queries import PEOPLE, Waiting, queue_of
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_to_change, section_url

DONE = {
    Verdict.APPROVE: gettext_lazy("Approved."),
    Verdict.RETURN: gettext_lazy("Returned to the drafter."),
    Verdict.REFUSE: gettext_lazy("Not approved."),
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


@page(*CASEWORK)
def decision_queue(request: StaffRequest) -> HttpResponse:
    """What waits for this position's decision, and the first draft to decide."""
    return render(request, "cases/decisions/queue_page.html", queue_and_first(request))


@form_page(*CASEWORK)
def decision(request: StaffRequest, case_id: UUID, act: str, draft_id: UUID) -> HttpResponse:
    """What is to be decided, or was: approve, return to the drafter, or refuse.

    Beside the queue (``?queue=1``) the next draft follows.
    """
    kind = _named_or_404(act)
    case = case_to_change(request, case_id, level=Level.VIEW)
    row = _row_or_404(kind, case, draft_id)
    in_queue = "queue" in request.GET
    form = kind.form(row)(posted(request), initial={"version": row.version})
    if form.is_valid():
        facts = form.facts()
        if saved(form, kind.decide, row, by=request.by, **facts):
            done = str(DONE[facts["verdict"]])
            if in_queue:
                return _next_draft(request, Waiting(kind, row), done)
            section = kind.panels(row)[0]
            messages.success(request, done, extra_tags=section)
            return redirect(section_url(case, section))
        meanwhile = _settled_meanwhile(_row_or_404(kind, case, draft_id))
        if in_queue and meanwhile and not facts["note"]:
            return _next_draft(request, Waiting(kind, row), meanwhile)
    row.case = case
    context = pane(request, kind, row, form)
    if in_queue:
        beside = queue_beside(request, queue_of(request.by), row.pk)
        context |= {**beside, "decide_url": Waiting(kind, row).url}
        request.menu_at = reverse("decision_queue")
    template = "cases/decisions/queue_page.html" if in_queue else "cases/decisions/decision.html"
    return render(request, template, context)


def _settled_meanwhile(row: CaseAct) -> str:
    """What became of a draft that could not be decided, or "" while it waits."""
    if row.decided_at is not None:
        return _("Somebody else decided this draft meanwhile.")
    return "" if row.state is State.WAITING else _("This draft was withdrawn meanwhile.")


def _next_draft(request: StaffRequest, settled: Waiting, told: str) -> HttpResponse:
    """On to the draft that follows in the queue, or to its beginning; says how many are left."""
    queue = [waiting for waiting in queue_of(request.by) if waiting.row.pk != settled.row.pk]
    left = _("No draft waits for your decision.")
    if queue:
        left = ngettext("%(count)d left.", "%(count)d left.", len(queue)) % {"count": len(queue)}
    messages.success(request, _("%(told)s %(left)s") % {"told": told, "left": left})
    following = [waiting for waiting in queue if waiting.order > settled.order] or queue
    return redirect(following[0].url) if following else redirect("decision_queue")


@action(Permission.DRAFT_DECISIONS, Permission.KEEP_SUPPORT)
def take_back(request: StaffRequest, case_id: UUID, act: str, draft_id: UUID) -> HttpResponse:
    """The drafter takes the draft back before it is decided."""
    kind = _named_or_404(act)
    case = case_to_change(request, case_id)
    row = _row_or_404(kind, case, draft_id)
    refusal = refusal_of(kind.take_back, row, by=request.by)
    if refusal:
        messages.error(request, refusal)
        return redirect("decision", case.pk, act, row.pk)
    section = kind.panels(row)[0]
    messages.success(request, _("The draft was withdrawn."), extra_tags=section)
    return redirect(section_url(case, section))
