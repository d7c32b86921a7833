"""The codes an agreement can name. The room that discloses declares its catalogue; this one only stores the codes."""

from django.utils.functional import Promise

from agencies.directory.models import OfficeKind
from security.rooms import merged, rooms

Label = str | Promise


def items() -> dict[str, Label]:
    """Every item code with its label."""
    return merged("items")


def grounds() -> dict[str, Label]:
    """Every ground that an agreement can switch on, with its label."""
    return merged("grounds")


def items_for(kind: OfficeKind) -> set[str]:
    """The items an office of ``kind`` may ever receive."""
    return {str(code) for room in rooms() if room.ceiling for code in room.ceiling(kind)}
