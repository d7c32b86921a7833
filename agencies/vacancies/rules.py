"""Who keeps the vacancies of an institution, when they are out of date, and how many psychotherapists it has to have."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from agencies.vacancies.codes import THERAPY_AT_TEN, THERAPY_FROM, Facility
from agencies.vacancies.models import Therapist, Unit
from face.codes import UnknownCode


def check_may_keep(by: Position) -> None:
    """The staff of the institution itself."""
    check_role_may(by, Permission.KEEP_VACANCIES)


def check_may_change(unit: Unit, by: Position, version: int | None = None) -> None:
    """Their own unit, which is on the board; ``version``: the one that the page showed is still the present one."""
    check_may_keep(by)
    if unit.office_id != by.office_id:
        raise Refused("office", _("Another institution keeps this unit."))
    if unit.withdrawn_at is not None:
        raise Refused("withdrawn", _("This unit has been taken off the board already."))
    if version is not None and version != unit.version:
        raise Refused(
            "stale", _("Somebody changed this unit meanwhile. Read what it says now, and confirm then.")
        )


def check_unit(facts: Mapping[str, Any]) -> None:
    """The ages are in their order, and a bed that is free from a day is one. Raises Refused naming the field."""
    if facts["age_from"] > facts["age_to"]:
        raise Refused("age_to", _("The oldest age comes after the youngest: look at both ages."))
    if facts.get("free_from") is not None and not facts["beds"]:
        raise Refused("free_from", _("There is no open bed. Enter how many, or leave the day empty."))


def check_name_free(unit: Unit | None, name: str, there: Mapping[str, Any]) -> None:
    """An institution has one unit of a name on the board. ``there``: the ids of its units by name."""
    if name in there and (unit is None or there[name] != unit.pk):
        raise Refused("name", _("A unit of this name is on the board already."))


def stale_since(unit: Unit) -> datetime:
    """From when on a row counts as out of date: so many days after it was written, as the institution set (7 at most).

    No law sets the days: our own judgement."""
    return unit.updated_at + timedelta(days=unit.office.vacancy_days)


def is_stale(unit: Unit, now: datetime) -> bool:
    """Whether the row is out of date."""
    return stale_since(unit) <= now


def check_may_end(row: Therapist, by: Position, until_on: date) -> None:
    """A post ends once, not before it began."""
    check_may_keep(by)
    if row.office_id != by.office_id:
        raise Refused("office", _("Another institution keeps this post."))
    if row.until_on is not None:
        raise Refused("ended", _("The end of this post has been entered already."))
    if until_on < row.from_on:
        raise Refused("until_on", _("The last day comes after the first day of the post."))


def check_counted(counted_on: date, today: date) -> None:
    """People are counted on a day that has come."""
    if counted_on > today:
        raise Refused("counted_on", _("This day lies in the future."))


def therapists_needed(facility: Facility | UnknownCode, people: int) -> int:
    """How many psychotherapists an institution has to have at least.

    From ten people in need of psychotherapy on there is one: 児童福祉施設の設備及び運営に関する基準第21条 (乳児院),
    第27条 (母子生活支援施設), 第42条 (児童養護施設), 第80条 (児童自立支援施設). A psychological treatment facility
    (児童心理治療施設) has about one for ten children; a part of ten is counted as ten here, which is our own, stricter reading.
    """
    if facility is Facility.PSYCHOLOGICAL:
        return -(-people // THERAPY_FROM)
    return int(facility in THERAPY_AT_TEN and people >= THERAPY_FROM)
