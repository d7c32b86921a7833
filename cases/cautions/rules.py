"""Who records and lifts a caution."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.cautions.codes import MOVES, CautionKind, CautionState
from cases.cautions.models import Caution
from cases.cautions.queries import in_force
from cases.records.models import Case
from cases.records.rules import check_may_edit

MOST = 12
"""Cautions in force on one case. All of them are at the head of every page: more would not be read."""


def check_may_record(case: Case, by: Position) -> None:
    """Those who write the progress record; and no more than a reader minds."""
    check_may_edit(case, by)
    if len(in_force(case)) >= MOST:
        raise Refused("many", _("Twelve cautions are in force. Lift those that no longer hold first."))


def check_may_end(caution: Caution, by: Position) -> None:
    """The same people lift it, once."""
    check_may_edit(caution.case, by)
    if CautionState.LIFTED not in MOVES[caution.state]:
        raise Refused("ended", _("This caution has been lifted already."))


def check_written(kind: CautionKind, words: str, whom: str) -> None:
    """The words say what is to be minded; where somebody is not to be told, whom."""
    if not words.strip():
        raise Refused("words", _("Write down what is to be minded."))
    if kind is CautionKind.NOT_TO_TELL and not whom.strip():
        raise Refused("whom", _("Write down who is not to be told."))


def check_has_reason(why: str) -> None:
    """A caution is lifted for a reason."""
    if not why.strip():
        raise Refused("why", _("Write down why the caution is lifted."))
