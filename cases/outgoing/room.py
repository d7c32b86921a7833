"""What the room of the papers of custody that leave the office says of itself. They are printed in ``cases/prints``."""

from cases.outgoing.admitting import ADMISSION_SHEET
from cases.outgoing.childs import CHILDS_SHEET
from cases.outgoing.entrusting import ENTRUSTMENT
from cases.outgoing.notices import END_NOTICE, NOTICE
from cases.stays.queries import latest_changes
from security.rooms import Room

PAPERS = (NOTICE, ENTRUSTMENT, ADMISSION_SHEET, CHILDS_SHEET, END_NOTICE)

ROOM = Room(
    first=lambda case: [latest_changes(case)],
    logged={paper.code: paper.label for paper in PAPERS},
    sensitive={paper.code: 3 for paper in PAPERS},
    papers=PAPERS,
)
