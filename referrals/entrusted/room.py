"""What the room of entrusted plans says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.disclosures.codes import Item
from referrals.entrusted import panel
from referrals.entrusted.actions import ANSWER, READ, REPORT, REVIEW
from referrals.entrusted.queries import attended, cases_of_entrusted, entrusted_relations, plan_for_support
from security.rooms import Card, Room, each_of

ROOM = Room(
    first=panel.first,
    first_to_do=panel.first_to_do,
    to_do=panel.to_do,
    moments_in=panel.moments_in,
    steps=panel.steps,
    of_plan=panel.of_plan,
    prefills={Item.PLAN_SUPPORT: plan_for_support},
    attended=attended,
    cards={"entrusted": Card(page=CasePage.PROGRESS, make=panel.panel, order=48)},
    logged={
        "entrusted": _("entrusted plan"),
        "entrusted_sessions": _("sessions that another office keeps"),
    },
    sensitive={"entrusted": 3, "entrusted_sessions": 4},
    duties=(ANSWER, READ, REPORT, REVIEW),
    keys={**each_of("entrusted", cases_of_entrusted), **each_of("entrustnote", cases_of_entrusted)},
    relations=entrusted_relations,
    things={
        "referrals.Entrusted": _("entrusted plan"),
        "referrals.EntrustedNaming": _("that another person was named for an entrusted plan"),
        "referrals.EntrustedItem": _("item told with an entrusted plan"),
        "referrals.EntrustedWord": _("question or answer on an entrusted plan"),
        "referrals.EntrustedReturn": _("what the other office sent on an entrusted plan"),
        "referrals.EntrustedSession": _("session that another office keeps"),
    },
)
