"""A demo child in custody: what was agreed with its school, which is done, and what its family still has to change."""

from datetime import timedelta

from cases.environment.actions import end_task, record_task
from cases.environment.codes import Party
from cases.environment.models import EnvironmentTask
from cases.records.models import Case
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock


def adjusted(t: Telling) -> None:
    """Where custody is recent: with the school first, and with the family after it."""
    if not t.is_recent:
        return
    words = texts()["environment"]
    with at(t.later(OFFICE, hours=1), t.lead):
        _agreed(t, Party.SCHOOL, days=7)
    with at(t.later(OFFICE, hours=3), t.lead):
        row = EnvironmentTask.objects.select_related("case").get(case=t.case.pk, ended_at=None)
        end_task(row, done_on=clock.today(), result=words["result"], by=t.lead)
        _agreed(t, Party.FAMILY, days=14)


def _agreed(t: Telling, party: Party, *, days: int) -> None:
    case = Case.objects.select_related("office").get(pk=t.case.pk)
    told = texts()["environment"][party.value]
    record_task(case, party=party, until=clock.today() + timedelta(days=days), texts=told, by=t.lead)
