"""The conferences of the office, the agenda of one, a case for it, and the minutes of a case."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.conferences import rules
from cases.conferences.actions import (
    ACCEPTANCE,
    ITEM,
    change_sitting,
    draft_acceptance,
    draft_minutes,
    plan_sitting,
    put_before,
    record_held,
)
from cases.conferences.codes import SittingKind
from cases.conferences.council import opinions_of
from cases.conferences.forms import (
    AcceptForm,
    ChangeForm,
    HeldForm,
    PutForm,
    SittingForm,
    accepted_before,
    title_of,
    wanted_id,
)
from cases.conferences.minutes_form import MinutesForm, typed_before
from cases.conferences.models import Acceptance, ConferenceItem, Minuted, Sitting
from cases.conferences.queries import (
    Item,
    agenda_of,
    changes_of,
    items_of,
    names_of,
    other_offices,
    others_on,
    planned,
    sittings,
    staff_of_office,
    to_minute,
)
from cases.conferences.sitting_paper import SITTING_MINUTES, is_decided
from cases.decisions.actions import Decision
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.prints.queries import sheets_of
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.panel import full_name
from cases.records.queries import colleagues, team_of, valid_leads
from cases.reviews.pages import list_of, list_of_lines
from face.keyset import by_fields, page_of
from face.templatetags.face import ja
from security.audit.verbs import Verb
from security.walls import clock

Rule = Callable[[Sitting, Position], None]
SIZE = 50
"""How many conferences a page of the list shows."""


@page(Permission.WORK_ON_CASES)
def sitting_list(request: StaffRequest) -> HttpResponse:
    """The conferences of the office, the latest first."""
    listed = by_fields(sittings(request.by), ("-held_from", "-id"))
    shown = page_of(listed, request.GET.dict(), bound=f"conferences {request.by.pk}", size=SIZE)
    return render(request, "cases/conferences/list.html", {"shown": shown})


@form_page(Permission.WORK_ON_CASES)
def sitting_new(request: StaffRequest) -> HttpResponse:
    """Plan a conference."""
    request.menu_at = reverse("sitting_list")
    form = SittingForm(posted(request), positions=staff_of_office(request.by))
    return form_answer(
        request,
        form,
        lambda: plan_sitting(**form.planned(), by=request.by),
        done=_("The conference is planned. Cases are put before it from their own pages."),
        to=lambda made: redirect("sitting", made.pk),
        template="cases/conferences/sitting_form.html",
        heading=_("Plan a conference"),
        label=_("Plan the conference"),
    )


def _named(request: StaffRequest, sitting_id: UUID) -> Sitting:
    request.menu_at = reverse("sitting_list")
    return get_object_or_404(sittings(request.by), pk=sitting_id)


@page(Permission.WORK_ON_CASES)
def sitting(request: StaffRequest, sitting_id: UUID) -> HttpResponse:
    """The agenda: the items of the cases that the reader sees, and how many there are besides."""
    row = _named(request, sitting_id)
    items = agenda_of(row)
    for one in items:
        case = one.entry.case
        request.event.note_shown(case.pk, "agenda", verb=Verb.CASE_LIST, under=[case.child.key_scope()])
    context = {
        "row": row,
        "heading": title_of(row),
        "lines": [
            (one, full_name(one.entry.case.child), not row.is_intake and one.awaits_minutes_of(request.by))
            for one in items
        ],
        "others": others_on(row),
        "present": names_of(row.present),
        "invited": names_of(row.invited),
        "changes": changes_of(row),
        "sheet": SITTING_MINUTES.code,
        "not_sheet": ""
        if any(is_decided(one) for one in items)
        else _("No item of it has been decided yet."),
        "prints": sheets_of(request.by, SITTING_MINUTES, str(row.pk)),
        "not_move": reason_against(rules.check_may_move, row, request.by),
        "not_cancel": reason_against(rules.check_may_change, row, request.by),
        "not_record": reason_against(rules.check_may_record, row, request.by),
        **_gone_through(request, row),
    }
    return render(request, "cases/conferences/sitting.html", context)


def _gone_through(request: StaffRequest, row: Sitting) -> dict[str, Any]:
    """What a progress conference goes through: the progress list of its month, of one that lies ahead this month's, as its reader
    signs it."""
    if not row.is_progress or not request.by.may(Permission.REVIEW_LINE):
        return {}
    return {"reviewed": list_of_lines(request, list_of(localdate(min(row.held_from, clock.now()))))}


@form_page(Permission.WORK_ON_CASES)
def sitting_held(request: StaffRequest, sitting_id: UUID) -> HttpResponse:
    """Record until when a conference was held, and who sat."""
    row = _named(request, sitting_id)
    there = [str(one) for one in (row.chair_id, row.secretary_id, *row.invited)]
    form = HeldForm(
        posted(request), sitting=row, positions=staff_of_office(request.by), initial={"present": there}
    )
    return form_answer(
        request,
        form,
        lambda: record_held(
            row,
            form.cleaned_data["held_to"],
            form.chosen(),
            by=request.by,
            by_telephone=form.chosen("by_telephone"),
        ),
        done=_("Recorded. The secretary can write the minutes of each case now."),
        to=("sitting", row.pk),
        template="cases/conferences/sitting_form.html",
        heading=_("Record the conference as held"),
        over=title_of(row),
        back_url=reverse("sitting", args=[row.pk]),
        label=_("Record as held"),
        reason=reason_against(rules.check_may_record, row, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def sitting_move(request: StaffRequest, sitting_id: UUID) -> HttpResponse:
    """Move a planned conference, with what is on its agenda."""
    return _change(
        request,
        sitting_id,
        rules.check_may_move,
        moves=True,
        label=_("Move it"),
        done=_("The conference is moved. Those invited, and those who put cases before it, were told."),
    )


@form_page(Permission.WORK_ON_CASES)
def sitting_cancel(request: StaffRequest, sitting_id: UUID) -> HttpResponse:
    """Cancel a planned conference: what is on its agenda is on none then."""
    return _change(
        request,
        sitting_id,
        rules.check_may_change,
        moves=False,
        label=_("Cancel it"),
        done=_("The conference is cancelled. Those invited, and those who put cases before it, were told."),
    )


def _change(
    request: StaffRequest, sitting_id: UUID, rule: Rule, *, moves: bool, done: str, label: str
) -> HttpResponse:
    row = _named(request, sitting_id)
    form = ChangeForm(posted(request), sitting=row, moves=moves)
    return form_answer(
        request,
        form,
        lambda: change_sitting(row, **form.cleaned_data, by=request.by),
        done=done,
        to=("sitting", row.pk),
        template="cases/conferences/sitting_form.html",
        heading=_("Move the conference") if moves else _("Cancel the conference"),
        over=title_of(row),
        back_url=reverse("sitting", args=[row.pk]),
        label=label,
        reason=reason_against(rule, row, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def conference_put(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Put the case on the agenda of a planned conference."""
    case = case_to_change(request, case_id, "conferences")
    sittings_for = [
        one
        for one in planned(request.by)
        if one.is_intake is (case.stage == Stage.RECEPTION) and not one.is_progress
    ]
    form = PutForm(posted(request), sittings=sittings_for)
    return case_form(
        request,
        case,
        form,
        lambda: put_before(
            case,
            form.chosen(),
            form.cleaned_data["matter"],
            papers=form.cleaned_data["papers"],
            by=request.by,
        ),
        section="conferences",
        done=_("The case is on the agenda."),
        template="cases/conferences/put.html",
        heading=_("Put the case before a conference"),
        label=_("Put on the agenda"),
        reason=reason_against(rules.check_may_put, case, request.by),
        has_sittings=bool(form.of_id),
    )


@form_page(Permission.DRAFT_DECISIONS)
def conference_minutes(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write the minutes of the item that ``?of=`` names, or of the first one; an own draft that waits is changed."""
    case = case_to_change(request, case_id, "conferences")
    earlier = earlier_draft(request, ITEM, case)
    item = _item_of(request, case, earlier)
    kind = item.entry.sitting.known_kind if item else SittingKind.POLICY
    form = MinutesForm(
        posted(request),
        case=case,
        kind=kind,
        team=_team(case),
        offices=[one.name for one in other_offices(request.by)],
        opinions=opinions_of(case),
        initial=typed_before(earlier) if earlier else {},
    )
    return case_form(
        request,
        case,
        form,
        lambda: draft_minutes(case, item, form.minutes(), by=request.by, earlier=earlier),
        section="conferences",
        done=waits_for_chair(ITEM, request.by),
        template="cases/conferences/minutes.html",
        heading=_("Write the minutes of the conference"),
        label=_("Ask for the decision"),
        item=item,
        earlier=earlier,
        reason=why_not_draft(request, ITEM, case, earlier),
    )


def waits_for_chair(kind: Decision[Any], by: Position) -> Callable[[Any], str]:
    """What the secretary is told: that the chair signs it first, or who can decide it."""

    def told(row: Minuted) -> str:
        if not row.waits_for_chair:
            return waits_for(kind, by)(row)
        name = ja(row.entry.sitting.chair.staff.name)
        return format_html(_("Drafted. It waits for the signature of the chair, {name}."), name=name)

    return told


def _team(case: Case) -> list[Position]:
    """Who can be given a task: the team of the case, each once."""
    return list({grant.position_id: grant.position for grant in team_of(case)}.values())


@form_page(Permission.DRAFT_DECISIONS)
def accept_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What the intake conference decided: of one that is recorded with it, or of one that was held with this secretary."""
    case = case_to_change(request, case_id, "conferences")
    earlier = earlier_draft(request, ACCEPTANCE, case)
    item = _item_of(request, case, earlier, intake=True)
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position").first()
    form = AcceptForm(
        posted(request),
        office=colleagues(case, Permission.WORK_ON_CASES),
        lead=lead.position if lead else None,
        case=case,
        by=request.by,
        team=_team(case),
        is_kept=item is not None,
        initial=accepted_before(earlier) if earlier else {},
    )

    def act() -> Acceptance:
        return draft_acceptance(case, item or form.met(), form.accepted(), by=request.by, earlier=earlier)

    return case_form(
        request,
        case,
        form,
        act,
        section="conferences",
        done=waits_for_chair(ACCEPTANCE, request.by),
        template="cases/conferences/minutes.html",
        heading=_("Record the intake conference"),
        label=_("Ask for the decision"),
        item=item,
        earlier=earlier,
        reason=why_not_draft(request, ACCEPTANCE, case, earlier),
    )


def _item_of(
    request: StaffRequest, case: Case, earlier: ConferenceItem | Acceptance | None, *, intake: bool = False
) -> Item | None:
    found = [one for one in items_of(case) if one.entry.sitting.is_intake is intake]
    wanted = earlier.entry_id if earlier is not None else None
    if wanted is None and "of" in request.GET:
        wanted = wanted_id(request.GET["of"])
        if all(one.entry.pk != wanted for one in found):
            raise Http404
    if wanted is not None:
        return next(one for one in found if one.entry.pk == wanted)
    return next(iter(to_minute(case, request.by, intake=intake)), None)
