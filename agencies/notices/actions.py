"""Leaving notices. They are rows of the transaction that causes them, written by the database, which mails their references."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.models import Position
from security.walls import clock

log = logging.getLogger("tomoshibi.notices")


def tell(positions: Iterable[UUID], kind: NoticeKind, reference: str, path: str, *, cause: str) -> None:
    """Put a notice into each position's inbox, once for each ``cause``. ``path`` leads to the thing.

    What has been told of the same matter (kind, reference and path) on the same day is counted in the same notice. Raises
    IntegrityError for a reference of no known pattern (``agencies.notices.walls``): a mail carries it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.tell(%s, %s, %s, %s, %s)", [list(positions), kind.value, reference, path, cause]
        )


@contextmanager
def without_fail(what: str) -> Iterator[None]:
    """Notices told in this block are tried, and never stop ``what`` caused them: it is done, and its own pages show it.

    They wait a second at most for a lock. ``what`` is for the log, a kind of thing and no data.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', '1000', true)")
            yield
    except DatabaseError:
        log.error("%s was recorded, its notices could not be written", what)


def mark_read(notice_id: UUID, *, by: Position) -> None:
    """Mark one of the position's own notices as read."""
    Notice.objects.filter(pk=notice_id, position=by, read_at=None).update(read_at=clock.now())


def mark_all_read(*, by: Position) -> None:
    """Mark all of the position's notices as read."""
    Notice.objects.filter(position=by, read_at=None).update(read_at=clock.now())
