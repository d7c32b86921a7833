"""The check at every start: the root keys given are those this database was written under."""

from django.db import connections

from security.encryption.providers import KeyFileError, get_provider


def check_key_matches(using: str = "default") -> None:
    """Raise :class:`KeyFileError`, one sentence, if the key file is missing, too open, damaged, or not this
    database's.

    It never makes a key. Each wrapped key begins with a mark that commits to its root, so the comparison
    unwraps nothing and needs no identity.
    """
    provider = get_provider()
    if not all(provider.knows(mark) for mark in marks_in_database(using)):
        raise KeyFileError(
            "The key file is not the one this database was encrypted with; put the right one back."
        )


def marks_in_database(using: str = "default") -> list[bytes]:
    """The marks of all root keys that wrap a key in this database; empty while it holds no keys."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('keys.data_key') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute("SELECT mark FROM wall.key_marks() AS mark")
        return [bytes(mark) for (mark,) in cursor.fetchall()]
