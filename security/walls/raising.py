"""Raise the walls: dropped and made whole, as every room declares them, in one transaction (ADR 47).

Nothing is kept of what was there before, so a renamed trigger, parameter or column of an answer leaves nothing behind and blocks
nothing. The order of the rooms matters to no function: bodies are not looked at before all of them are there.
"""

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from security.walls.apply import declared_statements
from security.walls.catalogue import note
from security.walls.versions import version_of_code

OURS = "ARRAY['public', 'wall', 'keys']::regnamespace[]"
# Each question gives the statements that take one kind of thing down, those that depend on others first. A function may
# return a view, and a view may call a function: views are dropped with what depends on them, and all functions at once.
DROPS = (
    f"""SELECT format('DROP POLICY %I ON %s', p.polname, c.oid::regclass) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = ANY({OURS})""",
    f"""SELECT format('DROP TRIGGER %I ON %s', t.tgname, c.oid::regclass) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = ANY({OURS}) AND NOT t.tgisinternal AND t.tgparentid = 0""",
    """SELECT DISTINCT format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname)
        FROM pg_depend d JOIN pg_proc p ON p.oid = d.refobjid AND d.refclassid = 'pg_proc'::regclass
        JOIN pg_attrdef f ON f.oid = d.objid AND d.classid = 'pg_attrdef'::regclass
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        JOIN pg_class c ON c.oid = a.attrelid AND NOT c.relispartition
        WHERE p.pronamespace = 'wall'::regnamespace""",
    """SELECT 'DROP VIEW ' || string_agg(c.oid::regclass::text, ', ') || ' CASCADE' FROM pg_class c
        WHERE c.relnamespace = 'wall'::regnamespace AND c.relkind = 'v' HAVING count(*) > 0""",
    """SELECT 'DROP ROUTINE ' || string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc p
        WHERE p.pronamespace = 'wall'::regnamespace HAVING count(*) > 0""",
    f"""WITH given AS (
          SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = ANY({OURS}) AND a.grantee <> c.relowner
          UNION SELECT a.grantee FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
          WHERE c.relnamespace = ANY({OURS}) AND a.grantee <> c.relowner
          UNION SELECT a.grantee FROM pg_namespace n, aclexplode(n.nspacl) a
          WHERE n.oid = ANY({OURS}) AND a.grantee <> n.nspowner),
        whom AS (
          SELECT concat_ws(', ', 'PUBLIC', string_agg(grantee::regrole::text, ', ')) AS names FROM given WHERE grantee <> 0)
        SELECT format('REVOKE ALL ON %s %s FROM %s CASCADE', what, schema, names)
        FROM whom, unnest({OURS}) schema, unnest(ARRAY['SCHEMA', 'ALL TABLES IN SCHEMA', 'ALL SEQUENCES IN SCHEMA']) what""",
)


def lower_walls(cursor: CursorWrapper) -> None:
    """Take down policies, triggers, views, functions and rights. Row security stays on: meanwhile the application sees no row."""
    for question in DROPS:
        cursor.execute(question)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def raise_walls(using: str = "owner") -> None:
    """Drop all walls on ``using`` (the role ``owner``), make them as declared, and note in ``wall.raised`` what is there then."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        lower_walls(cursor)
        for statement in declared_statements():
            cursor.execute(statement)
        note(cursor, version_of_code())
