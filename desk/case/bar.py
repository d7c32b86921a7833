"""Whose case it is, who works on it, what is due and what must be minded: the bar at the head of each of its pages."""

from dataclasses import dataclass
from datetime import date, timedelta

from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.clocks.codes import ClockState
from cases.clocks.models import Clock
from cases.clocks.queries import clocks_of
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.queries import team_of, with_keys
from face.lines import Chip, Step
from security.encryption.fields import value_of, words_of
from security.rooms import rooms_at
from security.walls import clock

STEPS = 3
"""How many of the next steps are at the head of a page."""
AHEAD = timedelta(days=30)
"""A limit that lies further ahead, as the end of custody, presses nobody yet: it stands on its card."""


@dataclass(frozen=True)
class Bar:
    """What the bar shows, decrypted. ``lead`` and ``supervisor`` are None where the case has none at this moment."""

    name: str
    kana: str
    born: date | None
    place: str
    lead: Position | None
    supervisor: Position | None
    limit: Clock | None
    cautions: list[Chip]
    steps: list[Step]


def first_of(case: Case, steps: list[Step]) -> list[Step]:
    """The steps that the bar shows: what presses first, then what is due first."""
    return sorted(steps, key=lambda step: (not step.pressing, step.due is None, step.due or case.opened_at))[
        :STEPS
    ]


def bar_of(case: Case, by: Position, steps: list[Step]) -> Bar:
    """The bar for this reader. Call it within one reading: its questions are those of the cards, too."""
    with_keys([case])
    near = clock.now() + AHEAD
    running = (one for one in clocks_of(case) if one.state is ClockState.RUNNING and one.due_at < near)
    return Bar(
        name=full_name(case.child),
        kana=full_kana(case.child),
        born=value_of(case.child.birth_date),
        place=words_of(case.place_of_stay),
        lead=holder_of(case, Relation.LEAD),
        supervisor=holder_of(case, Relation.LINE, Role.SUPERVISOR)
        or holder_of(case, Relation.LINE, Role.POLICE_SUPERVISOR),
        limit=next(running, None),
        cautions=_chips(case, by),
        steps=steps,
    )


def _chips(case: Case, by: Position) -> list[Chip]:
    """The warnings of all rooms, what must not be overlooked first."""
    found = [chip for room in rooms_at(case.office.kind) if room.cautions for chip in room.cautions(case, by)]
    return sorted(found, key=lambda chip: chip.kind != "danger")


def holder_of(case: Case, relation: Relation, role: Role | None = None) -> Position | None:
    """Who holds this relation now: the team also knows who will."""
    now = clock.now()
    held = (grant for grant in team_of(case) if grant.relation == relation and grant.starts_at <= now)
    return next((grant.position for grant in held if role is None or grant.position.role == role), None)
