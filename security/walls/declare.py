"""How a room says which of its tables are walled, and by which policies.

Every room with tables has a ``walls.py`` holding ``TABLES`` (a tuple of :class:`Table`) and, where it needs them, ``FUNCTIONS``
(SQL of functions, created as the role ``wall``), ``CALLERS`` (which role may call them), ``VIEWS`` (name and query; the
application reads them), ``POLICIES`` (added to a lower room's table), ``HELD`` (:class:`Held`, by a code: what loses its owner
with a position) and ``TRIGGERS`` (SQL run as the tables' owner). ``security.walls.raising`` drops and makes all of them after
every migration, so the database can never lag behind the code.
"""

from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

Verb = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]

NO_ROW = "false"
DECIDED = "decided_by_id, decided_person_id, decided_at, approved"
SIGNATURE = f"{DECIDED}, note"
"""The columns in which a two-person act is decided."""

# Gates hold no column, so PostgreSQL asks them once, before it reads the first row: who does not pass learns nothing of a
# table, by any operator (ADR 14).
SIGNED_IN = "(SELECT wall.my_staff()) IS NOT NULL"
HOLDS_CASES = "(SELECT wall.holds_cases())"


@dataclass(frozen=True)
class Policy:
    """One row-level policy of one role: ``using`` decides which rows are seen, ``check`` which rows may be written."""

    verb: Verb
    using: str | None = None
    check: str | None = None
    role: str = "runtime"


@dataclass(frozen=True)
class Recorded:
    """How the record of changes files a row: which case it belongs to, and whose key seals it.

    ``case`` is the column that names the case; where the row names it through another row, ``through`` is that row's table, and
    ``case`` the column that leads there. ``key_kind`` and ``key_owner`` are the kind and the owner's column of the key scope.
    ``hashed`` columns enter the record as their SHA-256. ``model`` is "app.model" where the table's name does not say it.
    """

    case: str = ""
    through: str = ""
    key_kind: str = ""
    key_owner: str = ""
    hashed: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True)
class Table:
    """A table and everything that guards it.

    ``rights`` maps a database role to the privileges it is granted; a role not named there has none. An UPDATE names its columns:
    one of a whole table would allow LOCK TABLE too, and so stop all others. ``policies`` empty with
    ``why_open`` given means: no row-level security, because of that reason (the sweep lists these). Every change of a walled
    table is recorded by the database, unless ``unrecorded`` says why not. ``gate`` is asked before any policy of the application.
    """

    name: str
    rights: dict[str, str] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    why_open: str = ""
    recorded: Recorded = Recorded()
    unrecorded: str = ""
    gate: str = SIGNED_IN

    def __post_init__(self) -> None:
        if bool(self.policies) == bool(self.why_open):
            raise ValueError(f"{self.name}: a table has either policies or a reason why it is open")

    @property
    def is_recorded(self) -> bool:
        """Whether the database records every change of its rows."""
        return bool(self.policies) and not self.unrecorded

    @property
    def model(self) -> str:
        """The model of a recorded table, "app.model" in small letters."""
        return self.recorded.model or ".".join(self.name.split("_", 1))


@dataclass(frozen=True)
class Held:
    """What of a room's rows loses its owner when a position ends: its label, and which are open after the last day.

    ``sql`` is a query that gives the id of the case of each such thing, once for each. It names the position ``which`` and the
    moment after its last day ``after.at``, and asks nothing of who calls: ``wall.left_behind``, made of all of them, is called by
    other functions of the wall alone.
    """

    label: str | Promise
    sql: str


def of_case(
    name: str,
    case_column: str = "case_id",
    *,
    view: str = "view",
    write: str = "edit",
    update: str = "",
    extra: tuple[Policy, ...] = (),
    recorded: Recorded | None = None,
) -> Table:
    """The wall of a table whose rows belong to one case: seen with ``view``, written with ``write`` on that case.

    ``update``: the columns that may change later.
    """
    seen = mine(case_column, view)
    written = mine(case_column, write)
    policies = [Policy("SELECT", using=seen), Policy("INSERT", check=written)]
    rights = "SELECT, INSERT"
    if update:
        policies.append(Policy("UPDATE", using=written, check=written))
        rights += f", UPDATE ({update})"
    filed = recorded or Recorded(case_column, key_kind="case", key_owner=case_column)
    return Table(name, {"runtime": rights}, (*policies, *extra), recorded=filed, gate=HOLDS_CASES)


def mine(column: str, permission: str) -> str:
    """SQL: ``column`` names a case on which the calling identity holds ``permission``.

    One look at the index of the grants for each row, so that a statement about one case costs the same for a caseworker and for
    a director of 20,000 (LIMIT keeps PostgreSQL from hashing all own grants instead). The view's columns have names that no
    walled table has, so that an unqualified ``column`` means the outer table's.
    """
    level = f"ANY((SELECT wall.permissions_from('{permission}'))::integer[])"
    probe = "(SELECT true FROM wall.my_grants WHERE held_case = {} AND held_permission = {} LIMIT 1)"
    return probe.format(column, level)


def among_mine(column: str, permission: str) -> str:
    """The same as one array of all own cases, for a condition that an index on ``column`` answers."""
    return f"{column} = ANY((SELECT wall.my_case_ids('{permission}'))::uuid[])"
