"""``manage.py lock_places``: write the places of new encrypted columns into the lock file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from security.encryption import places


class Command(BaseCommand):
    """A place that is locked is never changed here: old values are bound to it."""

    help = "Adds new encrypted columns, and new names of those that kept their place, to security/encryption/places.lock."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        kept = places.lines_of(places.LOCK.read_text()) if places.LOCK.exists() else []
        lines, now = places.brought_up(kept, places.places_now()), places.places_now()
        places.LOCK.write_text("".join(f"{line}\n" for line in lines))
        if wrong := places.differences(lines, now):
            raise CommandError(
                "\n".join(wrong)
                + "\nGive the field place=..., or seal its values again (security.walls.migrating.Reseal)"
                " and mark the former place with > in the lock."
            )
        self.stdout.write(f"{len(lines)} places are locked.")
