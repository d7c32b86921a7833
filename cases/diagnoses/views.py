"""Asking for a diagnosis, reading and writing it, returning it; drafting the comprehensive one."""

from collections.abc import Callable, Mapping
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
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.diagnoses import actions, rules
from cases.diagnoses.actions import JUDGED
from cases.diagnoses.codes import DiagnosisKind
from cases.diagnoses.content import SECTIONS
from cases.diagnoses.forms import (
    FORMS,
    AskForm,
    JudgementForm,
    ReturnForm,
    ReturnThereForm,
    judged_before,
    typed_before,
)
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Findings
from cases.diagnoses.queries import (
    all_diagnoses_of,
    assessed_at,
    findings_of,
    results_of,
    texts_of,
    to_judge,
    writers_of,
)
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.scores.panel import drawn
from security.encryption.fields import value_of


@form_page(Permission.WORK_ON_CASES)
def diagnosis_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask for a diagnosis."""
    case = case_to_change(request, case_id, "diagnoses")
    form = AskForm(posted(request), writers=writers_of(case), days=case.office.diagnosis_days)
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_for_diagnosis(case, by=request.by, **form.cleaned_data),
        section="diagnoses",
        done=_("The diagnosis has been asked for. It is a duty of the person named."),
        heading=_("Ask for a diagnosis"),
        label=_("Ask for it"),
        reason=reason_against(rules.check_may_ask, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def diagnosis(request: StaffRequest, case_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Read a diagnosis; write it, and submit it."""
    case = case_to_change(request, case_id, "diagnoses", level=Level.VIEW)
    row = _of(case, diagnosis_id)
    findings, there = _shown_findings(request, row), _there(row)
    why_not = reason_against(rules.check_may_write, row, request.by)
    before = {} if why_not else _before(row, findings)
    form = FORMS[row.known_kind](posted(request), current_version=row.version, initial=before)

    def act() -> Diagnosis:
        typed = form.cleaned_data
        submit, version = typed["act"] == "submit", typed["version"]
        return actions.write_diagnosis(row, form.written(), by=request.by, submit=submit, version=version)

    return case_form(
        request,
        case,
        form,
        act,
        section="diagnoses",
        done=_said,
        template="cases/diagnoses/diagnosis.html",
        row=row,
        writes=form.is_bound or not why_not,
        why_not=why_not,
        why_not_return=reason_against(rules.check_may_return, row, request.by),
        apart=rules.has_findings(row),
        findings=findings,
        sections=sections_of(
            row.known_kind,
            {
                **texts_of([row], [there] if there else [])[row.pk],
                **((value_of(findings.found) or {}) if findings else {}),
            },
        ),
        said=there or row,
        not_to_tell=shown_not_to_tell(request, case),
        **drawn(results_of(findings)),
    )


def _said(row: Diagnosis) -> str:
    return _("The diagnosis has been submitted.") if row.submitted_at else _("The diagnosis has been saved.")


def _before(row: Diagnosis, findings: Findings | None) -> dict[str, Any]:
    """What was written so far; of one that is written again, what the one before said."""
    if row.begun_at is None and row.replaces is not None:
        row.replaces.case = row.case
        return typed_before(row.replaces, findings_of(row.replaces))
    return typed_before(row, findings)


def _shown_findings(request: StaffRequest, row: Diagnosis) -> Findings | None:
    """The findings, where the reader holds their key; the look is named apart."""
    found = findings_of(row) if rules.has_findings(row) else None
    if found is not None:
        request.event.note_shown(row.case_id, "findings")
    return found


def _there(row: Diagnosis) -> FacilityDiagnosis | None:
    """What the facility wrote, where it is its own."""
    return FacilityDiagnosis.objects.filter(pk=row.facility_id).first() if row.facility_id else None


def sections_of(kind: DiagnosisKind, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was written, part by part, as far as the reader holds its key."""
    parts = []
    for section in SECTIONS[kind]:
        said = [(piece.label, texts[piece.name]) for piece in section.pieces if piece.name in texts]
        if said:
            parts.append({"heading": section.heading, "hint": section.hint, "said": said})
    return parts


@form_page(Permission.WORK_ON_CASES)
def diagnosis_return(request: StaffRequest, case_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Return a diagnosis that was submitted."""
    case = case_to_change(request, case_id, "diagnoses", level=Level.MANAGE)
    row = _of(case, diagnosis_id)
    there = _there(row)
    form = ReturnThereForm(posted(request)) if there else ReturnForm(posted(request))

    def act() -> object:
        if there is not None:
            return actions.return_to_facility(row, there, by=request.by, **form.cleaned_data)
        return actions.return_diagnosis(row, by=request.by, **form.cleaned_data)

    return case_form(
        request,
        case,
        form,
        act,
        section="diagnoses",
        done=_("The diagnosis has been returned. It is to be written again."),
        heading=_("Return a diagnosis"),
        label=_("Return it"),
        reason=reason_against(rules.check_may_return, row, request.by),
    )


@form_page(Permission.DRAFT_DECISIONS)
def judgement_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the comprehensive diagnosis; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "diagnoses")
    earlier = earlier_draft(request, JUDGED, case)
    form = JudgementForm(
        posted(request),
        items=assessed_at(case),
        diagnoses=to_judge(case),
        initial=judged_before(earlier) if earlier else {},
    )
    return case_form(
        request,
        case,
        form,
        _drafted(request, case, form, earlier),
        section="diagnoses",
        done=waits_for(JUDGED, request.by),
        template="cases/decisions/draft.html",
        heading=_("Draft the comprehensive diagnosis"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, JUDGED, case, earlier),
    )


def _drafted(request: StaffRequest, case: Case, form: JudgementForm, earlier: Any) -> Callable[[], Any]:
    def act() -> Any:
        item, rests_on, texts = form.facts()
        return actions.draft_judgement(case, item, rests_on, texts, by=request.by, earlier=earlier)

    return act


def _of(case: Case, diagnosis_id: UUID) -> Diagnosis:
    row = get_object_or_404(all_diagnoses_of(case).select_related("replaces"), pk=diagnosis_id)
    row.case = case
    return row
