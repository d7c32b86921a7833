"""A database of another version stops the start with one sentence; a newer one is left alone."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections

from config.embedded.place import BASE_DIR
from security.walls.catalogue import drift
from security.walls.versions import check_version
from tests.cast import Cast
from tests.sweeps.test_pg_class import ask

APPLY = "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_of_next_year', now())"


def by_hand(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_a_database_of_a_newer_version_is_left_alone(cast: Cast) -> None:
    check_version()
    by_hand(APPLY)
    before = ask("SELECT xmin::text FROM wall.raised")
    with pytest.raises(
        ImproperlyConfigured, match=r"newer version \(cases\.0999_of_next_year is not known here\)"
    ):
        check_version()
    with pytest.raises(ImproperlyConfigured, match="newer version"):
        call_command("migrate", database="owner", verbosity=0)
    assert ask("SELECT xmin::text FROM wall.raised") == before


@pytest.mark.parametrize(
    "older",
    ["DELETE FROM wall.raised WHERE thing = 'cases.0001_initial'", "UPDATE wall.raised SET state = 'other'"],
)
def test_a_database_that_waits_for_a_migration_or_for_other_walls_says_so(cast: Cast, older: str) -> None:
    by_hand(older + (" WHERE thing = 'walls'" if "UPDATE" in older else ""))
    with pytest.raises(ImproperlyConfigured, match=r"run manage\.py migrate"):
        check_version()


def test_a_migration_that_was_rewritten_is_refused(cast: Cast) -> None:
    by_hand("UPDATE wall.raised SET state = 'other' WHERE thing = 'cases.0001_initial'")
    with pytest.raises(ImproperlyConfigured, match=r"cases\.0001_initial is another one"):
        call_command("migrate", database="owner", verbosity=0)


def test_a_database_from_before_the_first_version_says_to_begin_anew(cast: Cast) -> None:
    by_hand("DROP TABLE wall.raised")
    with pytest.raises(ImproperlyConfigured, match="RESET=1"):
        check_version()


def test_a_migration_cut_off_before_its_walls_goes_on_at_the_next_run(cast: Cast) -> None:
    """As after kill -9 between the last migration and the walls: the start is refused, and migrating again is enough."""
    by_hand("CREATE TABLE half (id int); DELETE FROM wall.raised WHERE thing = 'cases.0001_initial'")
    with pytest.raises(ImproperlyConfigured, match=r"run manage\.py migrate"):
        check_version()
    assert drift() == ["foreign: table half"]
    call_command("migrate", database="owner", verbosity=0)
    check_version()
    assert drift() == []


def test_every_process_declares_the_same_walls() -> None:
    """A set of texts has another order in each process: with one in the SQL a server would call its database older."""
    asked = "import django; django.setup(); from security.walls.apply import digest; print(digest())"
    found = {
        subprocess.check_output(
            [sys.executable, "-c", asked], cwd=BASE_DIR, env=os.environ | {"PYTHONHASHSEED": str(seed)}
        )
        for seed in range(1, 5)
    }
    assert len(found) == 1
