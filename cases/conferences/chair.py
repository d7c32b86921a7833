"""The chair signs what the secretary wrote before the director decides it: minutes of a case, or an acceptance.

The database says whether a signature is needed (trigger ``c_chair``): not where the director was in the chair, whose decision
says it, nor where the chair no longer works on the case. A chair who finds something wrong tells the secretary, who changes it.
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.conferences import rules
from cases.conferences.models import Minuted
from cases.decisions.actions import Decision
from cases.decisions.rules import check_version
from cases.records.codes import Relation
from cases.records.queries import deciders_of, positions_of_case
from security.walls import clock


def ask_chair(kind: Decision[Any], row: Minuted) -> None:
    """A draft was written or changed: where the chair signs it first, the chair is told; the deciders are when that is done."""
    row.refresh_from_db(fields=Minuted.CHAIR)
    if row.waits_for_chair:
        cause = f"{row.pk}:{row.version}"
        tell(
            [row.entry.sitting.chair_id], NoticeKind.CHAIR_SIGNS, row.case.number, kind.url(row), cause=cause
        )


def deciders(kind: Decision[Any], row: Minuted, by: Position) -> list[UUID]:
    """Who is told that a draft waits for a decision: nobody before the chair has signed it."""
    row.refresh_from_db(fields=Minuted.CHAIR)
    return [] if row.waits_for_chair else deciders_of(row.case, kind.act, besides=by)


@transaction.atomic
def sign_as_chair(kind: Decision[Any], row: Minuted, *, version: int | None = None, by: Position) -> Minuted:
    """The chair signs a draft as it was read. Those who decide it are told. Raises Refused."""
    fresh = kind.lock(kind.model._default_manager.filter(pk=row.pk))
    now = clock.now()
    rules.check_may_sign(fresh, by, now)
    check_version(fresh, version)
    fresh.chair_signed_by, fresh.chair_signed_at = by, now
    fresh.save(update_fields=["chair_signed_by", "chair_signed_at"])
    told = deciders_of(fresh.case, kind.act, besides=fresh.drafted_by)
    cause = f"{fresh.pk}:{fresh.version}"
    tell(told, NoticeKind.DECISION_WAITING, fresh.case.number, kind.url(fresh), cause=cause)
    signed: Minuted = fresh
    return signed


def tell_team(kind: Decision[Any], row: Minuted, by: Position) -> None:
    """What was decided is told to whoever is in charge of the case and to its team; the secretary is told as the drafter."""
    team = positions_of_case(row.case_id, Relation.LEAD, Relation.MEMBER)
    told = [one for one in team if one not in (row.drafted_by_id, by.pk)]
    tell(told, NoticeKind.CONFERENCE_DECIDED, row.case.number, kind.url(row), cause=str(row.pk))
