"""Databases that several tests of a module share, where none of them changes what another reads."""

import os
from collections.abc import Iterator

import pytest

from tests.conftest import superuser, use_database


@pytest.fixture(scope="module")
def _module_database(template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"test_{os.getpid()}_{request.module.__name__.rsplit('_', 1)[-1]}"
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER owner")
    yield name
    with superuser() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def shared(_module_database: str, django_db_blocker: pytest.FixtureRequest) -> Iterator["Cast"]:  # noqa: F821 - needs Django
    """The fixed cast in a database of this module: for tests that only add to the evidence."""
    from django.db import connections

    from tests.cast import Cast

    with django_db_blocker.unblock():
        use_database(_module_database)
        yield Cast.load()
        connections.close_all()


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest.FixtureRequest, tmp_path: pytest.TempPathFactory) -> None:
    """Parked forms of one test are not another's."""
    settings.PARKED_DIR = tmp_path / "parked"
