"""Moving a child while custody lasts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.custody.actions import child_stays
from cases.custody.codes import STAY, Place
from cases.custody.models import CustodyDecision
from cases.custody.rules import check_lasts
from cases.decisions.actions import Decision
from cases.records.models import Case
from cases.stays import codes, rules
from cases.stays.codes import Told
from cases.stays.models import PlaceChange
from cases.stays.queries import Stay, going_on, moves_of, stay_before
from face.consequences import Consequences
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True)
class ChangeFacts:
    """What a draft of a change says: when the child was moved where and why, and how the child was told."""

    moved_at: datetime
    place_kind: Place
    place: str
    place_withheld: bool
    reason: str
    told: Told
    told_at: datetime | None = None
    words: str = ""
    said_by: str = ""
    said_at: datetime | None = None


@transaction.atomic
def draft_change(
    case: Case, facts: ChangeFacts, *, by: Position, earlier: PlaceChange | None = None
) -> PlaceChange:
    """Draft a change of place. No custody and no time limit ends or begins.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    row = CHANGE.begin(case, by, now, earlier)
    row.case = case
    row.start = going_on(case, now) or check_lasts(case)
    rules.check_moment(row.start, facts.moved_at, now, row)
    rules.check_other_place(_stay(row.start, case), facts.place_kind, facts.place)
    rules.check_told(facts.told, facts.told_at, now)
    rules.check_said(facts.said_by, facts.said_at, facts.moved_at)
    row.moved_at, row.place_kind, row.place = facts.moved_at, facts.place_kind, facts.place
    row.place_withheld, row.reason = facts.place_withheld, facts.reason
    row.told, row.told_at, row.words = facts.told, facts.told_at, facts.words or None
    row.said_by, row.said_at = facts.said_by or None, facts.said_at
    return CHANGE.submit(row, by)


def _stay(start: CustodyDecision, case: Case) -> Stay:
    return Stay.by(next(iter(moves_of(start, case)), start))


def _moved(row: PlaceChange, _by: Position) -> None:
    """The child's place of stay follows, unless custody has ended meanwhile: then it follows the end."""
    if row.start.ended_at is None:
        kind = value_of(row.place_kind)
        child_stays(row, STAY[kind] if kind else None)


def _panels(row: PlaceChange) -> tuple[str, ...]:
    return ("stay", "withheld_place") if value_of(row.place_withheld) else ("stay",)


def _decided(row: PlaceChange, _by: Position) -> dict[str, Any]:
    return {"d": row, "before": stay_before(row)}


CHANGE = Decision(
    act=codes.CUSTODY_PLACE,
    model=PlaceChange,
    check_may_draft=rules.check_may_draft_change,
    content=(
        *("start", "moved_at", "place_kind", "place", "place_withheld", "reason"),
        *("told", "told_at", "words", "said_by", "said_at"),
    ),
    form_url="place_change",
    template="cases/stays/decided.html",
    context=_decided,
    panels=_panels,
    consequences=Consequences(
        _("The child's place of custody is the new one. Custody and its time limits go on as they are."),
        _("The person who drafted it is told. The office tells the child and the custodians itself."),
        _("The change stays on record. Another move is a change of its own."),
    ),
    related=("start",),
    still_holds=rules.check_still_holds,
    effect=_moved,
    presses=True,
)
