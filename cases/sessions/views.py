"""Planning, moving and recording sessions; and the day and the month of one who gives them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import is_aware, localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.clocks.rules import JAPAN
from cases.counseling.codes import FactInterview
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import fact_interview, plan_at
from cases.counseling.rules import check_current
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.queries import with_keys
from cases.sessions import actions, rules
from cases.sessions.forms import FirstForm, MoveForm, NoteForm, RecordForm, offer_of
from cases.sessions.models import Session, SessionNote
from cases.sessions.queries import (
    DAY_MOST,
    MINUTES_USUAL,
    MONTH_MOST,
    all_sessions_of,
    at_once,
    given_by,
    is_apart,
    is_followed,
    is_tfcbt,
    lacks_course,
    minutes_of,
    next_after,
    notes_of,
    planned_of,
    proposed,
    recorded_of,
    standing_of,
    standing_plan,
    writes_apart,
)
from face.converters import YEARS
from face.months import month_after, month_before, month_of
from face.wareki import format_datetime
from security.audit.verbs import Verb
from security.encryption.fields import reveal
from security.walls import clock

OFFERED = 30
"""How many dates are offered at once."""


@form_page(Permission.WORK_ON_CASES)
def session_new(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """Plan the next session of a plan, or begin a row of them with it."""
    case = case_to_change(request, case_id, "sessions")
    plan, reason = _given(case, counseling_id, request.by)
    form = FirstForm(posted(request), plan=plan, initial={"planned_for": _usual(plan), "place": _place(plan)})

    def act() -> list[Session]:
        typed = form.cleaned_data
        if typed["act"] == "offer":
            rules.check_may_plan(case, request.by)
            return []
        return actions.plan_sessions(
            case, plan.course, [typed["planned_for"]], place=typed["place"], by=request.by
        )

    def to(made: list[Session]) -> HttpResponse:
        if made:
            return redirect(reverse("progress_list", args=[case.pk], fragment="sessions"))
        offer = reverse("session_offer", args=[case.pk, counseling_id])
        return redirect(f"{offer}?first={localtime(form.cleaned_data['planned_for']):%Y-%m-%dT%H:%M}")

    return case_form(
        request,
        case,
        form,
        act,
        section="sessions",
        done=lambda made: _planned(made, plan) if made else "",
        to=to,
        template="cases/sessions/new.html",
        heading=_("Plan a session"),
        plan=plan,
        reason=reason,
        **_warnings(case, plan),
    )


@form_page(Permission.WORK_ON_CASES)
def session_offer(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """The dates until the review that the plan proposes, each to be changed or left out."""
    case = case_to_change(request, case_id, "sessions")
    plan, reason = _given(case, counseling_id, request.by)
    moments = proposed(plan, _first(request, plan), OFFERED)
    # What was offered is what is saved, though somebody has planned some of it since.
    sent = sum(f"at_{n}" in request.POST for n in range(1, OFFERED + 1))
    moments += moments[-1:] * (sent - len(moments))
    form = offer_of(moments)(posted(request), plan=plan, initial={"place": _place(plan)})
    return case_form(
        request,
        case,
        form,
        lambda: actions.plan_sessions(
            case,
            plan.course,
            form.moments(form.cleaned_data),
            place=form.cleaned_data["place"],
            by=request.by,
        ),
        section="sessions",
        done=lambda made: _planned(made, plan),
        heading=_("Plan sessions until the review"),
        label=_("Plan these sessions"),
        intro=_("Change a date, or leave it out. Nothing is planned before you save."),
        reason=reason,
    )


def _first(request: StaffRequest, plan: CounselingPlan) -> datetime:
    """The first date of the row, as the page before asked for it."""
    try:
        at = datetime.fromisoformat(request.GET.get("first", ""))
    except ValueError:
        return _usual(plan)
    if at.year not in YEARS:
        return _usual(plan)
    return at if is_aware(at) else at.replace(tzinfo=JAPAN)


def _place(plan: CounselingPlan) -> str | None:
    """Where the latest session of the plan is: proposed for the next one."""
    row = Session.objects.filter(course=plan.course).first()
    return reveal(row, "place") if row is not None else None


def _usual(plan: CounselingPlan) -> datetime:
    """When the first session is proposed: in the afternoon of tomorrow, or of the first day of the plan."""
    return datetime.combine(max(plan.starts_on, clock.today() + timedelta(days=1)), time(15), JAPAN)


def _given(case: Case, plan_id: UUID, by: Position) -> tuple[CounselingPlan, str | Promise]:
    """The plan that stands of the course of this one, and why nothing is planned by it now."""
    plan = standing_of(case, plan_id)
    if plan is None:
        raise Http404
    try:
        _plan, provider = rules.plan_for(case, plan.course)
        rules.check_provider(provider, clock.today())
        check_current(plan)
    except Refused as refusal:
        return plan, str(refusal.reason)
    return plan, reason_against(rules.check_may_plan, case, by)


def _planned(made: list[Session], plan: CounselingPlan) -> str:
    """What is told once sessions are planned; also that one of them overlaps another of the same person."""
    told = ngettext("%(n)d session has been planned.", "%(n)d sessions have been planned.", len(made))
    told %= {"n": len(made)}
    return told + _overlaps(made, plan)


def _overlaps(rows: list[Session], plan: CounselingPlan) -> str:
    minutes = minutes_of(plan)
    twice = [row for row in rows if at_once(row.provider, row.planned_for, minutes, row.pk).exists()]
    if not twice:
        return ""
    when = ", ".join(format_datetime(row.planned_for, style="short") for row in twice[:5])
    return " " + _("The same person has another session at that time: %(when)s") % {"when": when}


def _next_overlaps(form: RecordForm, made: Session, plan: CounselingPlan | None) -> str:
    """That the session which was planned while one was recorded overlaps another of the same person."""
    at = form.cleaned_data.get("next_for")
    if at is None or plan is None:
        return ""
    return _overlaps(list(planned_of(made.course_id).filter(planned_for=at).select_related("provider")), plan)


def _warnings(case: Case, plan: CounselingPlan | None) -> dict[str, Any]:
    """What stands above a form about a session."""
    ahead = plan is not None and fact_interview(case, clock.now()) is FactInterview.AHEAD
    return {"facts_ahead": ahead, "not_to_touch": reveal(plan, "risks") if ahead and plan else None}


@form_page(Permission.WORK_ON_CASES)
def session(request: StaffRequest, case_id: UUID, session_id: UUID) -> HttpResponse:
    """Read a session; record what became of it; add to its note, where the reader writes it."""
    case = case_to_change(request, case_id, "sessions", level=Level.VIEW)
    row = _of(case, session_id)
    plan = standing_plan(case, row.course_id)
    told = row if row.ended_at is not None else next(iter(recorded_of(row.course_id, 1)), None)
    notes = notes_of(told) if told is not None else []
    if notes:
        request.event.note_shown(case.pk, "session_notes")
    shown = {
        "row": row,
        "plan": plan,
        "told": told,
        "notes": notes,
        "apart": is_apart(row),
        "writes_apart": writes_apart(row, request.by),
        "facts_ahead": False,
        "not_to_tell": shown_not_to_tell(request, case),
    }
    if row.ended_at is not None:
        return _recorded(request, case, row, shown)
    return _to_record(request, case, row, plan, shown)


def _recorded(request: StaffRequest, case: Case, row: Session, shown: dict[str, Any]) -> HttpResponse:
    """A session that is recorded, and the form of a further note for those who write it."""
    form, may_note = NoteForm(posted(request)), reason_against(rules.check_may_note, row, request.by)

    def act() -> SessionNote:
        return actions.add_note(row, form.cleaned_data["apart"], by=request.by)

    return case_form(
        request,
        case,
        form,
        act,
        section="sessions",
        done=_("The note has been added."),
        to=("session", case.pk, row.pk),
        template="cases/sessions/session.html",
        writes=not may_note or form.is_bound,
        label=_("Add the note"),
        why_not=may_note,
        **shown,
    )


def _to_record(
    request: StaffRequest, case: Case, row: Session, plan: CounselingPlan | None, shown: dict[str, Any]
) -> HttpResponse:
    """A session that is planned, and the form in which it is recorded."""
    then = plan and (plan_at(plan, row.planned_for) or plan)  # it may have been amended since
    goes_on = plan is not None and plan.provider_id is not None and not is_followed(row)
    following = next_after(plan, row.planned_for) if plan is not None and goes_on else None
    proposal = following if following is not None and following > clock.now() else None
    form = RecordForm(
        posted(request),
        session=row,
        plan=plan,
        apart=writes_apart(row, request.by),
        tfcbt=then is not None and is_tfcbt(then),
        initial={
            "held_at": row.planned_for if row.planned_for <= clock.now() else None,
            "place": reveal(row, "place"),
            "next_for": proposal,
        },
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_session(row, by=request.by, **form.facts()),
        section="sessions",
        done=lambda made: _("The session has been recorded.") + _next_overlaps(form, made, plan),
        template="cases/sessions/session.html",
        writes=True,
        label=_("Record the session"),
        why_not=reason_against(rules.check_may_record, row, request.by),
        why_not_move=reason_against(rules.check_may_move, row, request.by, clock.today()),
        lacks_course=then is not None and lacks_course(row, then, localdate(row.planned_for)),
        **shown | _warnings(case, plan),
    )


@form_page(Permission.WORK_ON_CASES)
def session_move(request: StaffRequest, case_id: UUID, session_id: UUID) -> HttpResponse:
    """Move a session to another time; the same hour a week later is proposed."""
    case = case_to_change(request, case_id, "sessions")
    row = _of(case, session_id)
    plan, reason = _given(case, row.course_id, request.by)
    form = MoveForm(posted(request), plan=plan, initial={"planned_for": row.planned_for + timedelta(days=7)})

    def moved(made: Session) -> str:
        return _("The session has been moved.") + _overlaps([made], plan)

    return case_form(
        request,
        case,
        form,
        lambda: actions.move_session(row, form.cleaned_data["planned_for"], by=request.by),
        section="sessions",
        done=moved,
        heading=_("Move a session"),
        over=format_datetime(row.planned_for),
        label=_("Move it"),
        reason=reason or reason_against(rules.check_may_move, row, request.by, clock.today()),
    )


def _of(case: Case, session_id: UUID) -> Session:
    row: Session = get_object_or_404(all_sessions_of(case), pk=session_id)
    row.case = case
    return row


@page(Permission.WORK_ON_CASES)
def my_sessions(request: StaffRequest) -> HttpResponse:
    """The sessions of one day that the reader gives, with the children's names."""
    day = _day(request.GET.get("day", "")) or clock.today()
    rows = list(given_by(request.by, day, day + timedelta(days=1), DAY_MOST))
    with_keys(row.case for row in rows)
    for row in rows:
        request.event.note_shown(
            row.case_id, "sessions", verb=Verb.CASE_LIST, under=[row.case.child.key_scope()]
        )
    context = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "rows": [(row, _is_beside(row, rows)) for row in rows],
    }
    return render(request, "cases/sessions/day.html", context)


def _is_beside(row: Session, rows: list[Session]) -> bool:
    """Whether another session that is still to be held is at the same time."""
    span = timedelta(minutes=MINUTES_USUAL)
    return row.ended_at is None and any(
        abs(one.planned_for - row.planned_for) < span and one.ended_at is None and one.pk != row.pk
        for one in rows
    )


@page(Permission.WORK_ON_CASES)
def my_month(request: StaffRequest) -> HttpResponse:
    """The sessions of one month that the reader gives, by the numbers of the cases: a sheet to be printed names no child."""
    month = month_of(_day(request.GET.get("month", "") + "-01") or clock.today())
    rows = list(given_by(request.by, month, month_after(month), MONTH_MOST))
    for row in rows:
        request.event.note_shown(row.case_id, "sessions", verb=Verb.CASE_LIST)
    days: dict[date, list[Session]] = {}
    for row in rows:
        days.setdefault(localdate(row.planned_for), []).append(row)
    context = {
        "month": month,
        "before": month_before(month),
        "after": month_after(month),
        "days": list(days.items()),
    }
    return render(request, "cases/sessions/month.html", context)


def _day(typed: str) -> date | None:
    """The day that an address names; None for what is no day, or one of a year of which there can be nothing."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year in YEARS else None
