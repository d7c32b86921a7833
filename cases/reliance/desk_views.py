"""The plan at the institution: what the center told, the draft, what was sent and answered, and the child's own page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.reliance import actions, rules
from cases.reliance.forms import PlanForm
from cases.reliance.models import PlanFacts, RelianceFile
from cases.reliance.prefill import child_of, kana_of, written_before
from cases.reliance.queries import (
    aims_of,
    draft_of,
    due_of,
    files_at,
    in_force,
    results_in,
    told_to,
    versions_at,
)
from security.audit.verbs import Verb
from security.walls import clock


def _file_or_404(request: StaffRequest, file_id: UUID) -> RelianceFile:
    """The file, if the acting position's institution reads it; the look is noted. Foreign, over and missing are one 404."""
    row = files_at(request.by, clock.now()).filter(pk=file_id).first()
    if row is None:
        raise Http404
    request.event.note_shown(row.case_id, "reliance", verb=Verb.CASE_VIEW, under=[row.key_scope()])
    return row


@page(Permission.WRITE_RELIANCE)
def reliance(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """One child placed here: what the center told, the draft, and every version that was sent with its answer."""
    file, now = _file_or_404(request, file_id), clock.now()
    told, versions, draft = told_to(file), versions_at(file), draft_of(file)
    current = in_force(versions)
    context = {
        "file": file,
        "told": told[0] if told else None,
        "earlier": told[1:],
        "versions": [
            (one, aims_of(one.row), _became(versions, one.row.version, one.row)) for one in versions
        ],
        "draft": draft,
        "aims": aims_of(draft) if draft else [],
        "became": _became(versions, draft.version, draft) if draft else [],
        "due": due_of(file, current),
        "why_not": reason_against(rules.check_may_write, file, request.by, versions, now),
        "why_not_send": reason_against(rules.check_whole, draft, now, file.center.reliance_months),
    }
    return render(request, "cases/reliance/child.html", context)


def _became(versions: Any, number: int, row: PlanFacts) -> list[Any]:
    """Each goal of the plan that was in force when this one was written, beside what became of it."""
    before = next((one.row for one in versions if one.row.version < number and one.row.accepted), None)
    return list(zip(aims_of(before), results_in(row), strict=False)) if before else []


@form_page(Permission.WRITE_RELIANCE)
def reliance_write(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Write the plan, or its next version; it is saved as a draft that the institution alone reads."""
    file = _file_or_404(request, file_id)
    versions, draft = versions_at(file), draft_of(file)
    current = in_force(versions)
    latest = versions[0].row if versions else None
    before = draft or latest
    saves = draft.saves if draft else 0
    form = PlanForm(
        posted(request),
        current_version=saves,
        months=file.center.reliance_months,
        before=aims_of(current) if current else [],
        initial=written_before(before) if before else {},
    )
    back = reverse("reliance", args=[file.pk])
    told = told_to(file)
    return form_answer(
        request,
        form,
        lambda: actions.save_draft(file, form.facts(), saves=form.cleaned_data["version"], by=request.by),
        done=_("The draft is saved. The center does not see it until you send it."),
        to=(back,),
        template="cases/reliance/write.html",
        file=file,
        told=told[0] if told else None,
        heading=_("Write the self-reliance plan"),
        back_url=back,
        reason=reason_against(rules.check_may_write, file, request.by, versions, clock.now()),
    )


@action(Permission.WRITE_RELIANCE)
def reliance_send(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Send the draft to the center."""
    file = _file_or_404(request, file_id)
    return button_answer(
        request,
        lambda: actions.send_plan(file, by=request.by),
        done=_("The plan has been sent. The one in charge at the center is told."),
        to=("reliance", file.pk),
    )


@page(Permission.WRITE_RELIANCE)
def reliance_child(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """The child's own page, of the draft or else of what was sent last: in words it knows, with readings, to be printed."""
    file = _file_or_404(request, file_id)
    versions, told = versions_at(file), told_to(file)
    row = draft_of(file) or next((one.row for one in versions), None)
    if row is None or not told:
        raise Http404
    context = {
        "file": file,
        "row": row,
        "child": child_of(told[0]),
        "kana": kana_of(told[0]),
        "told": told[0],
    }
    return render(request, "cases/reliance/childs_page.html", context)
