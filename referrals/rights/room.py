"""What the desk of a rights bureau says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from referrals.rights import panel
from security.rooms import Card, Room

ROOM = Room(
    cards={"child_word": Card(page=CasePage.RECEPTION, make=panel.panel, order=70)},
    logged={"child_word": _("text for the child by the rights bureau")},
    sensitive={"child_word": 3},
    # What a bureau keeps leads to no case: it knows of none.
    keys={kind: (lambda owners: dict.fromkeys(owners, ())) for kind in ("rights", "childword")},
    things={
        "referrals.ChildLetter": _("letter of a child"),
        "referrals.LetterReading": _("transcript of a letter"),
        "referrals.DangerCheck": _("judgement of the danger"),
        "referrals.LetterReply": _("reply to a child"),
        "referrals.LetterNotice": _("notification made of a letter"),
        "referrals.LetterNote": _("note on a letter"),
        "referrals.WordForChild": _("text for a child"),
    },
)
