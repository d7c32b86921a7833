"""Higher wings learn of a position that is given or taken up, so that what belongs to the position can follow."""

from collections.abc import Callable

from agencies.staff.models import Position

Listener = Callable[[Position], None]
_listeners: list[Listener] = []


def when_position_begins(listener: Listener) -> None:
    """Call ``listener`` whenever somebody begins to act in a position; it may find nothing left to do."""
    _listeners.append(listener)


def position_begins(position: Position) -> None:
    """Tell all listeners, inside the caller's transaction."""
    for listener in _listeners:
        listener(position)
