"""Custody of a case, and what waits for a decider."""

from uuid import UUID

from django.db.models import F, Q

from agencies.directory.models import Office
from agencies.staff.models import Delegation, Post
from agencies.staff.roles import Act, Role
from agencies.staff.rules import may_decide
from cases.custody.codes import ACTS, DecisionKind
from cases.custody.models import CustodyDecision, WarrantRequest
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import with_keys
from security.walls import clock

PEOPLE = ("drafted_by__staff", "drafted_by__office", "decided_by__staff", "decided_by__office")


def in_force(case: Case) -> CustodyDecision | None:
    """The approved start whose custody has not been ended."""
    return CustodyDecision.objects.filter(
        case=case, kind=DecisionKind.START, approved=True, ended_at=None
    ).first()


def open_draft(case: Case, kind: str) -> CustodyDecision | None:
    """The draft of this kind that waits for its decision."""
    return CustodyDecision.objects.filter(case=case, kind=kind, decided_at=None).first()


def decisions_of(case: Case) -> list[CustodyDecision]:
    """All decisions of the case, latest first."""
    return list(CustodyDecision.objects.filter(case=case).select_related(*PEOPLE, "replaced_by"))


def warrants_of(case: Case) -> list[WarrantRequest]:
    """The requests for a warrant."""
    return list(
        WarrantRequest.objects.filter(case=case).select_related("recorded_by__staff", "recorded_by__office")
    )


def custody_waiting_for(by: Post) -> list[CustodyDecision]:
    """The drafts this post can decide: oral decisions to be confirmed first, then what has waited longest; keys loaded."""
    kinds = [kind for kind, act in ACTS.items() if may_decide(by, act)]
    if not kinds:
        return []
    waiting = CustodyDecision.objects.filter(decided_at=None, kind__in=kinds).exclude(
        drafted_person=by.staff_id
    )
    held = waiting.filter(case__pk__held_by=(by.pk, Level.EDIT.value)).select_related(
        *PEOPLE, "case__child", "case__office"
    )
    rows = list(held.order_by(F("confirm_by").asc(nulls_last=True), "drafted_at"))
    with_keys(row.case for row in rows)
    return rows


def deciders(office: Office, act: Act) -> list[UUID]:
    """The posts of an office that decide ``act`` today: directors, and whom they delegated it to."""
    today = clock.today()
    delegated = Delegation.objects.filter(
        office=office, acts__contains=[act.value], ended_at=None, starts_on__lte=today, ends_on__gte=today
    )
    who = Q(role=Role.DIRECTOR.value) | Q(pk__in=delegated.values("to_post"))
    return list(Post.objects.current().filter(who, office=office).values_list("pk", flat=True))
