"""The codes an agreement can name, and the one list of the bases in law on which something passes between offices.

The room that discloses declares its catalogue of items and grounds; this one only stores their codes.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import OfficeKind, PoliceDesk
from security.rooms import merged, rooms

Label = str | Promise


class Need(Enum):
    """What a basis needs before anything rests on it, beside what every act of its kind needs."""

    NOTHING = "nothing"
    """The law, or age, leaves no other way."""
    AGREEMENT = "agreement"
    """An agreement of the two offices in force."""
    OWN_RULE = "own_rule"
    """Such an agreement, or the office's own written rule: a statute gives it."""


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """One basis: its code, what it is called, the article in full, the kinds of office that may name it, and what it needs.

    ``stored`` is the code under which a field of the product keeps it, where that is another than ``code``: codes of rows never
    change. ``desks``: to which parts of the police it goes, where not to each. ``carries``: the items that alone go on it, if not
    what was agreed (an agreement narrows, too).
    """

    code: str
    label: Label
    article: Label = ""
    used_by: frozenset[OfficeKind]
    needs: Need = Need.NOTHING
    stored: tuple[str, ...] = ()
    desks: tuple[PoliceDesk, ...] = tuple(PoliceDesk)
    carries: tuple[str, ...] = ()


_CENTER, _POLICE = frozenset({OfficeKind.CGC}), frozenset({OfficeKind.POLICE})
BASES = (
    LegalBasis(
        code="kinkyu",
        label=_("danger to life or body"),
        used_by=_CENTER,
        stored=("danger",),
    ),
    LegalBasis(code="cannot_form", label=_("the intention cannot be formed"), used_by=_CENTER),
    LegalBasis(
        code="all_cases",
        label=_("an agreement to share all cases"),
        used_by=_CENTER,
        needs=Need.AGREEMENT,
    ),
    LegalBasis(
        code="listed_items",
        label=_("an agreement to share listed items"),
        used_by=_CENTER,
        needs=Need.AGREEMENT,
    ),
    LegalBasis(
        code="answer",
        label=_("answer to the office of the police that brought the child"),
        used_by=_CENTER,
        needs=Need.AGREEMENT,
        carries=("accepted", "safety_state", "custody_dates"),
    ),
    LegalBasis(
        code="keiso_239_2",
        label=_("duty to accuse (Code of Criminal Procedure, Art. 239 para. 2)"),
        article=_("Code of Criminal Procedure, Art. 239 para. 2 and Art. 241 para. 1"),
        used_by=_CENTER,
        needs=Need.OWN_RULE,
        stored=("accusation",),
        desks=(PoliceDesk.SHO, PoliceDesk.HONBU),
    ),
    LegalBasis(
        code="jifuku_25",
        label=_("Child Welfare Act, Art. 25 (child in need of protection)"),
        article=_("Child Welfare Act, Art. 25 para. 1"),
        used_by=_POLICE,
    ),
    LegalBasis(
        code="gyakuboho_6",
        label=_("Child Abuse Prevention Act, Art. 6 (suspected abuse)"),
        article=_("Child Abuse Prevention Act, Art. 6 para. 1"),
        used_by=_POLICE,
    ),
    LegalBasis(
        code="shonen_6_6",
        label=_("Juvenile Act, Art. 6-6"),
        article=_("Juvenile Act, Art. 6-6 para. 1"),
        used_by=_POLICE,
    ),
    LegalBasis(
        code="keiso_197_2",
        label=_("enquiry by the police (Code of Criminal Procedure, Art. 197 para. 2)"),
        article=_("Code of Criminal Procedure, Art. 197 para. 2"),
        used_by=_POLICE | _CENTER,
        stored=("enquiry",),
    ),
    LegalBasis(
        code="gyakuboho_10",
        label=_("request for help (Child Abuse Prevention Act, Art. 10)"),
        article=_("Child Abuse Prevention Act, Art. 10 para. 1"),
        used_by=_POLICE | _CENTER,
        stored=("help", "enjo"),
        desks=(PoliceDesk.SHO,),
    ),
    LegalBasis(
        code="kyotei",
        label=_("agreement between the offices"),
        used_by=_POLICE,
        needs=Need.AGREEMENT,
    ),
)
"""Every basis once: grounds of an exception, what the police name when they file or answer, and what a contact rests on draw
their codes and words from here, and rules, forms and the gate of the database read what each needs."""
_BY_CODE = {code: one for one in BASES for code in (one.code, *one.stored)}


def basis(code: str) -> LegalBasis:
    """The basis with this code, or the one that a field keeps under it. Raises KeyError for a code of no basis."""
    return _BY_CODE[code]


def choice(code: str) -> Any:
    """A member of ``TextChoices``: the code as the field keeps it, with the words of the list. Raises KeyError as above."""
    return code, basis(code).label


OWN_RULE = next(stored for one in BASES if one.needs is Need.OWN_RULE for stored in one.stored)
"""The one ground that an office's own written rule can switch on: a statute gives it (刑事訴訟法239条2項)."""


def items() -> dict[str, Label]:
    """Every item code with its label."""
    return merged("items")


def grounds() -> dict[str, Label]:
    """Every ground that an agreement can switch on, with its label."""
    return merged("grounds")


def items_for(kind: OfficeKind) -> set[str]:
    """The items an office of ``kind`` may ever receive."""
    return {str(code) for room in rooms() if room.ceiling for code in room.ceiling(kind)}
