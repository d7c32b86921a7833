"""What the room of what leaves the office says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.disclosures import panel, prefill
from referrals.disclosures.actions import REPORT
from referrals.disclosures.catalogue import ceiling
from referrals.disclosures.codes import Item
from referrals.disclosures.gate import why_untold
from referrals.disclosures.queries import (
    assignments_of,
    cases_of_disclosure,
    closed_with,
    received_relations,
    rows_of,
)
from referrals.disclosures.rules import what_is_open
from security.rooms import Card, Room, each_of

ROOM = Room(
    moments=panel.moments,
    first=lambda case: [rows_of(case), assignments_of(case)],
    steps=panel.steps,
    in_force=panel.what_holds,
    cards={"police": Card(page=CasePage.WISHES, make=panel.panel, order=11, half=True)},
    logged={
        "police": _("reports to the police"),
        "disclosures": _("disclosures"),
        "package": _("what was disclosed"),
    },
    sensitive={"police": 3, "disclosures": 3, "package": 4},
    decisions=(REPORT,),
    obstacle=what_is_open,
    keys=each_of("disclosure", cases_of_disclosure),
    relations=received_relations,
    items=dict(Item.choices),
    ceiling=ceiling,
    prefills={
        Item.IDENTITY_MIN: prefill.identity_min,
        Item.ACCEPTED: prefill.accepted,
        Item.SAFETY_STATE: prefill.safety_state,
        Item.CUSTODY_DATES: prefill.custody_dates,
        Item.CONSIDERATIONS: prefill.considerations,
        Item.SUSPECT_RELATION: prefill.suspect_relation,
        Item.CHILDREN_AT_RISK: prefill.children_at_risk,
        Item.EVIDENCE_HELD: prefill.evidence_held,
    },
    endings=closed_with,
    gate=why_untold,
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    things={
        "referrals.Assignment": _("assignment of a disclosure"),
        "referrals.Disclosure": _("disclosure"),
        "referrals.Envelope": _("envelope at the receiver"),
        "referrals.PackageItem": _("item disclosed"),
    },
)
