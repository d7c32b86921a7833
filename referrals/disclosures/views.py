"""The sender's pages of a report: draft, edit, decide, preview, send, close; and what a withdrawal has ended."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.decisions.codes import State
from cases.decisions.pages import as_opened, earlier_draft, waits_for
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from referrals.consent.actions import explain_withdrawal
from referrals.consent.forms import ReasonForm
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.pages import intention_or_404
from referrals.consent.queries import text_now
from referrals.consent.rules import allowed_items, refused_items
from referrals.disclosures import actions, rules
from referrals.disclosures.catalogue import ceiling_of, ordered
from referrals.disclosures.codes import Item
from referrals.disclosures.forms import ReportForm
from referrals.disclosures.models import Disclosure, PackageItem
from referrals.disclosures.queries import Report, package_view, reports_of
from security.audit.verbs import Verb
from security.encryption.fields import reveal
from security.walls import clock


def report_or_404(case: Case, disclosure_id: UUID) -> Report:
    """A disclosure of this case."""
    found = next(iter(reports_of(case, pk=disclosure_id)), None)
    if found is None:
        raise Http404
    return found


@form_page(Permission.WORK_ON_CASES)
def report_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a report from what the child agreed to. Without a basis the page says why and has no form."""
    case = case_to_change(request, case_id, "police")
    waits = earlier_draft(request, actions.REPORT, case)
    if waits is not None and waits.state is State.WAITING:
        return redirect(f"{reverse('report_edit', args=[case.pk, waits.pk])}?version={waits.version}")
    now = clock.now()
    reason = reason_against(rules.check_may_draft, case, request.by, now)
    bases = [] if reason else rules.bases_with_items(case, now)
    bases = [basis for basis in bases if not rules.open_to(case, basis.recipient_id, now)]
    if request.method != "POST" and bases and "to" not in request.GET:
        return _choose_basis(request, case, bases)
    basis = _chosen(bases, request.GET.get("to"), request.GET.get("on"))
    if basis is None:
        typed = ReportForm(request.POST or None, items=_typed(request), texts={})
        still_open = rules.open_reports(case, now)
        to_office = any(str(row.recipient_id) == request.GET.get("to") for row in still_open)
        why = rules.WALLS["one_open_report" if to_office else "gate"]
        context = {"case": case, "reason": reason or why, "typed": typed, "open": still_open}
        return render(request, "referrals/disclosures/report_refused.html", context)
    items = ordered(allowed_items(basis, ceiling_of(basis.recipient), now))
    earlier = _earlier(case, request.GET.get("from", ""))
    form = ReportForm(
        posted(request),
        items=items,
        basis=basis,
        texts=_first_texts(case, items, earlier),
        of_case=case,
        initial=_first_facts(earlier, now),
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_report(
            case,
            recipient=basis.recipient,
            paper_kind=form.cleaned_data["paper_kind"],
            basis=basis,
            by=request.by,
            **form.facts(),
        ),
        section="police",
        done=waits_for(actions.REPORT, request.by),
        template="referrals/disclosures/report_new.html",
        heading=_("Draft a report to the police"),
        label=_("Draft for decision"),
        not_to_tell=shown_not_to_tell(request, case),
        basis=basis,
        others=_each_with_address(request, [b for b in bases if b.pk != basis.pk]),
        refused=[item.label for item in ordered(set(refused_items(case)))],
    )


def _choose_basis(
    request: StaffRequest, case: Case, bases: list[Intention | ExceptionRequest]
) -> HttpResponse:
    """The only office there is, or a page on which the sender chooses: the program chooses no recipient."""
    links = _each_with_address(request, bases)
    if len(links) == 1:
        return redirect(links[0][1])
    return render(request, "referrals/disclosures/report_to.html", {"case": case, "links": links})


def _each_with_address(
    request: StaffRequest, bases: list[Intention | ExceptionRequest]
) -> list[tuple[Intention | ExceptionRequest, str]]:
    """The bases, each with the address of a report on it: it keeps what else this address says, above all the way back."""
    return [
        (b, f"{request.path}?{urlencode({**request.GET.dict(), 'to': b.recipient_id, 'on': b.pk})}")
        for b in bases
    ]


def _typed(request: StaffRequest) -> list[Item]:
    """The items whose texts a refused request brought along: they are shown again, so that nothing typed is lost."""
    return [item for item in Item if request.POST.get(f"text_{item.value}", "").strip()]


def _chosen(bases: list[Intention | ExceptionRequest], to: str | None, on: str | None) -> Any:
    """The basis named on the page: the office's first, or one ``on`` its own id. None where it ended meanwhile: it is not
    replaced by another office's, nor the child's word by an exception."""
    return next((b for b in bases if str(b.recipient_id) == to and (not on or str(b.pk) == on)), None)


def _earlier(case: Case, named: str) -> Disclosure | None:
    """The earlier draft that the address names; None for none, and for one that is no draft of this case."""
    try:
        return Disclosure.objects.filter(case=case, pk=UUID(named)).first() if named else None
    except ValueError:
        return None


def _first_facts(earlier: Disclosure | None, now: datetime) -> dict[str, Any]:
    """Kind of paper and urgency that an earlier draft chose, and until when, if that is still to come."""
    if earlier is None:
        return {}
    return {"paper_kind": earlier.paper_kind, "urgency": earlier.urgency} | (
        {"due_at": earlier.due_at} if earlier.due_at > now else {}
    )


def _first_texts(case: Case, items: list[Item], earlier: Disclosure | None) -> dict[str, str]:
    """What the form begins with: an earlier draft's texts where one is named, else what the case says."""
    old = (
        {part.item: reveal(part, "content") or "" for part in PackageItem.objects.filter(disclosure=earlier)}
        if earlier
        else {}
    )
    return {item.value: old.get(item.value) or text_now(case, item.value) for item in items}


@form_page(Permission.WORK_ON_CASES)
def report_edit(request: StaffRequest, case_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """Change the texts of a draft; its drafter alone, until it is decided."""
    case = case_to_change(request, case_id, "police")
    row = as_opened(request, report_or_404(case, disclosure_id).row)
    texts = {part.item: reveal(part, "content") or "" for part in PackageItem.objects.filter(disclosure=row)}
    form = ReportForm(
        posted(request),
        items=ordered(set(row.items)),
        texts=texts,
        fixed=True,
        of_case=case,
        paper_kind=row.paper_kind,
        initial={"urgency": row.urgency, "due_at": row.due_at},
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.edit_draft(row, by=request.by, **form.facts()),
        section="police",
        done=_("The draft has been saved."),
        to=lambda _made: redirect(actions.REPORT.url(row)),
        heading=_("Edit the draft"),
        not_to_tell=shown_not_to_tell(request, case),
        over=row.reference,
        back_url=actions.REPORT.url(row),
        reason=reason_against(actions.REPORT.check_may_change, row, request.by, clock.now()),
    )


@action(Permission.WORK_ON_CASES)
def report_send(request: StaffRequest, case_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """Send an approved report."""
    return _act(request, case_id, disclosure_id, actions.send_report, _("The report has been sent."))


@action(Permission.WORK_ON_CASES)
def report_close(request: StaffRequest, case_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """Close a draft or a report."""
    return _act(request, case_id, disclosure_id, actions.close_report, _("The report has been closed."))


def _act(request: StaffRequest, case_id: UUID, disclosure_id: UUID, act: object, done: str) -> HttpResponse:
    case = case_or_404(request, case_id, "police")
    row = report_or_404(case, disclosure_id).row
    refusal = refusal_of(act, row, by=request.by)  # type: ignore[arg-type]  # one of this room's actions
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, done)
    return redirect(actions.REPORT.url(row))


@page(Permission.WORK_ON_CASES)
def report_preview(request: StaffRequest, case_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """What the receiver will read: the same template over the same query as the received page."""
    case = case_or_404(request, case_id, level=Level.VIEW)
    package = package_view(disclosure_id)
    if package is None or package.case_id != case.pk:
        raise Http404
    request.event.note_shown(case.pk, "package", verb=Verb.DISCLOSURE_PREVIEW)
    request.event.note(Verb.DISCLOSURE_PREVIEW, purpose="police_report", object_pk=str(disclosure_id))
    context = {"package": package, "preview_of": case, "print_url": ""}
    return render(request, "referrals/disclosures/package_page.html", context)


@page(Permission.WORK_ON_CASES)
def disclosure(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """The address a notice carries: it names no case, and leads its own people to the report."""
    row = get_object_or_404(Disclosure, pk=disclosure_id)
    case_or_404(request, row.case_id)
    return redirect(actions.REPORT.url(row))


@form_page(Permission.WORK_ON_CASES)
def intention_withdrawn(request: StaffRequest, case_id: UUID, intention_id: UUID) -> HttpResponse:
    """After a withdrawal or a newer answer: what has closed, how often it was read before, and what to tell the child.

    The reason of a withdrawal is written here, if there is one.
    """
    case = case_to_change(request, case_id, "intention", level=Level.VIEW)
    intention = intention_or_404(case, intention_id)
    if intention.taken_back_at is None and intention.superseded_at is None:
        return redirect("intention_history", case.pk)
    reports = [found for found in reports_of(case, intention=intention) if found.row.sent_at is not None]
    form = ReasonForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: explain_withdrawal(intention, reason=form.cleaned_data["reason"], by=request.by),
        section="intention",
        done=_("The reason has been written down."),
        to=("intention_withdrawn", case.pk, intention.pk),
        template="referrals/disclosures/withdrawn.html",
        intention=intention,
        reports=reports,
        was_read=any(found.looks.opened or found.looks.printed for found in reports),
    )
