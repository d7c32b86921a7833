"""What the room of hearings says of itself: the duty that a hearing without an advocate leaves. Its tables and the duty to hear a
child belong to the rooms whose decisions they are about."""

from cases.hearings.actions import ADVOCATE
from security.rooms import Room

ROOM = Room(duties=(ADVOCATE,))
