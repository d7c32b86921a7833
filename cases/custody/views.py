"""Drafting custody, deciding it, recording consent, hearing the child."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.custody import actions, hearing, rules
from cases.custody import consent as consents
from cases.custody.consent_forms import ConsentForm, UnaskedForm
from cases.custody.expected import change_expected, check_may_expect
from cases.custody.forms import (
    GROUNDS_THIRD_PARTY,
    AnswerForm,
    EndForm,
    ExpectedForm,
    OralStartForm,
    StartForm,
    typed_before,
)
from cases.custody.models import ChildHearing, CustodyDecision
from cases.custody.queries import expected_day, hearings_of, lasting
from cases.custody.unasked import check_may_mark, mark_unasked
from cases.decisions.actions import Decision
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.decisions.queries import PEOPLE
from cases.hearings.forms import HearingForm
from cases.records.codes import Level
from cases.records.forms import offer_colleagues
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.queries import colleagues, everybody_around
from security.encryption.fields import value_of
from security.walls import clock


def _decision_or_404(case: Case, decision_id: UUID) -> CustodyDecision:
    rows = CustodyDecision.objects.filter(case=case).select_related("case__office", *PEOPLE)
    return get_object_or_404(rows, pk=decision_id)


@form_page(Permission.RECORD_ORAL)
def draft_start(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the start of custody; a returned draft comes prefilled. The officer on duty records an oral decision alone."""
    is_oral = rules.records_only_oral(request.by)
    return _draft_page(
        request,
        case_id,
        actions.START,
        OralStartForm if is_oral else StartForm,
        actions.draft_start,
        heading=_("Record custody decided orally") if is_oral else _("Draft temporary custody"),
        label=_("Record, and ask for the confirmation") if is_oral else _("Ask for the decision"),
    )


@form_page(Permission.DRAFT_DECISIONS)
def draft_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the end of custody."""
    return _draft_page(
        request,
        case_id,
        actions.END,
        EndForm,
        actions.draft_end,
        heading=_("Draft the end of custody"),
        label=_("Ask for the decision"),
    )


def _draft_page(
    request: StaffRequest,
    case_id: UUID,
    kind: Decision[CustodyDecision],
    form_class: Any,
    act: Any,
    **words: Any,
) -> HttpResponse:
    case = case_to_change(request, case_id, "custody")
    earlier = earlier_draft(request, kind, case)
    form = form_class(posted(request), initial=typed_before(earlier) if earlier else {})
    reason = why_not_draft(request, kind, case, earlier)
    if kind is actions.END:
        form.start = lasting(case)
    if kind is actions.START:
        offer_colleagues(form, "said_by", colleagues(case, Permission.DECIDE))
        if not case.is_abuse:
            form.fields["grounds"].help_text = GROUNDS_THIRD_PARTY
        reason = reason or reason_against(rules.check_none_goes_on, case, clock.now())
    return case_form(
        request,
        case,
        form,
        lambda: act(case, form.facts(), by=request.by, earlier=earlier),
        section="custody",
        done=waits_for(kind, request.by),
        template="cases/decisions/draft.html",
        not_to_tell=shown_not_to_tell(request, case),
        earlier=earlier,
        reason=reason,
        **words,
    )


@form_page(Permission.WORK_ON_CASES)
def consent(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """What each person with parental authority says after custody has begun, and the form for the next answer."""
    case = case_to_change(request, case_id, "custody", "clocks", "people")
    row = _decision_or_404(case, decision_id)
    now = clock.now()
    together = consents.together(row, now)
    form = ConsentForm(posted(request), start=row, stands=together.stands)
    offer_colleagues(form, "decided_by_text", colleagues(case, Permission.DECIDE))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_consent(row, **form.facts(), by=request.by),
        section="custody",
        done=_("The answer was recorded."),
        several=True,
        template="cases/custody/consent.html",
        not_to_tell=shown_not_to_tell(request, case),
        reason=reason_against(rules.check_may_record_consent, row, row.effective_at, request.by, now),
        heading=_("Record the consent of each person"),
        label=_("Record the answer"),
        d=row,
        together=together,
    )


@form_page(Permission.REVIEW_LINE)
def expected_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Another day until which custody is expected, and why."""
    case = case_to_change(request, case_id, "custody", level=Level.MANAGE)
    start = lasting(case)
    before = expected_day(start) if start is not None else None
    form = ExpectedForm(posted(request), start=start, before=before, initial={"expected_until": before})
    return case_form(
        request,
        case,
        form,
        lambda: change_expected(case, **form.cleaned_data, by=request.by),
        section="custody",
        done=_("The expected end was changed."),
        heading=_("Change the expected end of custody"),
        reason=reason_against(check_may_expect, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def unasked(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Before custody begins: who is not asked, why, and who decided it."""
    case = case_to_change(request, case_id, "custody", "people")
    today = clock.today()
    people = [(person, person.holds_authority(today)) for person in everybody_around(case)]
    form = UnaskedForm(posted(request), people=sorted(people, key=lambda one: not one[1]))
    offer_colleagues(form, "decided_by_text", colleagues(case, Permission.DECIDE))
    return case_form(
        request,
        case,
        form,
        lambda: mark_unasked(case, **form.facts(), by=request.by),
        section="custody",
        done=_("It was recorded."),
        several=True,
        heading=_("Record who is not asked"),
        label=_("Record it"),
        reason=reason_against(check_may_mark, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def opinion(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """How the child was heard; with the opinion, where it was to be heard after an urgent decision."""
    case = case_to_change(request, case_id, "custody")
    row = _decision_or_404(case, decision_id)
    was_written = row.pk in hearings_of(case)
    form = HearingForm(posted(request), asks_opinion=row.opinion is None)
    offer_colleagues(form, "heard_by", colleagues(case, Permission.WORK_ON_CASES))
    return case_form(
        request,
        case,
        form,
        lambda: hearing.record_hearing(
            row, form.facts(), opinion=form.cleaned_data.get("opinion", ""), by=request.by
        ),
        section="custody",
        done=_("The hearing of the child was recorded."),
        template="cases/custody/answer.html",
        heading=_("Record the child's opinion")
        if row.opinion is None
        else _("Record how the child was heard"),
        label=_("Record the hearing"),
        reason=reason_against(hearing.check_may_record, row, was_written=was_written, by=request.by),
        d=row,
    )


@form_page(Permission.WORK_ON_CASES)
def told_child(request: StaffRequest, case_id: UUID, hearing_id: UUID) -> HttpResponse:
    """What the child was told became of its opinion."""
    case = case_to_change(request, case_id, "custody")
    one = get_object_or_404(ChildHearing.objects.select_related("decision"), case=case, pk=hearing_id)
    one.case = one.decision.case = case
    form = AnswerForm(posted(request), heard_at=value_of(one.heard_at))
    return case_form(
        request,
        case,
        form,
        lambda: hearing.record_answer(one, **form.cleaned_data, by=request.by),
        section="custody",
        done=_("What the child was told has been recorded."),
        several=True,
        template="cases/custody/answer.html",
        heading=_("Record what the child was told"),
        d=one.decision,
        hearing=one,
    )
