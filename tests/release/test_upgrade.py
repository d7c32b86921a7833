"""A database of every release so far is upgraded by this code: each field opens, and work goes on in it."""

import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, models
from pytest_django import DjangoDbBlocker, Settings

from agencies.directory.models import OfficeKind, PoliceDesk
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.records.models import Case
from cases.records.queries import search_exact
from config.embedded import testing
from config.embedded.accounts import binaries, choose_account
from config.embedded.place import BASE_DIR
from config.embedded.postgres import Server
from desk.story.case_file import read_case_file
from desk.story.steps import STEPS, tell
from referrals.disclosures.models import Disclosure
from security.encryption.fields import EncryptedTextField, SealedModel, reveal, value_of
from security.encryption.keyring import KeyNotVisible
from security.encryption.providers import get_provider
from security.encryption.startup import check_key_matches
from security.search.models import SearchToken
from security.walls.catalogue import check_walls
from security.walls.versions import check_version
from tests.cast import Cast, as_owner
from tests.client import signed_in, with_password
from tests.conftest import drop_database, superuser, use_database
from tests.release.__main__ import RELEASES
from tests.serve import serving
from tests.unit.cases.diagnoses.team import newcomer

STORY = BASE_DIR / "demo/story.toml"
LATER = (("psychologist", Role.PSYCHOLOGIST, "kita"), ("therapist", Role.PSYCHOTHERAPIST, "home"))
NAMES = sorted(path.stem for path in RELEASES.glob("*.xz")) or ["the present code"]


def files_of(name: str, folder: Path) -> tuple[Path, Path]:
    """Dump and key file of a release; before the first one, of a database made now."""
    found = RELEASES
    if name not in {path.stem for path in RELEASES.glob("*.xz")}:
        made = [sys.executable, "-m", "tests.release", "--data", str(folder)]
        subprocess.run(made, cwd=BASE_DIR, check=True)
        found, name = folder, next(folder.glob("*.xz")).stem
    key = Path(shutil.copy(found / f"{name}.key.json", folder / "root.json"))
    key.chmod(0o400)  # no repository keeps it
    dump = folder / "release.pgc"
    dump.write_bytes(lzma.decompress((found / f"{name}.xz").read_bytes()))
    return dump, key


@pytest.fixture(params=NAMES)
def upgraded(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[set[str]]:
    """The data of a release, restored and migrated as docs/deploy.md says; the tables that the release had."""
    dump, key = files_of(request.param, tmp_path)
    database, home = f"test_upgraded_{os.getpid()}", testing.server_home()
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {database} OWNER owner")
    program, sockets = binaries(choose_account(home)) / "pg_restore", Server(home, "").sockets
    subprocess.run(
        [
            program,
            f"--host={sockets}",
            "--username=postgres",
            "--exit-on-error",
            f"--dbname={database}",
            dump,
        ],
        env=os.environ | {"PGPASSWORD": testing.PASSWORDS["postgres"]},
        check=True,
    )
    settings.TOMOSHIBI_KEY_PROVIDER, settings.TOMOSHIBI_KEY_FILE = "file", str(key)
    get_provider.cache_clear()
    with django_db_blocker.unblock():
        use_database(database)
        tables = set(connections["owner"].introspection.table_names())
        call_command("migrate", database="owner", verbosity=0)
        call_command("make_access_log_months")
        yield tables
        connections.close_all()
    get_provider.cache_clear()
    drop_database(database)


def sealed_models() -> list[type[models.Model]]:
    """Every model with sealed columns."""
    return [model for model in apps.get_models() if issubclass(model, SealedModel) and sealed_columns(model)]


def sealed_columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def test_everything_opens_and_work_goes_on(upgraded: set[str]) -> None:
    check_version()
    check_walls()
    check_key_matches()
    opened: dict[str, int] = {}
    for position in Position.objects.using("gate").select_related("staff", "office"):
        with acting_as(position):
            for model in sealed_models():
                for row in model._default_manager.all():
                    with suppress(KeyNotVisible):  # seen by more people than may read it
                        shown = [reveal(row, column) for column in sealed_columns(model)]
                        opened[model._meta.label] = opened.get(model._meta.label, 0) + len(shown)
    of_release = {model._meta.label for model in sealed_models() if model._meta.db_table in upgraded}
    assert len(of_release) > 10
    assert opened.keys() == of_release, "a table of the release without a row"
    cast = Cast.load()
    with acting_as(cast.caseworker):
        old = Case.objects.order_by("number").first()
    assert old is not None
    found_again(cast, old)
    kept_of_old_reports(cast)
    assert signed_in(cast.caseworker).get(f"/cases/{old.pk}/").status_code == 200
    come_later(cast)
    with serving() as address:
        told = list(tell(read_case_file(STORY), address, with_password))
    assert len(told) == len(STEPS)


def come_later(cast: Cast) -> None:
    """The offices appoint who the story of today needs and the release did not have."""
    for username, role, office in LATER:
        if not Position.objects.using("gate").filter(staff__username=username).exists():
            newcomer(cast, username, role, office)


def kept_of_old_reports(cast: Cast) -> None:
    """Every office of the police of the release was a support center, and no kind of paper is read into what was drafted."""
    desks = {office.police_desk for office in cast.offices.values() if office.kind == OfficeKind.POLICE}
    assert desks == {PoliceDesk.SC}
    with acting_as(cast.caseworker):
        papers = [row.paper_kind for row in Disclosure.objects.all()]
    assert papers
    assert set(papers) == {""}


def found_again(cast: Cast, old: Case) -> None:
    """The case is found by its child before its search tokens are made again and after, and then no row names the child."""
    tokens = SearchToken.objects.using("owner")
    for rebuilt in (False, True):
        with acting_as(cast.caseworker):
            child = Case.objects.get(pk=old.pk).child
            kana = f"{reveal(child, 'family_kana')}{reveal(child, 'given_kana')}"
            found = search_exact(cast.caseworker, kana=kana, birth_date=value_of(child.birth_date))
            assert old.pk in {case.pk for case in found}
        if not rebuilt:
            call_command("plan_search", rebuild=True)
    with as_owner():
        assert tokens.exists()
        assert not tokens.exclude(object_id=None).exists()
