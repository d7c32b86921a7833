"""``manage.py make_administrator``: the first office, the administrator who adds all others, and who confirms their
positions."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from agencies.directory.models import Office, OfficeKind
from agencies.staff.actions import temporary_password
from agencies.staff.models import Credential, Position, Staff
from agencies.staff.roles import Role
from security.walls import clock
from security.walls.seeder import seeding


class Command(BaseCommand):
    """Run once, with the owner's login. In a database that knows people it does nothing: only an administrator adds more.

    The privacy officer is made with the administrator, because a position that decides, supervises or audits takes effect
    only when a director or a privacy officer has confirmed it, and there is none of them yet.
    """

    help = "Make the first office, its administrator and its privacy officer, each with a password for one sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True, help="of the administrator")
        parser.add_argument("--name", required=True, help="the administrator's name")
        parser.add_argument(
            "--privacy-username", required=True, help="of the privacy officer, another person"
        )
        parser.add_argument("--privacy-name", required=True, help="the privacy officer's name")
        parser.add_argument("--office-name", required=True, help="the office that keeps accounts and reviews")
        parser.add_argument("--office-code", required=True, help="a short code in Latin letters")
        parser.add_argument("--telephone", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TOMOSHIBI_PROCESS != "owner":
            raise CommandError(
                "Run it with TOMOSHIBI_PROCESS=owner: the application adds no account by itself."
            )
        with seeding("default"):
            if Staff.objects.exists():
                raise CommandError(
                    "There are people already; an administrator adds further ones on the pages."
                )
            try:
                passwords = _make(options)
            except ValidationError as error:
                raise CommandError("; ".join(error.messages)) from None
        for username, password in passwords.items():
            self.stdout.write(f"User name {username}, password for the first sign-in: {password}")


def _make(options: dict[str, Any]) -> dict[str, str]:
    """The office and its two people; their passwords by user name. Raises ValidationError."""
    office = Office(
        code=options["office_code"],
        kind=OfficeKind.OVERSIGHT,
        name=options["office_name"],
        telephone=options["telephone"],
    )
    office.full_clean()
    office.save(force_insert=True)
    people = {
        Role.ADMINISTRATOR: Staff(username=options["username"], name=options["name"]),
        Role.PRIVACY_OFFICER: Staff(username=options["privacy_username"], name=options["privacy_name"]),
    }
    passwords = {}
    for role, person in people.items():
        person.full_clean()
        person.save(force_insert=True)
        moment = clock.now()
        position = Position(
            staff=person, office=office, role=role, starts_on=clock.today(), confirmed_at=moment
        )
        position.save(force_insert=True)
        password = passwords[person.username] = temporary_password()
        Credential(staff=person, password=make_password(password), must_change=True, changed_at=moment).save(
            force_insert=True
        )
    return passwords
