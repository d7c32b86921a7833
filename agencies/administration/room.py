"""What the room of administration says of itself."""

from agencies.administration.panel import to_do
from security.rooms import Room

ROOM = Room(to_do=to_do)
