"""Who writes and who decides the texts for children, and what each of them has to say."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.directory.models import OfficeKind
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import Refused, check_role_may
from agencies.wordings.codes import About
from agencies.wordings.models import Wording
from face.text import by_sound

GOES_ON = re.compile("つづけ")
CLOSES = re.compile("とじ|やめて")
HEARD = re.compile("きもち|いけん")


def check_may_draft_wording(by: Position) -> None:
    """Those who work on cases at a child guidance center."""
    check_role_may(by, Permission.WORK_ON_CASES)
    if by.office.kind != OfficeKind.CGC:
        raise Refused("no_center", _("A child guidance center decides on its own texts."))


def check_says_what_is_true(text: str) -> None:
    """What no text may leave out: that we stop and close when the child says so, and that the police may go on. It is looked for
    by its sound: つづける, and とじる or やめる."""
    heard = by_sound(text)
    if not GOES_ON.search(heard) or not CLOSES.search(heard):
        raise Refused(
            "true",
            _(
                "The text has to say that we stop and close when the child wants it, and that the police may go on."
            ),
        )


def check_says_it_is_heard(text: str) -> None:
    """What no explanation of custody (児童福祉法33条の3の3), and none of the support guideline, may leave out: that the child can
    say what it thinks. It is looked for by its sound: きもち, いけん."""
    if not HEARD.search(by_sound(text)):
        raise Refused("heard", _("The text has to say that the child can say what it thinks and wishes."))


def check_says(about: About, text: str) -> None:
    """What each text has to say. Raises Refused."""
    (check_says_what_is_true if about is About.POLICE else check_says_it_is_heard)(text)


def check_first_day(starts_on: date, today: date) -> None:
    """A text begins today or later: what was read out before stays what it was."""
    if starts_on < today:
        raise Refused("past", _("The first day is not in the past."))


def check_may_decide_wording(wording: Wording, by: Position) -> None:
    """The director of the office decides, once, what another person drafted."""
    if Role(by.role) is not Role.DIRECTOR or by.office_id != wording.office_id:
        raise Refused("not_director", _("The director of the responsible office decides this."))
    if wording.is_decided:
        raise Refused("decided", _("It was decided already."))
    if by.staff_id == wording.drafted_person_id:
        raise Refused("own_draft", _("Whoever drafted it cannot decide it, in another position either."))
