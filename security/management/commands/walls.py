"""``manage.py walls``: raise the walls again, or ``--check`` whether they are as they were raised."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from security.walls.catalogue import drift
from security.walls.raising import raise_walls
from security.walls.versions import check_version


class Command(BaseCommand):
    """The check needs no right but to connect, and blocks no other session."""

    help = "Raise the walls of the database again; with --check, name what is missing, altered or foreign."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing and exit with 1 if anything differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            raise_walls()
            return
        check_version()
        lines = drift()
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} things are not as they were raised.")
