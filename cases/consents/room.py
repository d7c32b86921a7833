"""What the room of consent says of itself: nothing. Its tables belong to the rooms whose measures the answers are about."""

from security.rooms import Room

ROOM = Room()
