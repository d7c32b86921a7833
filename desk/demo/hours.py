"""The hours at which things happen in an office, so that the demo's past has no conference at four in the morning."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """From the hour ``begin`` until the hour ``end`` (24: midnight), on every day or on ``weekdays`` only.

    A window has at least two hours; a moment that is moved into it keeps its minutes.
    """

    begin: float
    end: float
    weekdays: bool = False

    def hold(self, moment: datetime) -> bool:
        """Whether the moment is within these hours."""
        local = timezone.localtime(moment)
        hour = local.hour + local.minute / 60
        return self.begin <= hour < self.end and not (self.weekdays and local.weekday() >= SATURDAY)

    def after(self, moment: datetime) -> datetime:
        """The moment itself, or the next one within these hours: in the first hour of a day."""
        if self.hold(moment):
            return moment
        local = timezone.localtime(moment)
        wanted = self._on(local, self.begin)
        while wanted < moment or not self.hold(wanted):
            wanted += ONE_DAY
        return wanted

    def before(self, moment: datetime) -> datetime:
        """The moment itself, or the last one within these hours: in the last hour of a day."""
        if self.hold(moment):
            return moment
        local = timezone.localtime(moment)
        wanted = self._on(local, self.end - 1)
        while wanted > moment or not self.hold(wanted):
            wanted -= ONE_DAY
        return wanted

    @staticmethod
    def _on(local: datetime, hour: float) -> datetime:
        midnight = local.replace(hour=0, minute=0, second=0)
        return midnight + timedelta(hours=hour, minutes=local.minute)


ALWAYS = Hours(0, 24)
DAYTIME = Hours(9, 18)
OFFICE = Hours(8.5, 17.25, weekdays=True)
AFTER_SCHOOL = Hours(15.5, 18, weekdays=True)
NIGHT = Hours(21, 24)
