"""The places of encrypted columns, locked in ``locked/``: what a value is bound to outlives the names of tables and columns.

Two files for each wing, by the first letter of the table, and in them one line for each place, sorted; names that a field had
before follow it.

    cases_case.outline = cases.Case.outline                      sealed here
    cases_case.outline = cases.Case.summary cases.Case.outline   renamed since, with ``place="cases_case.outline"``
    cases_case.outline > cases.Case.summary cases.Case.outline   sealed again elsewhere (``Reseal``): opens old changes alone
"""

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps

if TYPE_CHECKING:
    from security.encryption.fields import EncryptedTextField

LOCK = Path(__file__).with_name("locked")
HERE, FORMER = "=", ">"
SECOND = "i"
"""With this letter the second file of a wing begins."""


class Line(NamedTuple):
    """A place, whether values are sealed there (``=``) or were (``>``), the field, and the field's former names."""

    place: str
    sign: str
    field: str
    before: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.place, self.sign, self.field, *self.before))


def lines_of(text: str) -> list[Line]:
    """The lines of a lock file."""
    words = (line.split() for line in text.splitlines())
    return [Line(place, sign, field, tuple(before)) for place, sign, field, *before in words]


def read() -> list[Line]:
    """The lines that are locked now, of every wing; none where nothing is locked yet."""
    return sorted(line for file in LOCK.glob("*.lock") for line in lines_of(file.read_text()))


def write(lines: Iterable[Line]) -> None:
    """Lock these: each in the file of its wing, and of the first letter of its table."""
    for name, of_file in groupby(sorted(lines), key=_file_of):
        LOCK.mkdir(exist_ok=True)
        (LOCK / f"{name}.lock").write_text("".join(f"{line}\n" for line in of_file))


def _file_of(line: Line) -> str:
    wing, table = line.place.split("_", 1)
    return wing if table < SECOND else f"{wing}_from_{SECOND}"


@cache
def locked() -> list[Line]:
    """The lines of this version's lock files."""
    return read()


def name_of(field: "EncryptedTextField") -> str:
    """The field as the lock names it: "cases.Case.outline"."""
    return f"{field.model._meta.label}.{field.name}"


def places_now() -> dict[str, str]:
    """The place of each encrypted column of every model, by the field's name."""
    from security.encryption.fields import EncryptedTextField

    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return {name_of(field): field.place_name for field in fields if isinstance(field, EncryptedTextField)}


def former_places(field: "EncryptedTextField") -> list[str]:
    """Where values of the column were sealed before."""
    return [line.place for line in locked() if line.field == name_of(field) and line.sign == FORMER]


def former_columns(field: "EncryptedTextField") -> set[str]:
    """The names under which old changes know the column."""
    lines = [line for line in locked() if line.field == name_of(field)]
    return {name.rsplit(".", 1)[1] for line in lines for name in (line.place, *line.before)} - {field.column}


def brought_up(lines: Iterable[Line], now: dict[str, str]) -> list[Line]:
    """The lock with the fields that are new, and with the new names of those that kept their place."""
    found = {(line.place, line.sign): line for line in lines}
    for field, place in now.items():
        line = found.get((place, HERE))
        if line is None and all(field not in (other.field, *other.before) for other in found.values()):
            found[place, HERE] = Line(place, HERE, field)
        elif line is not None and line.field not in now:
            found[place, HERE] = Line(place, HERE, field, (line.field, *line.before))
    return sorted(found.values())


def differences(lines: Iterable[Line], now: dict[str, str]) -> list[str]:
    """What is wrong between the lock and the fields, in sentences; empty where nothing is."""
    lines = list(lines)
    here = {line.field: line.place for line in lines if line.sign == HERE}
    wrong = [
        f"{field} seals at {place}, which is not locked for it."
        for field, place in now.items()
        if here.get(field) != place
    ]
    wrong += [
        f"{line.place} is locked for {line.field}, which is no field."
        for line in lines
        if line.field not in now
    ]
    places = list(now.values())
    return wrong + [
        f"{place} is the place of two fields." for place in sorted(set(places)) if places.count(place) > 1
    ]
