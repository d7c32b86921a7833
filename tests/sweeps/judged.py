"""A judge is asked for a warrant for the custody of the world's child."""

from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.decisions.codes import Verdict
from cases.warrants import actions
from cases.warrants.codes import WarrantPaper, WarrantState
from cases.warrants.models import WarrantRequest, WarrantStep
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World

DAYS = {"due_on", "until"}


def write_warrant(world: "World") -> None:
    """Drafted, approved and handed in; what the judge answered."""
    lead, director = world["lead"], world["director"]
    there = (WarrantPaper.REQUEST, WarrantPaper.EVIDENCE)
    facts = actions.RequestFacts(
        papers_there=there, **words("warrant_draft", "court", "reason", "missing_why")
    )
    with acting_as(lead):
        row = actions.draft_request(world.case, facts, by=lead)
    with acting_as(director):
        note = canary("warrant_draft.note")
        row = actions.REQUEST.decide(row, Verdict.APPROVE, note=note, by=director)
    handed = actions.HandedIn(
        requested_at=clock.now(), papers_in=there, **words("warrant", "reference", "papers", "handed_to")
    )
    with acting_as(lead):
        request = actions.hand_in(row, handed, by=lead)
        _answered(request, lead)
    world.ids |= {"warrant_id": row.pk, "asked_id": request.pk, "step": "issued"}


def _answered(request: WarrantRequest, by: Position) -> None:
    """Every kind of step, the last of which waits for the warrant that the court issues itself."""
    follows = None
    for to in (
        WarrantState.ASKED_MORE,
        WarrantState.ANSWERED,
        WarrantState.REJECTED,
        WarrantState.REVIEW_ASKED,
        WarrantState.QUASHED,
        WarrantState.ISSUED,
    ):
        texts = [name for name in WarrantStep.FIELDS[to] if name not in DAYS]
        facts = words(f"warrant.{to.value}", *texts)
        facts |= {name: clock.today() for name in DAYS & {*WarrantStep.FIELDS[to]}}
        step = actions.record_step(request, to, happened_at=clock.now(), by=by, follows=follows, **facts)
        follows = step.pk
