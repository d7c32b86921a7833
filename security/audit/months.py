"""The months of the access log are made ahead by the owner (``manage.py make_access_log_months``); here it is said when not."""

import logging
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

AHEAD = 2

log = logging.getLogger("tomoshibi.audit")


def check_months() -> list[str]:
    """The months ahead that have no partition yet. Raises the alarm for them and for rows that found none."""
    missing = [name for name in _expected(timezone.now().date()) if not _exists(name)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.stray_events()")
        (stray,) = cursor.fetchone()
    if missing or stray:
        log.critical("ALERT access log: months not made %s, rows outside their month %s", missing, stray)
    return missing


def _expected(today: date) -> list[str]:
    months, day = [], today.replace(day=1)
    for _number in range(AHEAD + 1):
        months += [f"security_event_{day:%Y%m}", f"security_casetrace_{day:%Y%m}"]
        day = (day + timedelta(days=31)).replace(day=1)
    return months


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{name}"])
        return bool(cursor.fetchone()[0])
