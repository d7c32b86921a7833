"""Which items a child can be asked about. The catalogue is a higher room's; it registers itself here when the wing starts."""

from collections.abc import Callable
from typing import Any

ItemsOf = Callable[[str], list[tuple[str, Any]]]
_sources: list[ItemsOf] = []


def register_items(items_of: ItemsOf) -> None:
    """Say which items (code, label) an office of a kind may ever be told."""
    _sources[:] = [items_of]


def askable_items(kind: str) -> list[tuple[str, Any]]:
    """The items under the ceiling of a kind of office, each to be asked of the child separately; empty if nobody registered."""
    return _sources[0](kind) if _sources else []
