"""What the room of scores says of itself: nothing. Its tables belong to the rooms that measured."""

from security.rooms import Room

ROOM = Room()
