"""What the room of finding says of itself: it has no rows, and its looks are those of the case record's lists."""

from security.rooms import EVERYWHERE, Room

ROOM = Room(keepers=EVERYWHERE)
