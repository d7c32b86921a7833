"""What the database's own catalogue says of the walls, and how it differs from what was raised (``manage.py walls --check``).

``apply`` notes a hash of each thing in ``wall.raised``. The check compares with any login, and takes no lock that waits for a
reader or a writer, or that one waits for.
"""

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

LIVE = Path(__file__).with_name("live.sql").read_text(encoding="utf-8")
RAISED = "SELECT thing, state FROM wall.raised WHERE NOT of_code"


def note(cursor: CursorWrapper, of_code: Mapping[str, str]) -> None:
    """Write down what exists now, and by which code (versions.py). Called as the owner, at the end of raising."""
    cursor.execute("SET LOCAL search_path = public")
    cursor.execute("DELETE FROM wall.raised")
    cursor.execute(f"INSERT INTO wall.raised (thing, state) {LIVE}")
    rows = (
        "INSERT INTO wall.raised (thing, state, of_code) SELECT *, true FROM unnest(%s::text[], %s::text[])"
    )
    cursor.execute(rows, [list(of_code), list(of_code.values())])


def drift(using: str = "default") -> list[str]:
    """What is missing, altered or foreign since the walls were raised, one line each."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL search_path = public")
        cursor.execute(RAISED)
        raised = dict(cursor.fetchall())
        cursor.execute(LIVE)
        live = dict(cursor.fetchall())
    lines = [f"missing: {thing}" for thing in raised.keys() - live.keys()]
    lines += [f"foreign: {thing}" for thing in live.keys() - raised.keys()]
    lines += [f"altered: {thing}" for thing in raised.keys() & live.keys() if raised[thing] != live[thing]]
    return sorted(lines)


def check_walls(using: str = "default") -> None:
    """Raise ImproperlyConfigured, one sentence, where the walls of the database are not as they were raised."""
    if lines := drift(using):
        raise ImproperlyConfigured(
            f"The walls of the database are not as they were raised ({lines[0]}; {len(lines)} in all): list them with manage.py"
            " walls --check, find out who did it, and raise them again with manage.py migrate --database owner."
        )
