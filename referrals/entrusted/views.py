"""The center's pages of an entrusted plan: sending it, reading what came back, answering, withdrawing."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.directory.models import Office
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.counseling.codes import ChildStand
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import all_plans_of, goals_reviewed
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change, open_first
from cases.records.queries import with_keys
from face.reading import one_reading
from referrals.consent.queries import text_now
from referrals.disclosures.codes import Item
from referrals.disclosures.models import Disclosure
from referrals.entrusted import actions, queries, rules
from referrals.entrusted.codes import EntrustState, ReturnState
from referrals.entrusted.forms import EntrustForm, WordForm
from referrals.entrusted.models import Entrusted, EntrustedReturn
from security.encryption.fields import value_of
from security.walls import clock

S, R = EntrustState, ReturnState


@form_page(Permission.WORK_ON_CASES)
def entrust_new(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """Entrust a plan to a position of the office that gives its help, and write what that office is told."""
    case = case_to_change(request, case_id, "counseling", "entrusted")
    plan = all_plans_of(case).filter(pk=counseling_id).first()
    if plan is None:
        raise Http404
    plan.case = case
    office = plan.other_office
    reason = reason_against(
        rules.check_may_entrust, case, plan, list(queries.entrusted_rows(case)), request.by
    )
    disclosure = queries.disclosure_for(case, office, clock.now()) if office is not None else None
    if office is not None:
        reason = reason or reason_against(rules.check_disclosure, office, disclosure)
    givers = _givers(office, disclosure) if office is not None and not reason else []
    if not reason and not givers:
        reason = _("Nobody at that office holds a position that gives help. Telephone it, or amend the plan.")
    items = queries.tellable(case.office, office, clock.today()) if office is not None else []
    refused = queries.refused_before(plan) if givers else []
    form = EntrustForm(
        posted(request),
        givers=givers,
        items=items,
        texts=_first_texts(case, plan, items, refused) if givers else {},
        to_police=disclosure is not None,
        initial={"not_told": [item.value for item in refused]},
    )
    return case_form(
        request,
        case,
        form,
        lambda: _beside(form, lambda: actions.entrust(plan, form.facts(), by=request.by)),
        section="entrusted",
        done=_("The plan has been sent to the other office. You are told what it answers."),
        heading=_("Entrust a counseling plan"),
        label=_("Send to the other office"),
        template="referrals/entrusted/new.html",
        not_to_tell=shown_not_to_tell(request, case),
        plan=plan,
        child_against=value_of(plan.child_stand) is not ChildStand.AGREES,
        facts_ahead=queries.is_ahead(case),
        reason=reason,
    )


def _givers(office: Office, disclosure: Disclosure | None) -> list[Position]:
    """Who can be entrusted there; at the police one of those who may open the disclosure."""
    return queries.givers_at(office) if disclosure is None else queries.officers_of(disclosure)


def _beside(form: EntrustForm, act: Any) -> Any:
    """Let a refusal that names a field stand beside that field too."""
    try:
        return act()
    except Refused as refusal:
        if refusal.code in form.fields:
            form.add_error(refusal.code, str(refusal.reason))
        raise


def _first_texts(
    case: Case, plan: CounselingPlan, items: list[Item], refused: Collection[Item]
) -> dict[str, str]:
    """What the form begins with: who the child is from the case, the rest from the plan; nothing of what the child refused."""
    texts = queries.texts_of(plan)
    return {
        item.value: texts[item.value] if item.value in texts else text_now(case, item.value)
        for item in items
        if item not in refused
    }


def _entrusted_or_404(case: Case, entrusted_id: UUID) -> Entrusted:
    rows = Entrusted.objects.filter(case=case, pk=entrusted_id)
    row = rows.select_related("office", "center", "provider__staff", "sent_by__staff", "plan").first()
    if row is None:
        raise Http404
    row.case = row.plan.case = case
    return row


def _return_or_404(row: Entrusted, return_id: UUID) -> EntrustedReturn:
    sent = EntrustedReturn.objects.filter(entrusted=row, pk=return_id).first()
    if sent is None:
        raise Http404
    sent.entrusted, sent.case = row, row.case
    return sent


def _at(row: Entrusted, card: str) -> str:
    return reverse("entrusted", args=[row.case_id, row.pk], fragment=card)


@page(Permission.WORK_ON_CASES)
def entrusted(request: StaffRequest, case_id: UUID, entrusted_id: UUID) -> HttpResponse:
    """One entrusted plan: what was told, how far it is, what came back, and what can be done."""
    case = case_or_404(request, case_id, "entrusted")
    with one_reading():
        with_keys([case])
        open_first(case)
        row, by = _entrusted_or_404(case, entrusted_id), request.by
        sent_back = queries.returns_of(row)
        returns = [
            {
                "sent": sent,
                "heading": f"{number}. {sent.kind_label.label}",
                "card": f"sent-{sent.pk}",
                "reached": goals_reviewed(row.plan, sent.goal_states) if sent.goal_states is not None else [],
                "open": sent.state == R.SENT,
            }
            for number, sent in zip(range(len(sent_back), 0, -1), sent_back, strict=True)
        ]
        context = {
            "case": case,
            "row": row,
            "parts": queries.parts_of(row),
            "words": queries.words_of_entrusted(row),
            "namings": queries.namings_of(row),
            "returns": returns,
            "sections": ["plan", *(one["card"] for one in returns)],
            "late": row.is_late_at(clock.now()),
            "facts_ahead": row.ended_at is None and queries.is_ahead(case),
            "why_not": reason_against(rules.check_of_case, row, by),
            "why_not_withdraw": reason_against(rules.check_of_case, row, by)
            or reason_against(rules.check_follows, row, S.WITHDRAWN, center=True),
        }
        return render(request, "referrals/entrusted/entrusted.html", context)


@form_page(Permission.WORK_ON_CASES)
def entrusted_answer(request: StaffRequest, case_id: UUID, entrusted_id: UUID) -> HttpResponse:
    """Answer the question of the other office."""
    case = case_to_change(request, case_id, "entrusted")
    row = _entrusted_or_404(case, entrusted_id)
    hint = _(
        "What the helper has to know, and no more: nothing of what happened to the child, no withheld place."
    )
    form = WordForm(posted(request), hint=hint)
    return case_form(
        request,
        case,
        form,
        lambda: actions.answer(row, form.cleaned_data["text"], by=request.by),
        section="entrusted",
        done=_("The answer has been sent."),
        refused_at="text",
        to=(_at(row, "plan"),),
        at="plan",
        back_url=_at(row, "plan"),
        heading=_("Answer the other office"),
        label=_("Send the answer"),
        template="referrals/entrusted/answer.html",
        words=queries.words_of_entrusted(row),
        reason=reason_against(rules.check_of_case, row, request.by)
        or reason_against(rules.check_follows, row, S.SENT, center=True),
    )


@action(Permission.WORK_ON_CASES)
def entrusted_withdraw(request: StaffRequest, case_id: UUID, entrusted_id: UUID) -> HttpResponse:
    """Withdraw what was told: the other office reads nothing of it at its next request."""
    case = case_or_404(request, case_id, level=Level.EDIT)
    row = _entrusted_or_404(case, entrusted_id)
    return button_answer(
        request,
        lambda: actions.withdraw(row, by=request.by),
        done=_("The plan has been withdrawn: the other office can read nothing of it any more, and is told."),
        to=(_at(row, "plan"),),
        at="plan",
    )


@action(Permission.WORK_ON_CASES)
def return_accept(request: StaffRequest, case_id: UUID, entrusted_id: UUID, return_id: UUID) -> HttpResponse:
    """Accept what was sent back."""
    case = case_or_404(request, case_id, level=Level.EDIT)
    row = _entrusted_or_404(case, entrusted_id)
    sent = _return_or_404(row, return_id)
    card = f"sent-{sent.pk}"
    return button_answer(
        request,
        lambda: actions.accept_return(sent, by=request.by),
        done=_("Accepted."),
        to=(_at(row, card),),
        at=card,
    )


@form_page(Permission.WORK_ON_CASES)
def return_back(request: StaffRequest, case_id: UUID, entrusted_id: UUID, return_id: UUID) -> HttpResponse:
    """Ask back on what was sent."""
    case = case_to_change(request, case_id, "entrusted")
    row = _entrusted_or_404(case, entrusted_id)
    sent = _return_or_404(row, return_id)
    card = f"sent-{sent.pk}"
    hint = _("What is missing or unclear. The notes of the other office stay there: do not ask for them.")
    form = WordForm(posted(request), hint=hint)
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_return_back(sent, form.cleaned_data["text"], by=request.by),
        section="entrusted",
        done=_("The other office is asked to send it anew. You are told when it does."),
        refused_at="text",
        to=(_at(row, card),),
        at=card,
        back_url=_at(row, card),
        heading=_("Ask back"),
        label=_("Ask the other office back"),
        reason=reason_against(rules.check_answerable, sent, R.ASKED_BACK, request.by),
    )
