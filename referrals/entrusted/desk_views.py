"""The pages of the office that gives the help: the plans entrusted to a position, its own sessions, and what it sends back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from referrals.disclosures.codes import Item
from referrals.entrusted import actions, queries, rules
from referrals.entrusted.codes import SENDS, EntrustState, ReturnKind
from referrals.entrusted.forms import PlanSessionForm, RecordSessionForm, ReturnForm, WordForm
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession
from security.audit.verbs import Verb
from security.encryption.fields import reveal, value_of
from security.walls import clock

S = EntrustState


def _entrusted_or_404(request: StaffRequest, entrusted_id: UUID) -> Entrusted:
    row = queries.entrusted_to(request.by).filter(pk=entrusted_id).first()
    if row is None:
        raise Http404
    request.menu_at = reverse("entrusted_list")
    return row


def _why_closed(row: Entrusted) -> str:
    """The sentence on a form of a plan that is closed to this office, or ""."""
    return "" if queries.is_open_to_me(row) else str(rules.GONE)


@page(Permission.GIVE_ENTRUSTED)
def entrusted_list(request: StaffRequest) -> HttpResponse:
    """The plans entrusted to this position: those in hand first, then those that are closed."""
    rows = list(queries.entrusted_to(request.by)[: queries.MOST])
    again, now = queries.asked_back_on(rows), clock.now()
    listed = [(row, row.pk in again, row.is_late_at(now)) for row in rows]
    context = {
        "rows": [one for one in listed if one[0].ended_at is None],
        "over": [one for one in listed if one[0].ended_at is not None],
    }
    return render(request, "referrals/entrusted/desk.html", context)


@page(Permission.GIVE_ENTRUSTED)
def entrusted_plan(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """One plan with what may be done; once it is closed, the own sessions alone, without a word of the case."""
    row, by = _entrusted_or_404(request, entrusted_id), request.by
    is_open = queries.is_open_to_me(row)
    if is_open and row.opened_at is None and not refusal_of(actions.note_opened, row, by=by):
        row = _entrusted_or_404(request, entrusted_id)
    shown = ("entrusted", "entrusted_sessions") if is_open else ("entrusted_sessions",)
    request.event.note_shown(row.case_id, *shown, verb=Verb.DISCLOSURE_VIEW)
    request.event.note(Verb.DISCLOSURE_VIEW, purpose="entrusted", object_pk=str(row.pk))
    follows = rules.check_follows
    context = {
        "row": row,
        "is_open": is_open,
        "parts": queries.parts_of(row) if is_open else [],
        "words": queries.words_of_entrusted(row) if is_open else [],
        "returns": queries.returns_of(row) if is_open else [],
        "sessions": queries.sessions_of(row),
        "late": row.is_late_at(clock.now()),
        "may_accept": is_open and not reason_against(follows, row, S.ACCEPTED, center=False),
        "may_ask": is_open and not reason_against(follows, row, S.ASKED_BACK, center=False),
        "gives": is_open and not reason_against(rules.check_giving, row, by),
        "kinds": [(kind, SENDS[kind]) for kind in (ReturnKind.REVIEW, ReturnKind.DANGER, ReturnKind.END)],
    }
    return render(request, "referrals/entrusted/plan.html", context)


@action(Permission.GIVE_ENTRUSTED)
def entrusted_accept(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """Accept the plan."""
    row = _entrusted_or_404(request, entrusted_id)
    return button_answer(
        request,
        lambda: actions.accept(row, by=request.by),
        done=_("Accepted: the center is told. Plan the first session."),
        to=("entrusted_plan", row.pk),
    )


def _word(request: StaffRequest, row: Entrusted, act: Any, to: EntrustState, **texts: Any) -> HttpResponse:
    """The form of a question or of a refusal."""
    form = WordForm(posted(request), hint=texts.pop("hint"))
    return form_answer(
        request,
        form,
        lambda: act(row, form.cleaned_data["text"], by=request.by),
        to=("entrusted_plan", row.pk),
        template="referrals/entrusted/desk_form.html",
        row=row,
        reason=_why_closed(row) or reason_against(rules.check_follows, row, to, center=False),
        **texts,
    )


@form_page(Permission.GIVE_ENTRUSTED)
def entrusted_question(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """Ask the center something before accepting."""
    return _word(
        request,
        _entrusted_or_404(request, entrusted_id),
        actions.ask_back,
        S.ASKED_BACK,
        hint=_("What you have to know to give the help."),
        heading=_("Ask the center"),
        label=_("Send the question"),
        done=_("The question has been sent."),
    )


@form_page(Permission.GIVE_ENTRUSTED)
def entrusted_decline(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """Say that the help cannot be given, and why."""
    return _word(
        request,
        _entrusted_or_404(request, entrusted_id),
        actions.decline,
        S.DECLINED,
        hint=_(
            "Why the help cannot be given here. The center reads it; you read nothing of the plan any more."
        ),
        heading=_("Decline the plan"),
        label=_("Decline"),
        done=_("Declined: the center is told."),
    )


@form_page(Permission.GIVE_ENTRUSTED)
def kept_session_new(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """Plan a session."""
    row = _entrusted_or_404(request, entrusted_id)
    form = PlanSessionForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.plan_session(row, form.cleaned_data["planned_for"], by=request.by),
        done=_("The session is planned."),
        to=("entrusted_plan", row.pk),
        template="referrals/entrusted/desk_form.html",
        row=row,
        heading=_("Plan a session"),
        label=_("Plan a session"),
        reason=_why_closed(row) or reason_against(rules.check_giving, row, request.by),
    )


@form_page(Permission.GIVE_ENTRUSTED)
def kept_session(request: StaffRequest, entrusted_id: UUID, kept_id: UUID) -> HttpResponse:
    """Record a session: the attendance and two lines go to the center, the note stays here."""
    row = _entrusted_or_404(request, entrusted_id)
    session = EntrustedSession.objects.filter(entrusted=row, pk=kept_id).first()
    if session is None:
        raise Http404
    form = RecordSessionForm(posted(request), session=session)
    return form_answer(
        request,
        form,
        lambda: actions.record_session(session, form.facts(), by=request.by),
        done=_("Recorded, and the two lines have been sent to the center."),
        to=("entrusted_plan", row.pk),
        template="referrals/entrusted/desk_form.html",
        row=row,
        session=session,
        heading=_("Record the session"),
        label=_("Record and send"),
        reason=_why_closed(row) or reason_against(rules.check_may_record, row, session, request.by),
    )


@form_page(Permission.GIVE_ENTRUSTED)
def entrusted_send(request: StaffRequest, entrusted_id: UUID, sending: str) -> HttpResponse:
    """Send a sign of danger, a review or the end report; or anew (``?anew=``) what the center asks back."""
    row = _entrusted_or_404(request, entrusted_id)
    if sending not in ReturnKind.values:
        raise Http404
    what, wrong = ReturnKind(sending), _asked_back(row, request.GET.get("anew", ""))
    if what is ReturnKind.SESSION and wrong is None:
        raise Http404
    form = ReturnForm(posted(request), of=row, kind=what, initial=_typed_before(wrong))
    if wrong is not None:
        request.event.note_shown(row.case_id, "entrusted", verb=Verb.DISCLOSURE_VIEW)
    return form_answer(
        request,
        form,
        lambda: actions.send_back(row, form.facts(), by=request.by, corrects=wrong),
        done=_("It has been sent to the center."),
        to=("entrusted_plan", row.pk),
        template="referrals/entrusted/desk_form.html",
        row=row,
        asked_back=wrong,
        heading=_("Report a sign of danger")
        if what is ReturnKind.DANGER
        else _("Report to the child guidance center"),
        kind="" if what is ReturnKind.DANGER else SENDS[what],
        goals=_goals(row) if form.goals else None,
        label=_("Send to the center"),
        reason=_why_closed(row)
        or reason_against(rules.check_giving, row, request.by)
        or reason_against(rules.check_anew, wrong, what),
    )


def _goals(row: Entrusted) -> tuple[Item, Any] | None:
    """The goals of the plan in words, for those who say how far each was reached."""
    return next((part for part in queries.parts_of(row) if part[0] is Item.PLAN_GOAL), None)


def _asked_back(row: Entrusted, named: str) -> EntrustedReturn | None:
    """What the address names, of this plan and as far as the walls show it. Raises Http404 for anything else."""
    if not named:
        return None
    try:
        found = EntrustedReturn.objects.filter(entrusted=row, pk=UUID(named)).first()
    except ValueError as unknown:
        raise Http404 from unknown
    if found is None:
        raise Http404
    return found


def _typed_before(wrong: EntrustedReturn | None) -> dict[str, Any]:
    """What is sent anew begins with what was sent; else with this moment."""
    if wrong is None:
        return {"happened_at": localtime(clock.now()).replace(second=0, microsecond=0)}
    states = value_of(wrong.goal_states) if wrong.goal_states is not None else None
    return {
        "happened_at": value_of(wrong.happened_at),
        "attendance": reveal(wrong, "attendance"),
        "summary": reveal(wrong, "summary"),
        **{f"goal_{code}": state for code, state in (states or {}).items()},
    }
