"""``manage.py migrate --database owner``: Django's own, and then the walls are raised again."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError

from security.walls.catalogue import drift
from security.walls.raising import raise_walls
from security.walls.states import Executor
from security.walls.versions import check_known

CUT_OFF = "The database does not go on ({}): see that it runs and its disk has room, and run migrate again; it continues."

migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # the command has no other place to name it


class Command(migrate.Command):
    """A database of a newer version is left alone. A migrated one is never left without its walls, and a table that no room
    declares stays closed to the application. Cut off anywhere, it continues at the next run.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        is_owner = options["database"] == "owner" and not options.get("check_unapplied")
        if is_owner and check_known():
            for line in drift("owner"):
                self.stderr.write(f"not as it was raised, and raised again now: {line}")
        try:
            super().handle(*args, **options)
            if is_owner:
                raise_walls()
        except OperationalError as error:
            # A full disk comes as this too: the server says so, or is gone before it can.
            raise CommandError(CUT_OFF.format(str(error).split("\n", 1)[0])) from None
