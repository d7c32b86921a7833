"""What the room of the answers of the police says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.answers import panel
from referrals.answers.queries import answers_on, words_on
from security.rooms import Card, Room

ROOM = Room(
    moments=panel.moments,
    first=lambda case: [answers_on(case), words_on(case)],
    duties=(panel.ACCEPT,),
    steps=panel.steps,
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    cards={"answers": Card(page=CasePage.WISHES, make=panel.panel, order=12)},
    logged={"answers": _("answers of the police")},
    sensitive={"answers": 3},
    things={
        "referrals.Answer": _("answer of the police"),
        "referrals.AnswerWord": _("what the center says to an answer of the police"),
    },
)
