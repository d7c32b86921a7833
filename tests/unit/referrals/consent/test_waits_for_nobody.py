"""The withdrawal gets through while another person of the team holds every row they can."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from config.embedded.testing import PASSWORDS
from referrals.consent.models import Intention
from referrals.disclosures.models import Disclosure
from referrals.disclosures.tasks import close_expired
from security.walls.apply import declared_tables
from security.walls.identity import mint_identity, wall_token
from tests.cast import Cast, as_role
from tests.client import signed_in
from tests.unit.referrals import steps


@contextmanager
def holding(position: Position | None, *statements: str, role: str = "runtime") -> Iterator[list[str]]:
    """Another login that takes what it can in the name of ``position`` and never ends its transaction; what it was refused."""
    token = ""
    if position is not None:
        mint_identity("held", position.staff_id, position.pk, "test")
        token = wall_token("held")
    at = connections["default"].settings_dict
    refused = []
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user=role, password=PASSWORDS[role]
    ) as session:
        session.execute("SET idle_in_transaction_session_timeout = 0")
        session.execute("SELECT set_config('tomoshibi.session', %s, false)", [token])
        for statement in statements:
            session.execute("SAVEPOINT before")
            try:
                session.execute(statement.encode())
            except psycopg.Error:
                session.execute("ROLLBACK TO SAVEPOINT before")
                refused.append(statement)
        yield refused
        session.rollback()


HELD = {
    "the answer": ("SELECT 1 FROM referrals_intention FOR UPDATE",),
    "the answer's reason": ("UPDATE referrals_intention SET withdrawal_reason = withdrawal_reason",),
    "the report": ("SELECT 1 FROM referrals_disclosure FOR UPDATE",),
    "the case": ("SELECT 1 FROM cases_case FOR UPDATE",),
    "everything": (
        "SELECT 1 FROM referrals_intention FOR UPDATE",
        "SELECT 1 FROM referrals_disclosure FOR UPDATE",
        "SELECT 1 FROM referrals_packageitem FOR UPDATE",
        "SELECT 1 FROM cases_case FOR UPDATE",
        "SELECT 1 FROM cases_child FOR UPDATE",
    ),
    "another withdrawal": ("SELECT wall.withdraw(id) FROM referrals_intention",),
}


@pytest.mark.parametrize("held", HELD)
def test_a_withdrawal_gets_through(cast: Cast, held: str) -> None:
    report = steps.readable(cast)
    assert report.intention_id
    with holding(cast.supervisor, *HELD[held]) as refused:
        assert refused == []
        page = signed_in(cast.caseworker).post(
            f"/cases/{report.case_id}/intention/{report.intention_id}/withdraw/"
        )
        assert page.status_code == 302
        # Nothing can be read from here on, whatever is still held.
        assert steps.seen_by(cast.police, report) == []
        with acting_as(cast.caseworker):
            assert Intention.objects.get(pk=report.intention_id).state == "withdrawn"
    with as_role("worker"):
        close_expired()
    with acting_as(cast.caseworker):
        ended = Intention.objects.get(pk=report.intention_id)
        assert (ended.withdrawn_by_id, ended.state) == (cast.caseworker.pk, "withdrawn")
        assert Disclosure.objects.get(pk=report.pk).ending == "withdrawn"


def test_a_withdrawal_does_not_wait_for_its_notices(cast: Cast) -> None:
    """Anybody who can open the case can note a notice of the same matter and day first, and never end that transaction."""
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        number = Disclosure.objects.select_related("case").get(pk=report.pk).case.number
    positions = ", ".join(f"'{position.pk}'" for position in cast.positions.values())
    tell = f"SELECT wall.tell(ARRAY[{positions}]::uuid[], 'disclosure_closed', '{{}}', '{{}}', 'x')"
    told = [tell.format(number, f"/cases/{report.case_id}/"), tell.format("", f"/police/{report.pk}/")]
    with holding(cast.supervisor, *told) as refused:
        assert refused == []
        page = signed_in(cast.caseworker).post(
            f"/cases/{report.case_id}/intention/{report.intention_id}/withdraw/"
        )
        assert page.status_code == 302
        assert steps.seen_by(cast.police, report) == []


def test_a_report_that_a_withdrawal_could_not_wait_for_is_never_read(cast: Cast) -> None:
    """The draft was let through a moment before, and its transaction goes on for longer than the withdrawal waits."""
    report = steps.readable(cast)
    assert report.intention_id
    with holding(
        cast.caseworker,
        f"UPDATE referrals_packageitem SET content = content WHERE disclosure_id = '{report.pk}'",
    ):
        steps.withdrawn(cast, Intention.objects.model(pk=report.intention_id))
    assert steps.seen_by(cast.police, report) == []


@pytest.mark.parametrize("role", ["runtime", "scribe", "gate", "worker"])
def test_no_login_locks_a_table(cast: Cast, role: str) -> None:
    tables = [table.name for table in declared_tables()]
    assert len(tables) > 40
    locks = [
        f"LOCK TABLE {table} IN {mode} MODE" for table in tables for mode in ("ACCESS EXCLUSIVE", "SHARE")
    ]
    with holding(None, *locks, role=role) as refused:
        assert refused == locks


@pytest.mark.parametrize("role", ["runtime", "scribe", "gate", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_terminate_backend(pid) FROM (SELECT pg_backend_pid() AS pid) p",
        "SELECT pg_cancel_backend(0)",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock(1)",
        r"SELECT lo_from_bytea(0, '\x00')",
        "SELECT lo_create(0)",
        "SELECT * FROM pg_stat_activity",
        "SELECT * FROM security_session",
        "UPDATE security_session SET expire_date = now()",
        "DELETE FROM security_session",
    ],
)
def test_no_login_reaches_beyond_its_own_session(cast: Cast, role: str, statement: str) -> None:
    with holding(None, statement, role=role) as refused:
        assert refused == [statement]
