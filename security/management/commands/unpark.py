"""``manage.py unpark``: try the parked rows of the outbox again, once their cause is mended."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from security.outbox.relay import unpark


class Command(BaseCommand):
    """What is parked holds ids only; trying it again takes effect once, as always."""

    help = "Let the parked rows of the outbox be sent again."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TOMOSHIBI_PROCESS != "worker":
            raise CommandError(
                "Run it with TOMOSHIBI_PROCESS=worker: the application has no right to these rows."
            )
        self.stdout.write(f"{unpark()} rows are sent again")
