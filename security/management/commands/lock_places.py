"""``manage.py lock_places``: write the places of new encrypted columns into the lock files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from security.encryption import places


class Command(BaseCommand):
    """A place that is locked is never changed here: old values are bound to it."""

    help = "Adds new encrypted columns, and new names of those that kept their place, to security/encryption/locked."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        lines, now = places.brought_up(places.read(), places.places_now()), places.places_now()
        places.write(lines)
        if wrong := places.differences(lines, now):
            raise CommandError(
                "\n".join(wrong)
                + "\nGive the field place=..., or seal its values again (security.walls.migrating.Reseal)"
                " and mark the former place with > in the lock."
            )
        self.stdout.write(f"{len(lines)} places are locked.")
