"""The SQL of the walls: what every room declares, as statements in the order in which ``raising`` runs them."""

from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from security.walls.declare import Held, Policy, Table
from security.walls.roles import role

APPLICATION_ROLES = ("runtime", "scribe", "gate", "worker", "sealer", "backup", "wall")
SCHEMAS = ("public", "wall", "keys")
FRAMEWORK_TABLES = (
    Table("django_content_type", {"runtime": "SELECT"}, why_open="names of models"),
    Table("auth_permission", {"runtime": "SELECT"}, why_open="names of permissions"),
    Table(
        "django_migrations",
        dict.fromkeys(("runtime", "scribe", "gate", "worker"), "SELECT"),
        why_open="names of migrations; read by the start-up check",
    ),
)


def rooms_walls() -> Iterator[ModuleType]:
    """Every room's ``walls`` and, where that grew too long, its further ``…_walls``; lower wings first (as in INSTALLED_APPS)."""
    for config in apps.get_app_configs():
        for found in sorted(Path(config.path).glob("*/*walls.py")):
            yield import_module(f"{config.name}.{found.parent.name}.{found.stem}")


def of_rooms(name: str) -> Iterator[Any]:
    """What each room declares under ``name``, of those that do."""
    return (getattr(module, name) for module in rooms_walls() if hasattr(module, name))


def declared_tables() -> list[Table]:
    """Every table that some room, or the list of framework tables here, declares."""
    return list(chain(FRAMEWORK_TABLES, *of_rooms("TABLES")))


def declared_moments() -> dict[str, dict[str, str]]:
    """Every guarded column (``MOMENTS``): table → column → guard. Raises ImproperlyConfigured where two rooms guard one."""
    guards: dict[str, dict[str, str]] = {}
    for name, columns in chain.from_iterable(moments.items() for moments in of_rooms("MOMENTS")):
        known = guards.setdefault(name, {})
        if twice := known.keys() & columns:
            raise ImproperlyConfigured(f"Two rooms guard {name}.{min(twice)}.")
        known |= columns
    return guards


def declared_held() -> dict[str, Held]:
    """What loses its owner with a position (``HELD``), by code. Raises ImproperlyConfigured where two rooms declare one code."""
    found: dict[str, Held] = {}
    for held in of_rooms("HELD"):
        if twice := found.keys() & held:
            raise ImproperlyConfigured(f"Two rooms declare {min(twice)} in HELD.")
        found |= held
    return found


def digest() -> str:
    """A fingerprint of everything the code declares."""
    return sha256("\n".join(declared_statements()).encode()).hexdigest()


def declared_statements() -> Iterator[str]:
    """The SQL that makes the walls where there are none, in order."""
    yield from _schemas()
    yield from _functions()
    added = _added_policies()
    for table in declared_tables():
        yield from _table(table, added.get(table.name, ()))
    yield from of_rooms("TRIGGERS")
    for name, guards in declared_moments().items():
        yield from _moments(name, guards)
    yield f"REVOKE CREATE ON SCHEMA wall FROM {role('wall')}"  # it keeps its functions and makes no new ones


def _schemas() -> Iterator[str]:
    logins = ", ".join(map(role, APPLICATION_ROLES))
    for schema in SCHEMAS:
        yield f"GRANT USAGE ON SCHEMA {schema} TO {logins}"
        # wall is the only role that reads past the policies; it can be reached through the definer functions alone.
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role('wall')}"
        yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role('backup')}"
        # pg_dump reads the sequences' positions too.
        yield f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role('backup')}"
    yield f"GRANT CREATE ON SCHEMA wall TO {role('wall')}"


def _functions() -> Iterator[str]:
    """Functions are created as ``wall``, so that a definer function sees past the policies and its caller does not."""
    yield f"SET LOCAL ROLE {role('wall')}"
    yield "SET LOCAL check_function_bodies = off"
    yield from of_rooms("FUNCTIONS")
    yield _left_behind()
    for name, query in chain.from_iterable(views.items() for views in of_rooms("VIEWS")):
        yield f"CREATE VIEW wall.{name} AS {query}"
        yield f"GRANT SELECT ON wall.{name} TO {role('runtime')}"
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wall FROM PUBLIC"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wall TO {role('owner')}"  # to make triggers, and for the seeder
    for caller, names in chain.from_iterable(callers.items() for callers in of_rooms("CALLERS")):
        yield from (f"GRANT EXECUTE ON FUNCTION wall.{name} TO {role(caller)}" for name in names)
    yield "RESET ROLE"


def _left_behind() -> str:
    """The function that gives each thing that is open after the last day of a position: its code and its case."""
    each = (
        f"SELECT '{code}', of_room.case_id FROM ({held.sql}) AS of_room(case_id)"
        for code, held in declared_held().items()
    )
    return f"""
CREATE FUNCTION wall.left_behind(which uuid, last_day date) RETURNS TABLE (code text, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT thing.* FROM (SELECT (last_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo') AS after(at)
  CROSS JOIN LATERAL ({" UNION ALL ".join(each)}) AS thing
$$"""


def _added_policies() -> dict[str, tuple[Policy, ...]]:
    """Policies that a higher room adds to a lower room's table (``POLICIES``): who may use the keys of a case, for one."""
    added: dict[str, tuple[Policy, ...]] = {}
    for name, policies in chain.from_iterable(policies.items() for policies in of_rooms("POLICIES")):
        added[name] = (*added.get(name, ()), *policies)
    return added


def _table(table: Table, added: tuple[Policy, ...]) -> Iterator[str]:
    for holder, privileges in table.rights.items():
        yield f"GRANT {privileges} ON {table.name} TO {role(holder)}"
    if table.is_recorded:
        yield _recorder(table)
    if not table.policies:
        yield f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
        return
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    if "runtime" in table.rights:
        # What is written is checked by each verb's own policy: an INSERT may come before anything is seen.
        passes = f"USING ({table.gate}) WITH CHECK (true)"
        yield f"CREATE POLICY gate ON {table.name} AS RESTRICTIVE FOR ALL TO {role('runtime')} {passes}"
    for number, policy in enumerate((*table.policies, *added), start=1):
        using = f" USING ({policy.using})" if policy.using else ""
        check = f" WITH CHECK ({policy.check})" if policy.check else ""
        name = f"{policy.role}_{policy.verb.lower()}_{number}"
        yield f"CREATE POLICY {name} ON {table.name} FOR {policy.verb} TO {role(policy.role)}{using}{check}"


def _recorder(table: Table) -> str:
    """The trigger that records every change of the table's rows (security/audit/walls.py)."""
    filed = table.recorded
    keys = (filed.key_kind, filed.key_owner, ",".join(filed.hashed))
    arguments = ", ".join(f"'{one}'" for one in (table.model, filed.case, filed.through, *keys))
    return (
        f"CREATE TRIGGER a_record AFTER INSERT OR UPDATE OR DELETE ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION wall.record_change({arguments})"
    )


def _moments(name: str, guards: dict[str, str]) -> Iterator[str]:
    """The trigger that guards a table's moments and signatures, before its other triggers (they run by name)."""
    pairs = [(column, guard) for column, guard in guards.items() if not guard.startswith("trigger ")]
    if pairs:
        arguments = ", ".join(f"'{column}', '{guard}'" for column, guard in pairs)
        yield (
            f"CREATE TRIGGER a_moments BEFORE INSERT OR UPDATE ON {name}"
            f" FOR EACH ROW EXECUTE FUNCTION wall.true_moments({arguments})"
        )
