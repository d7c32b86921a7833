"""The typed catalogue of what can be disclosed, and the ceiling for each kind of office.

A template cannot reach anything that is not an item of the package. Later rooms add rows; agreements and the child only narrow.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import OfficeKind


class Item(models.TextChoices):
    """One named item of a package. The code is stored; the label is the heading on the page."""

    IDENTITY_MIN = "identity_min", _("Name, birth date, our reference and contact")
    SAFETY_STATE = "safety_state", _("Present safety of the child")
    INCIDENT_OUTLINE = "incident_outline", _("Outline of the incident")
    CUSTODY_DATES = "custody_dates", _("Start and end of temporary custody")
    INTERVIEW_PLAN = "interview_plan", _("Plan of the joint interview")
    CONSIDERATIONS = "considerations", _("Considerations the child asked for")


CEILINGS: dict[OfficeKind, frozenset[Item]] = {
    OfficeKind.POLICE: frozenset(
        {
            Item.IDENTITY_MIN,
            Item.SAFETY_STATE,
            Item.INCIDENT_OUTLINE,
            Item.CUSTODY_DATES,
            Item.INTERVIEW_PLAN,
            Item.CONSIDERATIONS,
        }
    ),
}
"""What an office of a kind may ever see. A kind without a row may see nothing."""


def ceiling(kind: OfficeKind) -> frozenset[Item]:
    """The items that may be disclosed to an office of ``kind``; empty for a kind without a row."""
    return CEILINGS.get(kind, frozenset())


def ordered(items: set[str] | frozenset[str]) -> list[Item]:
    """Items in the order of the catalogue."""
    return [item for item in Item if item.value in {str(code) for code in items}]
