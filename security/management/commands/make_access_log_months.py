"""``manage.py make_access_log_months``: monthly partitions of the access log, from some months back to a year ahead."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

STATEMENT = """
SELECT public.make_access_log_month((date_trunc('month', now()) + make_interval(months => m))::date) FROM
generate_series(%s, %s) m
"""


class Command(BaseCommand):
    """Run as the owner at every start; it makes what is missing and touches nothing else."""

    help = "Make the monthly partitions of the access log that are still missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--back", type=int, default=1, help="months before the present one")
        parser.add_argument("--ahead", type=int, default=12, help="months after the present one")

    def handle(self, *args: Any, **options: Any) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(STATEMENT, [-options["back"], options["ahead"]])
            cursor.execute(
                "SELECT (SELECT count(*) FROM security_event_default) + (SELECT count(*) FROM security_casetrace_default)"
            )
            (stray,) = cursor.fetchone()
        if stray:
            self.stderr.write(f"{stray} rows stand in a default partition: their month was made too late.")
