"""Offices, people and agreements of the demo, from ``demo/cast.toml``."""

import tomllib
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, Section
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from security.walls import clock
from security.walls.models import Mark

BEGIN = date(2022, 4, 1)
MAIL_DOMAIN = "example.invalid"


def read(name: str) -> dict[str, Any]:
    """One file of the folder ``demo``."""
    return tomllib.loads((settings.PROJECT_DIR / "demo" / name).read_text(encoding="utf-8"))


@transaction.atomic
def make_people() -> dict[tuple[str, str], Position]:
    """Mark the database as a demo and write the cast; return the positions by (user name, office code)."""
    cast = read("cast.toml")
    Mark.objects.create(demo=True)
    positions: dict[tuple[str, str], Position] = {}
    offices = {row["code"]: _office(row) for row in cast["offices"]}
    for row in cast["people"]:
        email = f"{row['username']}@{MAIL_DOMAIN}"
        person = Staff.objects.create(
            username=row["username"], name=row["name"], kana=row["kana"], email=email
        )
        for held in row["positions"]:
            positions[row["username"], held["office"]] = _position(person, offices[held["office"]], held)
    administrator = next(position for position in positions.values() if position.role == Role.ADMINISTRATOR)
    for row in cast["agreements"]:
        director = next(
            position
            for (_name, code), position in positions.items()
            if code == row["sender"] and position.role == Role.DIRECTOR
        )
        SharingAgreement.objects.create(
            drafted_by=administrator,
            drafted_person=administrator.staff,
            drafted_at=clock.now(),
            decided_by=director,
            decided_person=director.staff,
            decided_at=clock.now(),
            approved=True,
            sender=offices[row["sender"]],
            recipient=offices[row["recipient"]],
            reference=row["reference"],
            items=row["items"],
            grounds=row["grounds"],
            starts_on=BEGIN,
            ends_on=date(clock.today().year + 2, 3, 31),
        )
    return positions


def _office(row: dict[str, Any]) -> Office:
    office = Office.objects.create(
        code=row["code"],
        kind=row["kind"],
        police_desk=row.get("police_desk", ""),
        name=row["name"],
        telephone=row["telephone"],
        address=row.get("address", ""),
        safety_hours=row.get("safety_hours", 48),
    )
    for name in row.get("sections", []):
        Section.objects.create(office=office, name=name)
    return office


def _position(person: Staff, office: Office, held: dict[str, Any]) -> Position:
    section = office.sections.get(name=held["section"]) if "section" in held else None
    return Position.objects.create(
        staff=person,
        office=office,
        section=section,
        role=held["role"],
        starts_on=BEGIN,
        confirmed_at=clock.now(),
    )
