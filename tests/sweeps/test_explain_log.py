"""How PostgreSQL reads the access log of a large office: a page costs the rows of a page, whoever asks and however many looks.

The pages are read within functions of the database, so what is counted is the blocks that a page reads.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench import office
from bench.data import Plan, fill, settle
from cases.records.models import Case
from cases.records.queries import glasses_unreviewed, numbers_for_log
from desk.audit.queries import looks_at_my_cases, office_people, recent_denials, who_looked
from face.keyset import Place, page_of
from security.audit import queries
from security.audit.days import LINES, DayFilter, Days
from security.audit.queries import EventFilter, Listed
from tests.conftest import copy_database, drop_database, use_database
from tests.sweeps.test_explain import superuser

SIZE = office.Size(looks=1_000_000, notices=1)
MOST = 1_200
"""How many blocks of 8 kB a page of the log may read; with 20,000 cases the busiest reads 1,000, most read 60 to 400."""
MOST_OF_ONE_CASE = 2_000
"""The same where looks at a case are found that are not the newest: this one was printed 5,000 times in half a year."""
MOST_OF_FEW = 2_500
"""The same where half a year of looks at a reviewer's 420 cases is searched for a colleague's days there."""
INDEXES = (
    ("security_casetrace_outside", "director", "home"),
    ("security_casetrace_cases", "director", "looks at a quiet case"),
    ("security_casetrace_actor", "privacy", "looks of somebody who took none"),
    ("security_event_denied", "privacy", "denials"),
)
"""What each index is for: a reader and a page that reads far more without it."""


@dataclass(frozen=True)
class Big:
    """20,000 cases and the looks of three years; who reads them, the case with most looks, and one like all others."""

    positions: Mapping[str, UUID]
    case: UUID
    quiet: UUID

    def post(self, name: str) -> Position:
        """Somebody's position, as a page has it."""
        return Position.objects.using("gate").select_related("staff", "office").get(pk=self.positions[name])


@pytest.fixture(scope="module")
def big_template(template: str) -> Iterator[tuple[str, Big]]:
    name = copy_database(template, "log")
    with superuser(name) as session:
        made = fill(session, SIZE.cases, bulk=True, plan=Plan(per_supervisor=SIZE.line))
        case, quiet = office.open_cases_of(session, made.caseworker)
        office.surround(session, SIZE, case)
        settle(session)
        line, privacy, newcomer = session.execute(
            """SELECT (SELECT g.position_id FROM cases_grant g JOIN agencies_position p ON p.id = g.position_id
                       WHERE g.case_id = %s AND p.role = 'supervisor'),
                      (SELECT id FROM agencies_position WHERE role = 'privacy_officer'),
                      (SELECT p.id FROM agencies_position p JOIN agencies_staff s ON s.id = p.staff_id
                       WHERE s.username = 'stranger_director')""",
            [case],
        ).fetchone() or (None, None, None)
    positions = {
        "caseworker": made.caseworker,
        "supervisor": line,
        "director": made.director,
        "privacy": privacy,
        "newcomer": newcomer,
    }
    yield name, Big(positions, case, quiet)
    drop_database(name)


@pytest.fixture
def big(big_template: tuple[str, Big], django_db_blocker: DjangoDbBlocker) -> Iterator[Big]:
    """The large office, for tests that only read."""
    with django_db_blocker.unblock():
        use_database(big_template[0])
        yield big_template[1]
        connections.close_all()


def blocks_of(read: Callable[[], object]) -> int:
    """How many blocks the statements of ``read`` touch. Run once before, since a connection's first call reads the catalogues.

    So does, and touches 8,000 blocks, a connection that was told too late, on a busy machine, of the tables that another test
    made: each statement is explained twice, and the smaller number is the plan's own.
    """
    counted = 0

    def explained(execute: Callable[..., Any], statement: Any, parameters: Any, *rest: Any) -> int:
        execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters, *rest)
        (top,) = rest[-1]["cursor"].fetchone()[0]
        touched: int = top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"]
        return touched

    def count(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
        nonlocal counted
        counted += min(explained(execute, statement, *rest) for _time in range(2))
        return execute(statement, *rest)

    read()
    with connection.execute_wrapper(count):
        read()
    return counted


def _pages(big: Big, position: Position) -> dict[str, Callable[[], object]]:
    """Every list of the access log as a reader's page asks for it; the reader is acting."""
    mine = {"own looks": _page(queries.looks_of_person(position.staff_id, reviewed=False))}
    if position.pk == big.positions["newcomer"]:
        return mine | {
            "home": lambda: looks_at_my_cases(position),
            "denials": _page(queries.denials()),
            "a colleague's looks": _page(
                queries.looks_of_person(big.post("caseworker").staff_id, reviewed=True)
            ),
            "access log": lambda: office_people(position),
        }
    if position.role != "privacy_officer":
        case = Case.objects.get(pk=big.case)
        mine["changes"] = _page(queries.changes_of_case(big.case, case.child_id))
    if position.role == "caseworker":
        return mine | {
            "looks at a case": _page(queries.looks_at_case(big.case)),
            "looks at a quiet case": _page(queries.looks_at_case(big.quiet)),
            "days of a case": _days("case", big.case),
            "days of a quiet case": _days("case", big.quiet),
            "a colleague's days": _days("person", big.post("supervisor").staff_id),
            "a case page": lambda: who_looked(case),
            # As a supervisor of 420 cases would.
            "denials": _page(queries.denials()),
            "a colleague's looks": _page(
                queries.looks_of_person(big.post("supervisor").staff_id, reviewed=True)
            ),
            "people of a case": lambda: queries.people_in_log(big.case),
        }
    colleague = big.post("caseworker").staff_id
    found = mine | {
        "looks at a case": _page(queries.looks_at_case(big.case)),
        "looks at a quiet case": _page(queries.looks_at_case(big.quiet)),
        "days of a case": _days("case", big.case),
        "days of a quiet case": _days("case", big.quiet),
        "a colleague's days": _days("person", colleague),
        "a colleague's lists too": _days("person", colleague, lists=True),
        "days of somebody who took no look": _days("person", uuid4()),
        "people of a case": lambda: queries.people_in_log(big.case),
        "a colleague's looks": _page(queries.looks_of_person(colleague, reviewed=True)),
        "looks of somebody who took none": _page(queries.looks_of_person(uuid4(), reviewed=True)),
        "denials": _page(queries.denials()),
    }
    if position.role == "privacy_officer":
        return found | {
            "home": lambda: recent_denials(position),
            "cases by number": lambda: numbers_for_log([big.case], "HOSHI-2026-0001"),
            "glass to review": glasses_unreviewed,
        }
    return found | {
        "home": lambda: looks_at_my_cases(position),
        "access log": lambda: office_people(position),
    }


def _page(listed: Listed) -> Callable[[], object]:
    return lambda: page_of(listed.listed(EventFilter()), {}, bound="test", size=queries.PAGE)


def _days(lead: str, whom: UUID, *, lists: bool = False) -> Callable[[], object]:
    return lambda: page_of(Days(lead, whom).listed(DayFilter(lists=lists)), {}, bound="test", size=LINES)


def _costs(big: Big) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for name in big.positions:
        position = big.post(name)
        with acting_as(position):
            found |= {(name, page): blocks_of(read) for page, read in _pages(big, position).items()}
    return found


def test_every_page_of_the_log_reads_a_page(big: Big) -> None:
    costs = _costs(big)
    assert len(costs) > 20
    of_case = {"a case page", "people of a case", "days of a case"}
    most = {(who, page): MOST_OF_ONE_CASE if page in of_case else MOST for who, page in costs}
    most["caseworker", "a colleague's days"] = MOST_OF_FEW
    assert {page: cost for page, cost in costs.items() if cost > most[page]} == {}


def test_a_connection_that_forgot_the_catalogues_counts_the_same(big: Big) -> None:
    """PostgreSQL lets it forget all of them when it does not hear of 4,096 changes, here since it is stopped meanwhile."""
    with acting_as(big.post("supervisor")), superuser("postgres") as other:
        read = _page(queries.looks_at_case(big.quiet))
        usual = blocks_of(read)

        def forgets() -> None:
            os.kill(connection.connection.info.backend_pid, signal.SIGSTOP)
            try:
                for _time in range(200):
                    other.execute("CREATE TEMP TABLE forgotten (a int, b int, c int); DROP TABLE forgotten")
            finally:
                os.kill(connection.connection.info.backend_pid, signal.SIGCONT)
            read()

        assert blocks_of(forgets) <= usual < MOST


def test_page_ninety_costs_what_page_one_costs(big: Big) -> None:
    """Of a case with 5,000 looks and 5,000 changes, in both directions."""
    with acting_as(big.post("director")):
        child = Case.objects.get(pk=big.case).child_id
        for listed in (queries.looks_at_case(big.case), queries.changes_of_case(big.case, child)):
            everything = listed.listed(EventFilter())
            rows, more = everything.read(None, 4_500)
            assert more
            first = blocks_of(partial(everything.read, None, queries.PAGE))
            for newer in (False, True):
                far = Place(everything.key(rows[-1]), newer)
                assert blocks_of(partial(everything.read, far, queries.PAGE)) <= first * 2, (listed, newer)


def test_the_gate_closes_without_an_index(
    big_template: tuple[str, Big], django_db_blocker: DjangoDbBlocker
) -> None:
    copied, big = copy_database(big_template[0], "log"), big_template[1]
    with django_db_blocker.unblock():
        use_database(copied)
        for index, reader, page in INDEXES:
            costs = []
            for statement in ("SELECT 1", f"DROP INDEX {index}"):
                with superuser(copied) as session:
                    session.execute(statement.encode())
                with acting_as(big.post(reader)):
                    costs.append(blocks_of(_pages(big, big.post(reader))[page]))
            with_it, without = costs
            assert without > 2 * with_it, index
        connections.close_all()
    drop_database(copied)
