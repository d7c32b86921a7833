"""Custody of a case, and what waits for a decider."""

from datetime import timedelta

from django.db import models

from agencies.staff.models import Position
from agencies.staff.rules import may_decide
from cases.custody.codes import ACTS, DecisionKind, DecisionState
from cases.custody.models import ConsentAnswer, CustodyDecision, WarrantRequest
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of, with_keys
from cases.records.reading import asked_once
from security.walls import clock

CAME_BACK = timedelta(days=14)
"""How long a returned draft stands on the home page of whoever drafted it."""
LONG = timedelta(days=45)
"""After how long custody is listed with the day on which its two months are over."""
PEOPLE = ("drafted_by__staff", "drafted_by__office", "decided_by__staff", "decided_by__office")


@asked_once
def decisions_of(case: Case) -> list[CustodyDecision]:
    """All decisions of the case, latest first."""
    return list(CustodyDecision.objects.filter(case=case).select_related(*PEOPLE, "replaced_by"))


def in_force(case: Case) -> CustodyDecision | None:
    """The approved start whose custody has not been ended."""
    return next((row for row in decisions_of(case) if row.state is DecisionState.IN_FORCE), None)


def open_draft(case: Case, kind: str) -> CustodyDecision | None:
    """The draft of this kind that waits for its decision."""
    drafts = (row for row in decisions_of(case) if row.state is DecisionState.WAITING)
    return next((row for row in drafts if row.kind == kind), None)


@asked_once
def answers_of(case: Case) -> list[ConsentAnswer]:
    """What persons with parental authority said after custody had begun, in order."""
    if not decisions_of(case):
        return []
    rows = ConsentAnswer.objects.filter(case=case)
    return list(rows.select_related("recorded_by__staff", "recorded_by__office"))


@asked_once
def warrants_of(case: Case) -> list[WarrantRequest]:
    """The requests for a warrant."""
    if not decisions_of(case):
        return []
    rows = WarrantRequest.objects.filter(case=case)
    return list(rows.select_related("recorded_by__staff", "recorded_by__office"))


def custody_waiting_for(by: Position) -> list[CustodyDecision]:
    """The drafts this position can decide: oral decisions to be confirmed first, then what has waited longest; keys loaded."""
    kinds = [kind for kind, act in ACTS.items() if may_decide(by, act)]
    if not kinds:
        return []
    waiting = CustodyDecision.objects.filter(decided_at=None, kind__in=kinds).exclude(
        drafted_person=by.staff_id
    )
    held = waiting.filter(on_cases_of(by, Level.EDIT)).select_related(*PEOPLE, "case__child", "case__office")
    rows = list(held.order_by(models.F("confirm_by").asc(nulls_last=True), "drafted_at"))
    with_keys(row.case for row in rows)
    return rows


def returned_to(by: Position) -> models.QuerySet[CustodyDecision]:
    """What this person drafted and got back in the last days, and has not drafted anew; the latest first."""
    rows = CustodyDecision.objects.filter(approved=False, drafted_person=by.staff_id, replaced_by=None)
    held = rows.filter(on_cases_of(by, Level.EDIT), decided_at__gt=clock.now() - CAME_BACK)
    later = CustodyDecision.objects.filter(
        case=models.OuterRef("case"),
        kind=models.OuterRef("kind"),
        drafted_at__gt=models.OuterRef("decided_at"),
    )
    return held.exclude(models.Exists(later)).select_related("case").order_by("-decided_at")


def opinions_to_hear(by: Position) -> models.QuerySet[CustodyDecision]:
    """Decisions in effect after which the child is still to be heard (児童福祉法33条の3の3), the oldest first."""
    in_effect = models.Q(approved=True) | models.Q(approved=None, is_oral=True)
    unheard = CustodyDecision.objects.filter(in_effect, opinion__isnull=True, ended_at=None)
    held = unheard.filter(on_cases_of(by, Level.EDIT))
    return held.select_related("case").order_by("effective_at")


def reaching_two_months(by: Position) -> list[CustodyDecision]:
    """Custody in force that reaches its two months soon (児童福祉法33条), on the cases this position writes on; the first
    first."""
    rows = CustodyDecision.objects.filter(kind=DecisionKind.START, approved=True, ended_at=None)
    held = rows.filter(on_cases_of(by, Level.EDIT), effective_at__lt=clock.now() - LONG)
    return list(held.select_related("case").order_by("effective_at"))
