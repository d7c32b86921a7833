"""What the room of the institution's self-reliance plan says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.reliance import panel
from cases.reliance.owed import FIRST, REVIEW
from cases.reliance.papers import CHILDS_PAGE, RELIANCE_SHEET
from cases.reliance.queries import cases_of_files, relations
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cards={"reliance": Card(page=CasePage.CUSTODY, make=panel.panel, order=72)},
    logged={
        "reliance": _("self-reliance plans"),
        RELIANCE_SHEET.code: RELIANCE_SHEET.label,
        CHILDS_PAGE.code: CHILDS_PAGE.label,
    },
    sensitive={"reliance": 3, RELIANCE_SHEET.code: 3, CHILDS_PAGE.code: 3},
    duties=(FIRST, REVIEW),
    papers=(RELIANCE_SHEET, CHILDS_PAGE),
    keys={
        "reliance": cases_of_files,
        # The key of the institution's own drafts: its look is traced to the case of the file as well.
        "reliancedraft": cases_of_files,
    },
    relations=relations,
    things={
        "cases.RelianceFile": _("request for a self-reliance plan"),
        "cases.RelianceTold": _("what the institution of a placement knows"),
        "cases.RelianceDraft": _("draft of a self-reliance plan"),
        "cases.ReliancePlan": _("self-reliance plan"),
    },
)
