"""One office over many years: what is due next happens at its own moment, and the clock of actions and walls is that moment.

Time is moved, never waited for. The database obeys only the seeder in that (security/walls/seeder.py), so everything runs over
the owner's login, as the demo is filled.
"""

import heapq
import itertools
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import connections, transaction

from agencies.administration.actions import add_position, end_position
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from cases.records.actions import name_lead
from cases.records.codes import Stage
from cases.records.models import Case
from security.walls import clock
from security.walls.identity import mint_identity
from tests.cast import Cast, as_owner, as_role

JAPAN = ZoneInfo("Asia/Tokyo")
Life = Iterator[timedelta]
"""What happens in one matter: its code between two ``yield`` is one act, and what it yields is the time until the next."""


class Rare(StrEnum):
    """States that are rarely met, each of which these years have to reach."""

    MET_LATE = "an overdue time limit was met late"
    RETRACTED = "a safety check was taken back and the limit ran again"
    MAIL_AFTER_FAILURE = "a mail failed and was sent later"
    MAIL_TWICE = "a mail was sent twice over a fault"
    TWO_RELAYS = "a row of the outbox was handed out by two relays"
    LEFT_WITH_DUTY = "a duty was open when its owner had left"
    EXPIRED = "a confirmation ran out under an open report"
    WITHDRAWN = "a confirmation was withdrawn under an open report"
    UNOPENED = "a report lay unopened too long"
    NEW_MONTH = "the access log went over into the next month's partition"
    LEAP_DAY = "a time limit began on 29 February"
    HAND_OVER = "cases were handed over on 1 April"
    WARRANT_LATE = "a warrant was requested after its limit"
    CLOSED = "a case was closed"
    LIMIT_TOLD = "a step of a time limit was told"
    DUTY_TOLD = "a step of a duty was told"
    SLEPT = "the watches slept, and told what was due meanwhile when they ran again"
    LONG_OWED = "a duty was told to the directors, long after it was due"
    INSPECTION = "an inspection was considered for a child who was not seen in time"


class Office:
    """The calendar of one office: the matters under way, who works there now, and which rare states were reached."""

    def __init__(self, cast: Cast, seed: int, first: date) -> None:
        self.cast, self.rng = cast, random.Random(seed)
        self.now = datetime.combine(first, time(0), JAPAN)
        self.reached: Counter[Rare] = Counter()
        self._due: list[tuple[datetime, int, Life]] = []
        self._numbers = itertools.count()
        self.admin = cast.admin
        self.slept = False
        self._at: datetime | None = None
        self._signed_in, self._key = 0, ""

    def begin(self, life: Life, after: timedelta) -> None:
        """Let a matter begin ``after`` this moment."""
        heapq.heappush(self._due, (self.now + after, next(self._numbers), life))

    def live_until(self, moment: datetime) -> None:
        """Let everything happen that is due before ``moment``, in its order."""
        while self._due and self._due[0][0] < moment:
            self.now, number, life = heapq.heappop(self._due)
            with self.moment():
                wait = next(life, None)
            if wait is not None:
                heapq.heappush(self._due, (self.now + wait, number, life))
        self.now = moment

    @contextmanager
    def moment(self) -> Iterator[None]:
        """At this moment, within the seeder's transaction of the day; one inside another of the same moment is nothing more."""
        if self._at == self.now:
            yield
            return
        with transaction.atomic(savepoint=False), clock.moved_to(self.now):
            self._at = self.now
            try:
                yield
            finally:
                self._at = None

    def session_of_police(self) -> str:
        """The key under which the police officer has signed in this month."""
        month, police = self.now.month, self.cast.police
        if self._signed_in != month:
            self._signed_in, self._key = month, secrets.token_urlsafe(32)
            mint_identity(self._key, police.staff_id, police.pk, "simulation")
        return self._key

    def hours(self, least: float, most: float) -> timedelta:
        """Some time between ``least`` and ``most`` hours, to the minute."""
        return timedelta(minutes=self.rng.randint(int(least * 60), int(most * 60)))

    def happens(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.rng.random() < share

    def open_cases(self) -> list[Case]:
        """Every case that is not closed."""
        return list(Case.objects.exclude(stage=Stage.CLOSED).order_by("number"))


def successor_comes(office: Office) -> None:
    """In March the administrator names the last day of the caseworker's position, and the first of the next person's."""
    year, leaving = office.now.year, office.cast.caseworker
    person = Staff.objects.create(
        username=f"caseworker{year}", name=f"職員 {year}年度", email=f"caseworker{year}@example.invalid"
    )
    with acting_as(office.admin):
        why = "4月1日付けで後任の職員に引き継ぐため"
        end_position(leaving, date(year, 3, 31), by=office.admin, left_behind=why)
        add_position(
            person,
            leaving.office,
            Role.CASEWORKER,
            section=leaving.section,
            starts_on=date(year, 4, 1),
            ends_on=None,
            by=office.admin,
        )


def hand_over_everything(office: Office) -> None:
    """On 1 April the supervisor gives every open case to whoever has come. Duties stay with whoever has left."""
    positions = Position.objects.select_related("staff", "office", "section")
    came = positions.get(staff__username=f"caseworker{office.now.year}")
    with acting_as(office.cast.supervisor):
        for case in office.open_cases():
            name_lead(case, came, by=office.cast.supervisor, keep_former=False)
            office.reached[Rare.HAND_OVER] += 1
    office.cast.positions["caseworker"] = came


@contextmanager
def as_seeder(first: date) -> Iterator[None]:
    """Everything runs over the owner's login; the cast's positions have begun long before ``first``."""
    with as_owner():
        Position.objects.using("owner").update(starts_on=first.replace(year=first.year - 5))
    make_months(first, 2)
    with as_role("owner"):
        with connections["default"].cursor() as cursor:  # nothing here is better planned for its own values
            cursor.execute("SET plan_cache_mode TO force_generic_plan")
        yield


def make_months(day: date, ahead: int) -> None:
    """Make the partitions of the access log from the month of ``day`` on, as the owner does months ahead."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT public.make_access_log_month((%s::date + make_interval(months => m))::date) FROM generate_series(0, %s) m",
            [day.replace(day=1), ahead],
        )
