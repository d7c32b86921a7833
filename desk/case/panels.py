"""Which rooms the case page shows, in the order of the day's work."""

from django.utils.functional import Promise

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Step
from security.rooms import named, rooms

ORDER = (
    "glass",
    "clocks",
    "child",
    "basics",
    "intention",
    "police",
    "duties",
    "custody",
    "progress",
    "visits",
    "intake",
    "people",
    "contacts",
    "papers",
    "team",
    "closing",
    "looks",
)
"""What comes first on the page. A panel that is not named here comes last."""
HALVES = frozenset({"child", "basics", "intention", "police"})
"""Panels that are drawn beside each other, two in a row, where the screen is wide."""
STEPS = 3
"""How many of the next steps stand at the head of the page."""


def panels_of(case: Case, by: Position) -> list[Panel]:
    """The panels of every room for this case and reader; a room may answer with none, one or several."""
    found: list[Panel] = []
    for room in rooms():
        answer = room.panel(case, by) if room.panel else None
        found += answer if isinstance(answer, list) else [answer] if answer else []
    return sorted(found, key=lambda panel: ORDER.index(panel.name) if panel.name in ORDER else len(ORDER))


def menu_of(panels: list[Panel]) -> list[tuple[str, str | Promise]]:
    """The page's own menu: the name (which is the id of the card) and the label of each panel that has one."""
    labels = [(panel.name, named("panels", panel.name)) for panel in panels]
    return [(name, label) for name, label in labels if label]


def moments_of(case: Case, by: Position) -> list[Moment]:
    """The timeline: what every room has to tell, newest first."""
    moments = [moment for room in rooms() if room.moments for moment in room.moments(case, by)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def steps_of(case: Case, by: Position) -> list[Step]:
    """What comes next on the case: what presses first, then what is due first."""
    steps = [step for room in rooms() if room.steps for step in room.steps(case, by)]
    steps.sort(key=lambda step: (not step.pressing, step.due is None, step.due or case.opened_at))
    return steps[:STEPS]
