"""The first administrator of an installation: made once, by whoever holds the owner's login, and able to add everybody else."""

import os
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from tests.cast import Cast, as_owner, as_role
from tests.conftest import drop_database, superuser, use_database

EMPTY = f"test_new_installation_{os.getpid()}"
OPTIONS = {
    "username": "kanri",
    "name": "管理 太郎",
    "privacy_username": "kansa",
    "privacy_name": "監査 花子",
    "office_name": "こども家庭課",
    "office_code": "hoshimi",
    "telephone": "03-0000-0000",
}


@pytest.fixture
def empty(settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of a new installation, migrated and walled; the process is the owner's."""
    settings.TOMOSHIBI_PROCESS = "owner"
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {EMPTY} OWNER owner")
    with django_db_blocker.unblock():
        use_database(EMPTY)
        call_command("migrate", database="owner", verbosity=0)
        yield
        connections.close_all()
    drop_database(EMPTY)


def make(**more: str) -> str:
    said = StringIO()
    with as_role("owner"):
        call_command("make_administrator", stdout=said, **(OPTIONS | more))
    return said.getvalue()


@pytest.mark.usefixtures("empty")
def test_the_first_administrator_signs_in_once_with_the_password_shown_and_chooses_an_own_one() -> None:
    password, reviewers = (line.rpartition(" ")[2] for line in make().splitlines())
    client = Client()
    answer = client.post("/sign-in/", {"username": "kanri", "password": password})
    assert answer.headers["Location"] == "/password/"
    # Nothing else before the password is changed.
    assert client.get("/people/").headers["Location"].startswith("/password/")
    own = {"password": "an own long secret 1", "again": "an own long secret 1"}
    assert client.post("/password/", own).headers["Location"] == "/"
    assert Client().post("/sign-in/", {"username": "kanri", "password": password}).status_code != 302
    answer = client.post("/sign-in/", {"username": "kanri", "password": own["password"]})
    assert answer.headers["Location"] == "/"
    assert "管理 太郎" in client.get("/people/").content.decode()
    assert (
        Client().post("/sign-in/", {"username": "kansa", "password": reviewers}).headers["Location"]
        == "/password/"
    )
    with pytest.raises(CommandError, match="There are people already"):
        make(username="another", office_code="other")


@pytest.mark.usefixtures("empty")
def test_what_cannot_be_stored_is_said_and_what_is_made_is_recorded() -> None:
    for slip in ({"username": "x" * 100}, {"privacy_username": "kanri"}, {"office_code": ""}):
        with pytest.raises(CommandError, match=r".+"):
            make(**slip)
    assert "kanri" in make()
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM security_event WHERE verb LIKE 'ROW%'")
        assert cursor.fetchone()[0] >= 3  # office, person and position


def test_the_application_cannot_make_an_administrator(cast: Cast) -> None:
    with pytest.raises(CommandError, match="TOMOSHIBI_PROCESS=owner"):
        call_command("make_administrator", **OPTIONS)
