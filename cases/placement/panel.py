"""Placement on the page of custody, at the head of every page, in the stream, and what comes next."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.custody.queries import lasting
from cases.custody.rules import check_may_draft_end
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.limits.queries import limits_of
from cases.placement import rules
from cases.placement.ages import adult_on, months_before
from cases.placement.codes import (
    ACTS,
    MOVES,
    PLACEMENT,
    PLACES,
    Basis,
    CourtAct,
    DecisionKind,
    PlacementState,
)
from cases.placement.later_rules import check_may_explain
from cases.placement.queries import (
    answer_rows,
    arrival_of,
    awaited,
    court_of,
    court_rows,
    decisions_of,
    file_of,
    in_order,
    standing,
    term_of,
)
from cases.placement.seen import check_may_visit
from cases.placement.wills import Wills, wills_now
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from cases.records.queries import everybody_around
from face.lines import Chip, Line, Step
from face.wareki import format_date
from security.encryption.fields import value_of, words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """Where the child is placed, what each person says, the court, every decision, and the buttons with why they are grey."""
    now, found, file, comes = clock.now(), standing(case), file_of(case), awaited(case)
    hearings = {row.pk: row for row in file.hearings}
    arrivals = {row.decision_id: row for row in file.arrivals}
    used = {row.hearing_id for row in file.decisions}
    context = {
        "standing": found,
        "wills": _wills_now(case),
        "court": in_order(list(file.court)),
        "term": term_of(case),
        "answers": list(file.answers),
        "decisions": [
            (row, hearings.get(row.hearing_id), arrivals.get(row.pk), ACTS[DecisionKind(row.kind)].value)
            for row in file.decisions
            if row.kind in DecisionKind.values
        ],
        "heard": [row for row in hearings.values() if row.pk not in used],
        "limits": limits_of(case, clock.today()) if found.lasts else [],
        "not_record": reason_against(rules.check_may_record, case, by),
        "why_not": reason_against(rules.check_may_draft_act, case, DecisionKind.START, by, now),
        "not_renew": reason_against(rules.check_may_draft_act, case, DecisionKind.RENEW, by, now),
        "explained": list(file.explained),
        "visits": list(file.visits),
        "not_visit": reason_against(check_may_visit, case, by),
        "later": [
            (
                label,
                reverse(url, args=[case.pk]),
                reason_against(rules.check_may_draft_act, case, kind, by, now),
            )
            for kind, url, label in _offered(found.reached)
        ],
        "not_explain": reason_against(check_may_explain, case, by),
        "arrives": comes is not None,
        "came": _("Record that the child came")
        if comes is None or comes.kind in PLACES
        else _("Record that the child came to where it stays now"),
        "not_arrive": reason_against(rules.check_may_arrive, case, by),
    }
    return Panel("placement", "cases/placement/panel.html", context)


def _offered(state: PlacementState) -> list[tuple[DecisionKind, str, str]]:
    """The decisions that can follow where a placement is, with their forms."""
    words = {
        DecisionKind.CHANGE: ("placement_change", _("Draft a change")),
        DecisionKind.SUSPEND: ("placement_suspend", _("Draft a suspension")),
        DecisionKind.RESUME: ("placement_resume", _("Draft the end of the suspension")),
        DecisionKind.END: ("placement_end", _("Draft the end of the placement")),
    }
    return [(kind, *words[kind]) for kind in MOVES[state] if kind in words]


def _wills_now(case: Case) -> Wills | None:
    where = standing(case).where
    if where is None or value_of(where.basis) is not Basis.CONSENT:
        return None
    return wills_now(case, value_of(where.place_kind), clock.now())


def _is_against(case: Case) -> bool:
    """Whether a placement that rests on consent goes on although somebody objects or took it back."""
    wills = _wills_now(case)
    return wills is not None and bool(wills.against)


def _ends_ahead(case: Case) -> list[Chip]:
    comes = awaited(case)
    if comes is None or comes.kind != DecisionKind.END:
        return []
    return [
        Chip(_("Placed; the placement ends on %(day)s") % {"day": format_date(comes.effective_on)}, "warning")
    ]


def cautions(case: Case, by: Position) -> list[Chip]:
    """An end that lies ahead; a withheld place; consent that was taken back; the court's term that has passed, and until when it
    lasts."""
    found, where = _ends_ahead(case), standing(case).where
    if where is None:
        return found
    if value_of(where.place_withheld):
        found.append(Chip(_("Place of placement withheld")))
    if _is_against(case):
        found.append(
            Chip(_("Placed against the will of a person with parental authority, without the court"))
        )
    adult, today = adult_on(case), clock.today()
    if adult is not None and adult <= today:
        found.append(Chip(_("Placed beyond the eighteenth birthday, %(day)s") % {"day": format_date(adult)}))
    elif adult is not None and months_before(adult, case.office.adult_months) <= today:
        text = _("Placed; turns eighteen on %(day)s") % {"day": format_date(adult)}
        found.append(Chip(text, "warning"))
    term = term_of(case)
    if term is not None and term.due_at < clock.now():
        pending = court_of(case).last is CourtAct.RENEWAL_ASKED
        found.append(
            Chip(_("The court's term of the placement has passed; the renewal is pending"), "warning")
            if pending
            else Chip(_("The court's term of the placement has passed"))
        )
    elif term is not None:
        until = format_date(rules.day_of(term.due_at))
        found.append(
            Chip(_("Placed by approval of the family court until %(day)s") % {"day": until}, "warning")
        )
    return found


def what_holds(case: Case, by: Position) -> list[Line]:
    """The placement that goes on, and since when."""
    where = standing(case).where
    if where is None:
        return []
    url = reverse("decision", args=[case.pk, ACTS[DecisionKind(where.kind)].value, where.pk])
    return [Line(url, PLACEMENT.label, words_of(where.place_kind), on=where.effective_on, case_id=case.pk)]


def steps(case: Case, by: Position) -> list[Step]:
    """Drafts that came back; the end of custody and the arrival after a decision; the court where somebody is against it, or
    where its term ends."""
    now, rows = clock.now(), decisions_of(case)
    found = [
        step
        for kind, act in ACTS.items()
        for step in steps_after_return(act, [row for row in rows if row.kind == kind], by)
    ]
    comes = awaited(case)
    if comes is not None:
        if lasting(case) is not None and comes.kind in PLACES:
            reason = reason_against(check_may_draft_end, case, by, now)
            url = reverse("custody_end", args=[case.pk])
            found.append(
                Step(_("The placement is decided: have the end of custody decided"), url, reason=reason)
            )
        reason = reason_against(rules.check_may_arrive, case, by)
        url = reverse("placement_arrival", args=[case.pk])
        label = _("Record when the child came to where it is placed")
        if comes.kind not in PLACES:
            day = format_date(comes.effective_on)
            label = _("Record when the child came to where it stays from %(day)s on") % {"day": day}
        found.append(Step(label, url, reason=reason))
    court_url, reason = (
        reverse("placement_court", args=[case.pk]),
        reason_against(rules.check_may_record, case, by),
    )
    if _is_against(case) and court_of(case).last is not CourtAct.PETITION:
        label = _("Consent to the placement is missing: petition the family court, or end the placement")
        found.append(Step(label, court_url, pressing=True, reason=reason))
    return [*found, *_at_the_end(case, by, court_url, reason)]


def _at_the_end(case: Case, by: Position, court_url: str, reason: Any) -> list[Step]:
    """From when the office is told of the end of the term: the petition for the renewal, and its draft."""
    term, now = term_of(case), clock.now()
    if term is None or term.due_at - timedelta(days=case.office.court_first_days) > now:
        return []
    last = court_of(case).last
    if last is CourtAct.RENEWAL_GRANTED:
        url = reverse("placement_renew", args=[case.pk])
        not_renew = reason_against(rules.check_may_draft_act, case, DecisionKind.RENEW, by, now)
        return [
            Step(_("Draft the renewal of the placement"), url, term.due_at, pressing=True, reason=not_renew)
        ]
    if last is CourtAct.RENEWAL_ASKED:
        return []
    label = _("Petition the family court for the renewal of the placement, or end it")
    return [Step(label, court_url, term.due_at, pressing=True, reason=reason)]


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions, hearings, answers, steps at the court, and when the child came."""
    found: list[Moment] = []
    for row in decisions_of(case):
        found += moments_of_act(row, row.get_kind_display())
        heading = _("The child was heard on its placement")
        found.append(Moment(row.hearing.recorded_at, heading, by=row.hearing.recorded_by.staff))
        if (came := arrival_of(row)) is not None:
            heading = _("The child came to where it is placed")
            found.append(Moment(came.arrived_at, heading, by=came.recorded_by.staff))
    names = {person.pk: words_of(person.name) for person in everybody_around(case)}
    for answer in answer_rows(case):
        heading = _("Consent to a placement: %(answer)s") % {"answer": words_of(answer.consent)}
        text = names.get(answer.person_id, "") if answer.person_id else ""
        found.append(Moment(answer.recorded_at, heading, text, by=answer.recorded_by.staff))
    for step in court_rows(case):
        heading = _("Family court on placement: %(step)s") % {"step": words_of(step.step)}
        found.append(Moment(step.recorded_at, heading, words_of(step.court), by=step.recorded_by.staff))
    return found
