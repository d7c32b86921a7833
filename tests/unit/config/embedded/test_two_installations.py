"""Production and training on one PostgreSQL: each has its own roles, and none of them reaches the other's database (ADR 49)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from config import secret_file
from config.embedded import postgres
from config.embedded.check import PRODUCTION
from config.embedded.place import BASE_DIR
from config.embedded.roles import LOGINS
from config.install import FILES

NAMES = ("kita", "training")


def environment(server: postgres.Server, name: str, folder: Path, process: str) -> dict[str, str]:
    """What docs/deploy.md puts into the environment of a process of the installation ``name``."""
    place = f"{quote(str(server.sockets), safe='')}:{postgres.PORT}"
    ours = {
        "DATABASE_URL": f"postgresql://{place}/{name}",
        "TOMOSHIBI_ROLE_PREFIX": f"{name}_",
        "TOMOSHIBI_SECRETS_FILE": str(folder / name / f"{process}.json"),
        "TOMOSHIBI_PROCESS": process,
    }
    outside = {key: value for key, value in os.environ.items() if not key.startswith("TOMOSHIBI_")}
    return outside | {key: value for key, value in PRODUCTION.items() if "PASSWORD" not in key} | ours


def run(environ: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words], cwd=BASE_DIR, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def folder(empty_cluster: postgres.Server, tmp_path: Path) -> Path:
    """Two installations, made and migrated by the documented steps; their secrets files, in a folder of each."""
    conninfo = empty_cluster.conninfo()
    for name in NAMES:
        owner = environment(empty_cluster, name, tmp_path, "owner")
        run(owner, "-m", "config.install", str(tmp_path / name), conninfo)
        run(owner, "manage.py", "migrate", "--database", "owner", "--verbosity", "0")
    return tmp_path


def test_each_has_its_walls_and_no_login_of_the_one_enters_the_other(
    empty_cluster: postgres.Server, folder: Path
) -> None:
    for name, other in (NAMES, NAMES[::-1]):
        run(environment(empty_cluster, name, folder, "worker"), "manage.py", "walls", "--check")
        passwords: dict[str, str] = {}
        for kind in FILES:
            passwords |= json.loads((folder / name / f"{kind}.json").read_text())
        for login in LOGINS:
            own = empty_cluster.conninfo(name, f"{name}_{login}", passwords[login])
            psycopg.connect(own).close()
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(empty_cluster.conninfo(other, f"{name}_{login}", passwords[login]))
        assert passwords.keys() == {"SECRET_KEY", *secret_file.ROLES} - {"postgres"}
    with psycopg.connect(empty_cluster.conninfo("training")) as connection:
        held = connection.execute(
            "SELECT count(*) FROM pg_policy WHERE polroles::regrole[]::text !~ 'training_'"
        ).fetchone()
        made = connection.execute("SELECT count(*) FROM pg_policy").fetchone()
    assert held == (0,)
    assert made is not None
    assert made[0] > 50


def test_an_installation_names_what_its_roles_begin_with(
    empty_cluster: postgres.Server, tmp_path: Path
) -> None:
    environ = environment(empty_cluster, "kita", tmp_path, "owner")
    for prefix, said in (("", "must name"), ("Kita-", "small letters"), ("kita", "with _ at its end")):
        if prefix:
            environ["TOMOSHIBI_ROLE_PREFIX"] = prefix
        else:
            del environ["TOMOSHIBI_ROLE_PREFIX"]
        command = [sys.executable, "-m", "config.install", str(tmp_path / "x"), empty_cluster.conninfo()]
        done = subprocess.run(command, cwd=BASE_DIR, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
        environ["TOMOSHIBI_ROLE_PREFIX"] = prefix
