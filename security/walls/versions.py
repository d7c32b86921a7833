"""Whether the database and the code are of the same version. From 0.1.0 on migrations only append (ADR 48)."""

from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from security.walls.apply import digest

CODE = "walls"
NEVER = "This database was made before version 0.1.0 and cannot be upgraded; begin anew (the demo: make demo RESET=1)."
NEWER = "The database was upgraded by a newer version ({} is not known here): install that version or a later one."
CHANGED = (
    "The migration {} is another one than the database was made with: put the released file back"
    " (the demo may begin anew: make demo RESET=1)."
)
OLDER = "The database was made by another version: run manage.py migrate --database owner."


def migration_files() -> dict[str, str]:
    """The migrations of the code, "app.name", with the hash of each of ours and its SQL (a package may touch up its own)."""
    found = {}
    for config in apps.get_app_configs():
        is_ours = Path(config.path).parent == settings.PROJECT_DIR
        for path in sorted(Path(config.path, "migrations").glob("[0-9]*.py")):
            found[f"{config.label}.{path.stem}"] = _digest(path) if is_ours else ""
    return found


def _digest(migration: Path) -> str:
    """The hash of a migration's file and of the SQL beside it that has its number."""
    files = [migration, *sorted(migration.parent.glob(f"{migration.stem[:4]}_*.sql"))]
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def version_of_code() -> dict[str, str]:
    """What ``wall.raised`` notes of the code that raised the walls."""
    return {CODE: digest(), **migration_files()}


def check_known(using: str = "owner") -> bool:
    """Raise ImproperlyConfigured, one sentence, for a database that this code must not touch; an empty one is fine.

    Whether its walls were raised before.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('django_migrations') IS NOT NULL, to_regclass('wall.raised') IS NOT NULL"
        )
        is_made, is_raised = cursor.fetchone()
        if not is_made:
            return False
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        applied = [name for (name,) in cursor.fetchall()]
        if not is_raised and "security.0001_initial" in applied:
            raise ImproperlyConfigured(NEVER)
        raised = {}
        if is_raised:
            cursor.execute("SELECT thing, state FROM wall.raised WHERE of_code")
            raised = dict(cursor.fetchall())
    files = migration_files()
    for name in applied:
        if name not in files:
            raise ImproperlyConfigured(NEWER.format(name))
        if raised.get(name, files[name]) != files[name]:
            raise ImproperlyConfigured(CHANGED.format(name))
    return bool(is_raised)


def check_version(using: str = "default") -> None:
    """The same, and whether the database waits for ``migrate``: what is asked at every start."""
    check_known(using)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT thing, state FROM wall.raised WHERE of_code")
        if dict(cursor.fetchall()) != version_of_code():
            raise ImproperlyConfigured(OLDER)
