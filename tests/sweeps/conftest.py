"""Databases that several tests of a module share, where none of them changes what another reads."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.conftest import Copies, copy_database, drop_database, lead_to, own_copy, superuser, use_database

if TYPE_CHECKING:  # they import models, and are read where Django is ready
    from bench.data import Made
    from tests.cast import Cast
    from tests.sweeps.world import World


@pytest.fixture(scope="module")
def _module_database(template: str) -> Iterator[str]:
    name = copy_database(template, "shared")
    yield name
    drop_database(name)


@pytest.fixture
def shared(_module_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator["Cast"]:
    """The fixed cast in a database of this module: for tests that only add to the access log."""
    from django.db import connections

    from tests.cast import Cast

    with django_db_blocker.unblock():
        use_database(_module_database)
        yield Cast.load()
        connections.close_all()


@pytest.fixture(scope="session")
def _parked_in_the_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parked")


@pytest.fixture
def _own_parked(_own_folder: None, _parked_in_the_world: Path, settings: Settings) -> None:
    shutil.copytree(_parked_in_the_world, settings.PARKED_DIR)


@pytest.fixture(scope="session")
def world_template(
    template: str, _parked_in_the_world: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, "World"]]:
    """The second template: the cast, a case and every relation to it. Each process has its own, since it has its own root key."""
    from django.db import connections
    from django.test import override_settings

    from tests.sweeps.world import build_world

    name = copy_database(template, "world")
    with django_db_blocker.unblock(), override_settings(PARKED_DIR=_parked_in_the_world):
        use_database(name)
        world = build_world()
        connections.close_all()
    yield name, world
    drop_database(name)


@pytest.fixture(scope="session")
def _copies_of_the_world(world_template: tuple[str, "World"]) -> Iterator[Copies]:
    copies = Copies(world_template[0])
    yield copies
    copies.drop()


@pytest.fixture
def world(
    world_template: tuple[str, "World"],
    _copies_of_the_world: Copies,
    _own_parked: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator["World"]:
    """The world in a database as if of this test's own."""
    made = world_template[1]
    with django_db_blocker.unblock():
        made.renew = _copies_of_the_world.renew
        made.renew()
        yield made


@pytest.fixture(scope="module")
def _module_copies(world_template: tuple[str, "World"], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    copies = Copies(world_template[0])
    with django_db_blocker.unblock():
        yield copies.renew()
    copies.drop()


@pytest.fixture
def shared_world(
    world_template: tuple[str, "World"],
    _module_copies: str,
    _own_parked: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator["World"]:
    """The world in a copy that the tests of a module share: for tests that only read."""
    with django_db_blocker.unblock():
        lead_to(_module_copies)
        yield world_template[1]


@pytest.fixture(scope="session")
def made_template(template: str) -> Iterator[tuple[str, "Made"]]:
    """The cast with an office of 20,000 cases, made once: a copy of it takes a tenth of the time."""
    from bench.data import fill, settle

    name = copy_database(template, "made")
    with superuser(name) as session:
        made = fill(session, 20_000, bulk=True)
        settle(session)
    yield name, made
    drop_database(name)


@pytest.fixture
def made_database(made_template: tuple[str, "Made"], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The large office in a database of this test's own; its name."""
    with own_copy(made_template[0], django_db_blocker) as name:
        yield name


@pytest.fixture
def made(made_template: tuple[str, "Made"], made_database: str) -> "Made":
    """The large office, and who reads it."""
    return made_template[1]
