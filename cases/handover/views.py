"""Handing cases over: what is under way, the form with its confirmation, and what was made together."""

import uuid
from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import CASEWORK, Permission
from cases.handover import actions, queries
from cases.handover.codes import BADGES, HandoverState
from cases.handover.forms import HandoverForm, LeadForm
from cases.handover.models import Handover
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import back_to_team, case_form, case_to_change
from cases.records.queries import cases_for, with_keys
from face.consequences import Consequences
from security.audit.verbs import Verb
from security.walls import clock

P = Permission
MAY_HAND_OVER = (P.DRAFT_DECISIONS, P.MANAGE_TEAM, P.KEEP_SUPPORT)
HANDING_OVER = Consequences(
    gettext_lazy(
        "From the first day on, the receiver is in charge, and the open duties of the former pass to them."
    ),
    gettext_lazy("The receiver and the person in charge until now are told. Nobody else is."),
    gettext_lazy(
        "From the first day on it cannot be cancelled. Drafts and planned visits stay with the person who made them."
    ),
)


@page(*CASEWORK)
def handovers(request: StaffRequest) -> HttpResponse:
    """What this position hands over, receives or has arranged, and what is planned in its line."""
    rows = queries.handovers_of(request.by, clock.now())
    may = any(request.by.may(one) for one in MAY_HAND_OVER)
    return render(request, "cases/handover/handovers.html", {"rows": _with_states(request, rows), "may": may})


@form_page(*MAY_HAND_OVER)
def handover_new(request: StaffRequest) -> HttpResponse:
    """Choose cases, receiver and day; read what is open on each; confirm."""
    now = clock.now()
    giver = _giver(request)
    cases = queries.led_by(giver, request.by, now)
    for case in cases:
        request.event.note_shown(case.pk, "handover", verb=Verb.CASE_LIST)
    takers = [one for one in queries.receivers(request.by, clock.today()) if one.pk != giver.pk]
    form = HandoverForm(posted(request), cases=cases, positions=takers, find=partial(_find, request))
    opened = queries.open_on([case.pk for case in cases], now)
    gone = form.gone()
    context: dict[str, Any] = {"form": form, "giver": giver, "gone": gone}
    if request.by.may(P.MANAGE_TEAM):
        leaders = list(queries.leaders(request.by, clock.today()))
        context["leaders"] = leaders if any(one.pk != giver.pk for one in leaders) else []
    if form.is_valid() and request.POST.get("confirmed") != "1":
        chosen = [
            {"case": case, "open": opened[case.pk], "note": form.notes()[case.pk]} for case in form.chosen()
        ]
        return render(request, "cases/handover/confirm.html", context | {"lines": chosen})
    if form.is_valid():
        batch, cases = uuid.uuid4(), form.chosen()
        refused = actions.hand_over_each(
            cases,
            form.chosen_position(),
            form.first_day(),
            by=request.by,
            keep_former=form.cleaned_data["keep_former"],
            notes=form.notes(),
            batch=batch,
        )
        if len(refused) < len(cases):
            left = [(f"{case.number}: {reason}", form.notes()[case.pk]) for case, reason in refused]
            return _answer(request, batch, len(cases) - len(refused), [*left, *gone])
        for case, reason in refused:
            form.add_error(None, f"{case.number}: {reason}")
    return render(request, "cases/handover/new.html", context | {"lines": form.lines(opened)})


@page(*CASEWORK)
def handover(request: StaffRequest, batch_id: UUID) -> HttpResponse:
    """What was made together, line by line, for who gives, who receives and the line: state, note, what is open."""
    rows = queries.batch_of(request.by, batch_id)
    if not rows:
        raise Http404
    lines = _with_states(request, rows)
    may_count = any(line["may_cancel"] for line in lines)
    context = {"rows": lines, "first": rows[0], "batch": batch_id, "may_count": may_count}
    return render(request, "cases/handover/handover.html", context)


@action(*MAY_HAND_OVER)
def handover_cancel(request: StaffRequest, batch_id: UUID, handover_id: UUID) -> HttpResponse:
    """Cancel one case of a planned hand-over."""
    held = cases_for(request.by, Level.MANAGE).values("pk")
    row = get_object_or_404(Handover, pk=handover_id, batch=batch_id, case__in=held)
    request.event.note_shown(row.case_id, "handover")
    return button_answer(
        request,
        lambda: actions.cancel(row, by=request.by),
        done=_("The hand-over has been cancelled. The person in charge stays."),
        to=("handover", batch_id),
    )


@action(*MAY_HAND_OVER)
def handover_count(request: StaffRequest, batch_id: UUID) -> HttpResponse:
    """Count again what is open on the cases of a planned hand-over that the caller manages."""
    rows = queries.to_count(request.by, batch_id, clock.now())
    if not rows:
        raise Http404
    for row in rows:
        request.event.note_shown(row.case_id, "handover")
    return button_answer(
        request,
        lambda: actions.count_again(rows, by=request.by),
        done=_("What is open has been counted again. The receiver reads the new numbers."),
        to=("handover", batch_id),
    )


@form_page(*CASEWORK)
def lead_change(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Hand one case over, from its card of the team."""
    case = case_to_change(request, case_id, "team", level=Level.MANAGE)
    lead = queries.lead_of(case, clock.now())
    takers = [
        one for one in queries.receivers(request.by, clock.today()) if lead is None or one.pk != lead.pk
    ]
    form = LeadForm(posted(request), positions=takers)
    return case_form(
        request,
        case,
        form,
        lambda: actions.hand_over(
            case,
            form.chosen_position(),
            form.first_day(),
            by=request.by,
            keep_former=form.cleaned_data["keep_former"],
            note=form.cleaned_data["note"],
        ),
        section="team",
        done=_("The case is handed over, or will be on the first day. Both are told."),
        to=lambda _made: back_to_team(request, case),
        heading=_("Change the person in charge"),
        template="cases/handover/lead.html",
        open=queries.open_on([case.pk], clock.now())[case.pk],
        consequences=HANDING_OVER,
    )


def _giver(request: StaffRequest) -> Position:
    """Whose cases are handed over: one's own, or for a supervisor those of the position named in the address."""
    asked = request.GET.get("from", "")
    if asked in ("", str(request.by.pk)):
        return request.by
    if not request.by.may(P.MANAGE_TEAM):
        raise Http404
    try:
        return get_object_or_404(queries.leaders(request.by, clock.today()), pk=UUID(asked))
    except ValueError as error:
        raise Http404 from error


def _with_states(request: StaffRequest, rows: list[Handover]) -> list[dict[str, object]]:
    """The rows with state, colour, what was counted, and, where the reader sees the case, the case and what is open on it."""
    now = clock.now()
    seen = {
        case.pk: case
        for case in with_keys(cases_for(request.by).filter(pk__in=[row.case_id for row in rows]))
    }
    manages = set(cases_for(request.by, Level.MANAGE).filter(pk__in=seen).values_list("pk", flat=True))
    opened = queries.open_on(seen, now)
    counts = queries.latest_counts([row.pk for row in rows if row.state_at(now) == HandoverState.PLANNED])
    for case in seen.keys() | {count.case_id for count in counts.values()}:
        request.event.note_shown(case, "handover", verb=Verb.CASE_LIST)
    return [
        {
            "row": row,
            "case": seen.get(row.case_id),
            "open": opened.get(row.case_id),
            "count": counts.get(row.pk),
            "state": row.state_at(now),
            "badge": BADGES[row.state_at(now)],
            "is_planned": row.state_at(now) == HandoverState.PLANNED,
            "may_cancel": row.case_id in manages and row.state_at(now) == HandoverState.PLANNED,
        }
        for row in rows
    ]


def _find(request: StaffRequest, typed: Collection[str]) -> dict[str, Case]:
    """Of the ids typed, the cases that the reader sees; each is recorded as shown."""
    seen = queries.gone(typed, request.by)
    for case in seen.values():
        request.event.note_shown(case.pk, "handover", verb=Verb.CASE_LIST)
    return seen


def _answer(request: StaffRequest, batch: UUID, done: int, left: list[tuple[str, str]]) -> HttpResponse:
    """The answer once cases are handed over: what was made together, or first, line by line, what was left out and its note."""
    text = ngettext("%(n)d case is handed over.", "%(n)d cases are handed over.", done) % {"n": done}
    if left:
        return render(request, "cases/handover/left.html", {"done": text, "batch": batch, "gone": left})
    messages.success(request, text)
    return redirect("handover", batch)
