"""What a child writes to or tells a rights bureau, and what the bureau does. Stored encrypted, except where a column says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.intake.codes import UrgencyItem


class LetterChannel(models.TextChoices):
    """How it reached the bureau. Stored in clear."""

    DIAL110 = "dial110", _("Children's Rights Dial 110")
    MINI_LETTER = "letter", _("Children's Rights SOS Mini-Letter")
    MAIL = "email", _("e-mail")
    LINE = "line", _("LINE")
    WINDOW = "window", _("visit to the bureau")


SPOKEN = (LetterChannel.DIAL110, LetterChannel.WINDOW)
"""A child who speaks with the bureau is answered in the conversation."""


class LetterState(models.TextChoices):
    """How far the bureau has come with it. Stored in clear: it says nothing of what the child wrote."""

    RECEIVED = "received", pgettext_lazy("state of a letter", "received")
    READ = "read", pgettext_lazy("state of a letter", "read")
    CHECKED = "danger_check", pgettext_lazy("state of a letter", "danger checked")
    REPLIED = "replied", pgettext_lazy("state of a letter", "replied")
    NOTIFIED = "notified", pgettext_lazy("state of a letter", "center notified")
    FOLLOWED = "followed", pgettext_lazy("state of a letter", "followed up")
    CLOSED = "closed", pgettext_lazy("state of a letter", "closed")


S = LetterState
MOVES: dict[LetterState, tuple[LetterState, ...]] = {
    S.RECEIVED: (S.READ,),
    S.READ: (S.CHECKED,),
    S.CHECKED: (S.REPLIED, S.NOTIFIED, S.FOLLOWED),
    S.REPLIED: (S.NOTIFIED, S.FOLLOWED),
    S.NOTIFIED: (S.REPLIED, S.FOLLOWED),
    S.FOLLOWED: (S.REPLIED, S.NOTIFIED, S.CLOSED),
    S.CLOSED: (),
}
"""Nothing is answered before it was read and the danger was judged. Who writes again after the end begins another letter."""


class AgeBand(models.TextChoices):
    """How old the child seems to be."""

    PRESCHOOL = "preschool", _("before school")
    LOWER = "elementary_lower", _("elementary school, grades 1 to 3")
    UPPER = "elementary_upper", _("elementary school, grades 4 to 6")
    JUNIOR = "junior", _("junior high school")
    HIGH = "high", _("high school age")
    UNKNOWN = "unknown", pgettext_lazy("age of a child", "not known")


class Matter(models.TextChoices):
    """What the child's consultation is about."""

    ABUSE = "gyakutai", _("abuse")
    SEXUAL = "sei", _("sexual harm")
    BULLYING = "ijime", _("bullying")
    PUNISHMENT = "taibatsu", _("corporal punishment")
    NET = "net", _("harm on the Internet")
    OTHER = "other", pgettext_lazy("matter of a letter", "other")


ITEMS: dict[Matter, UrgencyItem] = {Matter.SEXUAL: UrgencyItem.SEXUAL}
"""Which item of the urgency assessment a matter proposes in the notification; a person may choose a graver one."""


class AnswerWay(models.TextChoices):
    """How the child wants to be answered; and how it was."""

    HOME = "home", _("letter to the home")
    SCHOOL = "school", _("letter to the school")
    ELSEWHERE = "elsewhere", _("letter to another address")
    TELEPHONE = "telephone", pgettext_lazy("by what means", "telephone")
    SAME = "same", _("in the same way: in the conversation, by mail or LINE")
    NONE = "none", _("no answer wanted")


class Writer(models.TextChoices):
    """Who answers the child."""

    BUREAU = "bureau", _("staff of the bureau")
    COMMISSIONER = "commissioner", _("civil liberties commissioner")


class Wish(models.TextChoices):
    """What the child says to the center being told."""

    WANTS = "wants", _("wants it, or agrees")
    AGAINST = "against", _("is against it")
    NOT_ASKED = "not_asked", _("could not be asked")


class NoteStep(models.TextChoices):
    """What else the bureau did, and what came of it."""

    ADVISED = "advised", _("advice only")
    ASKED_CHILD = "asked_child", _("asked the child about telling others")
    TO_SCHOOL = "school", _("spoke with the school")
    VIOLATION = "violation", _("human rights violation case opened")
    CAME_BACK = "came_back", _("the reply came back")
    AGAIN = "again", _("the child wrote or called again")
    TOLD_WORD = "told_word", _("told the child what the center asked for")
    FOLLOWED = "followed", _("followed up")
    CLOSED = "closed", pgettext_lazy("step of a letter", "closed")


ENDS: dict[NoteStep, LetterState] = {
    NoteStep.FOLLOWED: LetterState.FOLLOWED,
    NoteStep.CLOSED: LetterState.CLOSED,
}
"""The two that move the letter on."""


class DraftKind(models.TextChoices):
    """What the head of the section decides; the word in an address."""

    REPLY = "reply", _("reply to the child")
    NOTICE = "notice", _("notification against the child's wish")
