"""The time that actions write. It is the real time, except for the seeder, which gives demo cases their own past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The present moment, aware; inside :func:`moved_to` that moment."""
    return _moved.get() or timezone.now()


def today() -> date:
    """The present day in Japan (the statutes count calendar days there)."""
    return timezone.localtime(now()).date()


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let actions and the database's rules run as at ``moment``. The database obeys the seeder alone (seeder.py)."""
    token = _moved.set(moment)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tomoshibi.clock', %s, true)", [moment.isoformat()])
        yield
    finally:
        _moved.reset(token)
