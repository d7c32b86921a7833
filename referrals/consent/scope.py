"""Which items a child can be asked about, and what a case would tell of each.

The catalogue is a higher room's; it registers itself here when the wing starts.
"""

from collections.abc import Callable
from typing import Any

from agencies.directory.models import OfficeKind
from cases.records.models import Case

ItemsOf = Callable[[OfficeKind], list[tuple[str, Any]]]
TextOf = Callable[[Case, str], str]
_sources: list[ItemsOf] = []
_texts: list[TextOf] = []


def register_items(items_of: ItemsOf) -> None:
    """Say which items (code, label) an office of a kind may ever be told."""
    _sources[:] = [items_of]


def askable_items(kind: OfficeKind) -> list[tuple[str, Any]]:
    """The items under the ceiling of a kind of office, each to be asked of the child separately; empty if nobody registered."""
    return _sources[0](kind) if _sources else []


def labels_of(codes: list[str]) -> list[str]:
    """The catalogue's headings of item codes, in the catalogue's order."""
    names = dict(askable_items(OfficeKind.POLICE))
    order = [code for code in names if code in codes] + [code for code in codes if code not in names]
    return [str(names.get(code, code)) for code in order]


def register_texts(text_of: TextOf) -> None:
    """Say how the text of an item (by its code) begins, taken from a case."""
    _texts[:] = [text_of]


def text_now(case: Case, code: str) -> str:
    """What would be told of an item now, as the draft of a report begins; "" for what only a person can write."""
    return _texts[0](case, code) if _texts else ""
