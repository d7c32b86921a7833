"""Nothing can be put back: what the tables hold is compared with the last recorded change of every column.

Ciphertext is compared as it is, so verifying needs no key. Ids, names of columns and moments come out, never a value.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.backends.utils import CursorWrapper

from security.walls.apply import declared_tables

log = logging.getLogger("tomoshibi.audit")


@dataclass(frozen=True)
class Difference:
    """A row that is not as its last recorded change left it. ``what`` is explained at ``wall.unlike_record``."""

    table: str
    what: str
    row: str
    columns: list[str]
    event: UUID | None
    at: datetime | None

    def __str__(self) -> str:
        recorded = f", last recorded {self.at:%Y-%m-%d %H:%M} UTC in {self.event}" if self.at else ""
        return f"{self.table} {self.row} {self.what}: {', '.join(self.columns)}{recorded}"


def differences(using: str = "default") -> list[Difference]:
    """Everything that differs in any recorded table. For the roles ``worker`` and ``owner``."""
    found: list[Difference] = []
    with connections[using].cursor() as cursor:
        for table in declared_tables():
            if table.is_recorded:
                place = table.name if "." in table.name else f"public.{table.name}"
                cursor.execute("SELECT %s, u.* FROM wall.unlike_record(%s) u", [place, place])
                found += _read(cursor)
    return found


def differences_of_case(case_id: UUID) -> list[Difference]:
    """What differs in one case, for the person who manages it or reads the whole access log. Raises IntegrityError for
    everybody else."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM wall.case_unlike_record(%s)", [case_id])
        return list(_read(cursor))


def _read(cursor: CursorWrapper) -> Iterator[Difference]:
    return (Difference(*row) for row in cursor.fetchall())


def raise_alarm() -> list[Difference]:
    """Compare everything and write an alarm for each difference; return them."""
    found = differences()
    for one in found:
        log.critical("ALERT a row is not as it was recorded: %s", one)
    return found
