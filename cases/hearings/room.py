"""What the room of hearings says of itself: nothing. Its tables and duties belong to the rooms whose decisions they are about."""

from security.rooms import Room

ROOM = Room()
