"""A unit on the board as a test needs it. All of it is fictional."""

from typing import Any

from agencies.staff.acting import acting_as
from agencies.vacancies import actions
from agencies.vacancies.codes import Facility, Need, Takes
from agencies.vacancies.models import Unit
from tests.cast import Cast

FACTS: dict[str, Any] = {
    "name": "本園",
    "facility": Facility.CHILDRENS_HOME,
    "takes": Takes.BOTH,
    "age_from": 3,
    "age_to": 17,
    "beds": 2,
    "free_from": None,
    "cannot": [Need.WHEELCHAIR.value],
    "contact_hours": "平日9時から17時",
}


def unit_of(cast: Cast, by: str = "institution", **more: Any) -> Unit:
    """A unit of the institution of ``by``."""
    who = cast.positions[by]
    with acting_as(who):
        return actions.add_unit(FACTS | more, by=who)
