"""What an item of a package begins with, taken from the case. The sender reads and changes it before anybody decides."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from cases.records.models import UNKNOWN, Case
from face.wareki import format_date
from referrals.disclosures.catalogue import Item
from security.encryption.fields import reveal

Prefill = Callable[[Case], str]
_prefills: dict[Item, Prefill] = {}


def register_prefill(item: Item, made_by: Prefill) -> None:
    """A room below says how an item is written from what it keeps. Registered once, when the wing starts."""
    _prefills[item] = made_by


def prefilled(case: Case, item: Item) -> str:
    """The beginning of ``item``'s text; '' for an item that only a person can write."""
    made_by = _prefills.get(item)
    return made_by(case) if made_by else ""


def identity_min(case: Case) -> str:
    """Name, reading and birth date (DESIGN.md §4). The reference and whom to call stand in the head of every package."""
    child = case.child
    lines = [
        f"{_('Name')}: {reveal(child, 'family_name')} {reveal(child, 'given_name')}",
        f"{_('Reading')}: {reveal(child, 'family_kana')} {reveal(child, 'given_kana')}",
        f"{_('Birth date')}: {_day(reveal(child, 'birth_date') or UNKNOWN)}",
    ]
    return "\n".join(lines)


def _day(stored: str) -> str:
    from datetime import date

    return stored if stored == UNKNOWN else format_date(date.fromisoformat(stored))
