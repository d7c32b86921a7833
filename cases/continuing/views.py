"""The forms of continuing custody."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.continuing import actions, rules, terms
from cases.continuing.forms import ContinuingForm, CourtForm, StandForm, typed_before
from cases.continuing.queries import term_of
from cases.continuing.terms import Term
from cases.custody.queries import lasting
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.queries import everybody_around
from security.walls import clock


def _known(case: Case) -> list[Term]:
    """The term that runs, where it is a continued one, and the one after it."""
    now = clock.now()
    found = [terms.present_term(case, now), terms.next_term(case, now)]
    return [term for term in found if term is not None]


@form_page(Permission.DRAFT_DECISIONS)
def continuing_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that custody is continued; a returned draft comes prefilled."""
    case = case_to_change(request, case_id, "continuing", "around", "clocks")
    term = terms.next_term(case, clock.now())
    earlier = earlier_draft(request, actions.CONTINUE, case)
    form = ContinuingForm(posted(request), term=term, initial=typed_before(earlier) if earlier else {})
    reason = why_not_draft(request, actions.CONTINUE, case, earlier)
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_continuing(case, form.facts(), by=request.by, earlier=earlier),
        section="continuing",
        done=waits_for(actions.CONTINUE, request.by),
        template="cases/continuing/draft.html",
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Draft the continuing of temporary custody"),
        label=_("Ask for the decision"),
        term=term,
        limit=term_of(case),
        earlier=earlier,
        reason=reason or (reason_against(rules.check_each_asked, term) if term else ""),
    )


@form_page(Permission.WORK_ON_CASES)
def continuing_stand(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What a person with parental authority says to continuing custody."""
    case = case_to_change(request, case_id, "continuing", "around")
    people = everybody_around(case)
    form = StandForm(posted(request), terms=_known(case), people=people, on=clock.today())
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_stand(case, form.cleaned_data["person"], **form.facts(), by=request.by),
        section="continuing",
        done=_("The stand was recorded."),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Record what a person says to continuing custody"),
        label=_("Record the stand"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def continuing_court(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A step at the family court."""
    case = case_to_change(request, case_id, "continuing", "around", "clocks")
    start = lasting(case)
    form = CourtForm(
        posted(request), terms=_known(case), earlier=rules.steps_of(case, start) if start else []
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_court(case, **form.cleaned_data, by=request.by),
        section="continuing",
        done=_("The step at the family court was recorded."),
        several=True,
        heading=_("Record a step at the family court"),
        label=_("Record the step"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )
