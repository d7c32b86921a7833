"""What a room says of itself. The wings that compose read it here and name no room.

A room is a package in a wing. Its ``room.py`` holds one ``ROOM``; :func:`load` reads all of them when the application starts,
lower wings first. The author of a new room writes one, and touches no list of another wing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from face.lines import Chip, Line, Step
from face.paper import OfficePaper, Paper
from face.together import read_together

Name = str | Promise
CasesOfKeys = Callable[[Collection[UUID]], Mapping[UUID, Collection[UUID]]]
Relations = Callable[[UUID, Iterable[UUID]], Mapping[UUID, str]]


CENTER, POLICE = frozenset({"cgc"}), frozenset({"police"})
EVERYWHERE = CENTER | POLICE
"""Which kinds of office keep the cases that have a room."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card of a case: on which of its pages it is (by the name of the address) and how it is made.

    ``make(case, by)`` gives the card, or None where there is nothing to show; without it the page draws the card by itself.
    Cards of a lower ``order`` come first; two that are ``half`` are beside each other where the screen is wide. ``keepers``:
    on the cases of which offices it is, where not on those of the room.
    """

    page: str
    make: Callable[[Any, Any], Any] | None = None
    order: int = 50
    half: bool = False
    keepers: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Open:
    """A kind of thing that can be open on a case: its words with ``%(n)s``, and how many there are now on each of some cases."""

    words: Name
    count: Callable[[Collection[UUID], datetime], Mapping[UUID, int]]


@dataclass(frozen=True)
class Latest:
    """The latest rows of some cases, of each case the last first, and the moment that a row tells of its case, or None."""

    rows: Any
    moment: Callable[[Any], datetime | None]


@dataclass(frozen=True, kw_only=True)
class Room:
    """One room's declarations; each has an empty default.

    ``keepers`` are the kinds of office on whose cases it is (docs/adr/0099): on any other case it has no page, card or form.

    ``cards`` are its cards on the pages of a case, ``moments(case, by)`` its lines of the timeline where a case has few of them;
    of many, ``moments_in(case, by, span)`` names the rows that a page of it asks for (read
    in one statement for all rooms) and how each is told. ``steps(case, by)`` are what comes next on the case, by the
    rules that grey the buttons, ``cautions(case, by)`` the warnings at its head,
    ``in_force(case, by)`` what was decided and holds now. The page of its first card is where its steps are counted.
    ``logged`` is everything that the access log says was shown, ``sensitive``
    how grave it is that somebody saw it: 5 who notified and withheld places, 4 what was disclosed, 3 the child's answers and what
    goes to the police, 2 the record of the case, 1 what goes on in it, 0 lists. ``things``
    names a row of each model of the room. ``decisions`` are its grave acts, ``duties`` the kinds of what it leaves to do.
    ``obstacle(case, now)`` is the sentence against closing a case, or "". ``keys`` answers, for each kind of key of the room,
    which cases its owners belong to; ``relations`` what a position is to cases, ``to_do(by, most)`` what a position has to do
    next, at most so many lines of a kind, and ``first_to_do`` the lists it needs for that, read in one statement for all rooms.
    ``open_on`` are the kinds of what can be open on a case, each under
    a code, which is stored with a number.

    ``position_begins(position)`` gives the person who begins to act in a position what belongs to it. ``items`` are what can be
    disclosed, ``ceiling(kind)`` which of them an office of a kind may ever receive, ``grounds`` the exceptions that an agreement
    switches on; ``prefills`` say for an item how its text begins (of a case), ``endings(intention)`` which pages close with a
    confirmation. ``gate(case, office, items, now)`` says why these items of a case may not reach an office of the police now, or
    "": one room says it, and every other that leads something there asks it (:func:`why_untold`).
    ``papers`` are its forms that are printed (様式); the access log names each by its code (``logged``).
    ``office_papers`` are those of an office, with something of several cases.
    ``withheld`` gives, of a few cases whose keys are loaded, the addresses and places that are on no paper, ``home`` of each of
    some cases the other cases of its home that the reader sees, and how many there are besides.
    ``to_be_seen(case, by=...)`` is called where a child may have to be seen by a limit that does not run: the track of the case
    was changed, or the only record that the child was seen was taken back.
    ``filed(notification, known, by=...)`` is called where what another office filed becomes a receipt of a case: ``known`` is
    what it says of the next hours, each a value or None.
    ``seen`` answers, of a few cases whose keys are loaded, when the child was last seen by sight; ``contact``, when it was spoken
    with in another way too.
    ``attended(course)`` says how many sessions of a course of help were ``held`` and ``missed`` (``CounselingPlan.course``).
    ``of_plan(plan, by)`` is its card on the page of a counseling plan, or None.
    ``first(case)`` are the rows, few or cut, that every page of a case needs for the room's steps and cautions: those of all
    rooms are read in one statement before any of them is asked.
    """

    keepers: frozenset[str] = CENTER
    cards: Mapping[str, Card] = field(default_factory=dict)
    moments: Callable[[Any, Any], Iterable[Any]] | None = None
    moments_in: Callable[[Any, Any, Any], Iterable[Any]] | None = None
    steps: Callable[[Any, Any], Iterable[Step]] | None = None
    cautions: Callable[[Any, Any], Iterable[Chip]] | None = None
    in_force: Callable[[Any, Any], Iterable[Line]] | None = None
    seen: Callable[[Collection[UUID]], Latest] | None = None
    contact: Callable[[Collection[UUID]], Mapping[UUID, datetime]] | None = None
    logged: Mapping[str, Name] = field(default_factory=dict)
    sensitive: Mapping[str, int] = field(default_factory=dict)
    things: Mapping[str, Name] = field(default_factory=dict)
    decisions: tuple[Any, ...] = ()
    duties: tuple[Any, ...] = ()
    obstacle: Callable[[Any, datetime], Name] | None = None
    keys: Mapping[str, CasesOfKeys] = field(default_factory=dict)
    relations: Relations | None = None
    to_do: Callable[[Any, int], Iterable[Line]] | None = None
    first_to_do: Callable[[Any, int], Iterable[Any]] | None = None
    open_on: Mapping[str, Open] = field(default_factory=dict)
    position_begins: Callable[[Any], None] | None = None
    items: Mapping[str, Name] = field(default_factory=dict)
    ceiling: Callable[[Any], Collection[str]] | None = None
    grounds: Mapping[str, Name] = field(default_factory=dict)
    prefills: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    endings: Callable[[Any], Iterable[Any]] | None = None
    gate: Callable[[Any, Any, Collection[str], datetime], Name] | None = None
    to_be_seen: Callable[..., None] | None = None
    filed: Callable[..., None] | None = None
    papers: tuple[Paper, ...] = ()
    office_papers: tuple[OfficePaper, ...] = ()
    withheld: Callable[[Collection[Any]], Iterable[str]] | None = None
    attended: Callable[[UUID], Mapping[str, int]] | None = None
    of_plan: Callable[[Any, Any], Any] | None = None
    home: Callable[[Collection[Any]], Mapping[UUID, tuple[Collection[Any], int]]] | None = None
    first: Callable[[Any], Iterable[Any]] | None = None


_rooms: dict[str, Room] = {}


def modules(name: str) -> list[str]:
    """The modules of this name in all rooms, lower wings first (as in INSTALLED_APPS): "cases.custody.urls" and so on."""
    return [
        f"{config.name}.{found.parent.name}.{name}"
        for config in apps.get_app_configs()
        for found in sorted(Path(config.path).glob(f"*/{name}.py"))
    ]


def load() -> None:
    """Read every room's declaration. Called once, when all models are known."""
    for module in modules("room"):
        _rooms[module.removesuffix(".room")] = import_module(module).ROOM


def rooms() -> list[Room]:
    """Every room, lower wings first."""
    return list(_rooms.values())


def rooms_at(kind: str) -> list[Room]:
    """The rooms of the cases of an office of this kind. An office that keeps none is told what every center is."""
    return [room for room in _rooms.values() if (kind if {kind} == POLICE else "cgc") in room.keepers]


def read_first(case: Any) -> list[Any]:
    """What every page of a case needs first, of all rooms, read in as few statements as their columns need."""
    lists = [rows for room in rooms_at(case.office.kind) if room.first for rows in room.first(case)]
    read_together(*lists)
    return [row for rows in lists for row in rows]


def sights(cases: Collection[UUID]) -> list[Latest]:
    """What each room knows of when the children of these cases were seen by sight."""
    return [room.seen(cases) for room in rooms() if room.seen]


def latest_of(told: Iterable[Latest]) -> dict[UUID, datetime]:
    """The latest moment that any of these rows tells of each case; the keys of the cases are loaded."""
    found: dict[UUID, datetime] = {}
    for one in told:
        own: dict[UUID, datetime] = {}
        for row in one.rows:
            if row.case_id not in own and (moment := one.moment(row)) is not None:
                own[row.case_id] = moment
        found |= {case: max(moment, found.get(case, moment)) for case, moment in own.items()}
    return found


def why_untold(case: Any, office: Any, items: Collection[str], now: datetime) -> Name:
    """Why these items of a case may not reach an office of the police now, in a sentence; "" where they may.

    Raises LookupError where no room says it: without a gate nothing leaves.
    """
    gates = [room.gate for room in rooms() if room.gate]
    if not gates:
        raise LookupError("no room declares a gate")
    return next((why for gate in gates if (why := gate(case, office, items, now))), "")


def merged(attribute: str) -> dict[str, Any]:
    """What all rooms say under ``attribute`` (a mapping). Raises ValueError where two rooms declare one key."""
    found: dict[str, Any] = {}
    for room in rooms():
        said = getattr(room, attribute)
        if twice := found.keys() & said.keys():
            raise ValueError(f"two rooms declare {sorted(twice)} in {attribute}")
        found |= {str(key): value for key, value in said.items()}
    return found


def named(attribute: str, key: str) -> Any:
    """What the room that knows ``key`` says of it under ``attribute`` (a mapping). Raises KeyError where no room knows it."""
    said = merged(attribute)
    if key not in said:
        raise KeyError(f"no room declares {key!r} in {attribute}")
    return said[key]


def cards_on(page: str, kind: str = "cgc") -> dict[str, Card]:
    """The cards of one page of a case of an office of this kind, by name, in the order in which they are shown."""
    found = [
        (name, card)
        for room in rooms_at(kind)
        for name, card in room.cards.items()
        if card.page == page and (kind in card.keepers or {kind} != POLICE)
    ]
    return dict(sorted(found, key=lambda one: one[1].order))


def panels_label(panels: Iterable[str]) -> str:
    """What a look showed, as words; a name of an older version, whose room is gone, as it is."""
    words = merged("logged")
    return _(", ").join(str(words.get(name, name)) for name in panels)


def each_of(key: str, of_one: Callable[[UUID], Iterable[UUID]]) -> Mapping[str, CasesOfKeys]:
    """A declaration of ``keys`` for a kind of which each owner is asked by itself."""
    return {key: lambda owners: {owner: list(of_one(owner)) for owner in owners}}
