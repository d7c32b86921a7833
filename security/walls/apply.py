"""Raise the walls: privileges, functions, policies and triggers, as every room declares them, in one transaction."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from security.walls.declare import Policy, Table

APPLICATION_ROLES = ("runtime", "scribe", "gate", "worker", "sealer", "backup", "wall")
SCHEMAS = ("public", "wall", "keys")
FRAMEWORK_TABLES = (
    Table("django_content_type", {"runtime": "SELECT"}, why_open="names of models"),
    Table("auth_permission", {"runtime": "SELECT"}, why_open="names of permissions"),
    Table(
        "django_migrations", {"runtime": "SELECT"}, why_open="names of migrations; read by the start-up check"
    ),
)


def rooms_walls() -> Iterator[ModuleType]:
    """Every room's ``walls`` and, where that grew too long, its further ``…_walls``; lower wings first (as in INSTALLED_APPS)."""
    for config in apps.get_app_configs():
        for found in sorted(Path(config.path).glob("*/*walls.py")):
            yield import_module(f"{config.name}.{found.parent.name}.{found.stem}")


def declared_tables() -> list[Table]:
    """Every table that some room, or the list of framework tables here, declares."""
    tables = list(FRAMEWORK_TABLES)
    for module in rooms_walls():
        tables.extend(getattr(module, "TABLES", ()))
    return tables


def raise_walls(using: str = "owner") -> None:
    """Apply all declarations on ``using`` (the role ``owner``): everything is taken away first and then granted as declared."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        _drop_views(cursor)
        _take_everything_away(cursor)
        _create_functions(cursor)
        added = _added_policies()
        for table in declared_tables():
            _wall_table(cursor, table, added.get(table.name, ()))
        for module in rooms_walls():
            if triggers := getattr(module, "TRIGGERS", ""):
                cursor.execute(triggers)
        for name, guards in declared_moments().items():
            _keep_moments_true(cursor, name, guards)
        _hand_over(cursor)


def _drop_views(cursor: CursorWrapper) -> None:
    """Views belong to ``wall``, and the policies that ask them go with them: both are made again below."""
    cursor.execute("SET LOCAL ROLE wall")
    cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'wall'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP VIEW wall."{name}" CASCADE')
    cursor.execute("RESET ROLE")


def _take_everything_away(cursor: CursorWrapper) -> None:
    roles = ", ".join(APPLICATION_ROLES)
    for schema in SCHEMAS:
        cursor.execute(f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, {roles}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {roles}")
        cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {roles}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {roles}")
        # wall is the only role that reads past the policies; it can be reached through the definer functions alone.
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO wall")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO backup")
        # pg_dump reads the sequences' positions too.
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO backup")
    cursor.execute("GRANT CREATE ON SCHEMA wall TO wall")


def _create_functions(cursor: CursorWrapper) -> None:
    """Functions are created as ``wall``, so that a definer function sees past the policies and its caller does not."""
    cursor.execute("SET LOCAL ROLE wall")
    cursor.execute("SET LOCAL check_function_bodies = off")  # a function may call one that comes after it
    for module in rooms_walls():
        if functions := getattr(module, "FUNCTIONS", ""):
            cursor.execute(functions)
    cursor.execute(
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wall FROM PUBLIC, runtime, scribe, gate, worker, sealer, backup"
    )
    cursor.execute(
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wall TO owner"
    )  # to make triggers, and for the seeder
    for module in rooms_walls():
        for role, names in getattr(module, "CALLERS", {}).items():
            for name in names:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION wall.{name} TO {role}")
    cursor.execute("RESET ROLE")


def _added_policies() -> dict[str, tuple[Policy, ...]]:
    """Policies that a higher room adds to a lower room's table (``POLICIES``): who may use the keys of a case, for one."""
    added: dict[str, tuple[Policy, ...]] = {}
    for module in rooms_walls():
        for name, policies in getattr(module, "POLICIES", {}).items():
            added[name] = (*added.get(name, ()), *policies)
    return added


def _wall_table(cursor: CursorWrapper, table: Table, added: tuple[Policy, ...]) -> None:
    for role, privileges in table.rights.items():
        cursor.execute(f"GRANT {privileges} ON {table.name} TO {role}")
    cursor.execute(
        "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass",
        [table.name],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{name}" ON {table.name}')
    _record_changes_of(cursor, table)
    if not table.policies:
        return
    cursor.execute(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
    cursor.execute(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
    if "runtime" in table.rights:
        # What is written is checked by each verb's own policy: an INSERT may come before anything is seen.
        cursor.execute(
            f"CREATE POLICY gate ON {table.name} AS RESTRICTIVE FOR ALL TO runtime USING ({table.gate}) WITH CHECK (true)"
        )
    for number, policy in enumerate((*table.policies, *added), start=1):
        using = f" USING ({policy.using})" if policy.using else ""
        check = f" WITH CHECK ({policy.check})" if policy.check else ""
        name = f"{policy.role}_{policy.verb.lower()}_{number}"
        cursor.execute(
            f"CREATE POLICY {name} ON {table.name} FOR {policy.verb} TO {policy.role}{using}{check}"
        )


def declared_moments() -> dict[str, dict[str, str]]:
    """Every guarded column (``MOMENTS``): table → column → guard."""
    guards: dict[str, dict[str, str]] = {}
    for module in rooms_walls():
        for name, columns in getattr(module, "MOMENTS", {}).items():
            guards[name] = {**guards.get(name, {}), **columns}
    return guards


def _keep_moments_true(cursor: CursorWrapper, name: str, guards: dict[str, str]) -> None:
    """Put up the trigger that guards a table's moments and signatures, before its other triggers (they run by name)."""
    pairs = [(column, guard) for column, guard in guards.items() if not guard.startswith("trigger ")]
    if not pairs:
        return
    arguments = ", ".join(f"'{column}', '{guard}'" for column, guard in pairs)
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER a_moments BEFORE INSERT OR UPDATE ON {name}"
        f" FOR EACH ROW EXECUTE FUNCTION wall.true_moments({arguments})"
    )


def _record_changes_of(cursor: CursorWrapper, table: Table) -> None:
    """Put up the trigger that records every change of the table's rows (security/audit/walls.py), or take it away."""
    cursor.execute(f"DROP TRIGGER IF EXISTS a_record ON {table.name}")
    if not table.is_recorded:
        return
    filed = table.recorded
    keys = (filed.key_kind, filed.key_owner, ",".join(filed.hashed))
    arguments = ", ".join(f"'{one}'" for one in (table.model, filed.case, filed.through, *keys))
    cursor.execute(
        f"CREATE TRIGGER a_record AFTER INSERT OR UPDATE OR DELETE ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION wall.record_change({arguments})"
    )


def _hand_over(cursor: CursorWrapper) -> None:
    """The role ``wall`` keeps its functions and loses the right to make new ones."""
    cursor.execute("REVOKE CREATE ON SCHEMA wall FROM wall")
