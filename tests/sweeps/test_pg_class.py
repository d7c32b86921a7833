"""What the database's own catalogue says of tables, roles, functions and views; and what each model stores in clear."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models

from security.encryption.fields import EncryptedTextField
from security.encryption.keyring import Scope
from security.walls.apply import declared_tables
from security.walls.declare import Table

SCHEMAS = ("public", "keys", "wall")
ROLES = ("runtime", "scribe", "gate", "worker", "sealer", "backup")
RIGHT = re.compile(r"([A-Z]+)(?: \(([^)]*)\))?")
"""A declared right, and its columns where it is not of the whole table."""
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# Made by a package's migrations and used by nobody: they stay without any right at all.
UNUSED = {
    "auth_group", "auth_group_permissions", "auth_user", "auth_user_groups", "auth_user_user_permissions",
    "guardian_groupobjectpermission", "guardian_userobjectpermission",
}  # fmt: skip


def ask(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of the catalogue, which everybody reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def short_name(table: Table) -> tuple[str, str]:
    """Schema and name of a declared table."""
    schema, _, name = table.name.replace('"', "").rpartition(".")
    return schema or "public", name


def rights_of(role: str, schema: str, name: str) -> set[str]:
    """What ``role`` may do with a table, by whatever way, columns included."""
    statement = (
        "SELECT has_table_privilege(%s, %s, %s)"
        " OR (%s IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege(%s, %s, %s))"
    )
    relation = f'"{schema}"."{name}"'
    found = set()
    for right in (*VERBS, "TRUNCATE", "REFERENCES", "TRIGGER"):
        columns = right if right in VERBS[:3] else "SELECT"
        if ask(statement, role, relation, right, right, role, relation, columns)[0][0]:
            found.add(right)
    return found


def columns_of(role: str, schema: str, name: str, right: str) -> set[str]:
    """The columns on which ``role`` has a right."""
    statement = (
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege(%s, attrelid, attnum, %s)"
    )
    return {column for (column,) in ask(statement, f'"{schema}"."{name}"', role, right)}


@pytest.fixture
def tables(database: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Every table of ours by schema and name."""
    rows = ask(
        """SELECT n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, pg_get_userbyid(c.relowner)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p')""",
        list(SCHEMAS),
    )
    names = ("rls", "forced", "part", "owner")
    return {(schema, name): dict(zip(names, rest, strict=True)) for schema, name, *rest in rows}


def test_every_table_is_declared(tables: dict[tuple[str, str], dict[str, Any]]) -> None:
    declared = {short_name(table) for table in declared_tables()}
    known = {place for place, facts in tables.items() if not facts["part"]}
    assert len(known) > 50
    unused = {("public", name) for name in UNUSED}
    assert known - declared - unused == set(), "declare these in a walls.py"
    assert declared - known == set(), "declared and not there"
    assert unused & declared == set()


def test_an_undeclared_table_has_no_rights(tables: dict[tuple[str, str], dict[str, Any]]) -> None:
    for schema, name in tables:
        if tables[schema, name]["part"] or name in UNUSED:
            for role in ROLES[:-1]:
                assert rights_of(role, schema, name) == set(), f"{role} on {name}"


def test_rights_are_those_declared_and_each_has_its_policy(
    tables: dict[tuple[str, str], dict[str, Any]],
) -> None:
    commands = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
    for table in declared_tables():
        schema, name = short_name(table)
        policies = ask(
            "SELECT polcmd, ARRAY(SELECT rolname::text FROM pg_roles WHERE oid = ANY(polroles)), polpermissive FROM pg_policy"
            " WHERE polrelid = %s::regclass",
            f'"{schema}"."{name}"',
        )
        assert all(roles and "public" not in roles for _, roles, _ in policies), (
            f"{name}: a policy for everybody"
        )
        covered = {(commands[command], role) for command, roles, _ in policies for role in roles}
        for role in ROLES[:-1]:
            declared = dict(RIGHT.findall(table.rights.get(role, "")))
            wanted = set(declared)
            assert rights_of(role, schema, name) == wanted, f"{role} on {name}"
            for right, columns in declared.items():
                assert not columns or columns_of(role, schema, name, right) == set(columns.split(", "))
            if table.policies:
                assert {(verb, role) for verb in wanted} <= covered, (
                    f"{name}: a verb of {role} without a policy"
                )
        assert rights_of("backup", schema, name) == {"SELECT"}
        walled = tables[schema, name]
        assert (walled["rls"], walled["forced"]) == ((True, True) if table.policies else (False, False)), name
        assert table.policies or table.why_open


def test_every_table_of_the_wings_with_content_is_walled(database: str) -> None:
    open_tables = {table.name for table in declared_tables() if not table.policies}
    assert len(list(_models())) > 40
    for model in _models():
        has_content = any(isinstance(field, EncryptedTextField) for field in model._meta.concrete_fields)
        if has_content or model._meta.app_label in ("cases", "referrals", "agencies"):
            assert model._meta.db_table not in open_tables, model


def test_every_change_of_a_walled_table_is_recorded_as_its_model_says(database: str) -> None:
    """Its trigger is there and on, and files a row under the case and the key that the model names."""
    found = 0
    for table in declared_tables():
        schema, name = short_name(table)
        triggers = ask(
            "SELECT tgenabled, tgfoid::regproc::text, tgtype, encode(tgargs, 'escape') FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgname = 'a_record'",
            f'"{schema}"."{name}"',
        )
        if not table.is_recorded:
            assert triggers == [], name
            continue
        model, filed = apps.get_model(table.model), table.recorded
        assert model._meta.db_table.replace('"', "") == table.name
        arguments = (
            table.model,
            filed.case,
            filed.through,
            filed.key_kind,
            filed.key_owner,
            ",".join(filed.hashed),
        )
        # A row trigger (1) after INSERT (4), DELETE (8) and UPDATE (16).
        assert triggers == [("O", "wall.record_change", 29, "".join(f"{one}\\000" for one in arguments))], (
            name
        )
        ids = {
            field.column: uuid.uuid4()
            for field in model._meta.concrete_fields
            if field.name != "content_type"
        }
        row = model(
            **{
                f.attname: ids[f.column]
                for f in model._meta.concrete_fields
                if f.is_relation or f.primary_key
            }
        )
        if hasattr(row, "key_scope"):
            assert row.key_scope() == Scope(filed.key_kind, ids[filed.key_owner]), name
        assert filed.through or "case_id" not in ids or filed.case == "case_id", name
        found += 1
    assert found > 25


def test_a_table_with_content_has_no_reason_to_be_unrecorded(database: str) -> None:
    reasons = {table.name for table in declared_tables() if table.policies and not table.is_recorded}
    assert reasons == {
        "security_event", "security_casetrace", "security_outbox", "security_searchtoken", "agencies_notice",
        "agencies_credential", "cases_casenumber", "cases_documentnumber", "cases_filing", "security_sentform",
        "cases_clocksweep",
        "security_searchplan", "security_searchcount",
        # No row of it changes; who wrote it is in the progress record of its case (docs/adr/0094).
        "referrals_wordforchild",
    }  # fmt: skip


def test_the_applications_roles_own_nothing_and_pass_no_policy(database: str) -> None:
    found = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname = ANY(%s)",
        [*ROLES, "wall"],
    )
    assert {row[0] for row in found} == {*ROLES, "wall"}
    for name, is_super, bypass, *others in found:
        assert not any((is_super, *others)), name
        assert bypass == (name in ("wall", "backup")), name
    owned = """SELECT pg_get_userbyid(relowner), relname FROM pg_class WHERE pg_get_userbyid(relowner) = ANY(%s)
               UNION ALL SELECT pg_get_userbyid(nspowner), nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = ANY(%s)
               UNION ALL SELECT pg_get_userbyid(proowner), proname FROM pg_proc WHERE pg_get_userbyid(proowner) = ANY(%s)"""
    assert ask(owned, list(ROLES), list(ROLES), list(ROLES)) == []
    things_of_wall = "SELECT relname, relkind FROM pg_class WHERE pg_get_userbyid(relowner) = 'wall'"
    assert ask(things_of_wall) == [(name, "v") for name in sorted(OWN_ROWS_ONLY)]
    members = """SELECT r.rolname, m.rolname FROM pg_auth_members a
                 JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
                 WHERE m.rolname = ANY(%s)"""
    assert ask(members, [*ROLES, "wall"]) == []
    assert ask("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'wall'") == [(False,)]


def test_no_role_creates_anything_in_our_schemas(database: str) -> None:
    for role in (*ROLES, "wall", "public"):
        for schema in SCHEMAS:
            assert ask("SELECT has_schema_privilege(%s, %s, 'CREATE')", role, schema) == [(False,)], (
                f"{role} in {schema}"
            )
    for role in ROLES:
        assert ask("SELECT has_database_privilege(%s, current_database(), 'CREATE')", role) == [(False,)]


def test_no_login_reaches_the_databases_that_postgresql_brings(database: str) -> None:
    for role in (*ROLES, "owner", "public"):
        for name in ("postgres", "template1"):
            for right in ("CONNECT", "TEMP"):
                assert ask("SELECT has_database_privilege(%s, %s, %s)", role, name, right) == [(False,)]


def test_definer_functions_are_closed(database: str) -> None:
    rows = ask(
        """SELECT p.oid::regprocedure::text, n.nspname, p.prosecdef, pg_get_userbyid(p.proowner), p.proconfig,
                  has_function_privilege('public', p.oid, 'EXECUTE'), p.prosqlbody IS NOT NULL AND NOT p.prosecdef
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = ANY(%s) OR (p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema'))""",
        list(SCHEMAS),
    )
    assert len(rows) > 30
    for name, schema, is_definer, owner, config, is_public, is_parsed in rows:
        assert not is_public, f"{name} can be called by everybody"
        if schema == "wall":
            assert owner == "wall", name
            if is_parsed:  # when it was created: no search_path of a caller is asked
                continue
            assert any(setting.startswith("search_path=") for setting in config or ()), (
                f"{name} has no fixed search_path"
            )
            assert "pg_temp" in config[0].rpartition(",")[2], (
                f"{name}: pg_temp comes last, or a temporary table comes first"
            )
        else:
            assert not is_definer, f"{name} is a definer function outside the schema wall"


OWN_ROWS_ONLY = {"my_grants"}
"""Views that read as ``wall``, for speed, and show the caller's own rows: tests/unit/cases/records/test_own_grants.py."""


def test_no_view_passes_the_policies(database: str) -> None:
    rows = ask(
        """SELECT c.relname, c.relkind, c.reloptions FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = ANY(%s) AND c.relkind IN ('v', 'm')""",
        list(SCHEMAS),
    )
    for name, kind, options in rows:
        assert kind == "v", f"{name}: a materialised view keeps what the policies would hide"
        invoker = {"security_invoker=true", "security_invoker=on"} & set(options or ())
        assert invoker or name in OWN_ROWS_ONLY, name
    assert ask("SELECT rulename FROM pg_rules WHERE schemaname = ANY(%s)", list(SCHEMAS)) == []


def test_the_sweep_finds_what_it_looks_for(tables: dict[tuple[str, str], dict[str, Any]]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id int)")
        cursor.execute("GRANT SELECT (id) ON forgotten TO runtime")
    assert rights_of("runtime", "public", "forgotten") == {"SELECT"}
    for statement in (
        "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT polname FROM pg_policy WHERE polrelid = 'cases_case'::regclass LOOP"
        " EXECUTE format('DROP POLICY %%I ON cases_case', name); END LOOP; END $$",
        "GRANT TRUNCATE ON cases_case TO runtime",
    ):
        with connections["owner"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(statement.replace("%%", "%"))
            rows = ask(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'cases_case'"
            )[0]
            facts = {"rls": rows[0], "forced": rows[1]}
            with pytest.raises(AssertionError):
                test_rights_are_those_declared_and_each_has_its_policy(
                    {**tables, ("public", "cases_case"): facts}
                )
            cursor.execute("ROLLBACK")


# --- What models store in clear ----------------------------------------------------------------------------------------

# Clear are only ids, case number, stage, track, urgency, responsible office, staff, clock dates, and the codes the gate needs
# (docs/architecture.md). Names of columns that hold one of these; ids, dates and references to offices, staff and cases are
# known by their kind.
CLEAR_NAMES = {
    "case number and references": {"number", "reference"},
    "stage, track, urgency and how something ended": {
        "stage", "from_stage", "to_stage", "effective_on", "track", "to_track", "urgency", "ending",
    },
    "the night whose sheet was received": {"night"},
    "the month and the day of a review": {"month", "next_on"},
    "the day on which a diagnosis is due, and on which ones another rests": {"due_on", "rests_on"},
    "whether a counseling plan is a measure, and when its follow-up is": {"legal_form", "follow_up_on"},
    "versions": {"version", "wording_version"},
    "who holds what": {"relation", "barred"},
    "whether the chair signs minutes first": {"chair_signs"},
    "where a conference sat, which positions, and why it was moved": {"place", "present", "by_telephone", "invited", "why"},
    "codes the gate and the signatures need": {
        "result", "purpose", "items", "refused_items", "despite_items", "item", "kind", "ground", "approved", "refused",
        "is_oral", "finding", "step", "understood", "paper_kind",
    },
    "whether a child was asked, which the database counts": {"asked", "on_facts", "unallowed"},
    "how far the plan of a joint interview is, a letter of a child, a request for a place, or an entrusted plan": {"state"},
    "how a letter of a child came, how many consultations it holds, and whether two people decide": {
        "channel", "consultations", "takes_two",
    },
    "which side wrote a question on a place or an entrusted plan": {"from_center"},
    "which of the plan's goals an entrusted plan has, by their numbers": {"goal_codes"},
    "until when what was agreed on the child's environment is to be done, and when it was": {"until", "done_on"},
    "from when to when contact is limited": {"starts_on", "ends_on", "review_on"},
    "until which day custody is continued": {"until_on"},
    "whether a case was recorded by mistake, and which measures of a conference open a further decision": {"by_mistake", "opens"},
    "how often a draft of an institution was saved, and whether a plan of it was accepted": {"saves", "accepted"},
    "whether the center accepts an answer of the police or asks back": {"says"},
    "counters of an office": {"fiscal_year", "last", "number"},
    "the one row that says when the limits were watched": {"id"},
    "which form was printed of which row": {"paper", "subject"},
    "whether what waits at a desk is to be called back at once": {"pressing"},
    "the sending office's telephone on an envelope": {"contact"},
}  # fmt: skip
CLEAR_KINDS = (models.UUIDField, models.AutoField, models.DateTimeField)


def _models() -> Iterator[type[models.Model]]:
    for label in ("security", "agencies", "cases", "referrals", "desk"):
        yield from apps.get_app_config(label).get_models()


def test_every_column_is_clear_by_name_or_encrypted() -> None:
    for model in _models():
        clear = set(getattr(model, "CLEAR", ()))
        if model._meta.db_table in ("security_event", "security_casetrace"):
            continue  # ids, codes and ciphertext; docs/adr/0004 lists every column
        columns = {field.name for field in model._meta.concrete_fields}
        attnames = {field.attname for field in model._meta.concrete_fields}
        sealed = {
            field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
        }
        assert columns - sealed - clear == set(), f"{model._meta.label}: declare these clear, or encrypt them"
        assert clear & sealed == set(), model
        assert clear <= columns | attnames, f"{model._meta.label}: CLEAR names columns that are not there"


def test_clear_columns_of_cases_are_those_of_promise_5() -> None:
    allowed, seen = set().union(*CLEAR_NAMES.values()), set()
    for label in ("cases", "referrals"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, (EncryptedTextField, models.ForeignKey, *CLEAR_KINDS)):
                    continue
                seen.add(field.name)
                assert field.name in allowed, (
                    f"{model._meta.label}.{field.name} is clear and docs/architecture.md does not name it"
                )
    assert allowed <= seen, "names that no column has any more"


def test_no_clear_column_of_cases_takes_free_text() -> None:
    looked = 0
    for label in ("cases", "referrals"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                looked += 1
                if isinstance(field, models.TextField | models.JSONField) and not isinstance(
                    field, EncryptedTextField
                ):
                    raise AssertionError(f"{model._meta.label}.{field.name}: free text in clear")
    assert looked > 300
