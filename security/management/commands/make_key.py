"""``manage.py make_key``: make the key file, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from security.encryption.providers import KeyFileError, make_key_file
from security.encryption.startup import marks_in_database


class Command(BaseCommand):
    """A new key over existing data would make that data unreadable forever, so both the file and the
    database are asked.
    """

    help = "Makes the file with the root keys. Refuses if the file exists or the database holds keys already."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.TOMOSHIBI_KEY_FILE)
        try:
            if marks_in_database("owner"):
                raise CommandError(f"The database holds keys already; put the backup of {path} back.")
            make_key_file(path)
        except KeyFileError as error:
            raise CommandError(str(error)) from None
        except Error:
            raise CommandError(
                "The database cannot be asked whether it holds keys already, so no key file is made."
            ) from None
        self.stdout.write(
            f"The key file {path} is made; keep a copy in a safe place apart from the database's backups."
        )
