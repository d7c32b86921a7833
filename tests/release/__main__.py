"""``python -m tests.release``: freeze the version that ``pyproject.toml`` names. Its migrations never change again (ADR 48).

It writes ``migrations.lock`` (hashes, as ``sha256sum --check`` reads them), the heading in ``CHANGELOG.md``, and a small
fictional database of this version, from which ``tests/release/test_upgrade.py`` upgrades for ever. Commit all of it.
"""

import lzma
import os
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import django

from config.embedded import testing
from config.embedded.accounts import binaries, choose_account
from config.embedded.place import BASE_DIR
from config.embedded.postgres import Server

LOCK = BASE_DIR / "migrations.lock"
CHANGELOG = BASE_DIR / "CHANGELOG.md"
RELEASES = Path(__file__).parent
UNRELEASED = "## Unreleased"


def locked() -> dict[str, str]:
    """The frozen migrations and their hashes; none before the first release."""
    lines = LOCK.read_text().splitlines() if LOCK.exists() else []
    return {path: digest for digest, path in (line.split() for line in lines)}


def migrations() -> dict[str, str]:
    """All migrations of ours, with the SQL that they run, and their hashes now."""
    paths = sorted(path for path in BASE_DIR.glob("*/migrations/[0-9]*") if path.is_file())
    return {str(path.relative_to(BASE_DIR)): sha256(path.read_bytes()).hexdigest() for path in paths}


def changed() -> list[str]:
    """Frozen migrations that are not as they were released."""
    now = migrations()
    return [path for path, digest in locked().items() if now.get(path) != digest]


def make_data(folder: Path, name: str) -> None:
    """Write ``<name>.xz`` and ``<name>.key.json`` into ``folder``: a database with rows in every sealed table, and its keys."""
    from django.core.management import call_command
    from django.test import override_settings

    from security.encryption.providers import get_provider, make_key_file
    from tests.cast import make_cast
    from tests.conftest import drop_database, superuser, use_database
    from tests.sweeps.world import build_world

    database, key, home = f"test_release_{os.getpid()}", folder / f"{name}.key.json", testing.server_home()
    make_key_file(key)
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {database} OWNER owner")
    try:
        with override_settings(TOMOSHIBI_KEY_PROVIDER="file", TOMOSHIBI_KEY_FILE=str(key)):
            get_provider.cache_clear()
            use_database(database)
            call_command("migrate", database="owner", verbosity=0)
            make_cast()
            build_world()
        program, sockets = binaries(choose_account(home)) / "pg_dump", Server(home, "").sockets
        dump = subprocess.run(
            [
                program,
                f"--host={sockets}",
                "--username=backup",
                "--format=custom",
                "--compress=none",
                database,
            ],
            env=os.environ | {"PGPASSWORD": testing.PASSWORDS["backup"]},
            stdout=subprocess.PIPE,
            check=True,
        )
        (folder / f"{name}.xz").write_bytes(lzma.compress(dump.stdout, preset=9))
    finally:
        drop_database(database)


def freeze(version: str) -> None:
    """Write everything that belongs to a release. Raises SystemExit with one sentence where something is in the way."""
    from django.core.management import call_command

    text = CHANGELOG.read_text()
    if UNRELEASED not in text or f"## {version} " in text:
        sys.exit(
            f"CHANGELOG.md must have a part {UNRELEASED[3:]} and none of {version}: raise the version in pyproject.toml."
        )
    if wrong := changed():
        sys.exit(f"{wrong[0]} is frozen and was changed; put it back and add a further migration.")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    make_data(RELEASES, version)
    LOCK.write_text("".join(f"{digest}  {path}\n" for path, digest in migrations().items()))
    CHANGELOG.write_text(text.replace(UNRELEASED, f"## {version} ({datetime.now(UTC):%Y-%m-%d})", 1))


def main() -> None:
    """``--data FOLDER`` only makes the database of the present code, as the tests do where no release is frozen yet."""
    parser = ArgumentParser(description="Freeze the version that pyproject.toml names.")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    if testing.HOME not in os.environ:
        testing.start()
    django.setup()
    version = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    if options.data:
        make_data(options.data, version)
    else:
        freeze(version)
        sys.stdout.write(
            f"Version {version} is frozen; commit migrations.lock, CHANGELOG.md and tests/release.\n"
        )


if __name__ == "__main__":
    main()
