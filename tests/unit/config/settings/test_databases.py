"""The aliases: one login each, left out where its password is not known."""

import pytest

from config.secret_file import ROLES
from config.settings.databases import LOGINS, databases, place_from_url

PLACE = {"HOST": "h", "PORT": "5432", "NAME": "tomoshibi"}


def test_each_alias_is_a_role_of_its_own() -> None:
    found = databases(PLACE, dict.fromkeys(ROLES, "x"))
    users = {alias: database["USER"] for alias, database in found.items()}
    assert users == {"default": "runtime", "audit": "scribe", "gate": "gate", "owner": "owner"}


def test_a_worker_has_one_login_of_its_own() -> None:
    found = databases(PLACE, dict.fromkeys(ROLES, "x"), LOGINS["worker"])
    assert {alias: database["USER"] for alias, database in found.items()} == {"default": "worker"}


def test_the_application_and_the_access_log_have_pools_of_their_own_and_the_owner_none() -> None:
    found = databases(PLACE, dict.fromkeys(ROLES, "x"))
    assert {alias for alias, database in found.items() if database["OPTIONS"].get("pool")} == {
        "default",
        "audit",
        "gate",
    }
    assert all(
        database["CONN_MAX_AGE"] == 0 and not database["ATOMIC_REQUESTS"] for database in found.values()
    )


def test_an_alias_without_password_is_left_out() -> None:
    assert set(databases(PLACE, {"runtime": "x", "scribe": "y", "owner": ""})) == {"default", "audit"}


def test_a_place_from_an_address() -> None:
    found = place_from_url("postgresql://db.example:6000/tomo%20shibi?sslmode=verify-full")
    assert found == {
        "HOST": "db.example",
        "PORT": "6000",
        "NAME": "tomo shibi",
        "OPTIONS": {"sslmode": "verify-full"},
    }
    assert place_from_url("postgres://h/n")["PORT"] == "5432"


@pytest.mark.parametrize(
    "url", ["", "x", "postgresql://h", "sqlite:///x", "postgresql://u@h/n", "postgresql://h:x/n"]
)
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        place_from_url(url)
