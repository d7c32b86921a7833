"""Continuing custody on the page of custody, at the head of every page, in the stream, and what comes next."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.models import Clock
from cases.continuing import rules, terms
from cases.continuing.codes import CUSTODY_CONTINUE, Court
from cases.continuing.models import TermCourt, TermStand
from cases.continuing.queries import continuing_rows, continuings_of, court_rows, stand_rows, term_of
from cases.custody.queries import lasting
from cases.custody.rules import check_may_draft_end
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from face.lines import Chip, Step
from security.encryption.fields import words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the chips and the steps need on every page of a case."""
    return [continuing_rows(case), stand_rows(case), court_rows(case)]


def panel(case: Case, by: Position) -> Panel | None:
    """The term that runs, what each person says to the next, the steps at the court, the decisions; nothing without custody."""
    now, start, limit = clock.now(), lasting(case), term_of(case)
    rows = continuings_of(case)
    if start is None and not rows:
        return None
    context = {
        "limit": limit,
        "is_over": limit is not None and limit.due_at < now,
        "terms": [
            (term, [row for row in rows if row.starts_at == term.at])
            for term in terms.written_terms(case, now)
        ],
        "why_not": reason_against(rules.check_may_draft_continuing, case, by, now),
        "not_record": reason_against(rules.check_may_record, case, by),
    }
    return Panel("continuing", "cases/continuing/panel.html", context)


def cautions(case: Case, by: Position) -> list[Chip]:
    """Custody that has outlasted its term, and custody without what it takes against somebody's will."""
    limit = term_of(case) if lasting(case) else None
    if limit is None:
        return []
    now, found = clock.now(), []
    if limit.due_at < now:
        found.append(Chip(_("Temporary custody has outlasted its term"), "danger"))
    present = terms.present_term(case, now)
    if present is not None and present.court is Court.REFUSED:
        found.append(Chip(_("The family court refused to approve the custody"), "danger"))
    elif present is not None and present.lacks_court:
        found.append(
            Chip(
                _("Custody against the will of a person with parental authority, without the court"), "danger"
            )
        )
    return found


def steps(case: Case, by: Position) -> list[Step]:
    """A draft that came back; once the end of the term is told: whom to ask, the court, and the draft itself."""
    found = steps_after_return(CUSTODY_CONTINUE, continuings_of(case), by)
    limit, now = (term_of(case) if lasting(case) else None), clock.now()
    if limit is None:
        return found
    present, following = terms.present_term(case, now), terms.next_term(case, now)
    if present is not None and present.lacks_court:
        found.append(_after_court(case, by, present, None))
    if following is None or limit.due_at - timedelta(days=case.office.custody_first_days) > now:
        return found
    if following.is_unasked:
        url, reason = (
            reverse("continuing_stand", args=[case.pk]),
            reason_against(rules.check_may_record, case, by),
        )
        found.append(
            Step(
                _("Ask each person with parental authority on continuing custody"),
                url,
                limit.due_at,
                reason=reason,
            )
        )
    if following.lacks_court:
        found.append(_after_court(case, by, following, limit))
    return found


def _after_court(case: Case, by: Position, term: terms.Term, limit: Clock | None) -> Step:
    """The court is asked; once it has refused, custody ends, at the latest with the term that runs (児童福祉法33条14項)."""
    if term.court is not Court.REFUSED:
        return _court_step(case, by, limit)
    reason = reason_against(check_may_draft_end, case, by, clock.now())
    label = _("End custody: the family court refused to approve that it goes on")
    url = reverse("custody_end", args=[case.pk])
    return Step(label, url, limit.due_at if limit else None, pressing=True, reason=reason)


def _court_step(case: Case, by: Position, limit: Clock | None) -> Step:
    reason = reason_against(rules.check_may_record, case, by)
    url = reverse("continuing_court", args=[case.pk])
    label = _("Ask the family court to approve continuing custody")
    return Step(label, url, limit.due_at if limit else None, pressing=True, reason=reason)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Drafts and decisions, what each person said, and the steps at the court."""
    return [
        *parts_of_act(continuing_rows(case).all(), CUSTODY_CONTINUE.label, span),
        Part(span.of(stand_rows(case).all(), "recorded_at", "recorded_by"), _said),
        Part(span.of(court_rows(case).all(), "recorded_at", "recorded_by"), _stepped),
    ]


def _said(row: TermStand) -> Moment:
    heading = _("Stand on continuing custody: %(stand)s") % {"stand": words_of(row.stand)}
    return Moment(row.recorded_at, heading, words_of(row.person.name), by=row.recorded_by.staff, row=row.pk)


def _stepped(row: TermCourt) -> Moment:
    heading = _("Family court on continuing custody: %(step)s") % {"step": words_of(row.step)}
    return Moment(row.recorded_at, heading, words_of(row.court), by=row.recorded_by.staff, row=row.pk)
