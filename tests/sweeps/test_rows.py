"""Which rows of one case each person reads with SQL of their own: every table, no page, no filter of Python."""

import pytest
from django.db import connection, connections

from agencies.staff.acting import acting_as
from tests.sweeps.declared import MANAGES, SEES
from tests.sweeps.matrix import client_of, path_of
from tests.sweeps.world import World, sql

ACCESS_LOG = {"security_event", "security_casetrace"}
OF_ANOTHER_NAME = {"cases_case", "cases_child", "keys.data_key"}
# What whoever holds no grant that counts now may read all the same
MORE = {
    "disclosed": {
        "referrals_disclosure",
        "referrals_packageitem",
        "referrals_answer",
        "referrals_answerword",
    },
    "privacy": ACCESS_LOG,
    # The child's stay at the facility, under a key of its own.
    "facility": {
        "cases_admission",
        "cases_caresheet",
        "cases_arrival",
        "cases_shiftentry",
        "cases_leaving",
        "cases_givenback",
        "cases_facilitydiagnosis",
    },
    # The self-reliance plans of the child that is placed there.
    "institution": {
        "cases_reliancedraft",
        "cases_reliancefile",
        "cases_relianceplan",
        "cases_reliancetold",
    },
    # The plan that is entrusted to this person.
    "therapist": {
        "referrals_entrusted",
        "referrals_entrusteditem",
        "referrals_entrustedreturn",
        "referrals_entrustedword",
    },
    # To whom the plan is entrusted, without a key of it.
    "giver_head": {"referrals_entrusted"},
    # One's own grant, so that a page can say why it is closed; not the case.
    "ended": {"cases_grant"},
    "not_begun": {"cases_grant"},
    "blocked": {"cases_grant"},
}

OF_TWO_HOMES = {"cases_householdjoin"}
"""Rows that are there for those alone who see a case of each of two homes."""
OF_BOTH = {"lead", "line", "director"}
OF_SUPPORT = {
    "cases_designation", "cases_release", "cases_supportnotice", "cases_supportreception", "cases_supportreview",
    "cases_supporter", "cases_supporterreport",
}  # fmt: skip
"""Rows of the support case of the police, which its officer and the officer's supervisor alone read (ADR 99)."""
READ_APART: dict[str, set[str]] = {
    "cases_findings": {"lead", "line", "reader"},
    "cases_sessionnote": {"reader"},
    "cases_reliancedraft": set(),
}
"""Drafts of an institution are its own (ADR 111).

Psychological findings are the psychologist's of the team, medical ones those of the lead and the supervisor (ADR 97). Notes
of a psychologist's sessions are the psychologist's of the team (ADR 102)."""


def tables_of_cases() -> list[str]:
    """Every table that names a case."""
    rows = sql(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " AND a.attname ~ '^case_ids?$'"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped"
    )
    return sorted({str(name) for (name,) in rows} | OF_ANOTHER_NAME)


def _condition(table: str, world: World, relation: str) -> str:
    """Of the world's case; of the access log only what others left, since everybody reads their own."""
    keys = f"'{world.case.pk}', '{world.case.child_id}'"
    special = {
        "cases_case": f"id = '{world.case.pk}'",
        "cases_child": f"id = '{world.case.child_id}'",
        "keys.data_key": f"owner_id IN ({keys})",
        "security_casetrace": f"case_ids @> ARRAY['{world.case.pk}'::uuid]",
    }
    special |= dict.fromkeys(OF_SUPPORT, f"case_id = '{world.ids['support_id']}'")
    own = f" AND actor_id IS DISTINCT FROM '{world[relation].staff_id}'" if table in ACCESS_LOG else ""
    return special.get(table, f"case_id = '{world.case.pk}'") + own


def tables_read_by(world: World, relation: str, tables: list[str]) -> set[str]:
    """The tables in which ``relation`` reads a row of the case."""
    counts = ", ".join(
        f"(SELECT count(*) FROM {table} WHERE {_condition(table, world, relation)})" for table in tables
    )
    with acting_as(world[relation]), connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return {table for table, count in zip(tables, cursor.fetchone(), strict=True) if count}


def expected(relation: str, tables: list[str]) -> set[str]:
    """The tables in which ``relation`` should read a row of the case."""
    if relation in ("disclosed", "chief"):
        return MORE.get(relation, set()) | OF_SUPPORT
    tables = [one for one in tables if one not in OF_SUPPORT]
    tables = [one for one in tables if relation in READ_APART.get(one, {relation})]
    if relation in MANAGES:
        # A look of a colleague's names cases of others too: it is read case by case, by wall.traces_page.
        return set(tables) - {"security_casetrace"}
    if relation in SEES:
        return (
            set(tables) - ACCESS_LOG - {"cases_notifier"} - (set() if relation in OF_BOTH else OF_TWO_HOMES)
        )
    return MORE.get(relation, set())


@pytest.fixture
def looked_at(world: World) -> World:
    """The world, after two people have looked at the case: every table holds a row of it."""
    for relation in ("lead", "line"):
        assert client_of(world, relation).get(path_of("case", world)).status_code == 200
    return world


def test_who_reads_which_rows(looked_at: World) -> None:
    tables = tables_of_cases()
    assert len(tables) > 25
    assert len(looked_at.people) > 20
    for relation, position in looked_at.people.items():
        if position is not None:
            assert tables_read_by(looked_at, relation, tables) == expected(relation, tables), relation


def test_it_goes_red_for_every_table_whose_wall_is_opened(looked_at: World) -> None:
    for table in tables_of_cases():
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"CREATE POLICY too_much ON {table} FOR SELECT TO runtime USING (true)")
        assert tables_read_by(looked_at, "stranger", [table]) == {table}
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"DROP POLICY too_much ON {table}")
        assert tables_read_by(looked_at, "stranger", [table]) == set()
