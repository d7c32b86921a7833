"""One call about several children, and linking the case of a sibling."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.households import actions, rules
from cases.households.forms import FurtherChildren, HouseholdCallForm, LinkForm, name_in
from cases.households.later import LaterForm, child_of, receipt_of
from cases.intake.models import Notification
from cases.intake.pages import ask_first
from cases.records.actions import ChildFacts
from cases.records.pages import case_form, case_to_change, section_url
from cases.records.queries import valid_leads, who_can_lead
from security.walls import clock


@form_page(Permission.TAKE_CONTACTS)
def household_call(request: StaffRequest) -> HttpResponse:
    """One form for a contact about several children. Saving it opens a case for each, or none at all."""
    form = HouseholdCallForm(posted(request), in_charge=who_can_lead(request.by), by=request.by)
    known: list[dict[str, Any]] = []
    if form.is_valid():
        first = form.child()
        further = form.further(first)
        rows = [0, *form.rows_used]
        known = list(_known(request, form, rows, [first, *(one.child for one in further)]))
        made: list[Notification] = []
        if not form.errors and _saved(
            form,
            rows,
            made,
            lambda: actions.register_children(first, further, form.call(), by=request.by, made=made),
        ):
            _say_opened(request, made)
            return redirect(section_url(made[0].case, "household"))
    return render(request, "cases/households/call.html", {"form": form, "known": known})


def _known(
    request: StaffRequest, form: FurtherChildren, rows: list[int], children: list[ChildFacts]
) -> Iterator[dict[str, Any]]:
    """For each row whose child may have a case already: whose row it is, and the cases."""
    for number, child in zip(rows, children, strict=True):
        form.about = number
        if found := ask_first(request, form, child):
            yield {"legend": form.LEGENDS.get(number, _("The child")), **found}


def _saved(form: FurtherChildren, rows: list[int], made: list[Notification], act: Callable[[], Any]) -> bool:
    """Whether ``act`` went through. What refuses it stands beside the row of the child at which it stopped."""
    reason = refusal_of(act)
    if reason:
        number = rows[len(made)] if len(made) < len(rows) else 0
        form.add_error(name_in(number, "given_name") if number else None, reason)
    return not reason


def _say_opened(request: StaffRequest, made: list[Notification]) -> None:
    text = ngettext(
        "%(count)d case was opened: %(numbers)s.", "%(count)d cases were opened: %(numbers)s.", len(made)
    )
    numbers = _(", ").join(one.case.number for one in made)
    messages.success(request, text % {"count": len(made), "numbers": numbers}, extra_tags="household")


@form_page(Permission.TAKE_CONTACTS)
def household_register(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Register children of the home of a case of whom the office learns later. All of them are saved, or none."""
    case = case_to_change(request, case_id, "household", "intake")
    receipt = receipt_of(case)
    if receipt is None:
        raise Http404
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position").first()
    form = LaterForm(
        posted(request),
        receipt=receipt,
        in_charge=who_can_lead(request.by),
        lead=lead.position if lead else None,
    )
    known: list[dict[str, Any]] = []
    if form.is_valid():
        rows, further = form.rows_used, form.further(child_of(case))
        known = list(_known(request, form, rows, [one.child for one in further]))
        made: list[Notification] = []
        if not form.errors and _saved(
            form,
            rows,
            made,
            lambda: actions.register_further(case, further, form.call(case), by=request.by, made=made),
        ):
            _say_opened(request, made)
            return redirect(section_url(case, "household"))
    context = {
        "form": form,
        "known": known,
        "case": case,
        "reason": reason_against(rules.check_may_link, case, request.by),
    }
    return render(request, "cases/households/register.html", context)


@form_page(Permission.WORK_ON_CASES)
def household_link(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Link the case of a sibling, by its number."""
    case = case_to_change(request, case_id, "household")
    form = LinkForm(posted(request), by=request.by)
    return case_form(
        request,
        case,
        form,
        lambda: actions.link_case(case, form.other, form.joining(), by=request.by),
        section="household",
        done=_("The cases have been linked."),
        heading=_("Link the case of a sibling"),
        label=_("Link"),
        refused_at="number",
        reason=reason_against(rules.check_may_link, case, request.by),
    )
