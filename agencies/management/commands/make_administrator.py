"""``manage.py make_administrator``: the first office and its administrator, who adds everybody else on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Credential, Post, Staff
from agencies.staff.roles import Role
from agencies.staff.signin import temporary_password
from security.walls import clock


class Command(BaseCommand):
    """Run once, with the owner's login. In a database that knows people it does nothing: only an administrator adds more."""

    help = "Make the first office and its administrator, with a password to be changed at the first sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--office-name", required=True, help="the office that keeps accounts and reviews")
        parser.add_argument("--office-code", required=True, help="a short code in Latin letters")
        parser.add_argument("--telephone", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TOMOSHIBI_PROCESS != "owner":
            raise CommandError("Run it with TOMOSHIBI_PROCESS=owner: the application makes nobody by itself.")
        password = temporary_password()
        with transaction.atomic(), connection.cursor() as cursor:
            # The owner itself sees no row: the policies are forced on it too.
            cursor.execute("SET LOCAL ROLE wall")
            if Staff.objects.exists():
                raise CommandError(
                    "There are people already; an administrator adds further ones on the pages."
                )
            try:
                _make(options, password)
            except ValidationError as error:
                raise CommandError("; ".join(error.messages)) from None
        self.stdout.write(f"User name {options['username']}, password for the first sign-in: {password}")


def _make(options: dict[str, Any], password: str) -> None:
    office = Office(
        code=options["office_code"],
        kind=OfficeKind.OVERSIGHT,
        name=options["office_name"],
        telephone=options["telephone"],
    )
    person = Staff(username=options["username"], name=options["name"])
    post = Post(staff=person, office=office, role=Role.ADMINISTRATOR, starts_on=clock.today())
    for row in (office, person):
        row.clean_fields()
        row.save(force_insert=True)
    post.save(force_insert=True)
    Credential(staff=person, password=make_password(password), must_change=True, changed_at=clock.now()).save(
        force_insert=True
    )
