"""The sessions of the acting person, as the wall knows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from agencies.staff.models import Position

# The first that occurs counts: Edge and Opera call themselves Chrome too, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OwnSession:
    """One session of the person who asks."""

    id: UUID
    position: Position | None
    minted_at: datetime
    idle_until: datetime
    ends_at: datetime
    client: str
    is_this: bool

    @property
    def device(self) -> str:
        """Browser and system in a few words, from what the browser says of itself."""
        found = [name for names in (BROWSERS, SYSTEMS) if (name := _first(names, self.client))]
        return " / ".join(found) or _("unknown device")


def _first(names: tuple[tuple[str, str], ...], client: str) -> str:
    return next((name for sign, name in names if sign in client), "")


def my_sessions() -> list[OwnSession]:
    """The open sessions of the calling person, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, position_id, minted_at, idle_until, ends_at, client, is_this FROM wall.my_sessions()"
        )
        rows = cursor.fetchall()
    positions = Position.objects.select_related("office", "section", "staff").in_bulk(
        [row[1] for row in rows if row[1]]
    )
    return [OwnSession(row[0], positions.get(row[1]), *row[2:]) for row in rows]


def end_one_of_my_sessions(session_id: UUID) -> bool:
    """End one; False where it is not the calling person's, or has ended already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.end_session(%s)", [session_id])
        return bool(cursor.fetchone()[0])
