"""``manage.py verify_cells``: compare every cell, row and wrapped key with its last recorded change."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from security.audit.verify import differences


class Command(BaseCommand):
    """Run as the owner, as after a backup was brought back. Ends with 1 where something differs."""

    help = "Compare every cell, row and wrapped key with its last recorded change, and name what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences(using="owner")
        for one in found:
            self.stdout.write(str(one))
        self.stdout.write(f"{len(found)} differences")
        if found:
            sys.exit(1)
