"""Sessions of the real application login in every order of their steps: whatever the order, the child's word counts.

What must hold is asked of the database after each order (``test.broken`` in world.sql), and of the order itself here.
"""

import secrets
import uuid
from collections.abc import Iterable
from itertools import combinations
from math import factorial

import pytest
from django.db import connections

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from config.embedded.postgres import Server
from config.embedded.testing import PASSWORDS, server_home
from referrals.consent.models import Intention
from security.walls.identity import mint_identity, wall_token
from tests.cast import Cast, a_case
from tests.conftest import superuser
from tests.isolation.tester import HERE, Run, run, spec_of
from tests.unit.cases.closing.test_closing import a_closing
from tests.unit.referrals import steps

ENDINGS = ("withdraw", "supersede", "expire", "close")
"""What ends what the receiver may read, from its commit on."""
BEFORE = (*ENDINGS, "report", "end_case", "glass", "grant")
AFTER = (*ENDINGS, "end_case", "glass", "grant")
PATIENCE = "50ms"
"""How long a step waits for a lock: the product's second, shorter, since half of all orders wait for nothing else."""

PAIRS = list(combinations(BEFORE, 2))
THIRD = [name for name in BEFORE if name not in ("withdraw", "report")]
READS = [("read", other) for other in AFTER] + [
    ("read", "withdraw", other) for other in AFTER if other != "withdraw"
]


class World:
    """One case with a confirmed wish, kept twice: its report ``approved``, and its report ``sent`` and assigned."""

    def __init__(self, cast: Cast, database: str) -> None:
        self.database = database
        self.conninfo = Server(server_home(), "").conninfo(
            dbname=database, user="runtime", password=PASSWORDS["runtime"]
        )
        case = a_case(cast)
        with acting_as(cast.caseworker):
            add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
        closing = a_closing(cast, case)
        intention = steps.confirmed(cast, case)
        report = steps.decided(cast, steps.drafted(cast, case))
        with superuser(database) as attacker:
            attacker.execute((HERE / "world.sql").read_text(encoding="utf-8"))
            attacker.execute("SELECT test.keep('approved')")
            steps.sent(cast, report)
            steps.assigned(cast, report)
            attacker.execute("SELECT test.keep('sent')")
            for function in ("wall.withdraw(uuid)", "wall.end_disclosures(uuid[], text)"):
                attacker.execute(f"ALTER FUNCTION {function} SET lock_timeout = '{PATIENCE}'")
            (membership,) = attacker.execute(
                "SELECT id FROM cases_grant WHERE position_id = %s", [cast.colleague.pk]
            ).fetchone() or (None,)
            (sealed,) = attacker.execute("SELECT outline FROM cases_case").fetchone() or ("",)
        named = {
            "case": case.pk,
            "intention": intention.pk,
            "report": report.pk,
            "closing": closing.pk,
            "membership": membership,
            "other_position": cast.other_section.pk,
            "given": uuid.uuid4(),
            "glass": uuid.uuid4(),
        }
        self.names = {name: str(value) for name, value in named.items()}
        self.names |= {"sealed": sealed, "patience": PATIENCE} | another_answer()
        for name in ("caseworker", "colleague", "supervisor", "director", "duty", "police"):
            self.names[name] = session_of(cast.positions[name])
        connections.close_all()

    def every_order(self, sessions: tuple[str, ...], state: str) -> list[Run]:
        """Take the steps of these sessions in every order, and look at each."""
        runs = run(self.conninfo, spec_of(sessions, state, self.names))
        assert len(runs) == orders_of(sessions), "the tester left orders out"
        for one in runs:
            assert one.violations == [], one
            assert "readable" in one.facts, one
            check_withdrawal(one)
            check_report(one)
            check_reads(one)
        return runs


def session_of(position: Position) -> str:
    """The token of a session in which ``position`` acts, minted over the gate as at a sign-in."""
    key = secrets.token_urlsafe(32)
    mint_identity(key, position.staff_id, position.pk, "isolation tests")
    return wall_token(key)


def another_answer() -> dict[str, str]:
    """The columns of an answer, and for each what a later "no" of the same child says: the same texts, asked anew."""
    new = {
        "id": "gen_random_uuid()",
        "result": "'declines'",
        "items": "ARRAY[]::varchar[]",
        "superseded_at": "NULL",
        "withdrawn_at": "NULL",
        "withdrawn_by_id": "NULL",
        "withdrawal_reason": "NULL",
    }
    columns = [str(field.column) for field in Intention._meta.concrete_fields]
    return {
        "columns": ", ".join(columns),
        "declined": ", ".join(new.get(column, column) for column in columns),
    }


def orders_of(sessions: Iterable[str]) -> int:
    """How many orders the steps of these sessions have."""
    lengths = [3 if name == "read" else 2 for name in sessions]
    found = factorial(sum(lengths))
    for length in lengths:
        found //= factorial(length)
    return found


def check_withdrawal(one: Run) -> None:
    """Nothing refuses a withdrawal but that its writer has left the team."""
    if "withdraw_acts" in one.errors:
        assert one.is_before("grant_ends", "withdraw_acts"), one


def check_report(one: Run) -> None:
    """What has ended before is not sent; what nothing stands against is."""
    if "report_acts" not in one.order:
        return
    ended = [name for name in ENDINGS if one.is_before(f"{name}_ends", "report_acts")]
    if ended:
        assert "report_acts" in one.errors, (ended, one)


def check_reads(one: Run) -> None:
    """A statement that begins after an ending has committed shows nothing; one before it shows the whole package."""
    for step in ("read_first", "read_again"):
        if step not in one.order:
            continue
        ended = [name for name in ENDINGS if one.is_before(f"{name}_ends", step)]
        begun = [name for name in ENDINGS if f"{name}_acts" in one.order[: one.order.index(step)]]
        (seen,) = one.numbers[step]
        if ended:
            assert seen == 0, (ended, one)
        elif not begun:
            assert seen == len(steps.ITEMS), one


@pytest.fixture
def isolated(cast: Cast, database: str) -> World:
    return World(cast, database)


def test_what_is_looked_at_finds_a_wall_that_is_taken_away(isolated: World) -> None:
    with superuser(isolated.database) as attacker:
        attacker.execute("ALTER TABLE referrals_disclosure DISABLE TRIGGER gate")
        attacker.execute("ALTER TABLE referrals_intention DISABLE TRIGGER z_close_disclosures")
        attacker.execute(
            "CREATE OR REPLACE FUNCTION wall.close_expired() RETURNS SETOF uuid LANGUAGE sql AS 'SELECT NULL::uuid WHERE false'"
        )
    runs = run(isolated.conninfo, spec_of(("withdraw", "report"), "approved", isolated.names))
    assert any(one.violations for one in runs)
    assert any(
        "report_acts" not in one.errors and one.is_before("withdraw_ends", "report_acts") for one in runs
    )


def test_two_sessions(isolated: World) -> None:
    orders = 0
    for sessions in PAIRS:
        runs = isolated.every_order(sessions, "approved")
        if "report" in sessions and set(sessions) & set(ENDINGS):
            assert {"report_acts" in one.errors for one in runs} == {True, False}, sessions
        orders += len(runs)
    assert orders == len(PAIRS) * 6


@pytest.mark.parametrize("third", THIRD)
def test_withdrawal_report_and_a_third(isolated: World, third: str) -> None:
    runs = isolated.every_order(("withdraw", "report", third), "approved")
    assert {"report_acts" in one.errors for one in runs} == {True, False}


def test_an_officer_reads_meanwhile(isolated: World) -> None:
    for sessions in READS:
        runs = isolated.every_order(sessions, "sent")
        if set(sessions) & set(ENDINGS):
            assert {one.numbers["read_again"] == [0] for one in runs} == {True, False}, sessions
