"""One call about several children; a sibling's case linked, how it lives in the home, separated; two homes joined."""

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
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.households import actions, rules
from cases.households.forms import FurtherChildren, HouseholdCallForm, name_in
from cases.households.later import LaterForm, child_of, receipt_of
from cases.households.lives import FactsForm, JoinForm, LinkForm, SplitForm, known_before
from cases.households.models import HouseholdMember, MemberFacts
from cases.households.queries import facts_here, known_of, member_of
from cases.intake.models import Notification
from cases.intake.pages import ask_first
from cases.records.actions import ChildFacts
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from cases.records.queries import valid_leads, who_can_lead
from security.encryption.fields import reveal, values_of
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


def _holds_now(case: Case) -> HouseholdMember | MemberFacts | None:
    """What holds of the case in its household; None where it belongs to none."""
    member = member_of(case)
    return known_of(member, facts_here(case)) if member else None


@form_page(Permission.WORK_ON_CASES)
def household_facts(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write what changed in how the child lives in its home, or what was wrong."""
    case = case_to_change(request, case_id, "household")
    form = FactsForm(posted(request), initial=known_before(_holds_now(case)))
    return case_form(
        request,
        case,
        form,
        lambda: actions.write_facts(case, form.joining(), form.cleaned_data["why"], by=request.by),
        section="household",
        done=_("It has been written down."),
        heading=_("Write how the child lives here"),
        reason=reason_against(rules.check_may_write_facts, case, request.by),
    )


@form_page(Permission.DRAFT_DECISIONS)
def household_split(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that the case leaves its household."""
    case = case_to_change(request, case_id, "household")
    earlier = earlier_draft(request, actions.SPLIT, case)
    before = values_of(earlier, ("left_on", "reason")) if earlier else {}
    form = SplitForm(posted(request), known=_holds_now(case), initial=before)
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_split(case, **form.cleaned_data, by=request.by, earlier=earlier),
        section="household",
        done=waits_for(actions.SPLIT, request.by),
        template="cases/households/split.html",
        heading=_("Draft the separation of this case from its household"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, actions.SPLIT, case, earlier),
    )


@form_page(Permission.DRAFT_DECISIONS)
def household_join(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that another household goes into that of the case."""
    case = case_to_change(request, case_id, "household")
    earlier = earlier_draft(request, actions.JOIN, case)
    before = {"number": earlier.other.number, "reason": reveal(earlier, "reason")} if earlier else {}
    form = JoinForm(posted(request), by=request.by, initial=before)
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_join(
            case, form.other, form.cleaned_data["reason"], by=request.by, earlier=earlier
        ),
        section="household",
        done=waits_for(actions.JOIN, request.by),
        template="cases/households/join.html",
        heading=_("Draft the joining of two households"),
        label=_("Ask for the decision"),
        refused_at="number",
        earlier=earlier,
        reason=why_not_draft(request, actions.JOIN, case, earlier),
    )
