"""That the police are told of a child who left without leave: owed until it is written, and over when the child is found."""

from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from cases.duties.codes import DutyKind
from cases.shelter.models import Leaving
from cases.shelter.queries import Absence
from face.lines import Line


def _noticed(case: UUID, cause: UUID) -> Line | None:
    row = Leaving.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("shelter_left", args=[row.admission_id]), row.get_step_display(), at=row.written_at)


LEFT_POLICE = DutyKind(
    code="left_police",
    label=_("tell the police that the child left without leave"),
    days=lambda _office: 1,
    after=_noticed,
    by_act=True,
)
"""Left by the database with the first step, for whoever is in charge of the case, and done by the step that the police were told
or that the child was found (``wall.leaving_is_owed``). No law names the hours: they are those of the facility's office
(:func:`due`)."""


def due(away: Absence, office: Office) -> datetime:
    """Until when the police are told: counted from when it was written that the child is away."""
    return away.first.written_at + timedelta(hours=office.left_police_hours)
