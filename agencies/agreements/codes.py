"""The codes an agreement can name. The wing that discloses registers its catalogue; this one only stores the codes."""

from collections.abc import Callable, Iterable

from django.utils.functional import Promise

from agencies.directory.models import OfficeKind

Label = str | Promise
Ceiling = Callable[[OfficeKind], Iterable[str]]

_items: dict[str, Label] = {}
_grounds: dict[str, Label] = {}
_ceilings: list[Ceiling] = []


def register_items(labels: Iterable[tuple[str, Label]], ceiling: Ceiling) -> None:
    """Items that may be named, with their labels; ``ceiling`` tells which of them an office of a kind may ever receive."""
    _items.update((str(code), label) for code, label in labels)
    _ceilings.append(ceiling)


def register_grounds(labels: Iterable[tuple[str, Label]]) -> None:
    """Exception grounds that are off until an agreement switches them on."""
    _grounds.update((str(code), label) for code, label in labels)


def items() -> dict[str, Label]:
    """Every item code with its label."""
    return dict(_items)


def grounds() -> dict[str, Label]:
    """Every ground that an agreement can switch on, with its label."""
    return dict(_grounds)


def items_for(kind: OfficeKind) -> set[str]:
    """The items an office of ``kind`` may ever receive."""
    return {str(code) for ceiling in _ceilings for code in ceiling(kind)}
