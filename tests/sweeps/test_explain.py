"""How PostgreSQL reads the lists: the visible cases once a statement, then the index; no function for each row."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.db.models import QuerySet

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench.data import Made
from cases.records.codes import Level
from cases.records.models import Case, Child, Person
from cases.records.queries import case_for, cases_for
from config.embedded import testing
from config.embedded.postgres import Server
from security.encryption.models import DataKey
from security.search.tokens import Plan, tokens

INDEX_SCANS = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
Node = dict[str, Any]


def superuser(database: str) -> psycopg.Connection:
    conninfo = Server(testing.server_home(), testing.PASSWORDS["postgres"]).conninfo(database)
    return psycopg.connect(conninfo, autocommit=True)


def nodes_of(rows: "QuerySet[Any]") -> list[Node]:
    """Every step of the plan of a query that was run as runtime, with the identity of the transaction; the whole first."""
    statement, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) {statement}", parameters)
        return list(_walk(cursor.fetchone()[0][0]["Plan"]))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for below in node.get("Plans", ()):
        yield from _walk(below)


def faults(nodes: list[Node], relation: str, indexes: set[str], most: int) -> list[str]:
    """What in a plan calls a function for each row, reads ``relation`` past ``indexes``, or reads more than ``most`` blocks."""
    read = nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"]
    found = [f"{read} blocks"] if read > most else []
    found += [
        f"a function for each row: {node['Filter']}" for node in nodes if "wall." in node.get("Filter", "")
    ]
    found += [f"{node['Node Type']} of {node['Function Name']}" for node in nodes if "Function Name" in node]
    found += [
        f"probed past its index: {node['Node Type']} by {node.get('Index Name')}"
        for node in nodes
        if node.get("Relation Name") == "cases_grant" and node.get("Index Name") != "grant_probe"
    ]
    scans = [node for node in nodes if node.get("Relation Name") == relation]
    for scan in scans:
        used = {step.get("Index Name") for step in _walk(scan)}
        if scan["Node Type"] not in INDEX_SCANS or not indexes & used:
            found.append(f"{scan['Node Type']} of {relation} by {used}")
    return found if scans else [f"{relation} is not read"]


LISTS: dict[str, Callable[[Position], "QuerySet[Case]"]] = {
    "both walls": lambda position: cases_for(position)[:50],
    "with the offices": lambda position: cases_for(position).select_related("office", "section")[:50],
    "the open ones": lambda position: cases_for(position, Level.EDIT).open()[:50],
}
LATEST = {"case_office_latest", "case_latest"}
# A caseworker's 316 cases are found by their ids; whoever sees all of an office walks them from the latest.
READ = {"caseworker": ({"cases_case_pkey"}, 6_000), "director": (LATEST, 3_000)}


def _acting(position_id: UUID) -> Position:
    return Position.objects.using("gate").select_related("staff", "office").get(pk=position_id)


def test_lists_read_few_cases_by_an_index(made: Made) -> None:
    for position in (_acting(made.caseworker), _acting(made.director)):
        with acting_as(position):
            for name, listed in LISTS.items():
                assert not faults(nodes_of(listed(position)), "cases_case", *READ[position.role]), (
                    position.role,
                    name,
                )


def test_one_case_costs_a_director_what_it_costs_a_caseworker(made: Made) -> None:
    taken = {}
    for position in (_acting(made.caseworker), _acting(made.director)):
        with acting_as(position):
            case = cases_for(position)[0]
            nodes = nodes_of(case_for(position, case.pk))
            assert not faults(nodes, "cases_case", {"cases_case_pkey"}, 100), position.role
            people = nodes_of(Person.objects.filter(case=case))
            assert people[0]["Shared Hit Blocks"] <= 20, position.role
            taken[position.role] = nodes[0]["Shared Hit Blocks"]
    assert taken["director"] <= taken["caseworker"] + 10


OF_ONE = (
    "SELECT * FROM wall.positions_of_case(%(case)s, '{lead}')",
    "SELECT * FROM wall.looks_at_disclosures(%(case)s)",
    "SELECT * FROM wall.case_unlike_record(%(case)s)",
    "UPDATE cases_case SET track = track WHERE id = %(case)s",
    "UPDATE cases_child SET school = school WHERE id = %(child)s",
)


@pytest.mark.parametrize("statement", OF_ONE)
def test_what_is_asked_or_written_of_one_case_costs_a_director_no_more(made: Made, statement: str) -> None:
    """All cases of a director are 900 blocks of the index of grants: they are not listed to find that one is among them."""
    taken = {}
    for position in (_acting(made.caseworker), _acting(made.director)):
        with acting_as(position), connection.cursor() as cursor:
            case = cases_for(position)[0]
            asked = {"case": case.pk, "child": case.child_id}
            for _turn in range(2):  # the plans of a function's statements are made once
                cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) {statement}", asked)
                plan = cursor.fetchone()[0][0]["Plan"]
            taken[position.role] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    assert taken["director"] <= taken["caseworker"] + 30


def test_children_and_keys_of_a_list_are_found_by_index(made: Made) -> None:
    position = _acting(made.director)
    with acting_as(position):
        cases = list(cases_for(position)[:50])
        children = nodes_of(Child.objects.filter(pk__in=[case.child_id for case in cases]))
        keys = nodes_of(DataKey.objects.filter(owner_id__in=[case.pk for case in cases]))
    # One look at an index for each child asked for, and the visible cases still computed once.
    assert not any(node["Node Type"] in ("Seq Scan", "Function Scan") for node in children)
    assert {"cases_child_pkey", "cases_case_pkey"} & {node.get("Index Name") for node in children}
    assert not any("wall." in node.get("Filter", "") for node in (*children, *keys))


def test_keys_of_a_list_ask_for_nothing_else(made: Made) -> None:
    """The disclosures and notifications of 20,000 cases are not looked up for the keys of fifty."""
    position = _acting(made.director)
    with acting_as(position):
        cases = list(cases_for(position)[:50])
        nodes = nodes_of(DataKey.objects.filter(owner_id__in=[case.pk for case in cases]))
    others = [
        node
        for node in nodes
        if node["Node Type"] == "ProjectSet"
        or node.get("Relation Name") in ("referrals_disclosure", "cases_notification")
    ]
    assert others
    assert all(node["Actual Loops"] == 0 for node in others)


def test_the_gate_closes_on_a_condition_for_each_row(made: Made, made_database: str) -> None:
    position = _acting(made.director)
    conditions = (
        "wall.own_level((SELECT wall.my_position()), id) IS NOT NULL",
        "ARRAY[id] <@ wall.my_case_ids('view')",
        "id = ANY((SELECT wall.my_case_ids('view'))::uuid[])",
    )
    for condition in conditions:
        with superuser(made_database) as session:
            session.execute("DROP POLICY runtime_select_1 ON cases_case")
            session.execute(
                f"CREATE POLICY runtime_select_1 ON cases_case FOR SELECT TO runtime USING ({condition})"
            )
        with acting_as(position):
            listed = nodes_of(cases_for(position).filter(stage="support")[:50])
        assert faults(listed, "cases_case", *READ["director"]), condition


def test_the_gate_closes_without_the_index_of_the_probe(made: Made, made_database: str) -> None:
    with superuser(made_database) as session:
        session.execute("DROP INDEX grant_probe")
    position = _acting(made.director)
    with acting_as(position):
        assert faults(nodes_of(cases_for(position)[:50]), "cases_case", *READ["director"])


def test_names_are_found_by_the_tokens_index(made: Made, made_database: str) -> None:
    position = _acting(made.caseworker)
    with superuser(made_database) as session:
        session.execute("SET ROLE wall")
        session.execute(
            """INSERT INTO security_searchtoken (id, office_id, kind, token, pointer, version)
               SELECT gen_random_uuid(), o.id, 'kana', substring(sha256(c::text::bytea) FROM 1 FOR 2), '', 0
               FROM generate_series(1, 20000) c, agencies_office o WHERE o.kind = 'cgc'"""
        )
        session.execute("RESET ROLE")
        session.execute("ANALYZE security_searchtoken")
    wanted = tokens(position.office_id, "kana", "タカハシヨシノ", Plan(0, 13, parts=3))
    with acting_as(position), connection.cursor() as cursor:
        # Once before: the first call of a connection reads the catalogues.
        asked = "SELECT * FROM wall.pointers('kana', %s, 0::smallint, 5000)"
        cursor.execute(asked, [wanted])
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked}", [wanted])
        (top,) = _walk(cursor.fetchone()[0][0]["Plan"])
    print(top["Shared Hit Blocks"], "blocks for a name among 20,000 tokens")  # noqa: T201
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 200


def test_a_number_is_found_behind_the_glass_without_reading_the_office(made: Made) -> None:
    """A duty officer's search reads a few pages, not the 20,000 cases of the office."""
    position = _acting(made.director)
    with acting_as(position), connection.cursor() as cursor:
        number = Case.objects.order_by("number").values_list("number", flat=True)[7]
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM wall.behind_glass(%s::uuid[], %s)",
            [[], number],
        )
        (top,) = _walk(cursor.fetchone()[0][0]["Plan"])
    assert top["Actual Rows"] == 1
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 1_000
