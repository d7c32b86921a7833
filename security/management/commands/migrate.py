"""``manage.py migrate --database owner``: Django's own, and then the walls are raised again."""

from typing import Any

from django.core.management.commands import migrate

from security.walls.apply import raise_walls


class Command(migrate.Command):
    """A migrated database is never left without its walls; a table that no room declares stays closed to the application."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["database"] == "owner" and not options.get("check_unapplied"):
            raise_walls()
