"""The only writers of the vacancy board and of the psychotherapists of an institution."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from agencies.staff.models import Position
from agencies.vacancies import rules
from agencies.vacancies.codes import Facility
from agencies.vacancies.models import Therapist, TherapyNeed, Unit
from agencies.vacancies.queries import names_of_units
from security.walls import clock


@transaction.atomic
def add_unit(facts: Mapping[str, Any], *, by: Position) -> Unit:
    """Put a unit on the board. Raises Refused."""
    rules.check_may_keep(by)
    rules.check_unit(facts)
    rules.check_name_free(None, facts["name"], names_of_units(by))
    unit = Unit(office=by.office, updated_by=by, updated_at=clock.now())
    _write(unit, facts)
    unit.save(force_insert=True)
    return unit


@transaction.atomic
def change_unit(unit: Unit, facts: Mapping[str, Any], *, version: int, by: Position) -> None:
    """Write anew what a unit has; ``version`` is the one that was read. Raises Refused."""
    fresh = _fresh(unit)
    rules.check_may_change(fresh, by, version)
    rules.check_unit(facts)
    rules.check_name_free(fresh, facts["name"], names_of_units(by))
    _write(fresh, facts)
    _save(fresh, by, Unit.TOLD)


@transaction.atomic
def confirm_unit(unit: Unit, *, version: int, by: Position) -> None:
    """Say that nothing has changed: what the board shows is of now. Raises Refused."""
    fresh = _fresh(unit)
    rules.check_may_change(fresh, by, version)
    _save(fresh, by, ())


@transaction.atomic
def withdraw_unit(unit: Unit, *, by: Position) -> None:
    """Take a unit off the board. Raises Refused."""
    fresh = _fresh(unit)
    rules.check_may_change(fresh, by)
    fresh.withdrawn_by, fresh.withdrawn_at = by, clock.now()
    _save(fresh, by, ("withdrawn_by", "withdrawn_at"))


def _fresh(unit: Unit) -> Unit:
    """The unit, held: of two who act at once the second sees what the first did."""
    return Unit.objects.select_for_update(of=("self",)).select_related("office").get(pk=unit.pk)


def _write(unit: Unit, facts: Mapping[str, Any]) -> None:
    for name in Unit.TOLD:
        setattr(unit, name, facts[name])


def _save(unit: Unit, by: Position, columns: tuple[str, ...]) -> None:
    unit.version += 1
    unit.updated_by, unit.updated_at = by, clock.now()
    unit.save(update_fields=[*columns, "version", "updated_by", "updated_at"])


@transaction.atomic
def add_therapist(facts: Mapping[str, Any], *, by: Position) -> Therapist:
    """Enter a psychotherapist in post. Raises Refused."""
    rules.check_may_keep(by)
    row = Therapist(office=by.office, kept_by=by, kept_at=clock.now())
    for name in Therapist.TOLD:
        setattr(row, name, facts[name])
    row.save(force_insert=True)
    return row


@transaction.atomic
def end_therapist(row: Therapist, until_on: date, *, by: Position) -> None:
    """Enter the last day of a post. Raises Refused."""
    fresh = Therapist.objects.select_for_update(of=("self",)).get(pk=row.pk)
    rules.check_may_end(fresh, by, until_on)
    fresh.until_on = until_on
    fresh.save(update_fields=["until_on"])


@transaction.atomic
def count_need(facility: Facility, people: int, counted_on: date, *, by: Position) -> TherapyNeed:
    """Enter how many people need psychotherapy. Raises Refused."""
    rules.check_may_keep(by)
    rules.check_counted(counted_on, clock.today())
    row = TherapyNeed(
        office=by.office,
        facility=facility,
        people=people,
        counted_on=counted_on,
        kept_by=by,
        kept_at=clock.now(),
    )
    row.save(force_insert=True)
    return row
