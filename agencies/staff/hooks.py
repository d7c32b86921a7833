"""Higher wings learn of a post that is given or taken up, so that what belongs to the post can follow."""

from collections.abc import Callable

from agencies.staff.models import Post

Listener = Callable[[Post], None]
_listeners: list[Listener] = []


def when_post_begins(listener: Listener) -> None:
    """Call ``listener`` whenever somebody begins to act in a post; it may find nothing left to do."""
    _listeners.append(listener)


def post_begins(post: Post) -> None:
    """Tell all listeners, inside the caller's transaction."""
    for listener in _listeners:
        listener(post)
