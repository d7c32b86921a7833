"""``manage.py seed_demo``: fill an empty database with the fictional demo, after marking it as a demo."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.staff.models import Position
from desk.demo.apart import trained
from desk.demo.cases import tell
from desk.demo.lettered import letters_of_children
from desk.demo.owner import become_owner
from desk.demo.people import make_people, read
from desk.demo.policed import file_of_police
from desk.demo.searched import vacancies_and_places
from desk.demo.supported import support_victims
from desk.demo.telling import Telling
from desk.demo.texts import account_of, hours_of


class Command(BaseCommand):
    """Run by ``make demo`` as the owner; refuses a database that holds anything already."""

    help = "Fill an empty database with the fictional demo."

    def handle(self, *args: Any, **options: Any) -> None:
        become_owner()
        if Position.objects.exists():
            raise CommandError("The database is not empty; the demo is only ever seeded into an empty one.")
        people = make_people()
        rows = read("cases.toml")["cases"]
        now = timezone.now()
        trained(people, now)
        for number, row in enumerate(rows):
            tell(_telling(number, row, people, now))
            if (number + 1) % 10 == 0:
                self.stdout.write(f"{number + 1} of {len(rows)} cases")
        file_of_police(people, now)
        letters_of_children(people, now)
        support_victims(people, now)
        vacancies_and_places(people, now)


def _telling(
    number: int, row: dict[str, Any], people: dict[tuple[str, str], Position], now: datetime
) -> Telling:
    lead = next(position for (username, _office), position in people.items() if username == row["lead"])
    begun = now - timedelta(days=row["days_ago"], hours=number % 7 + 1)
    begun = hours_of(account_of(row)).before(begun)
    return Telling(number, row, people, lead, begun, now - timedelta(minutes=30))
