"""The owner-run seeder's way in: the demo is filled by the same actions as in daily work, with its own past times.

Only the seeder (``security/walls/seeder.py``) may move the clock of the rules and of the access log (``wall.clock``), so the
demo's runs the application's aliases over the owner's login, as the role ``wall``, in a process of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connections, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from security.audit import access_event, scribe
from security.encryption.keyring import current
from security.walls import clock
from security.walls.identity import set_identity
from security.walls.roles import role
from security.walls.seeder import SEEDS


def become_owner() -> None:
    """Point ``default`` and ``audit`` of this process at the owner's login. There is no way back in this process."""
    for alias in ("default", "audit"):
        connections[alias].close()
    settings = {**connections.databases["owner"]}
    settings["OPTIONS"] = {
        **settings.get("OPTIONS", {}),
        "assume_role": role("wall"),
        "options": f"-c {SEEDS}",
    }
    connections.databases["default"] = settings
    del connections["default"]
    connections["audit"] = connections["default"]


@contextmanager
def at(moment: datetime, position: Position) -> Iterator[access_event.AccessEvent]:
    """Act as ``position`` at ``moment``, and sign out: what a person was signed in to is on a page of their own."""
    with acting_as(position) as look, clock.moved_to(moment):
        yield look
    with transaction.atomic(), connections["default"].cursor() as cursor:
        set_identity(look.session)
        cursor.execute("SELECT wall.end_session(NULL)")


def leave_trace(look: access_event.AccessEvent) -> None:
    """Write the look of a page that was opened then."""
    scribe.write(look, look.add_revealed(current().revealed))
