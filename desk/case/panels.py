"""Which rooms stand on the case page, in the order of the day's work."""

from agencies.staff.models import Post
from cases.clocks import panel as clocks
from cases.custody import panel as custody
from cases.intake import panel as intake
from cases.records import panel as records
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from desk.audit import panel as audit
from referrals.consent import panel as consent
from referrals.disclosures import panel as disclosures
from referrals.police import panel as police

TELLERS = (clocks, consent, disclosures, records, custody, intake, police)
ROOMS = (*TELLERS, audit)
ORDER = (
    "glass",
    "clocks",
    "intention",
    "police",
    "child",
    "basics",
    "custody",
    "progress",
    "intake",
    "people",
    "contacts",
    "team",
    "looks",
)
"""What stands first on the page. A panel that is not named here comes last."""


def panels_of(case: Case, by: Post) -> list[Panel]:
    """The panels of every room for this case and reader; a room may answer with none, one or several."""
    found: list[Panel] = []
    for room in ROOMS:
        answer = room.panel(case, by)
        found += answer if isinstance(answer, list) else [answer] if answer else []
    return sorted(found, key=lambda panel: ORDER.index(panel.name) if panel.name in ORDER else len(ORDER))


def moments_of(case: Case, by: Post) -> list[Moment]:
    """The timeline: what every room has to tell, newest first."""
    moments = [moment for room in TELLERS for moment in room.moments(case, by)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
