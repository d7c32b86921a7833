"""What the room of the progress list says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.reviews import panel
from cases.reviews.papers import PROGRESS
from cases.reviews.queries import latest_reviews
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    first=lambda case: [latest_reviews(case)],
    steps=panel.steps,
    cards={"reviews": Card(page=CasePage.PROGRESS, make=panel.panel)},
    logged={"reviews": _("progress list"), PROGRESS.code: PROGRESS.label},
    sensitive={"reviews": 2, PROGRESS.code: 2},
    office_papers=(PROGRESS,),
    things={"cases.CaseReview": _("line of the progress list")},
)
