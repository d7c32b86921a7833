"""The changes of the track of a case."""

from django.db.models import QuerySet

from cases.decisions.queries import PEOPLE
from cases.records.codes import Track
from cases.records.models import Case
from cases.track.models import TrackChange
from face.reading import asked_once


@asked_once
def change_rows(case: Case) -> QuerySet[TrackChange]:
    """Every draft of the case with its decision, latest first; perhaps not read yet."""
    return TrackChange.objects.filter(case=case).select_related(*PEOPLE)


def changes_of(case: Case) -> list[TrackChange]:
    """The same, read."""
    return list(change_rows(case))


def other_track(case: Case) -> Track:
    """Where a change leads: there are two tracks."""
    return Track.THIRD_PARTY if case.is_abuse else Track.ABUSE
