"""The typed catalogue of what can be disclosed, and the ceiling for each kind of office.

A template cannot reach anything that is not an item of the package. Later rooms add rows; agreements and the child only narrow.
"""

from agencies.directory.models import Office, OfficeKind, PoliceDesk
from referrals.disclosures.codes import PLAN_ITEMS, SUPPORT_ONLY, Item

_ENTRUSTED = frozenset({Item.IDENTITY_MIN, *PLAN_ITEMS})
"""What an office is told that gives the help of a plan of the center."""

CEILINGS: dict[OfficeKind, frozenset[Item]] = {
    OfficeKind.POLICE: frozenset(
        {
            Item.IDENTITY_MIN,
            Item.SAFETY_STATE,
            Item.INCIDENT_OUTLINE,
            Item.CUSTODY_DATES,
            Item.INTERVIEW_PLAN,
            Item.CONSIDERATIONS,
            Item.SUSPECT_RELATION,
            Item.CHILDREN_AT_RISK,
            Item.DISCOVERY,
            Item.EVIDENCE_HELD,
            Item.INTERVIEW_REQUEST,
            Item.MEDICAL_DONE,
            Item.ACCEPTED,
            Item.PLAN_SUPPORT,
        }
    ),
    OfficeKind.INSTITUTION: _ENTRUSTED,
    OfficeKind.FAMILY_CENTER: _ENTRUSTED,
    OfficeKind.MEDICAL: _ENTRUSTED,
}
"""What an office of a kind may ever see. A kind without a row may see nothing."""


NAMING = frozenset({Item.IDENTITY_MIN})
"""The items that say who the child is: beyond the ceiling of a paper that names nobody (``codes.NAMELESS``)."""


def ceiling(kind: OfficeKind) -> frozenset[Item]:
    """The items that may be disclosed to an office of ``kind``; empty for a kind without a row."""
    return CEILINGS.get(kind, frozenset())


def ceiling_of(office: Office) -> frozenset[Item]:
    """The same of one office: of the police a juvenile support center alone is told what is for it."""
    found = ceiling(OfficeKind(office.kind))
    return found if office.police_desk in ("", PoliceDesk.SC) else found - SUPPORT_ONLY


def ordered(items: set[str] | frozenset[str]) -> list[Item]:
    """Items in the order of the catalogue."""
    return [item for item in Item if item.value in {str(code) for code in items}]
