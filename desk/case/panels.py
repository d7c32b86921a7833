"""Which rooms stand on the case page, in the order of the day's work."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import panel as clocks
from cases.closing import panel as closing
from cases.custody import panel as custody
from cases.intake import panel as intake
from cases.records import panel as records
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from desk.audit import panel as audit
from referrals.consent import panel as consent
from referrals.disclosures import panel as disclosures
from referrals.police import panel as police

TELLERS = (clocks, consent, disclosures, records, custody, intake, police, closing)
ROOMS = (*TELLERS, audit)
ORDER: dict[str, str | Promise] = {
    "glass": "",
    "clocks": _("Time limits"),
    "child": _("Child"),
    "basics": _("Basic facts"),
    "intention": _("The child's intention"),
    "police": _("Reports to the police"),
    "custody": _("Temporary custody"),
    "progress": _("Progress record"),
    "intake": _("Reception and safety"),
    "people": _("People around the child"),
    "contacts": _("Contacts with the police"),
    "team": _("Team"),
    "closing": _("Closing"),
    "looks": _("Who looked"),
}
"""What stands first on the page, and what the page's own menu calls it. A panel that is not named here comes last."""
HALVES = frozenset({"child", "basics", "intention", "police"})
"""Panels that stand beside each other, two in a row, where the screen is wide."""


def panels_of(case: Case, by: Position) -> list[Panel]:
    """The panels of every room for this case and reader; a room may answer with none, one or several."""
    found: list[Panel] = []
    for room in ROOMS:
        answer = room.panel(case, by)
        found += answer if isinstance(answer, list) else [answer] if answer else []
    names = list(ORDER)
    return sorted(found, key=lambda panel: names.index(panel.name) if panel.name in ORDER else len(names))


def menu_of(panels: list[Panel]) -> list[tuple[str, str | Promise]]:
    """The page's own menu: the name (which is the id of the card) and the label of each panel that has one."""
    return [(panel.name, ORDER[panel.name]) for panel in panels if ORDER.get(panel.name)]


def moments_of(case: Case, by: Position) -> list[Moment]:
    """The timeline: what every room has to tell, newest first."""
    moments = [moment for room in TELLERS for moment in room.moments(case, by)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
