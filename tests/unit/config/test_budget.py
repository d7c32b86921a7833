"""No login takes another's connections: each has a limit of its own, and all of them fit into the server."""

from contextlib import ExitStack

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import budget, server
from config.embedded import postgres, roles
from config.embedded.testing import PASSWORDS
from tests.conftest import superuser


def test_the_budget_counts_every_pool() -> None:
    spare = server.SPARE_CONNECTIONS
    assert sum(budget.needed().values()) == 2 * (3 + 3 + 2) + 3 * 2 + sum(spare.values())
    assert sum(spare.values()) == 10  # docs/deploy.md


@pytest.mark.parametrize("taken", [32, 40, 97, 197, 997])
def test_all_limits_together_fit_into_what_the_server_takes(taken: int) -> None:
    shares = budget.shares(taken)
    assert sum(shares.values()) <= taken
    assert all(shares[role] >= number for role, number in budget.needed().items())


def test_one_login_that_opens_all_it_can_leaves_every_other_its_connections(
    empty_cluster: postgres.Server,
) -> None:
    def open_all(role: str, number: int) -> None:
        for _number in range(number):
            held.enter_context(psycopg.connect(empty_cluster.conninfo(roles.DATABASE, role, PASSWORDS[role])))

    assert set(budget.needed()) == set(roles.LOGINS)
    for greedy in roles.LOGINS:
        with ExitStack() as held:
            with pytest.raises(psycopg.OperationalError, match=f'too many connections for role "{greedy}"'):
                open_all(greedy, 200)
            for role, number in budget.needed().items():
                if role != greedy:
                    open_all(role, number)


@pytest.mark.usefixtures("database")
def test_the_start_asks_for_every_limit() -> None:
    budget.check_budget()
    with superuser() as connection:
        limits = dict(connection.execute(budget.LIMITS, [list(roles.LOGINS)]).fetchall())
    need = budget.needed()
    budget.check_limits(need, limits)
    for role, number in need.items():
        for loose in (-1, number - 1):
            with pytest.raises(ImproperlyConfigured, match=f"The login {role} needs {number} "):
                budget.check_limits(need, {**limits, role: loose})
