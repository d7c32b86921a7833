"""What the decision machine says of itself."""

from cases.decisions.panel import to_do
from security.rooms import Room

ROOM = Room(to_do=to_do)
