"""The forms of placement."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.conferences.queries import decides
from cases.decisions.actions import Decision
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.hearings.forms import HearingForm
from cases.limits.queries import limits_of
from cases.placement import actions, rules
from cases.placement.codes import CONFERENCE_ON, PLACES, DecisionKind
from cases.placement.forms import (
    ArrivalForm,
    CourtForm,
    PlacementAnswerForm,
    PlacementForm,
    RenewalForm,
    typed_before,
)
from cases.placement.models import PlacementDecision
from cases.placement.queries import (
    awaited,
    court_of,
    court_rows,
    hearings_open,
    in_order,
    items_decided,
    term_of,
)
from cases.placement.wills import asked_of
from cases.records.forms import offer_colleagues
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.queries import colleagues
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def placement_hearing(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """How the child was heard before a decision on its placement."""
    case = case_to_change(request, case_id, "placement")
    form = HearingForm(posted(request))
    offer_colleagues(form, "heard_by", colleagues(case, Permission.WORK_ON_CASES))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_hearing(
            case, form.facts(), opinion=form.cleaned_data["opinion"], by=request.by
        ),
        section="placement",
        done=_("The hearing of the child was recorded."),
        heading=_("Record how the child was heard on its placement"),
        label=_("Record the hearing"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def placement_answer(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What a person with parental authority says to a placement."""
    case = case_to_change(request, case_id, "placement", "around")
    form = PlacementAnswerForm(posted(request), case=case, stands=asked_of(case, clock.now()))
    offer_colleagues(form, "decided_by_text", colleagues(case, Permission.DECIDE))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_answer(case, **form.facts(), by=request.by),
        section="placement",
        done=_("The answer was recorded."),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Record what a person says to a placement"),
        label=_("Record the answer"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def placement_court(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A step at the family court."""
    case = case_to_change(request, case_id, "placement")
    form = CourtForm(posted(request), earlier=in_order(list(court_rows(case))))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_court(case, **form.cleaned_data, by=request.by),
        section="placement",
        done=_("The step at the family court was recorded."),
        several=True,
        heading=_("Record a step at the family court on placement"),
        label=_("Record the step"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.DRAFT_DECISIONS)
def placement_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a placement; an own draft that waits is changed, a returned one is drafted again."""
    return draft_page(
        request,
        case_id,
        actions.START,
        PlacementForm,
        actions.draft_placement,
        heading=_("Draft a placement"),
    )


@form_page(Permission.DRAFT_DECISIONS)
def placement_renew(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a renewal of the placement by the court's approval."""
    return draft_page(
        request,
        case_id,
        actions.RENEW,
        RenewalForm,
        actions.draft_renewal,
        heading=_("Draft the renewal of the placement"),
    )


def draft_page(
    request: StaffRequest,
    case_id: UUID,
    kind: Decision[PlacementDecision],
    form_class: Any,
    act: Any,
    **words: Any,
) -> HttpResponse:
    """The page on which one of the decisions is drafted."""
    case = case_to_change(request, case_id, "placement", "around", "contact_limits")
    earlier = earlier_draft(request, kind, case)
    wanted = CONFERENCE_ON.get(DecisionKind(kind.of_kind["kind"]), frozenset())
    items = [one for one in items_decided(case) if not wanted or decides(one, wanted)]
    form = form_class(
        posted(request),
        hearings=hearings_open(case),
        items=items,
        initial=typed_before(earlier) if earlier else {},
    )
    return case_form(
        request,
        case,
        form,
        lambda: act(case, form.facts(), by=request.by, earlier=earlier),
        section="placement",
        done=waits_for(kind, request.by),
        template="cases/placement/draft.html",
        not_to_tell=shown_not_to_tell(request, case),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, kind, case, earlier),
        no_conference=bool(wanted) and not items,
        **words,
        **_beside(case),
    )


def _beside(case: Case) -> dict[str, Any]:
    """What the drafter has to mind: the limits on contact, the court, and the term."""
    return {
        "limits": limits_of(case, clock.today()),
        "court": court_of(case),
        "term": term_of(case),
        "hearings": hearings_open(case),
    }


@form_page(Permission.WORK_ON_CASES)
def placement_arrival(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """When the child came to where it is placed."""
    case = case_to_change(request, case_id, "placement", "custody")
    row = awaited(case)
    form = ArrivalForm(posted(request), decision=row)
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_arrival(case, **form.cleaned_data, by=request.by),
        section="placement",
        done=_("It was recorded that the child came."),
        heading=_("Record that the child came")
        if row is None or row.kind in PLACES
        else _("Record that the child came to where it stays now"),
        label=_("Record it"),
        reason=reason_against(rules.check_may_arrive, case, request.by),
    )
